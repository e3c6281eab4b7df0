/* SPDX-License-Identifier: ISC */
/*
 * A JSON Web Key Set (RFC 7517 section 5): the keys of an issuer that may
 * verify, each for one algorithm. A key that must not be used is left out and
 * told; it does not spoil the others.
 */
#ifndef JOSE_JWKS_H
#define JOSE_JWKS_H

#include "jose/jwk.h"

#define JWKS_KEYS_MAX 64

struct jwks {
	struct jwk *keys;
	size_t count; /* of those that may be used; can be 0 */
};

/* Called for each key that is left out; `kid` may be NULL. Both borrowed. */
struct jwks_listener {
	void (*left_out)(
	    void *context, size_t index, const char *kid, const char *why);
	void *context;
};

/*
 * `listener` may be NULL. STATUS_MALFORMED: no key set, or more than
 * JWKS_KEYS_MAX keys, *ret_why says what. Of keys with one `kid` and one type
 * none is used: which of them signed would be a guess. STATUS_NOMEM.
 */
enum status jwks_read(struct text document, const struct jws_algorithms *allowed,
    const struct jwks_listener *listener, struct jwks **ret,
    const char **ret_why);
void jwks_free(struct jwks *j); /* NULL is fine */
void jwks_freep(struct jwks **j);

/*
 * The key for a header that names this algorithm and `kid` (NULL: none).
 * STATUS_NOT_FOUND: no such key. STATUS_INVALID: the one of that `kid` is for
 * another algorithm. STATUS_BUSY: more than one fits, and none is tried.
 */
enum status jwks_choose(const struct jwks *j,
    const struct jws_algorithm *algorithm, const char *kid,
    const struct jwk **ret);

#endif
