/* SPDX-License-Identifier: ISC */
/* Keys of an issuer, and what it signs with them. Failing ends the program. */
#ifndef TESTS_ISSUER_KEYS_H
#define TESTS_ISSUER_KEYS_H

#include <openssl/evp.h>

#include "scopegate/buf.h"

#define JWS_MADE_MAX 65536

struct jws_key {
	char algorithm[8]; /* RS256 PS256 ES256 EdDSA */
	char kid[64];      /* "": the key set names none */
	EVP_PKEY *key;
};

void jws_key_make(struct jws_key *k, const char *algorithm, const char *kid);
void jws_key_done(struct jws_key *k);

/* Appends the public key as a JSON Web Key; `named`: with `alg`. */
void jws_key_write(const struct jws_key *k, bool named, struct buf *to);
/* {"keys":[...]} of that many keys. */
void jws_keys_write(const struct jws_key *const *keys, size_t count, bool named,
    struct buf *to);
/* Appends the token of a header and claims, both as they are written. */
void jws_sign(const struct jws_key *k, const char *header, const char *claims,
    struct buf *to);

#endif
