/* SPDX-License-Identifier: ISC */
/*
 * The signature algorithms of RFC 7518 section 3.1 and RFC 8037 that a token
 * may have. HMAC is not among them: whoever can check such a token can make
 * one. `none` is not among them either.
 */
#ifndef JOSE_JWS_ALGORITHM_H
#define JOSE_JWS_ALGORITHM_H

#include <stdbool.h>
#include <stddef.h>

#include "scopegate/conf.h" /* struct word_list */
#include "scopegate/status.h"

struct jws_algorithm {
	const char *name;
	const char *key_type; /* `kty` */
	const char *curve; /* `crv`; NULL for RSA */
	const char *digest; /* libcrypto's name; NULL: the algorithm hashes */
	bool pss;
	size_t signature_size; /* octets; 0: as many as the modulus */
};

#define JWS_ALGORITHMS_MAX 10

/* In the operator's order: a key that does not say for which algorithm it is
 * belongs to the first one that fits it. */
struct jws_algorithms {
	const struct jws_algorithm *row[JWS_ALGORITHMS_MAX];
	size_t count;
};

/* What stands without a list: ES384 and ES512 cost ten times as much to check
 * in OpenSSL 3.0, so that they must be asked for. */
#define JWS_ALGORITHMS_DEFAULT "RS256 PS256 ES256 EdDSA"

/* Exact, case counts. "Ed25519" (RFC 9864) is another name of "EdDSA", whose
 * other curve is not supported. NULL: not supported. */
const struct jws_algorithm *jws_algorithm_named(const char *name);

/* From names; each once. STATUS_INVALID: *ret_bad is the name that is not
 * supported or stands there twice. An empty list gives the default. */
enum status jws_algorithms_read(const struct word_list *names,
    struct jws_algorithms *ret, const char **ret_bad);
bool jws_algorithms_have(
    const struct jws_algorithms *a, const struct jws_algorithm *row);

#endif
