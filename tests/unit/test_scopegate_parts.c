/* SPDX-License-Identifier: ISC */
/* The small parts: URLs, queries, token responses, PKCE, error words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "oauth_words.h"
#include "proof.h"
#include "scopegate/cleanup.h"
#include "token_set.h"
#include "token_source.h"
#include "url.h"

static void
test_urls(void **state)
{
	static const struct {
		const char *url;
		bool good, loopback_good, redirect;
	} rows[] = {
	    {"https://as.example.com", true, true, false},
	    {"https://as.example.com:8443/a?b=c", true, true, false},
	    {"https://[2001:db8::1]/x", true, true, false},
	    {"http://127.0.0.1:80/x", false, true, true},
	    {"http://[::1]/x", false, true, true},
	    {"http://localhost/x", false, false, true},
	    {"http://127.0.0.1/x?y=z", false, true, false},
	    {"http://127.0.0.2/x", false, true, false},
	    {"http://as.example.com/", false, false, false},
	    {"https://a@b.example.com/", false, false, false},
	    {"https://b.example.com:0/", false, false, false},
	    {"https://b.example.com:65536/", false, false, false},
	    {"https://b.example.com:/", false, false, false},
	    {"https://b.example.com:1x/", false, false, false},
	    {"https://b.example.com\\@c/", false, false, false},
	    {"https://b.example.com/#x", false, false, false},
	    {"https://b.example.com/ x", false, false, false},
	    {"https:///x", false, false, false},
	    {"https://[::1/x", false, false, false},
	    {"https://[::1]x/", false, false, false},
	    {"ftp://b.example.com/", false, false, false},
	    {"", false, false, false},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		print_message("# %s\n", rows[i].url);
		assert_int_equal(
		    url_fault(rows[i].url, false) == NULL, rows[i].good);
		assert_int_equal(url_fault(rows[i].url, true) == NULL,
		    rows[i].loopback_good);
		assert_int_equal(
		    redirect_fault(rows[i].url) == NULL, rows[i].redirect);
	}
}

static void
test_queries(void **state)
{
	static const struct {
		const char *query;
		enum status status;
		const char *value;
	} rows[] = {
	    {"code=abc", STATUS_OK, "abc"},
	    {"x=1&code=a%2Bb+c&y", STATUS_OK, "a+b c"},
	    {"code=", STATUS_OK, ""},
	    {"mycode=1", STATUS_NOT_FOUND, ""},
	    {"codex=1&code", STATUS_NOT_FOUND, ""},
	    {"", STATUS_NOT_FOUND, ""},
	    {"code=1&code=1", STATUS_MALFORMED, ""},
	    {"code=%4", STATUS_MALFORMED, ""},
	    {"code=%", STATUS_MALFORMED, ""},
	    {"code=%zz", STATUS_MALFORMED, ""},
	    {"code=%00", STATUS_MALFORMED, ""},
	    {"code=123456789", STATUS_TOO_BIG, ""},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		_cleanup_(buf_clear) struct buf value = {0};

		buf_init(&value, 8);
		print_message("# %s\n", rows[i].query);
		assert_int_equal(
		    query_get(rows[i].query, "code", &value), rows[i].status);
		if (rows[i].status == STATUS_OK)
			assert_string_equal(buf_string(&value), rows[i].value);
	}
}

static void
test_forms(void **state)
{
	_cleanup_(buf_clear) struct buf form = {0};

	(void)state;
	buf_init(&form, 100);
	form_add(&form, "a", "1 &=+/~\xc3\xa9");
	form_add(&form, "none", NULL);
	form_add(&form, "b", "");
	assert_string_equal(buf_string(&form), "a=1%20%26%3D%2B%2F~%C3%A9&b=");
}

/* RFC 7636 appendix B. */
static void
test_pkce(void **state)
{
	char challenge[PROOF_SIZE], one[PROOF_SIZE], other[PROOF_SIZE];

	(void)state;
	assert_int_equal(
	    proof_challenge(
		"dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", challenge),
	    STATUS_OK);
	assert_string_equal(
	    challenge, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
	assert_int_equal(proof_random(one), STATUS_OK);
	assert_int_equal(proof_random(other), STATUS_OK);
	assert_int_equal(strlen(one), PROOF_SIZE - 1);
	assert_string_not_equal(one, other);
	assert_true(proof_equal(one, one));
	assert_false(proof_equal(one, other));
	assert_false(proof_equal(one, ""));
}

#define START "{\"access_token\":\"at.1\",\"token_type\":\"Bearer\""

static void
test_token_responses(void **state)
{
	static const struct {
		const char *text;
		const char *problem; /* NULL: taken */
		int64_t expires_at;
	} rows[] = {
	    {START "}", NULL, 0},
	    {START ",\"expires_in\":60}", NULL, 1060},
	    {START ",\"expires_in\":0}", NULL, 1000},
	    {START ",\"expires_in\":\"60\"}", "expires_in", 0},
	    {START ",\"expires_in\":-1}", "expires_in", 0},
	    {START ",\"scope\":7}", "scope", 0},
	    {START ",\"refresh_token\":7}", "refresh_token", 0},
	    {"{\"access_token\":\"a\"}", "token_type", 0},
	    {"{\"access_token\":\"a\",\"token_type\":\"mac\"}", "token_type",
		0},
	    {"{\"token_type\":\"bearer\"}", "no access_token", 0},
	    {"{\"access_token\":7,\"token_type\":\"bearer\"}",
		"no access_token", 0},
	    {"{\"access_token\":\"a b\",\"token_type\":\"bearer\"}",
		"that is none", 0},
	    {"{\"access_token\":\"\",\"token_type\":\"bearer\"}",
		"that is none", 0},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		_cleanup_(token_set_clear) struct token_set t = {0};
		_cleanup_(json_freep) struct json *j = NULL;
		const char *problem = NULL, *reason;

		print_message("# %s\n", rows[i].text);
		assert_int_equal(
		    json_parse(rows[i].text, strlen(rows[i].text), &j, &reason),
		    STATUS_OK);
		assert_int_equal(
		    token_set_from_answer(json_top(j), 1000, &t, &problem),
		    rows[i].problem == NULL ? STATUS_OK : STATUS_MALFORMED);
		if (rows[i].problem == NULL) {
			assert_int_equal(t.expires_at, rows[i].expires_at);
			assert_string_equal(t.access.bytes, "at.1");
		} else {
			assert_non_null(strstr(problem, rows[i].problem));
			assert_null(t.access.bytes);
		}
	}
}

/* RFC 6749 section 6: what a refresh leaves out stays. */
static void
test_refreshed_set(void **state)
{
	static const char first[] = START
	    ",\"expires_in\":9,\"refresh_token\":\"rt\",\"scope\":\"a b\"}";
	static const char second[] =
	    "{\"access_token\":\"at.2\",\"token_type\":\"bearer\"}";
	_cleanup_(token_set_clear) struct token_set t = {0};
	_cleanup_(token_set_clear) struct token_set again = {0};
	_cleanup_(buf_clear) struct buf text = {0};
	const char *texts[] = {first, second};
	const char *problem, *reason;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		_cleanup_(json_freep) struct json *j = NULL;

		assert_int_equal(
		    json_parse(texts[i], strlen(texts[i]), &j, &reason),
		    STATUS_OK);
		assert_int_equal(
		    token_set_from_answer(json_top(j), 5, &t, &problem),
		    STATUS_OK);
	}
	assert_string_equal(t.access.bytes, "at.2");
	assert_string_equal(t.refresh.bytes, "rt");
	assert_string_equal(t.scope, "a b");
	assert_int_equal(t.expires_at, 0);
	buf_init_sensitive(&text, TOKEN_SET_MAX);
	assert_int_equal(token_set_write(&t, &text), STATUS_OK);
	assert_int_equal(
	    token_set_read(buf_string(&text), text.length, &again), STATUS_OK);
	assert_string_equal(again.access.bytes, "at.2");
	assert_string_equal(again.refresh.bytes, "rt");
	assert_int_equal(again.obtained_at, 5);
	assert_int_equal(token_set_read("{}", 2, &again), STATUS_MALFORMED);
	assert_string_equal(again.access.bytes, "at.2");
	assert_true(token_set_lasts(&t, 1000000, 60));
	t.expires_at = 100;
	assert_true(token_set_lasts(&t, 39, 60));
	assert_false(token_set_lasts(&t, 40, 60));
}

/* Two tokens of the longest that the gate takes are kept and read back. */
static void
test_longest_set(void **state)
{
	_cleanup_(token_set_clear) struct token_set t = {0};
	_cleanup_(token_set_clear) struct token_set again = {0};
	_cleanup_(buf_clear) struct buf text = {0};
	static char token[16384];

	(void)state;
	memset(token, 'x', sizeof(token));
	assert_int_equal(
	    secret_set(&t.access, token, sizeof(token)), STATUS_OK);
	assert_int_equal(
	    secret_set(&t.refresh, token, sizeof(token)), STATUS_OK);
	buf_init_sensitive(&text, TOKEN_SET_MAX);
	assert_int_equal(token_set_write(&t, &text), STATUS_OK);
	assert_int_equal(
	    token_set_read(buf_string(&text), text.length, &again), STATUS_OK);
	assert_int_equal(again.access.length, sizeof(token));
}

static void
test_sources(void **state)
{
	static const struct {
		const char *source;
		bool good;
	} rows[] = {
	    {"login", true},
	    {"oidc-agent:acme", true},
	    {"command:/bin/cat x", true},
	    {"file:/a", true},
	    {"oidc-agent:", false},
	    {"oidc-agent:--all", false},
	    {"oidc-agent:a b", false},
	    {"command:cat", false},
	    {"file:a", false},
	    {"logins", false},
	    {"", false},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++)
		assert_int_equal(
		    token_source_fault(rows[i].source) == NULL, rows[i].good);
}

static void
test_words(void **state)
{
	char words[OAUTH_WORDS_SIZE], description[1000];

	(void)state;
	oauth_words("access_denied", "no\x1b[2J thanks", words);
	assert_string_equal(words, "access was not allowed at the broker "
				   "(access_denied, \"no?[2J thanks\")");
	memset(description, 'x', sizeof(description) - 1);
	description[sizeof(description) - 1] = '\0';
	oauth_words("odd", description, words);
	assert_non_null(strstr(words, "(odd, \"xxx"));
	assert_int_equal(words[strlen(words) - 1], ')');
	assert_true(oauth_error_valid("invalid_grant"));
	assert_false(oauth_error_valid(""));
	assert_false(oauth_error_valid("a b"));
	assert_false(oauth_error_valid("a\x1b"));
	assert_false(oauth_error_valid(description));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_urls),
	    cmocka_unit_test(test_queries),
	    cmocka_unit_test(test_forms),
	    cmocka_unit_test(test_pkce),
	    cmocka_unit_test(test_token_responses),
	    cmocka_unit_test(test_refreshed_set),
	    cmocka_unit_test(test_longest_set),
	    cmocka_unit_test(test_sources),
	    cmocka_unit_test(test_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
