/* SPDX-License-Identifier: ISC */
/*
 * Verification of a signed token in the compact serialization (RFC 7515
 * section 5.2, RFC 8725). What comes out is what was signed: nothing of the
 * payload can be had before the signature is good.
 */
#ifndef JOSE_JWS_H
#define JOSE_JWS_H

#include <stdbool.h>
#include <stddef.h>

#include "jose/jwks.h"
#include "scopegate/message.h" /* struct text */

#define JWS_TOKEN_MAX 16384 /* octets, DESIGN section 11 */
#define JWS_HEADER_MAX 4096 /* octets of JSON */
#define JWS_TYPE_MAX 64

/* X(ID, "name", "sentence") */
#define JWS_REASON_LIST(X) \
	X(ACCEPTED, "accepted", "the signature is good") \
	X(TOO_LONG, "too_long", "it is empty or longer than 16 KiB") \
	X(NOT_COMPACT, "not_compact", \
	    "it is not three parts of base64url with dots between them") \
	X(ENCRYPTED, "encrypted", \
	    "it has five parts, so it is encrypted (JWE), which is not taken") \
	X(NOT_BASE64URL, "not_base64url", \
	    "a part is not base64url in its one canonical spelling") \
	X(HEADER_MALFORMED, "header_malformed", \
	    "the header is not a JSON object without duplicates, or a member " \
	    "of it has the wrong type") \
	X(TYPE_WRONG, "type_wrong", "`typ` is not the one that is wanted") \
	X(CRITICAL, "critical", \
	    "it has `crit`, and no extension is supported") \
	X(UNENCODED, "unencoded", "it has `b64` (RFC 7797), which is not taken") \
	X(ALGORITHM_MISSING, "algorithm_missing", "`alg` is missing") \
	X(ALGORITHM_REFUSED, "algorithm_refused", \
	    "`alg` is not among the algorithms that are allowed: `none` and " \
	    "HMAC never are") \
	X(KEY_UNKNOWN, "key_unknown", "no key of the set fits `kid` and `alg`") \
	X(KEY_MISMATCH, "key_mismatch", \
	    "the key that `kid` names is for another algorithm") \
	X(KEY_AMBIGUOUS, "key_ambiguous", \
	    "more than one key fits, and keys are not tried in turn") \
	X(SIGNATURE_LENGTH, "signature_length", \
	    "the signature does not have the length that the key gives it") \
	X(SIGNATURE_WRONG, "signature_wrong", "the signature is wrong") \
	X(NO_MEMORY, "no_memory", "out of memory")

enum jws_reason {
#define X(id, name, sentence) JWS_##id,
	JWS_REASON_LIST(X)
#undef X
};

const char *jws_reason_name(enum jws_reason r);
const char *jws_reason_sentence(enum jws_reason r);

struct jws_rules {
	const struct jwks *keys;
	const struct jws_algorithms *algorithms;
	/* Media types without "application/", any case, of which `typ` must
	 * be one; ends with NULL. NULL: `typ` is not looked at. */
	const char *const *types;
};

struct jws {
	char *payload; /* the octets that were signed; NUL behind them */
	size_t length;
	const struct jwk *key; /* of rules->keys */
	char type[JWS_TYPE_MAX + 1]; /* `typ`, "" where there is none */
	char kid[JWK_KID_MAX + 1]; /* "" where there is none */
};

/* Is `typ` this media type? RFC 7515 section 4.1.9: "application/" may be left
 * out, and case does not count. `name` is without it. */
bool jws_type_is(const char *type, const char *name);

/*
 * JWS_ACCEPTED alone fills *ret, which the caller clears. With
 * JWS_KEY_UNKNOWN, JWS_SIGNATURE_LENGTH and _WRONG ret->kid is filled, with
 * what a stranger wrote.
 */
enum jws_reason jws_verify(
    const struct jws_rules *rules, struct text token, struct jws *ret);
void jws_clear(struct jws *j); /* wipes; safe when zeroed */

#endif
