/* SPDX-License-Identifier: ISC */
/* A set of keys, and which of them a token's header means. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "allocations.h"
#include "jws_stage.h"
#include "scopegate/cleanup.h"

/* What the listener was told, such as "1:rs:why;". */
static char told[1024];

static void
note(void *context, size_t index, const char *kid, const char *why)
{
	size_t n = strlen(told);

	assert_string_equal(context, "context");
	(void)snprintf(told + n, sizeof(told) - n, "%zu:%s:%.24s;", index,
	    kid != NULL ? kid : "-", why);
}

static enum status
read_set(const struct jws_stage *s, const char *text, size_t length,
    struct jwks **ret, const char **ret_why)
{
	static char context[] = "context";
	const struct jwks_listener listener = {note, context};

	told[0] = '\0';
	*ret = NULL;
	return jwks_read((struct text){text, length}, &s->algorithms, &listener,
	    ret, ret_why);
}

/* The keys as one set; `members` says what stands behind each one's numbers,
 * and ends with NULL. */
static struct jwks *
set_of(const struct jws_stage *s, EVP_PKEY *const *keys,
    const char *const *members)
{
	_cleanup_(buf_clear) struct buf text;
	struct jwks *j = NULL;
	const char *why = NULL;

	buf_init(&text, JSON_DOCUMENT_MAX);
	(void)buf_append_string(&text, "{\"keys\":[");
	for (size_t i = 0; members[i] != NULL; i++) {
		(void)buf_append_string(&text, i > 0 ? "," : "");
		jws_make_jwk(&text, keys[i], members[i]);
	}
	(void)buf_append_string(&text, "]}");
	if (read_set(s, buf_string(&text), text.length, &j, &why) != STATUS_OK)
		fail_msg("%s", why);
	return j;
}

static void
test_no_set(void **state)
{
	static const char *const texts[] = {"", "[]", "{}", "{\"keys\":{}}",
	    "{\"keys\":null}", "{\"Keys\":[]}", "{\"keys\":[],\"keys\":[]}",
	    "{\"keys\":[}", "{\"kty\":\"RSA\"}", "{\"keys\":\"[]\"}"};
	struct jwks *j;
	const char *why;

	for (size_t i = 0; i < ELEMENTS(texts); i++) {
		why = NULL;
		assert_int_equal(
		    read_set(*state, texts[i], strlen(texts[i]), &j, &why),
		    STATUS_MALFORMED);
		assert_non_null(why);
		assert_null(j);
	}
	assert_int_equal(
	    read_set(*state, "{\"keys\":[]}", 11, &j, &why), STATUS_OK);
	assert_int_equal(j->count, 0);
	jwks_free(j);
	jwks_free(NULL);
}

/* 64 keys are a set, 65 are none; 10,000 are refused before a key is read. */
static void
test_limits(void **state)
{
	static const struct {
		int count;
		enum status wanted;
		const char *why;
	} rows[] = {
	    {JWKS_KEYS_MAX, STATUS_OK, NULL},
	    {JWKS_KEYS_MAX + 1, STATUS_MALFORMED, "it has more than 64 keys"},
	    {10000, STATUS_MALFORMED, NULL},
	};
	const struct jws_stage *s = *state;

	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		_cleanup_(buf_clear) struct buf text;
		struct jwks *j;
		const char *why = NULL;
		char members[32];

		buf_init(&text, 4 * 1024 * 1024);
		(void)buf_append_string(&text, "{\"keys\":[");
		for (int k = 0; k < rows[i].count; k++) {
			(void)snprintf(
			    members, sizeof(members), ",\"kid\":\"%d\"", k);
			(void)buf_append_string(&text, k > 0 ? "," : "");
			jws_make_jwk(&text, s->ed, members);
		}
		(void)buf_append_string(&text, "]}");
		assert_int_equal(text.error, STATUS_OK);
		assert_int_equal(
		    read_set(s, buf_string(&text), text.length, &j, &why),
		    rows[i].wanted);
		if (rows[i].why != NULL)
			assert_string_equal(why, rows[i].why);
		if (j != NULL)
			assert_int_equal(j->count, rows[i].count);
		assert_string_equal(told, "");
		jwks_free(j);
	}
}

/* RFC 7517 section 5: what cannot be used is left out, and told. */
static void
test_left_out(void **state)
{
	const struct jws_stage *s = *state;
	static const char *const members[] = {
	    ",\"kid\":\"a\",\"use\":\"enc\"",
	    ",\"kid\":\"good\"",
	    ",\"key_ops\":[\"sign\"]",
	    ",\"kid\":[],\"d\":\"AQ\"",
	    NULL,
	};
	EVP_PKEY *const keys[] = {s->rs, s->es, s->rs, s->ed};
	struct jwks *j = set_of(s, keys, members);

	assert_int_equal(j->count, 1);
	assert_string_equal(j->keys[0].kid, "good");
	assert_string_equal(told,
	    "0:a:`use` is not \"sig\";2:-:`key_ops` does not have ;"
	    "3:-:it holds private members;");
	jwks_free(j);
}

/* Two of one name and type: none of them, also where one is bad for another
 * reason. Of another type or case it is another name. */
static void
test_namesakes(void **state)
{
	const struct jws_stage *s = *state;
	static const struct {
		const char *members[5];
		size_t count;
		const char *told;
	} rows[] = {
	    {{",\"kid\":\"k\"", ",\"kid\":\"k\"", ",\"kid\":\"x\"", NULL}, 1,
		"0:k:another key of its type ;1:k:another key of its type ;"},
	    {{",\"kid\":\"k\"", ",\"kid\":\"k\",\"use\":\"enc\"",
		 ",\"kid\":\"x\"", NULL},
		1,
		"0:k:another key of its type ;1:k:another key of its type ;"},
	    {{",\"kid\":\"k\",\"alg\":\"RS256\"",
		 ",\"kid\":\"k\",\"alg\":\"PS256\"", ",\"kid\":\"x\"", NULL},
		1,
		"0:k:another key of its type ;1:k:another key of its type ;"},
	    {{",\"kid\":\"k\"", ",\"kid\":\"K\"", ",\"kid\":\"k\"", NULL}, 3,
		""},
	    {{",\"kid\":\"k\"", "", "", NULL}, 3, ""},
	    {{"", "", "", ""}, 4, ""},
	};
	EVP_PKEY *const keys[] = {s->rs, s->ps, s->es, s->ed};

	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		struct jwks *j = set_of(s, keys, rows[i].members);

		assert_int_equal(j->count, rows[i].count);
		assert_string_equal(told, rows[i].told);
		jwks_free(j);
	}
}

static void
test_kid_limit(void **state)
{
	const struct jws_stage *s = *state;
	EVP_PKEY *const keys[] = {s->ed};
	char members[512];
	const char *const list[] = {members, NULL};

	for (int length = JWK_KID_MAX; length <= JWK_KID_MAX + 1; length++) {
		struct jwks *j;

		(void)snprintf(
		    members, sizeof(members), ",\"kid\":\"%0*d\"", length, 7);
		j = set_of(s, keys, list);
		assert_int_equal(j->count, length == JWK_KID_MAX);
		assert_true((told[0] == '\0') == (length == JWK_KID_MAX));
		jwks_free(j);
	}
}

static void
test_choose(void **state)
{
	const struct jws_stage *s = *state;
	static const char *const members[] = {
	    ",\"kid\":\"r\"",
	    ",\"kid\":\"both\",\"alg\":\"PS256\"",
	    ",\"kid\":\"both\"",
	    ",\"kid\":\"e2\"",
	    "",
	    NULL,
	};
	EVP_PKEY *const keys[] = {s->rs, s->ps, s->es, s->strange_es, s->ed};
	static const struct {
		const char *algorithm, *kid;
		enum status wanted;
		size_t index;
	} rows[] = {
	    {"RS256", "r", STATUS_OK, 0},
	    {"RS256", NULL, STATUS_OK, 0},
	    {"PS256", NULL, STATUS_OK, 1},
	    {"PS256", "both", STATUS_OK, 1},
	    {"ES256", "both", STATUS_OK, 2},
	    {"ES256", "e2", STATUS_OK, 3},
	    {"EdDSA", NULL, STATUS_OK, 4},
	    {"Ed25519", NULL, STATUS_OK, 4},
	    /* Two fit, and none is tried. */
	    {"ES256", NULL, STATUS_BUSY, 0},
	    /* The name is of a key for something else. */
	    {"PS256", "r", STATUS_INVALID, 0},
	    {"ES256", "r", STATUS_INVALID, 0},
	    {"RS256", "both", STATUS_INVALID, 0},
	    {"EdDSA", "both", STATUS_INVALID, 0},
	    /* Nobody has the name; a key without one is not it. */
	    {"EdDSA", "d", STATUS_NOT_FOUND, 0},
	    {"EdDSA", "", STATUS_NOT_FOUND, 0},
	    {"RS256", "R", STATUS_NOT_FOUND, 0},
	    {"RS512", NULL, STATUS_NOT_FOUND, 0},
	};
	struct jwks *j = set_of(s, keys, members);

	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		const struct jwk *k = NULL;

		assert_int_equal(
		    jwks_choose(j, jws_algorithm_named(rows[i].algorithm),
			rows[i].kid, &k),
		    rows[i].wanted);
		if (rows[i].wanted == STATUS_OK)
			assert_ptr_equal(k, &j->keys[rows[i].index]);
		else
			assert_null(k);
	}
	jwks_free(j);
}

/* The same, told by a token. */
static void
test_choice_in_words(void **state)
{
	struct jws_stage s = *(struct jws_stage *)*state;
	static const char *const none[] = {NULL};
	static const char *const two[] = {
	    ",\"kid\":\"a\"", ",\"kid\":\"b\"", NULL};
	static const char *const namesakes[] = {
	    ",\"kid\":\"a\"", ",\"kid\":\"a\"", NULL};
	static const struct {
		const char *const *members;
		const char *header;
		enum jws_reason wanted;
	} rows[] = {
	    {none, "{\"alg\":\"RS256\"}", JWS_KEY_UNKNOWN},
	    {two, "{\"alg\":\"RS256\",\"kid\":\"a\"}", JWS_ACCEPTED},
	    {two, "{\"alg\":\"RS256\",\"kid\":\"b\"}", JWS_SIGNATURE_WRONG},
	    {two, "{\"alg\":\"RS256\"}", JWS_KEY_AMBIGUOUS},
	    {two, "{\"alg\":\"PS256\"}", JWS_KEY_UNKNOWN},
	    {two, "{\"alg\":\"PS256\",\"kid\":\"a\"}", JWS_KEY_MISMATCH},
	    {namesakes, "{\"alg\":\"RS256\",\"kid\":\"a\"}", JWS_KEY_UNKNOWN},
	    {namesakes, "{\"alg\":\"RS256\"}", JWS_KEY_UNKNOWN},
	};
	EVP_PKEY *const keys[] = {s.rs, s.strange_rs};

	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		s.keys = set_of(&s, keys, rows[i].members);
		jws_stage_header(&s, rows[i].header, NULL, rows[i].wanted);
		jwks_free(s.keys);
	}
}

static void
test_no_memory(void **state)
{
	const struct jws_stage *s = *state;
	_cleanup_(buf_clear) struct buf text;
	struct jwks *j;
	const char *why = NULL;

	buf_init(&text, 4096);
	(void)buf_append_string(&text, "{\"keys\":[");
	jws_make_jwk(&text, s->rs, ",\"kid\":\"k\"");
	(void)buf_append_string(&text, "]}");
	allocation_fail_next();
	assert_int_equal(read_set(s, buf_string(&text), text.length, &j, &why),
	    STATUS_NOMEM);
	assert_null(j);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_no_set),
	    cmocka_unit_test(test_limits),
	    cmocka_unit_test(test_left_out),
	    cmocka_unit_test(test_namesakes),
	    cmocka_unit_test(test_kid_limit),
	    cmocka_unit_test(test_choose),
	    cmocka_unit_test(test_choice_in_words),
	    cmocka_unit_test(test_no_memory),
	};

	return cmocka_run_group_tests_name(
	    "jwks", tests, jws_stage_open, jws_stage_close);
}
