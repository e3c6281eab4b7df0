/* SPDX-License-Identifier: ISC */
/*
 * One public key of a JSON Web Key (RFC 7517), checked and parsed once, and
 * kept ready to verify. A key is for exactly one algorithm (RFC 8725 section
 * 3.1): the one that it names, or the first of the operator's list that its
 * type and curve fit. Never the one that a token names.
 */
#ifndef JOSE_JWK_H
#define JOSE_JWK_H

#include <openssl/evp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "jose/jws_algorithm.h"
#include "scopegate/json.h"
#include "scopegate/message.h" /* struct text */
#include "scopegate/status.h"

#define JWK_KID_MAX 256 /* octets */
#define JWK_RSA_BITS_MIN 2048
#define JWK_RSA_BITS_MAX 8192
#define JWK_SIGNATURE_MAX (JWK_RSA_BITS_MAX / 8) /* octets */

struct jwk {
	char *kid; /* NULL: it has none */
	const struct jws_algorithm *algorithm;
	size_t signature_size; /* octets, exactly */
	EVP_PKEY *key;
	EVP_MD *digest; /* NULL where the algorithm hashes */
	EVP_PKEY_CTX *verifier; /* begun; NULL where the algorithm hashes */
	EVP_MD_CTX *hasher; /* of the digest, or of the algorithm */
};

/*
 * Checks all that can be wrong with a key: type and curve, `use`, `key_ops`,
 * `alg`, private members, the spelling and length of every number, RSA sizes
 * and exponent, the weak primes of CVE-2017-15361, that a point is on its
 * curve and not of small order. STATUS_INVALID: not to be used, and *ret_why
 * is a static sentence that says why. STATUS_NOMEM.
 */
enum status jwk_read(const struct json_value *object,
    const struct jws_algorithms *allowed, struct jwk *ret,
    const char **ret_why);
void jwk_clear(struct jwk *k); /* safe when zeroed */

/* Is `signature` one of `text` by this key and its algorithm? Whatever goes
 * wrong is no. Not for two threads at once with one key. */
bool jwk_verify(const struct jwk *k, struct text text, const uint8_t *signature,
    size_t size);

#endif
