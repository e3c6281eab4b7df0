/* SPDX-License-Identifier: ISC */
/*
 * An issuer with a key of each kind and a stranger with keys of his own, and
 * the question that the tests of lib/jose ask: which reason does it give?
 */
#ifndef SCOPEGATE_TESTS_JWS_STAGE_H
#define SCOPEGATE_TESTS_JWS_STAGE_H

#include "jose/jws.h"
#include "jws_make.h"

#define JWS_STAGE_PAYLOAD "{\"sub\":\"alice\"}"

struct jws_stage {
	EVP_PKEY *rs, *ps, *es, *ed; /* their kids: "rs", "ps", "es", "ed" */
	EVP_PKEY *strange_rs, *strange_es;
	struct jws_algorithms algorithms; /* the default ones */
	struct jwks *keys;
};

/* For cmocka_run_group_tests(): *state is a struct jws_stage. */
int jws_stage_open(void **state);
int jws_stage_close(void **state);

/* The default algorithms, or those that stand in `list` between blanks. */
void jws_stage_algorithms(const char *list, struct jws_algorithms *ret);

/* A set with one key: "{\"keys\":[...]}". */
void jws_stage_set(struct buf *out, const char *jwk);

/*
 * Fails the test unless `text` is judged so by these keys; `types` as in
 * struct jws_rules. Also that a refusal gives out neither payload nor key.
 */
void jws_stage_expect(const struct jws_stage *s, const char *name,
    struct text token, const char *const *types, enum jws_reason wanted);
/* The same for a token that is made of this header and signed well. */
void jws_stage_header(const struct jws_stage *s, const char *header,
    const char *const *types, enum jws_reason wanted);

#endif
