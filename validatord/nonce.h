/* SPDX-License-Identifier: ISC */
/*
 * What must not be guessed: states, cookies, verifiers, links and codes. They
 * are shown once and kept as their SHA-256 alone, which is enough for what has
 * 128 random bits or is tried three times.
 */
#ifndef VALIDATORD_NONCE_H
#define VALIDATORD_NONCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "digest_table.h"
#include "scopegate/message.h"

#define NONCE_SIZE 44 /* 43 characters of base64url, 256 bits, and NUL */

struct digest {
	uint8_t bytes[DIGEST_SIZE];
};

/* SHA-256. false: libcrypto failed, and *ret is all zeros. */
bool digest_of(struct text t, struct digest *ret);
/* In constant time; false also where libcrypto failed. */
bool digest_matches(const struct digest *d, struct text t);

/* New random text, and its digest unless NULL. false: the kernel gave no
 * random bytes, and `ret` is "". The caller wipes. */
bool nonce_new(char ret[NONCE_SIZE], struct digest *ret_digest);
/* `length` characters for people to read and type, of NONCE_LETTERS: 4.9 bits
 * each; and NUL. */
#define NONCE_LETTERS "23456789ABCDEFGHJKMNPQRSTVWXYZ"
bool nonce_readable(char *ret, size_t length);

/* RFC 4648 section 5 of 32 octets, without padding. */
void digest_base64url(const struct digest *d, char ret[NONCE_SIZE]);

#endif
