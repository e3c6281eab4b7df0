/* SPDX-License-Identifier: ISC */
/* Token answers as they come, and as they must not come (RFC 6749 5.1). */
#include "token_answer.h"

#include <stdio.h>
#include <string.h>

#include "scopegate/cleanup.h"
#include "stages_make.h"

static struct probe one_probe;
static char api_server[] = "api_server";
static struct issuer issuer; /* each test sets what it needs */

static enum reason
read_answer(const char *json, struct token_answer *ret)
{
	const struct fetch_reply reply = {.result = FETCH_ANSWERED,
	    .http_status = 200,
	    .content_type = "application/json;charset=UTF-8",
	    .body = json,
	    .body_length = strlen(json)};
	char error[TOKEN_ERROR_SIZE];
	const char *what;

	*ret = (struct token_answer){0};
	return token_answer_read(&reply, &issuer, ret, error, &what);
}

static void
test_refused(void **state)
{
	static const char *const rows[] = {
	    "",
	    "[]",
	    "{}",
	    "{\"access_token\":\"t\"}",
	    "{\"access_token\":\"t\",\"token_type\":\"mac\"}",
	    "{\"access_token\":\"t\",\"token_type\":\"DPoP\"}",
	    "{\"access_token\":\"t\",\"token_type\":\"\"}",
	    "{\"access_token\":\"t\",\"token_type\":null}",
	    "{\"access_token\":\"t\",\"token_type\":[\"bearer\"]}",
	    "{\"access_token\":\"\",\"token_type\":\"bearer\"}",
	    "{\"access_token\":7,\"token_type\":\"bearer\"}",
	    "{\"access_token\":null,\"token_type\":\"bearer\"}",
	    "{\"access_token\":\"a b\",\"token_type\":\"bearer\"}",
	    "{\"access_token\":\"a\\nb\",\"token_type\":\"bearer\"}",
	    "{\"access_token\":\"t\",\"access_token\":\"u\","
	    "\"token_type\":\"bearer\"}",
	    "{\"access_token\":\"t\",\"token_type\":\"bearer\","
	    "\"scope\":7}",
	    "{\"access_token\":\"t\",\"token_type\":\"bearer\","
	    "\"scope\":\"a  b\"}",
	    "{\"access_token\":\"t\",\"token_type\":\"bearer\","
	    "\"scope\":[\"a b\"]}",
	    "{\"access_token\":\"t\",\"token_type\":\"bearer\","
	    "\"expires_in\":0}",
	    "{\"access_token\":\"t\",\"token_type\":\"bearer\","
	    "\"expires_in\":-1}",
	    "{\"access_token\":\"t\",\"token_type\":\"bearer\","
	    "\"expires_in\":\"3600\"}",
	    "{\"access_token\":\"t\",\"token_type\":\"bearer\","
	    "\"expires_in\":99999999999}",
	    "{\"access_token\":\"t\",\"token_type\":\"bearer\","
	    "\"refresh_token\":7}",
	    "{\"access_token\":\"t\",\"token_type\":\"bearer\","
	    "\"refresh_token\":\"a\\u00e9\"}",
	};
	struct token_answer a;

	(void)state;
	issuer = (struct issuer){0};
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		enum reason reason = read_answer(rows[i], &a);

		if (reason != REASON_AS_ANSWER_MALFORMED)
			fail_msg("%s: %d", rows[i], reason);
		assert_int_equal(a.token.length, 0);
	}
}

/* With a probe that will show that it works as a bearer token. */
static void
test_type_left_out(void **state)
{
	_cleanup_(token_answer_clear) struct token_answer a;

	(void)state;
	issuer = (struct issuer){.probes = &one_probe, .probe_count = 1};
	assert_int_equal(
	    read_answer("{\"access_token\":\"t\"}", &a), REASON_NONE);
	token_answer_clear(&a);
	assert_int_equal(
	    read_answer("{\"access_token\":\"t\",\"token_type\":\"mac\"}", &a),
	    REASON_AS_ANSWER_MALFORMED);
}

static void
test_whole_answer(void **state)
{
	_cleanup_(token_answer_clear) struct token_answer a;

	(void)state;
	issuer = (struct issuer){.sign_in.api_url_member = api_server};
	assert_int_equal(
	    read_answer("{\"access_token\":\"t-1.~+/=\","
			"\"token_type\":\"BEARER\",\"scope\":\"read trade\","
			"\"refresh_token\":\"r !\",\"expires_in\":1800,"
			"\"api_server\":\"https://api07.example.com/\","
			"\"user_id\":4711,\"id_token\":\"x.y.z\"}",
		&a),
	    REASON_NONE);
	assert_string_equal(a.token.bytes, "t-1.~+/=");
	assert_string_equal(a.refresh_token.bytes, "r !");
	assert_true(a.scopes_known);
	assert_int_equal(a.scopes.count, 2);
	assert_int_equal(a.expires_in, 1800);
	assert_string_equal(a.api_base, "https://api07.example.com/");
	for (size_t i = 0; i < a.claim_count; i++) {
		assert_null(strstr(a.claims[i].name, "access_token"));
		assert_null(strstr(a.claims[i].name, "refresh_token"));
		assert_null(strstr(a.claims[i].name, "id_token"));
	}
	assert_int_equal(a.claim_count, 5);
}

/* Absent is unknown, which is not none. */
static void
test_scopes(void **state)
{
	static const struct {
		const char *scope;
		int separator;
		bool known;
		size_t count;
	} rows[] = {
	    {"", SEPARATOR_SPACE, false, 0},
	    {",\"scope\":null", SEPARATOR_SPACE, false, 0},
	    {",\"scope\":\"\"", SEPARATOR_SPACE, true, 0},
	    {",\"scope\":\"a\"", SEPARATOR_SPACE, true, 1},
	    {",\"scope\":\"a b a\"", SEPARATOR_SPACE, true, 2},
	    {",\"scope\":\"a,b\"", SEPARATOR_SPACE, true, 1},
	    {",\"scope\":\"a,b\"", SEPARATOR_COMMA, true, 2},
	    {",\"scope\":\"a, b c\"", SEPARATOR_COMMA, true, 3},
	    {",\"scope\":[\"a\",\"b\"]", SEPARATOR_COMMA, true, 2},
	    {",\"scope\":[]", SEPARATOR_SPACE, true, 0},
	};
	char json[256];

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		_cleanup_(token_answer_clear) struct token_answer a;

		issuer = (struct issuer){
		    .sign_in.scope_separator = rows[i].separator};
		(void)snprintf(json, sizeof(json),
		    "{\"access_token\":\"t\",\"token_type\":\"bearer\"%s}",
		    rows[i].scope);
		assert_int_equal(read_answer(json, &a), REASON_NONE);
		assert_int_equal(a.scopes_known, rows[i].known);
		assert_int_equal(a.scopes.count, rows[i].count);
	}
}

static void
test_api_base(void **state)
{
	static const char *const bad[] = {"7", "\"\"", "\"/v1\"",
	    "\"http://api.example.com/\"", "\"https://api.example.com/ x\"",
	    "null"};
	struct token_answer a;
	char json[256];

	(void)state;
	issuer = (struct issuer){.sign_in.api_url_member = api_server};
	assert_int_equal(
	    read_answer(
		"{\"access_token\":\"t\",\"token_type\":\"bearer\"}", &a),
	    REASON_AS_ANSWER_MALFORMED);
	for (size_t i = 0; i < ELEMENTS(bad); i++) {
		(void)snprintf(json, sizeof(json),
		    "{\"access_token\":\"t\",\"token_type\":\"bearer\","
		    "\"api_server\":%s}",
		    bad[i]);
		assert_int_equal(
		    read_answer(json, &a), REASON_AS_ANSWER_MALFORMED);
	}
}

/* Kite wraps its answer in `data`, and has no type. */
static void
test_kite(void **state)
{
	_cleanup_(token_answer_clear) struct token_answer a;

	(void)state;
	issuer = (struct issuer){.probes = &one_probe,
	    .probe_count = 1,
	    .sign_in.exchange = EXCHANGE_KITE};
	assert_int_equal(
	    read_answer("{\"status\":\"success\",\"data\":{"
			"\"access_token\":\"k\",\"user_id\":\"AB1\","
			"\"refresh_token\":\"\"}}",
		&a),
	    REASON_NONE);
	assert_string_equal(a.token.bytes, "k");
	assert_int_equal(a.refresh_token.length, 0);
	assert_string_equal(a.claims[0].name, "user_id");
	token_answer_clear(&a);
	assert_int_equal(
	    read_answer(
		"{\"access_token\":\"k\",\"token_type\":\"bearer\"}", &a),
	    REASON_AS_ANSWER_MALFORMED);
}

static void
test_not_json(void **state)
{
	const char body[] =
	    "{\"access_token\":\"t\",\"token_type\":\"bearer\"}";
	struct fetch_reply reply = {.result = FETCH_ANSWERED,
	    .http_status = 200,
	    .content_type = "text/html",
	    .body = body,
	    .body_length = sizeof(body) - 1};
	struct token_answer a = {0};
	char error[TOKEN_ERROR_SIZE];
	const char *what = NULL;

	(void)state;
	issuer = (struct issuer){0};
	assert_int_equal(token_answer_read(&reply, &issuer, &a, error, &what),
	    REASON_AS_ANSWER_MALFORMED);
	reply.content_type = "application/json";
	reply.encoded = true;
	assert_int_equal(token_answer_read(&reply, &issuer, &a, error, &what),
	    REASON_AS_ANSWER_MALFORMED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_refused),
	    cmocka_unit_test(test_type_left_out),
	    cmocka_unit_test(test_whole_answer),
	    cmocka_unit_test(test_scopes),
	    cmocka_unit_test(test_api_base),
	    cmocka_unit_test(test_kite),
	    cmocka_unit_test(test_not_json),
	};

	return cmocka_run_group_tests_name("token_answer", tests, NULL, NULL);
}
