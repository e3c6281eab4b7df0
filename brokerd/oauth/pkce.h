/* SPDX-License-Identifier: ISC */
/* Proof Key for Code Exchange (RFC 7636), S256 only. */
#ifndef BROKERD_PKCE_H
#define BROKERD_PKCE_H

#include <stdbool.h>

/* 43 characters of base64url: a SHA-256. */
bool pkce_challenge_is_valid(const char *challenge);
/* Does BASE64URL(SHA256(verifier)) equal the challenge? False for a verifier
 * that is not 43 to 128 unreserved characters. */
bool pkce_verifier_matches(const char *verifier, const char *challenge);

#endif
