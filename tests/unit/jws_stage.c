/* SPDX-License-Identifier: ISC */
#include "jws_stage.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "scopegate/cleanup.h"

void
jws_stage_algorithms(const char *list, struct jws_algorithms *ret)
{
	struct word_list words = {0};
	const char *bad = NULL;

	assert_int_equal(word_list_split(&words, list, false), STATUS_OK);
	assert_int_equal(jws_algorithms_read(&words, ret, &bad), STATUS_OK);
	word_list_clear(&words);
}

void
jws_stage_set(struct buf *out, const char *jwk)
{
	(void)buf_format(out, "{\"keys\":[%s]}", jwk);
}

static void
read_keys(struct jws_stage *s)
{
	const struct {
		const EVP_PKEY *key;
		const char *members;
	} rows[] = {
	    {s->rs, ",\"kid\":\"rs\",\"alg\":\"RS256\",\"use\":\"sig\""},
	    {s->ps, ",\"kid\":\"ps\",\"alg\":\"PS256\""},
	    {s->es, ",\"kid\":\"es\",\"key_ops\":[\"verify\"]"},
	    {s->ed, ",\"kid\":\"ed\""},
	};
	_cleanup_(buf_clear) struct buf set;
	const char *why = NULL;

	buf_init(&set, JSON_DOCUMENT_MAX);
	(void)buf_append_string(&set, "{\"keys\":[");
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		(void)buf_append_string(&set, i > 0 ? "," : "");
		jws_make_jwk(&set, rows[i].key, rows[i].members);
	}
	(void)buf_append_string(&set, "]}");
	assert_int_equal(jwks_read((struct text){buf_string(&set), set.length},
			     &s->algorithms, NULL, &s->keys, &why),
	    STATUS_OK);
	assert_int_equal(s->keys->count, ELEMENTS(rows));
}

int
jws_stage_open(void **state)
{
	static struct jws_stage s;

	jws_stage_algorithms("", &s.algorithms);
	s.rs = jws_make_key("RS256", 2048);
	s.ps = jws_make_key("PS256", 2048);
	s.es = jws_make_key("ES256", 0);
	s.ed = jws_make_key("EdDSA", 0);
	s.strange_rs = jws_make_key("RS256", 2048);
	s.strange_es = jws_make_key("ES256", 0);
	read_keys(&s);
	*state = &s;
	return 0;
}

int
jws_stage_close(void **state)
{
	struct jws_stage *s = *state;

	jwks_freep(&s->keys);
	EVP_PKEY_free(s->rs);
	EVP_PKEY_free(s->ps);
	EVP_PKEY_free(s->es);
	EVP_PKEY_free(s->ed);
	EVP_PKEY_free(s->strange_rs);
	EVP_PKEY_free(s->strange_es);
	return 0;
}

void
jws_stage_expect(const struct jws_stage *s, const char *name, struct text token,
    const char *const *types, enum jws_reason wanted)
{
	const struct jws_rules rules = {
	    .keys = s->keys, .algorithms = &s->algorithms, .types = types};
	struct jws j;
	enum jws_reason r = jws_verify(&rules, token, &j);

	if (r != wanted)
		fail_msg("%s: %s instead of %s", name, jws_reason_name(r),
		    jws_reason_name(wanted));
	if (r == JWS_ACCEPTED) {
		assert_non_null(j.key);
		assert_int_equal(strlen(j.payload), j.length);
	} else {
		assert_null(j.key);
		assert_null(j.payload);
		assert_int_equal(j.length, 0);
	}
	jws_clear(&j);
	assert_null(j.payload);
}

void
jws_stage_header(const struct jws_stage *s, const char *header,
    const char *const *types, enum jws_reason wanted)
{
	_cleanup_(buf_clear) struct buf token;

	buf_init(&token, 2 * JWS_TOKEN_MAX);
	jws_make_token(&token, header, JWS_STAGE_PAYLOAD, s->rs, "RS256");
	jws_stage_expect(s, header,
	    (struct text){buf_string(&token), token.length}, types, wanted);
}
