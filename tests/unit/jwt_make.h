/* SPDX-License-Identifier: ISC */
/* An issuer's published keys, and access tokens that are good but for one
 * claim. Failing ends the test. */
#ifndef TESTS_JWT_MAKE_H
#define TESTS_JWT_MAKE_H

#include "issuer_keys.h"
#include "jwt.h"
#include "stages_make.h"

#define AT "at+jwt"
#define ABSENT NULL

extern struct jws_key jwt_rsa, jwt_curve; /* "r-1" RS256, "e-1" ES256 */
extern struct jws_key jwt_stranger;       /* says "e-1", and is not it */
extern struct jwks *jwt_keys;             /* the first two */

/* Before and after a group of tests. */
int jwt_keys_make(void **state);
int jwt_keys_free(void **state);

struct jwt_token {
	const struct jws_key *key;
	const char *type; /* ABSENT: no `typ` */
	/* One claim as JSON, ABSENT: left out. Member NULL: all are good. */
	const char *member, *value;
	const char *kid; /* NULL: the key's */
};

/* Of make_issuer(), with keys; issuer_done(). `profile`: JWT_STRICT, _LAX. */
struct issuer jwt_issuer(int profile);
void jwt_token_make(const struct jwt_token *t, struct buf *ret);
/* Made, and read at NOW. */
enum reason jwt_token_read(
    const struct issuer *i, const struct jwt_token *t, struct jwt_result *ret);
/* The same with `members` (JSON) in place of client_id, jti and scope. */
enum reason jwt_members_read(const struct issuer *i, const char *type,
    const char *members, struct jwt_result *ret);

#endif
