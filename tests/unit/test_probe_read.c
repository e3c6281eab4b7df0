/* SPDX-License-Identifier: ISC */
/* What an answer shows: yes, no, or nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "probe.h"
#include "probe_make.h"
#include "scopegate/cleanup.h"

static const char rows_of_probe[] =
    "[issuer]\napi_url = https://api.example.com\n[probe live]\n"
    "url = {api_url}/v2/account\nheader = Authorization: Bearer {token}\n"
    "invalid_status = 401\nelsewhere_status = 401 403\n"
    "elsewhere_text = not authorized for this scope\n"
    "subject = /id\ndisplay = /number\nscopes = /scopes\nexpires = /exp\n"
    "require = /status == \"ACTIVE\"\nrefuse = /blocked == true\n";

static const char good[] =
    "{\"id\":\"a-1\",\"number\":\"PA1\",\"scopes\":\"data trading\","
    "\"exp\":1790000000,\"status\":\"ACTIVE\",\"blocked\":false}";

struct one_case {
	int status;
	const char *type, *body;
	enum probe_result result;
	enum reason reason;
};

static void
check(const struct profile *p, const struct one_case *c)
{
	_cleanup_(probe_answer_clear) struct probe_answer a = {0};
	struct fetch_reply reply = probe_reply(c->status, c->type, c->body);

	probe_read(&p->issuer.probes[0], &p->issuer, &reply, &a);
	if (a.result != c->result || a.reason != c->reason)
		fail_msg("%d %s: result %d, reason %d (%s)", c->status, c->body,
		    (int)a.result, (int)a.reason, a.what);
	if (a.result != PROBE_VALID && a.result != PROBE_REFUSED) {
		assert_null(a.subject);
		assert_null(a.display);
		assert_false(a.scopes_known);
		assert_int_equal(a.expires_at, 0);
	}
}

static void
check_all(const char *profile, const struct one_case *cases, size_t count)
{
	_cleanup_(profile_clear) struct profile p;

	assert_int_equal(probe_make(profile, &p, NULL), STATUS_OK);
	for (size_t i = 0; i < count; i++)
		check(&p, &cases[i]);
}

static void
test_good(void **state)
{
	_cleanup_(profile_clear) struct profile p;
	_cleanup_(probe_answer_clear) struct probe_answer a = {0};
	struct fetch_reply reply = probe_reply(200, NULL, good);

	(void)state;
	assert_int_equal(probe_make(rows_of_probe, &p, NULL), STATUS_OK);
	probe_read(&p.issuer.probes[0], &p.issuer, &reply, &a);
	assert_int_equal(a.result, PROBE_VALID);
	assert_int_equal(a.reason, REASON_NONE);
	assert_string_equal(a.subject, "a-1");
	assert_string_equal(a.display, "PA1");
	assert_true(a.scopes_known);
	assert_int_equal(a.scopes.count, 2);
	assert_string_equal(a.scopes.words[1], "trading");
	assert_int_equal(a.expires_at, 1790000000);
}

#define REST "\"status\":\"ACTIVE\",\"blocked\":false}"

static void
test_statuses(void **state)
{
	static const struct one_case cases[] = {
	    {401, NULL, "{\"code\":40110000}", PROBE_INVALID, REASON_NONE},
	    {401, "", "", PROBE_INVALID, REASON_NONE},
	    {401, NULL,
		"{\"message\":\"access token is not authorized for this "
		"scope\"}",
		PROBE_ELSEWHERE, REASON_NONE},
	    {403, NULL,
		"{\"message\":\"access token is not authorized for this "
		"scope\"}",
		PROBE_ELSEWHERE, REASON_NONE},
	    {403, NULL, "{\"message\":\"forbidden.\"}", PROBE_UNAVAILABLE,
		REASON_AS_STATUS_UNEXPECTED},
	    {401, "text/html", "<p>Sign in to this network", PROBE_UNAVAILABLE,
		REASON_AS_ANSWER_MALFORMED},
	    {403, "Text/HTML; charset=utf-8", "not authorized for this scope",
		PROBE_UNAVAILABLE, REASON_AS_ANSWER_MALFORMED},
	    {429, NULL, "{}", PROBE_UNAVAILABLE, REASON_AS_RATE_LIMIT},
	    {500, NULL, "{}", PROBE_UNAVAILABLE, REASON_AS_ERROR},
	    {503, NULL, good, PROBE_UNAVAILABLE, REASON_AS_ERROR},
	    {599, NULL, good, PROBE_UNAVAILABLE, REASON_AS_ERROR},
	    {201, NULL, good, PROBE_UNAVAILABLE, REASON_AS_STATUS_UNEXPECTED},
	    {302, NULL, "", PROBE_UNAVAILABLE, REASON_AS_STATUS_UNEXPECTED},
	    {404, NULL, "{}", PROBE_UNAVAILABLE, REASON_AS_STATUS_UNEXPECTED},
	};

	(void)state;
	check_all(rows_of_probe, cases, ELEMENTS(cases));
}

static void
test_bodies(void **state)
{
	static const struct one_case cases[] = {
	    {200, "text/html", "<html>", PROBE_UNAVAILABLE,
		REASON_AS_ANSWER_MALFORMED},
	    {200, "text/plain", good, PROBE_UNAVAILABLE,
		REASON_AS_ANSWER_MALFORMED},
	    {200, "", good, PROBE_UNAVAILABLE, REASON_AS_ANSWER_MALFORMED},
	    {200, NULL, "", PROBE_UNAVAILABLE, REASON_AS_ANSWER_MALFORMED},
	    {200, NULL, "{\"id\":\"a", PROBE_UNAVAILABLE,
		REASON_AS_ANSWER_MALFORMED},
	    {200, NULL, "{\"id\":\"a\",\"id\":\"b\"," REST, PROBE_UNAVAILABLE,
		REASON_AS_ANSWER_MALFORMED},
	    {200, NULL, "{" REST, PROBE_UNAVAILABLE,
		REASON_AS_ANSWER_MALFORMED},
	    {200, NULL, "{\"id\":\"\"," REST, PROBE_UNAVAILABLE,
		REASON_AS_ANSWER_MALFORMED},
	    {200, NULL, "{\"id\":null," REST, PROBE_UNAVAILABLE,
		REASON_AS_ANSWER_MALFORMED},
	    {200, NULL, "{\"id\":true," REST, PROBE_UNAVAILABLE,
		REASON_AS_ANSWER_MALFORMED},
	    {200, NULL, "{\"id\":1.5," REST, PROBE_UNAVAILABLE,
		REASON_AS_ANSWER_MALFORMED},
	    {200, NULL, "{\"id\":-1," REST, PROBE_UNAVAILABLE,
		REASON_AS_ANSWER_MALFORMED},
	    {200, NULL, "{\"id\":\"a\\nb\"," REST, PROBE_UNAVAILABLE,
		REASON_AS_ANSWER_MALFORMED},
	    {200, NULL, "{\"id\":7," REST, PROBE_VALID, REASON_NONE},
	    {200, NULL, "{\"id\":\"a\",\"number\":{}," REST, PROBE_VALID,
		REASON_NONE},
	    {200, NULL, "{\"id\":\"a\",\"scopes\":7," REST, PROBE_UNAVAILABLE,
		REASON_AS_ANSWER_MALFORMED},
	    {200, NULL, "{\"id\":\"a\",\"scopes\":[\"a b\"]," REST,
		PROBE_UNAVAILABLE, REASON_AS_ANSWER_MALFORMED},
	    {200, NULL, "{\"id\":\"a\",\"exp\":\"soon\"," REST,
		PROBE_UNAVAILABLE, REASON_AS_ANSWER_MALFORMED},
	    {200, NULL, "{\"id\":\"a\",\"exp\":-1," REST, PROBE_UNAVAILABLE,
		REASON_AS_ANSWER_MALFORMED},
	};

	(void)state;
	check_all(rows_of_probe, cases, ELEMENTS(cases));
}

/* What the account's state is must be known, and known in its own type. */
static void
test_rules(void **state)
{
	static const struct one_case cases[] = {
	    {200, NULL, "{\"id\":\"a\",\"status\":\"ACTIVE\"}",
		PROBE_UNAVAILABLE, REASON_AS_ANSWER_MALFORMED},
	    {200, NULL, "{\"id\":\"a\",\"blocked\":false}", PROBE_UNAVAILABLE,
		REASON_AS_ANSWER_MALFORMED},
	    {200, NULL,
		"{\"id\":\"a\",\"status\":\"CLOSED\",\"blocked\":false}",
		PROBE_REFUSED, REASON_NONE},
	    {200, NULL, "{\"id\":\"a\",\"status\":\"ACTIVE\",\"blocked\":true}",
		PROBE_REFUSED, REASON_NONE},
	    {200, NULL,
		"{\"id\":\"a\",\"status\":\"ACTIVE\",\"blocked\":\"true\"}",
		PROBE_UNAVAILABLE, REASON_AS_ANSWER_MALFORMED},
	    {200, NULL, "{\"id\":\"a\",\"status\":\"ACTIVE\",\"blocked\":1}",
		PROBE_UNAVAILABLE, REASON_AS_ANSWER_MALFORMED},
	    {200, NULL, "{\"id\":\"a\",\"status\":\"ACTIVE\",\"blocked\":null}",
		PROBE_UNAVAILABLE, REASON_AS_ANSWER_MALFORMED},
	    {200, NULL, "{\"id\":\"a\",\"status\":7,\"blocked\":false}",
		PROBE_UNAVAILABLE, REASON_AS_ANSWER_MALFORMED},
	};

	(void)state;
	check_all(rows_of_probe, cases, ELEMENTS(cases));
}

static void
test_transport(void **state)
{
	static const struct {
		enum fetch_result result;
		enum reason reason;
	} rows[] = {
	    {FETCH_UNREACHABLE, REASON_AS_UNREACHABLE},
	    {FETCH_TIMEOUT, REASON_AS_TIMEOUT},
	    {FETCH_TLS, REASON_AS_TLS},
	    {FETCH_TOO_LARGE, REASON_AS_ANSWER_TOO_LARGE},
	    {FETCH_REFUSED, REASON_AS_UNREACHABLE},
	    {FETCH_BUSY, REASON_OVERLOADED},
	    {FETCH_DOWN, REASON_FETCH_DOWN},
	    {FETCH_INTERRUPTED, REASON_INTERRUPTED},
	};
	_cleanup_(profile_clear) struct profile p;

	(void)state;
	assert_int_equal(probe_make(rows_of_probe, &p, NULL), STATUS_OK);
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		_cleanup_(probe_answer_clear) struct probe_answer a = {0};
		struct fetch_reply reply = probe_reply(200, NULL, good);

		reply.result = rows[i].result;
		probe_read(&p.issuer.probes[0], &p.issuer, &reply, &a);
		assert_int_equal(a.result, PROBE_UNAVAILABLE);
		assert_int_equal(a.reason, rows[i].reason);
	}
}

static void
test_encoded(void **state)
{
	_cleanup_(profile_clear) struct profile p;
	_cleanup_(probe_answer_clear) struct probe_answer a = {0};
	struct fetch_reply reply = probe_reply(200, NULL, good);

	(void)state;
	reply.encoded = true;
	assert_int_equal(probe_make(rows_of_probe, &p, NULL), STATUS_OK);
	probe_read(&p.issuer.probes[0], &p.issuer, &reply, &a);
	assert_int_equal(a.result, PROBE_UNAVAILABLE);
	assert_int_equal(a.reason, REASON_AS_ANSWER_MALFORMED);
}

/* Success in the body; an object where an array was, and the other way. */
static void
test_shapes(void **state)
{
	static const char rows[] =
	    "[probe one]\nurl = https://api.example.com/\n"
	    "header = A: {token}\nsuccess = /code == \"000000\"\n"
	    "subject = /data/accounts/id\n";
	static const struct one_case cases[] = {
	    {200, NULL,
		"{\"code\":\"000000\",\"data\":{\"accounts\":{\"id\":\"a\"}}}",
		PROBE_VALID, REASON_NONE},
	    {200, NULL,
		"{\"code\":\"000000\",\"data\":{\"accounts\":[{\"id\":\"a\"},"
		"{\"id\":\"b\"}]}}",
		PROBE_VALID, REASON_NONE},
	    {200, NULL,
		"[{\"code\":\"000000\",\"data\":{\"accounts\":{\"id\":5}}}]",
		PROBE_VALID, REASON_NONE},
	    {200, NULL, "{\"code\":\"000000\",\"data\":{\"accounts\":[]}}",
		PROBE_UNAVAILABLE, REASON_AS_ANSWER_MALFORMED},
	    {200, NULL, "{\"code\":\"100001\"}", PROBE_UNAVAILABLE,
		REASON_AS_ERROR},
	    {200, NULL, "{\"code\":0}", PROBE_UNAVAILABLE, REASON_AS_ERROR},
	    {200, NULL, "{}", PROBE_UNAVAILABLE, REASON_AS_ERROR},
	    {200, NULL, "[1],\"x\":[2]", PROBE_UNAVAILABLE,
		REASON_AS_ANSWER_MALFORMED},
	    {200, NULL, "[{\"a\":1,\"a\":2}]", PROBE_UNAVAILABLE,
		REASON_AS_ANSWER_MALFORMED},
	};

	(void)state;
	check_all(rows, cases, ELEMENTS(cases));
}

/* Text of the scopes' probe and what it means. */
static void
test_scopes(void **state)
{
	static const struct {
		const char *separator, *body;
		bool known;
		size_t count;
	} rows[] = {
	    {"comma", "{\"s\":\"read,write\"}", true, 2},
	    {"comma", "{\"s\":\"read, write read\"}", true, 2},
	    {"space", "{\"s\":\"read,write\"}", true, 1},
	    {"space", "{\"s\":[\"wallet:user:read\",\"b\"]}", true, 2},
	    {"space", "{\"s\":[]}", true, 0},
	    {"space", "{\"s\":\"\"}", true, 0},
	    {"space", "{\"s\":null}", false, 0},
	    {"space", "{}", false, 0},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		_cleanup_(profile_clear) struct profile p;
		_cleanup_(probe_answer_clear) struct probe_answer a = {0};
		struct fetch_reply reply = probe_reply(200, NULL, rows[i].body);
		char text[512];

		(void)snprintf(text, sizeof(text),
		    "[issuer]\nscope_separator = %s\n[probe one]\n"
		    "url = https://api.example.com/\nheader = A: {token}\n"
		    "scopes = /s\n",
		    rows[i].separator);
		assert_int_equal(probe_make(text, &p, NULL), STATUS_OK);
		probe_read(&p.issuer.probes[0], &p.issuer, &reply, &a);
		assert_int_equal(a.result, PROBE_VALID);
		assert_int_equal(a.scopes_known, rows[i].known);
		assert_int_equal(a.scopes.count, rows[i].count);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_good),
	    cmocka_unit_test(test_statuses),
	    cmocka_unit_test(test_bodies),
	    cmocka_unit_test(test_rules),
	    cmocka_unit_test(test_transport),
	    cmocka_unit_test(test_encoded),
	    cmocka_unit_test(test_shapes),
	    cmocka_unit_test(test_scopes),
	};

	return cmocka_run_group_tests_name("probe_read", tests, NULL, NULL);
}
