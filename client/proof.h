/* SPDX-License-Identifier: ISC */
/* Random texts that nobody can guess, and PKCE's digest of one (RFC 7636). */
#ifndef CLIENT_PROOF_H
#define CLIENT_PROOF_H

#include <stdbool.h>

#include "scopegate/status.h"

#define PROOF_SIZE 44 /* 43 characters of base64url and the NUL */

/* 256 random bits. STATUS_IO: the kernel gave none. */
enum status proof_random(char ret[PROOF_SIZE]);
/* S256 of a verifier (section 4.2). */
enum status proof_challenge(const char *verifier, char ret[PROOF_SIZE]);
/* As `a` and `b` are: in the same time wherever they differ. */
bool proof_equal(const char *a, const char *b);

#endif
