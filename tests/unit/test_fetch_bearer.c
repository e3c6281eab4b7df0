/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "assertion_read.h"
#include "captured.h"
#include "fetch_fixture.h"
#include "key_make.h"
#include "scopegate/cleanup.h"

/* A token for ourselves, from the token endpoint to the introspection, seen
 * from the server that gives and takes it. */

#define MANY 40

static void
start_with(struct fixture *x, const char *token_path, const char *more)
{
	char text[512];

	fetcher_stop(x->fetcher);
	x->fetcher = NULL;
	(void)snprintf(text, sizeof(text),
	    "client_auth = bearer\ntoken_endpoint = http://127.0.0.1:%u%s\n%s",
	    http_script_port(x->server), token_path, more);
	fixture_write_client(x, text);
	fixture_reread_config(x);
	assert_int_equal(
	    fetcher_start(x->base, x->config, &x->fetcher), STATUS_OK);
}

static void
start_with_secret(struct fixture *x, const char *token_path, const char *more)
{
	char text[256];

	(void)snprintf(text, sizeof(text), "client_secret_file = %s\n%s",
	    x->secret_path, more);
	start_with(x, token_path, text);
}

static void
assert_request(struct fixture *x, unsigned int number, const char *part)
{
	const char *request = http_script_request(x->server, number);

	assert_non_null(request);
	if (strstr(request, part) == NULL)
		fail_msg("request %u lacks `%s`:\n%s", number, part, request);
}

static void
assert_introspects(struct fixture *x, unsigned int requests)
{
	unsigned int before = http_script_requests(x->server);

	assert_int_equal(
	    fixture_asked(x, FETCH_INTROSPECT, "/guarded", 10000).status, 200);
	assert_int_equal(http_script_requests(x->server) - before, requests);
}

static void
a_token_is_got_and_kept(void **state)
{
	struct fixture *x = *state;

	start_with_secret(x, "/token", "");
	assert_int_equal(http_script_requests(x->server), 0);
	assert_introspects(x, 2);
	assert_request(x, 0, "POST /token HTTP/1.1\r\n");
	/* base64("gate:s%2Be%2Fc+ret%25") */
	assert_request(
	    x, 0, "\r\nAuthorization: Basic Z2F0ZTpzJTJCZSUyRmMrcmV0JTI1\r\n");
	assert_request(x, 0, "\r\n\r\ngrant_type=client_credentials");
	assert_request(x, 1, "POST /guarded HTTP/1.1\r\n");
	assert_request(x, 1, "\r\nAuthorization: Bearer issued-1\r\n");
	assert_request(x, 1, "\r\n\r\ntoken=abc");
	assert_introspects(x, 1);
	/* At the token endpoint and the others, we are the client. */
	(void)fixture_asked(x, FETCH_TOKEN, "/good", 10000);
	assert_true(fixture_last_has(x, "\r\nAuthorization: Basic "));
	(void)fixture_asked(x, FETCH_REVOKE, "/good", 10000);
	assert_true(fixture_last_has(x, "\r\nAuthorization: Basic "));
	(void)fixture_asked(x, FETCH_METADATA, "/good", 10000);
	assert_false(fixture_last_has(x, "Authorization"));
}

static void
each_way_gets_one(void **state)
{
	struct fixture *x = *state;
	struct assertion_read a;
	char text[256];

	start_with_secret(
	    x, "/token", "bearer_client_auth = client_secret_post");
	assert_introspects(x, 2);
	assert_request(x, 0,
	    "\r\n\r\ngrant_type=client_credentials&client_id=gate&"
	    "client_secret=s%2Be%2Fc+ret%25");
	key_write(key_make("P-256"), x->key_path, 0600, NULL);
	(void)snprintf(text, sizeof(text),
	    "bearer_client_auth = private_key_jwt\nclient_key_file = %s",
	    x->key_path);
	start_with(x, "/token", text);
	assert_introspects(x, 2);
	assert_request(x, 2,
	    "\r\n\r\ngrant_type=client_credentials&client_id=gate&client_a");
	assertion_read(http_script_request(x->server, 2), &a);
	assert_true(assertion_verifies(&a, key_make("P-256"), "ES256"));
	assert_null(
	    strstr(http_script_request(x->server, 3), "client_assertion"));
}

static void
ask_many(struct fixture *x, const char *path, struct outcome *all)
{
	unsigned int left = MANY;

	memset(all, 0, MANY * sizeof(*all));
	for (size_t i = 0; i < MANY; i++) {
		all[i].left = &left;
		assert_true(
		    fixture_ask(x, FETCH_INTROSPECT, path, 10000, &all[i]) > 0);
	}
	fixture_run_loop(x, GUARD_S * 1000);
	assert_int_equal(left, 0);
}

static void
many_wait_for_one(void **state)
{
	static struct outcome all[MANY];
	struct fixture *x = *state;

	start_with_secret(x, "/token", "");
	ask_many(x, "/guarded", all);
	for (size_t i = 0; i < MANY; i++)
		assert_int_equal(all[i].status, 200);
	assert_int_equal(http_script_requests(x->server), MANY + 1);
	assert_request(x, 0, "POST /token ");
}

static void
a_token_that_is_refused_is_replaced_once(void **state)
{
	struct fixture *x = *state;

	start_with_secret(x, "/token", "");
	assert_introspects(x, 2);
	http_script_expire(x->server);
	/* Refused, a token, and the same question again. */
	assert_introspects(x, 3);
	assert_request(x, 3, "POST /token ");
	assert_request(x, 4, "\r\nAuthorization: Bearer issued-3\r\n");
	/* Within the minute another 401 is what it is. */
	http_script_expire(x->server);
	assert_int_equal(
	    fixture_asked(x, FETCH_INTROSPECT, "/guarded", 10000).status, 401);
	assert_int_equal(http_script_requests(x->server), 6);
}

static void
without_a_token_nothing_is_asked(void **state)
{
	static struct outcome all[MANY];
	struct fixture *x = *state;
	static const struct {
		const char *path;
		enum fetch_result result;
		int status;
	} rows[] = {
	    {"/unauthorized", FETCH_ANSWERED, 401},
	    {"/bad-request", FETCH_ANSWERED, 401},
	    {"/limited", FETCH_ANSWERED, 429},
	    {"/busy", FETCH_ANSWERED, 502},
	    {"/good", FETCH_ANSWERED, 502},
	    {"/no-answer", FETCH_UNREACHABLE, 0},
	    {"/over", FETCH_TOO_LARGE, 0},
	};

	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		unsigned int before = http_script_requests(x->server);

		start_with_secret(x, rows[i].path, "");
		ask_many(x, "/guarded", all);
		for (size_t k = 0; k < MANY; k++) {
			if (all[k].result != rows[i].result ||
			    all[k].status != rows[i].status)
				fail_msg("%s: %d %d", rows[i].path,
				    (int)all[k].result, all[k].status);
			assert_int_equal(all[k].length, 0);
		}
		assert_false(fixture_last_has(x, "POST /guarded"));
		/* A burst may span a failure, but not one each. */
		assert_true(http_script_requests(x->server) - before < MANY);
	}
}

/* They leave while the token is awaited, or their time is over. */
static void
who_waits_may_leave(void **state)
{
	struct fixture *x = *state;
	struct outcome gone = {.done = false}, late = {.done = false};
	uint32_t id;

	start_with_secret(x, "/hold", "");
	id = fixture_ask(x, FETCH_INTROSPECT, "/guarded", 10000, &gone);
	assert_true(id > 0);
	late = fixture_asked(x, FETCH_INTROSPECT, "/guarded", 300);
	assert_int_equal(late.result, FETCH_TIMEOUT);
	fetcher_cancel(x->fetcher, id);
	assert_int_equal(
	    fixture_asked(x, FETCH_METADATA, "/good", 10000).status, 200);
	assert_false(gone.done);
}

static void
no_log_tells_of_it(void **state)
{
	static struct captured c;
	struct fixture *x = *state;

	capture_begin(&c);
	start_with_secret(x, "/token", "");
	(void)fixture_asked(x, FETCH_INTROSPECT, "/guarded", 10000);
	(void)fixture_asked(x, FETCH_INTROSPECT, "/no-answer", 10000);
	start_with_secret(x, "/bad-request", "");
	(void)fixture_asked(x, FETCH_INTROSPECT, "/guarded", 10000);
	fetcher_stop(x->fetcher);
	x->fetcher = NULL;
	capture_end(&c);
	assert_non_null(strstr(c.text,
	    "issuer acme: the token endpoint gave us no bearer token (status "
	    "400): invalid_grant"));
	assert_null(strstr(c.text, "issued-"));
	assert_null(strstr(c.text, "ret%"));
}

static int
forget_keys(void **state)
{
	(void)state;
	key_make_done();
	return 0;
}

#define CASE(f)                                                                \
	cmocka_unit_test_setup_teardown(f, fixture_start_files, fixture_end)

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    CASE(a_token_is_got_and_kept),
	    CASE(each_way_gets_one),
	    CASE(many_wait_for_one),
	    CASE(a_token_that_is_refused_is_replaced_once),
	    CASE(without_a_token_nothing_is_asked),
	    CASE(who_waits_may_leave),
	    CASE(no_log_tells_of_it),
	};

	if (argc == 3 && strcmp(argv[1], FETCH_ROLE) == 0)
		return fetch_main(FETCH_CHANNEL_FD, argv[2]);
	return cmocka_run_group_tests_name(
	    "fetch bearer", tests, NULL, forget_keys);
}
