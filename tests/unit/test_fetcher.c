/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "fetch_fixture.h"
#include "scopegate/cleanup.h"

/*
 * A real fetch child, started by the real starter, against a server that
 * misbehaves. This program is what the starter executes, so main() serves the
 * role too.
 */

static void
answers_arrive_as_they_are(void **state)
{
	static const struct {
		const char *path;
		enum fetch_result result;
		int status;
		unsigned int retry_after_s;
		bool encoded;
		const char *type;
		size_t length;
	} rows[] = {
#define JSON "application/json"
#define NOTHING 0, 0, false, "", 0
	    {"/good", FETCH_ANSWERED, 200, 0, false, JSON, 15},
	    {"/early", FETCH_ANSWERED, 200, 0, false, JSON, 15},
	    {"/redirect", FETCH_ANSWERED, 307, 0, false, "", 0},
	    {"/unauthorized", FETCH_ANSWERED, 401, 0, false, "", 0},
	    {"/missing", FETCH_ANSWERED, 404, 0, false, "", 0},
	    {"/limited", FETCH_ANSWERED, 429, 7, false, "", 0},
	    {"/limited-by-date", FETCH_ANSWERED, 429, 1, false, "", 0},
	    {"/error", FETCH_ANSWERED, 500, 0, false, "", 0},
	    {"/busy", FETCH_ANSWERED, 503, 0, false, "", 0},
	    {"/busy-later", FETCH_ANSWERED, 503, 3, false, "", 0},
	    {"/gzip", FETCH_ANSWERED, 200, 0, true, JSON, 0},
	    {"/identity", FETCH_ANSWERED, 200, 0, false, JSON, 15},
	    {"/two-types", FETCH_ANSWERED, 200, 0, false, "?", 15},
	    {"/exact", FETCH_ANSWERED, 200, 0, false, JSON, FETCH_BODY_MAX},
	    {"/over", FETCH_TOO_LARGE, NOTHING},
	    {"/large", FETCH_TOO_LARGE, NOTHING},
	    {"/endless", FETCH_TOO_LARGE, NOTHING},
	    {"/many-headers", FETCH_TOO_LARGE, NOTHING},
	    {"/long-header", FETCH_TOO_LARGE, NOTHING},
	    {"/truncated", FETCH_UNREACHABLE, NOTHING},
	    {"/cut-headers", FETCH_UNREACHABLE, NOTHING},
	    {"/no-answer", FETCH_UNREACHABLE, NOTHING},
	    {"/not-http", FETCH_UNREACHABLE, NOTHING},
	};
	struct fixture *x = *state;

	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		struct outcome o =
		    fixture_asked(x, FETCH_INTROSPECT, rows[i].path, 10000);

		if (o.result != rows[i].result || o.status != rows[i].status)
			fail_msg("%s: result %d status %d", rows[i].path,
			    (int)o.result, o.status);
		assert_int_equal(o.retry_after_s, rows[i].retry_after_s);
		assert_int_equal(o.encoded, rows[i].encoded);
		assert_string_equal(o.type, rows[i].type);
		assert_int_equal(o.length, rows[i].length);
	}
	assert_int_equal(fetcher_restarts(x->fetcher), 0);
}

static void
the_slot_fixes_method_and_credentials(void **state)
{
	struct fixture *x = *state;

	(void)fixture_asked(x, FETCH_INTROSPECT, "/good", 10000);
	assert_true(fixture_last_has(x, "POST /good HTTP/1.1\r\n"));
	/* base64("gate%3A1:s%2Be%2Fc+ret%25"), RFC 6749 section 2.3.1 */
	assert_true(
	    fixture_last_has(x, "\r\nAuthorization: Basic "
				"Z2F0ZSUzQTE6cyUyQmUlMkZjK3JldCUyNQ==\r\n"));
	assert_true(fixture_last_has(
	    x, "\r\nContent-Type: application/x-www-form-urlencoded\r\n"));
	assert_true(fixture_last_has(x, "\r\nAccept: application/json\r\n"));
	assert_true(fixture_last_has(x, "\r\n\r\ntoken=abc"));
	assert_false(fixture_last_has(x, "Accept-Encoding"));
	assert_false(fixture_last_has(x, "Expect"));
	(void)fixture_asked(x, FETCH_METADATA, "/good", 10000);
	assert_true(fixture_last_has(x, "GET /good HTTP/1.1\r\n"));
	assert_false(fixture_last_has(x, "Authorization"));
	assert_false(fixture_last_has(x, "token="));
	/* Back again: nothing of the GET is left in the handle. */
	(void)fixture_asked(x, FETCH_INTROSPECT, "/cookie", 10000);
	(void)fixture_asked(x, FETCH_INTROSPECT, "/good", 10000);
	assert_true(fixture_last_has(x, "POST "));
	assert_true(fixture_last_has(x, "Authorization: Basic"));
	assert_false(fixture_last_has(x, "Cookie"));
}

static void
connections_are_kept(void **state)
{
	struct fixture *x = *state;

	for (int i = 0; i < 20; i++)
		assert_int_equal(
		    fixture_asked(x, FETCH_INTROSPECT, "/good", 10000).status,
		    200);
	assert_int_equal(http_script_connections(x->server), 1);
	assert_int_equal(http_script_requests(x->server), 20);
}

static void
one_second_try(void **state)
{
	struct fixture *x = *state;
	unsigned int before;

	/* Closed instead of a second answer: asked again, elsewhere. */
	for (int i = 0; i < 3; i++)
		assert_int_equal(
		    fixture_asked(x, FETCH_INTROSPECT, "/once", 10000).status,
		    200);
	assert_int_equal(
	    fixture_asked(x, FETCH_INTROSPECT, "/busy-once", 10000).status,
	    200);
	before = http_script_requests(x->server);
	assert_int_equal(
	    fixture_asked(x, FETCH_INTROSPECT, "/busy", 10000).status, 503);
	assert_int_equal(http_script_requests(x->server), before + 2);
	/* Not when told to wait, and not without time for it. */
	(void)fixture_asked(x, FETCH_INTROSPECT, "/busy-later", 10000);
	assert_int_equal(http_script_requests(x->server), before + 3);
	(void)fixture_asked(x, FETCH_INTROSPECT, "/busy", 400);
	assert_int_equal(http_script_requests(x->server), before + 4);
	(void)fixture_asked(x, FETCH_INTROSPECT, "/error", 10000);
	assert_int_equal(http_script_requests(x->server), before + 5);
}

static void
deadlines_end_questions(void **state)
{
	static const char *const paths[] = {"/hold", "/drip"};
	struct fixture *x = *state;

	for (size_t i = 0; i < ELEMENTS(paths); i++) {
		int64_t started = monotonic_us();
		struct outcome o =
		    fixture_asked(x, FETCH_INTROSPECT, paths[i], 300);

		assert_int_equal(o.result, FETCH_TIMEOUT);
		assert_true(monotonic_us() - started >= 290000);
	}
	assert_int_equal(fixture_asked(x, FETCH_INTROSPECT, "/good", 0).result,
	    FETCH_TIMEOUT);
	assert_int_equal(
	    fixture_asked(x, FETCH_INTROSPECT, "/good", 10000).result,
	    FETCH_ANSWERED);
}

/* Whatever the question's own budget says. */
static void
five_seconds_are_the_most(void **state)
{
	struct fixture *x = *state;

	assert_int_equal(
	    fixture_asked(x, FETCH_INTROSPECT, "/drip", 20000).result,
	    FETCH_TIMEOUT);
}

static void
only_the_issuers_hosts_are_asked(void **state)
{
	static const char *const urls[] = {
	    "http://127.0.0.2:%u/good",
	    "http://localhost:%u/good",
	    "http://127.0.0.1.example:%u/good",
	    "https://127.0.0.1:%u/good",
	    "http://127.0.0.1:1%u/good",
	    "http://user@127.0.0.1:%u/good",
	    "http://:x@127.0.0.1:%u/good",
	    "http://127.0.0.1:%u/good#x",
	    "http://127.0.0.1:%u@example/good",
	    "http:\\\\127.0.0.1:%u\\good",
	    "file:///etc/passwd?%u",
	    "ftp://127.0.0.1:%u/good",
	    "127.0.0.1:%u/good",
	    "%u",
	};
	struct fixture *x = *state;
	char url[5000];

	for (size_t i = 0; i < ELEMENTS(urls); i++) {
		const char *place = strstr(urls[i], "%u");

		(void)snprintf(url, sizeof(url), "%.*s%u%s",
		    (int)(place - urls[i]), urls[i],
		    http_script_port(x->server), place + 2);
		if (fixture_asked(x, FETCH_INTROSPECT, url, 10000).result !=
		    FETCH_REFUSED)
			fail_msg("%s was not refused", url);
	}
	assert_int_equal(http_script_connections(x->server), 0);
}

static void
what_cannot_be_asked_is_refused(void **state)
{
	struct fixture *x = *state;
	struct outcome o = {.base = x->base};
	char url[5000];

	assert_int_equal(
	    fixture_asked(x, (enum fetch_slot)9, "/good", 10000).result,
	    FETCH_REFUSED);
	assert_true(fetcher_ask(x->fetcher, FETCH_METADATA, "other",
			x->config->issuers[0].url, NULL, deadline_in_ms(10000),
			outcome_done, &o) > 0);
	fixture_run_loop(x, GUARD_S * 1000);
	assert_true(o.done);
	assert_int_equal(o.result, FETCH_REFUSED);
	memset(url, 'a', sizeof(url) - 1);
	url[sizeof(url) - 1] = '\0';
	o = (struct outcome){.base = x->base};
	assert_true(fetcher_ask(x->fetcher, FETCH_METADATA, "acme", url, NULL,
			deadline_in_ms(10000), outcome_done, &o) > 0);
	fixture_run_loop(x, GUARD_S * 1000);
	assert_true(o.done);
	assert_int_equal(o.result, FETCH_REFUSED);
}

#define MANY 400
#define TAKEN (64 + 256)

static void
an_issuer_has_64_in_flight_and_256_waiting(void **state)
{
	struct fixture *x = *state;
	static struct outcome o[MANY];
	uint32_t ids[MANY];
	unsigned int left = MANY - TAKEN;

	memset(o, 0, sizeof(o));
	for (size_t i = 0; i < MANY; i++) {
		o[i].left = &left;
		ids[i] =
		    fixture_ask(x, FETCH_INTROSPECT, "/hold", 20000, &o[i]);
		assert_true(ids[i] > 0);
	}
	fixture_run_loop(x, GUARD_S * 1000);
	assert_int_equal(left, 0);
	for (size_t i = 0; i < MANY; i++) {
		assert_int_equal(o[i].done, i >= TAKEN);
		if (i >= TAKEN)
			assert_int_equal(o[i].result, FETCH_BUSY);
		else
			fetcher_cancel(x->fetcher, ids[i]);
	}
	assert_true(http_script_connections(x->server) <= 64);
	assert_int_equal(
	    fixture_asked(x, FETCH_INTROSPECT, "/good", 10000).result,
	    FETCH_ANSWERED);
}

/* Waiting for a turn spends the same budget. */
static void
the_queue_keeps_deadlines(void **state)
{
	struct fixture *x = *state;
	static struct outcome o[65];
	unsigned int left = 1;

	memset(o, 0, sizeof(o));
	for (size_t i = 0; i < 64; i++)
		(void)fixture_ask(x, FETCH_INTROSPECT, "/hold", 20000, &o[i]);
	o[64].left = &left;
	(void)fixture_ask(x, FETCH_INTROSPECT, "/good", 300, &o[64]);
	fixture_run_loop(x, 4000);
	assert_true(o[64].done);
	assert_int_equal(o[64].result, FETCH_TIMEOUT);
	assert_false(o[0].done);
}

static void
a_cancelled_question_is_dropped(void **state)
{
	struct fixture *x = *state;
	struct outcome o = {.done = false};
	uint32_t id = fixture_ask(x, FETCH_INTROSPECT, "/hold", 20000, &o);

	for (int i = 0; i < 500 && http_script_requests(x->server) == 0; i++)
		(void)usleep(10000);
	fetcher_cancel(x->fetcher, id);
	for (int i = 0; i < 500 && http_script_abandoned(x->server) == 0; i++)
		(void)usleep(10000);
	assert_int_equal(http_script_abandoned(x->server), 1);
	fixture_run_loop(x, 50);
	assert_false(o.done);
	fetcher_cancel(x->fetcher, id); /* twice, or never asked: nothing */
	fetcher_cancel(x->fetcher, 12345);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, fixture_start, fixture_end)

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    CASE(answers_arrive_as_they_are),
	    CASE(the_slot_fixes_method_and_credentials),
	    CASE(connections_are_kept),
	    CASE(one_second_try),
	    CASE(deadlines_end_questions),
	    CASE(five_seconds_are_the_most),
	    CASE(only_the_issuers_hosts_are_asked),
	    CASE(what_cannot_be_asked_is_refused),
	    CASE(an_issuer_has_64_in_flight_and_256_waiting),
	    CASE(the_queue_keeps_deadlines),
	    CASE(a_cancelled_question_is_dropped),
	};

	if (argc == 3 && strcmp(argv[1], FETCH_ROLE) == 0)
		return fetch_main(FETCH_CHANNEL_FD, argv[2]);
	return cmocka_run_group_tests_name("fetcher", tests, NULL, NULL);
}
