/* SPDX-License-Identifier: ISC */
/* A client assertion: RFC 7523 section 3, RFC 7521 section 4.2. */
#ifndef VALIDATORD_FETCH_ASSERTION_H
#define VALIDATORD_FETCH_ASSERTION_H

#include <openssl/types.h>
#include <stdint.h>

#include "config.h"
#include "scopegate/secret.h"
#include "scopegate/status.h"

#define ASSERTION_LIFE_S 60
#define ASSERTION_MAX 8192 /* characters: RSA-8192 and the longest lines */

/* Who signs; zeroed: nobody. */
struct signer {
	const struct issuer *issuer; /* borrowed: it states the claims */
	EVP_PKEY *key;
	enum assertion_alg alg;
};

/* Reads and parses client_key_file. On failure *ret_error says why. */
enum status signer_load(const struct issuer *issuer, struct signer *ret,
    struct conf_error *ret_error);
void signer_clear(struct signer *s);

/*
 * Appends client_id, client_assertion_type and a new client_assertion, which
 * begins to count at `now`. It is good once: never send it twice. STATUS_IO:
 * libcrypto or the kernel failed.
 */
enum status assertion_put(
    const struct signer *s, int64_t now, struct secret *form);

#endif
