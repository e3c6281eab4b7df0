/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "fetch_fixture.h"
#include "scopegate/cleanup.h"

/*
 * What each kind of question may do: method, credentials, tries and hosts, seen
 * from the server that is asked.
 */

static const enum fetch_slot forms[] = {
    FETCH_INTROSPECT, FETCH_TOKEN, FETCH_DEVICE, FETCH_REVOKE};

static void
start_with(struct fixture *x, const char *more)
{
	fixture_write_config(x, "gate", more);
	fixture_reread_config(x);
	assert_int_equal(
	    fetcher_start(x->base, x->config, &x->fetcher), STATUS_OK);
}

/* Another client of the same server. */
static void
restart_with(struct fixture *x, const char *more)
{
	fetcher_stop(x->fetcher);
	x->fetcher = NULL;
	start_with(x, more);
}

/* Instead of the section's secret and audience. */
static void
start_grant(struct fixture *x, const char *more)
{
	fixture_write_grant(x, more);
	fixture_reread_config(x);
	assert_int_equal(
	    fetcher_start(x->base, x->config, &x->fetcher), STATUS_OK);
}

static void
forms_carry_our_credentials(void **state)
{
	struct fixture *x = *state;

	start_with(x, "");
	for (size_t i = 0; i < ELEMENTS(forms); i++) {
		assert_int_equal(
		    fixture_asked(x, forms[i], "/good", 10000).status, 200);
		assert_true(fixture_last_has(x, "POST /good HTTP/1.1\r\n"));
		/* base64("gate:s%2Be%2Fc+ret%25") */
		assert_true(fixture_last_has(x,
		    "\r\nAuthorization: Basic Z2F0ZTpzJTJCZSUyRmMrcmV0JTI1"
		    "\r\n"));
		assert_true(fixture_last_has(x,
		    "\r\nContent-Type: application/x-www-form-urlencoded\r\n"));
		assert_true(
		    fixture_last_has(x, "\r\nAccept: application/json\r\n"));
		assert_true(fixture_last_has(x, "\r\n\r\ntoken=abc"));
		assert_false(fixture_last_has(x, "client_id"));
	}
	restart_with(x, "client_auth = client_secret_post");
	for (size_t i = 0; i < ELEMENTS(forms); i++) {
		(void)fixture_asked(x, forms[i], "/good", 10000);
		assert_true(
		    fixture_last_has(x, "\r\n\r\ntoken=abc&client_id=gate&"
					"client_secret=s%2Be%2Fc+ret%25"));
		assert_false(fixture_last_has(x, "Authorization"));
	}
}

static void
a_public_client_says_its_name(void **state)
{
	struct fixture *x = *state;

	start_grant(x, "client_auth = none");
	for (size_t i = 0; i < ELEMENTS(forms); i++) {
		(void)fixture_asked(x, forms[i], "/good", 10000);
		assert_true(
		    fixture_last_has(x, "\r\n\r\ntoken=abc&client_id=gate"));
		assert_false(fixture_last_has(x, "client_secret"));
		assert_false(fixture_last_has(x, "Authorization"));
	}
}

/* SHA-256("gate" "r q+1" "s+e/c ret%") */
#define CHECKSUM                                                               \
	"c5eb58a5b514e9bba2c3fcbe0351b55938373b7f1c01f2de341d037df0ca4c27"

static void
kite_gets_a_checksum(void **state)
{
	struct fixture *x = *state;
	static const char *const faulty[] = {"",
	    "request_token=", "request_token=%2", "request_token=%zz",
	    "request_token=a&b=c", "request_token=a=b", "code=abc",
	    "x&request_token=abc"};

	start_with(x, "exchange = kite\npkce = no");
	x->form = "request_token=r+q%2B1";
	assert_int_equal(
	    fixture_asked(x, FETCH_TOKEN, "/good", 10000).status, 200);
	assert_true(fixture_last_has(x,
	    "\r\n\r\napi_key=gate&request_token=r+q%2B1&checksum=" CHECKSUM));
	/* Neither the secret nor the usual authentication. */
	assert_false(fixture_last_has(x, "ret%25"));
	assert_false(fixture_last_has(x, "Authorization"));
	for (size_t i = 0; i < ELEMENTS(faulty); i++) {
		unsigned int before = http_script_requests(x->server);

		x->form = faulty[i];
		if (fixture_asked(x, FETCH_TOKEN, "/good", 10000).result !=
		    FETCH_REFUSED)
			fail_msg("`%s` was sent", faulty[i]);
		assert_int_equal(http_script_requests(x->server), before);
	}
}

static unsigned int
requests_of(struct fixture *x, enum fetch_slot slot, const char *path,
    struct outcome *ret)
{
	unsigned int before = http_script_requests(x->server);

	*ret = fixture_asked(x, slot, path, 10000);
	return http_script_requests(x->server) - before;
}

/* A code is good once, and a second use may end what the first one gave. */
static void
a_code_is_never_sent_twice(void **state)
{
	struct fixture *x = *state;
	struct outcome o;

	start_with(x, "");
	/* A kept connection that the server closes when it is used again:
	 * libcurl would send a form a second time all by itself. */
	(void)fixture_asked(x, FETCH_INTROSPECT, "/once", 10000);
	assert_int_equal(requests_of(x, FETCH_TOKEN, "/once", &o), 1);
	assert_int_equal(o.status, 200);
	assert_int_equal(requests_of(x, FETCH_TOKEN, "/no-answer", &o), 1);
	assert_int_equal(o.result, FETCH_UNREACHABLE);
	assert_int_equal(requests_of(x, FETCH_TOKEN, "/cut-headers", &o), 1);
	assert_int_equal(o.result, FETCH_UNREACHABLE);
	assert_int_equal(requests_of(x, FETCH_TOKEN, "/busy", &o), 1);
	assert_int_equal(o.status, 503);
	assert_int_equal(requests_of(x, FETCH_TOKEN, "/unauthorized", &o), 1);
	assert_int_equal(o.status, 401);
	/* Others may be asked again. */
	assert_int_equal(requests_of(x, FETCH_REVOKE, "/busy", &o), 2);
	assert_int_equal(requests_of(x, FETCH_DEVICE, "/busy-once", &o), 2);
	assert_int_equal(o.status, 200);
}

static void
no_slot_follows_a_redirect(void **state)
{
	struct fixture *x = *state;
	struct outcome o;

	start_with(x, "");
	for (size_t i = 0; i < ELEMENTS(forms); i++) {
		assert_int_equal(requests_of(x, forms[i], "/redirect", &o), 1);
		assert_int_equal(o.result, FETCH_ANSWERED);
		assert_int_equal(o.status, 307);
	}
}

/* RFC 6749 section 5.2, RFC 8628 section 3.5: the error says what happened. */
static void
the_body_of_a_refusal_arrives(void **state)
{
	struct fixture *x = *state;

	start_with(x, "");
	for (size_t i = 0; i < ELEMENTS(forms); i++) {
		struct outcome o =
		    fixture_asked(x, forms[i], "/bad-request", 10000);

		assert_int_equal(o.result, FETCH_ANSWERED);
		assert_int_equal(o.status, 400);
		assert_string_equal(o.type, "application/json");
		assert_string_equal(o.body, "{\"error\":\"invalid_grant\"}");
	}
}

/* What the configuration names may be asked, and nothing else. */
static void
written_endpoints_are_named(void **state)
{
	struct fixture *x = *state;
	static const struct {
		const char *key;
		bool named;
	} rows[] = {
	    {"token_endpoint", true},
	    {"device_authorization_endpoint", true},
	    {"revocation_endpoint", true},
	    {"api_url", true},
	    {"paper_api_url", true},
	    {"authorization_endpoint", false},
	    {"redirect_uri", false},
	};
	char more[256], url[128];

	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		struct outcome o;

		/* The server listens on one address alone, so that who asks
		 * at all finds nobody. */
		(void)snprintf(url, sizeof(url), "http://127.0.0.9:%u/good",
		    http_script_port(x->server));
		(void)snprintf(more, sizeof(more), "%s = %s", rows[i].key, url);
		restart_with(x, more);
		o = fixture_asked(x, FETCH_TOKEN, url, 10000);
		if (o.result !=
		    (rows[i].named ? FETCH_UNREACHABLE : FETCH_REFUSED))
			fail_msg("%s: result %d", rows[i].key, (int)o.result);
		/* The way, not the host, is free. */
		(void)snprintf(url, sizeof(url), "http://127.0.0.8:%u/good",
		    http_script_port(x->server));
		assert_int_equal(
		    fixture_asked(x, FETCH_TOKEN, url, 10000).result,
		    FETCH_REFUSED);
	}
}

static const char profile[] =
    "[profile]\n"
    "title = A broker for tests\n"
    "source = nowhere\n"
    "status = from documents\n"
    "checked = 2026-11-26\n"
    "[probe first]\n"
    "url = https://127.0.0.9:1/\n"
    "header = Authorization: Bearer {token}\n"
    "subject = /id\n"
    "[probe second]\n"
    "url = {api_url}/good\n"
    "method = POST\n"
    "header = Authorization: token {client_id}:{token}\n"
    "header = X-Version: 3\n"
    "body = t={token}\n"
    "content_type = application/x-www-form-urlencoded\n"
    "subject = /id\n";

static void
a_probe_is_what_the_profile_says(void **state)
{
	struct fixture *x = *state;
	char more[256];

	fixture_write_profile(x, profile);
	(void)snprintf(more, sizeof(more),
	    "client_secret_file = %s\nprofile = fake\napi_url = "
	    "http://127.0.0.1:%u",
	    x->secret_path, http_script_port(x->server));
	start_grant(x, more);
	assert_int_equal(x->config->issuers[0].probe_count, 2);
	assert_int_equal(
	    fixture_asked(x, FETCH_PROBE, "/good", 10000).status, 200);
	assert_true(fixture_last_has(x, "GET /good HTTP/1.1\r\n"));
	assert_true(fixture_last_has(x, "\r\nAuthorization: Bearer abc\r\n"));
	assert_true(fixture_last_has(x, "\r\nAccept: application/json\r\n"));
	x->probe = 1;
	assert_int_equal(
	    fixture_asked(x, FETCH_PROBE, "/good", 10000).status, 200);
	assert_true(fixture_last_has(x, "POST /good HTTP/1.1\r\n"));
	assert_true(
	    fixture_last_has(x, "\r\nAuthorization: token gate:abc\r\n"));
	assert_true(fixture_last_has(x, "\r\nX-Version: 3\r\n"));
	assert_true(fixture_last_has(x, "\r\n\r\nt=abc"));
	assert_false(fixture_last_has(x, "ret%25"));
	/* Nothing of it stays in the handle. */
	(void)fixture_asked(x, FETCH_REVOKE, "/good", 10000);
	assert_false(fixture_last_has(x, "X-Version"));
	assert_false(fixture_last_has(x, "Authorization: token"));
	assert_true(fixture_last_has(x, "\r\nAuthorization: Basic "));
	/* Neither a probe that there is not, nor a redirect. */
	x->probe = 2;
	assert_int_equal(fixture_asked(x, FETCH_PROBE, "/good", 10000).result,
	    FETCH_REFUSED);
	x->probe = 0;
	assert_int_equal(
	    fixture_asked(x, FETCH_PROBE, "/redirect", 10000).status, 307);
	/* The host that the profile names may be asked; it is not there. */
	assert_int_equal(
	    fixture_asked(x, FETCH_PROBE, "https://127.0.0.9:1/", 10000).result,
	    FETCH_UNREACHABLE);
	assert_int_equal(
	    fixture_asked(x, FETCH_PROBE, "https://127.0.0.8:1/", 10000).result,
	    FETCH_REFUSED);
}

/* A token that would write a header field of its own is not sent. */
static void
a_token_stays_in_its_field(void **state)
{
	static const char *const tokens[] = {
	    "a\r\nX: y", "a\nX: y", "a b", "a\x7f", "\xc3\xa9", ""};
	struct fixture *x = *state;
	char more[256];

	fixture_write_profile(x, profile);
	(void)snprintf(more, sizeof(more),
	    "client_secret_file = %s\nprofile = fake\napi_url = "
	    "http://127.0.0.1:%u",
	    x->secret_path, http_script_port(x->server));
	start_grant(x, more);
	for (size_t i = 0; i < ELEMENTS(tokens); i++) {
		x->token = tokens[i];
		if (fixture_asked(x, FETCH_PROBE, "/good", 10000).result !=
		    FETCH_REFUSED)
			fail_msg("token %zu was sent", i);
	}
	assert_int_equal(http_script_requests(x->server), 0);
}

#define CASE(f)                                                                \
	cmocka_unit_test_setup_teardown(f, fixture_start_files, fixture_end)

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    CASE(forms_carry_our_credentials),
	    CASE(a_public_client_says_its_name),
	    CASE(kite_gets_a_checksum),
	    CASE(a_code_is_never_sent_twice),
	    CASE(no_slot_follows_a_redirect),
	    CASE(the_body_of_a_refusal_arrives),
	    CASE(written_endpoints_are_named),
	    CASE(a_probe_is_what_the_profile_says),
	    CASE(a_token_stays_in_its_field),
	};

	if (argc == 3 && strcmp(argv[1], FETCH_ROLE) == 0)
		return fetch_main(FETCH_CHANNEL_FD, argv[2]);
	return cmocka_run_group_tests_name("fetch slots", tests, NULL, NULL);
}
