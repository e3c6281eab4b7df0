/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "app/redirect.h"
#include "scopegate/cleanup.h"

static void
registers_or_refuses(void **state)
{
	static const struct {
		const char *uri;
		bool good;
	} rows[] = {
	    {"https://app.example.com/callback", true},
	    {"https://app.example.com:8443/cb?x=1", true},
	    {"https://app.example.com", true},
	    {"http://127.0.0.1/callback", true},
	    {"http://127.0.0.1:8080/callback", true},
	    {"http://[::1]/callback", true},
	    {"http://localhost:5000/callback", true},
	    {"com.example.app:/callback", true},
	    {"http://app.example.com/callback", false},
	    {"http://127.0.0.1.example.com/callback", false},
	    {"http://127.0.0.1@example.com/callback", false},
	    {"https://example.com@example.org/callback", false},
	    {"https://app.example.com/callback#part", false},
	    {"https://*.example.com/callback", false},
	    {"https://app.example.com:/callback", false},
	    {"https://app.example.com:123456/callback", false},
	    {"https://app.example.com;script-src/x", false},
	    {"https://", false},
	    {"https:/callback", false},
	    {"http:evil.example.net://localhost/cb", false},
	    {"https:evil.example.net://localhost/cb", false},
	    {"http:;sandbox://127.0.0.1/cb", false},
	    {"javascript:alert(1)", false},
	    {"data:text/html,x", false},
	    {"/callback", false},
	    {"", false},
	    {"https://app.example.com/a b", false},
	    {"https://app.example.com/\r\nX: y", false},
	    {"https://app.example.com/\"><b>", false},
	    {"https://app.example.com\\@example.org/", false},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		const char *problem = redirect_uri_problem(rows[i].uri);

		if ((problem == NULL) != rows[i].good)
			fail_msg("%s: %s", rows[i].uri,
			    problem == NULL ? "taken" : problem);
	}
}

static void
knows_its_limit(void **state)
{
	char uri[REDIRECT_URI_SIZE + 1] = "https://app.example.com/";

	(void)state;
	memset(uri + strlen(uri), 'a', sizeof(uri) - 1 - strlen(uri));
	uri[REDIRECT_URI_SIZE] = '\0';
	assert_non_null(redirect_uri_problem(uri));
	uri[REDIRECT_URI_SIZE - 1] = '\0';
	assert_null(redirect_uri_problem(uri));
}

static void
matches_exactly_but_for_loopback_ports(void **state)
{
	static const struct {
		const char *registered, *presented;
		bool match;
	} rows[] = {
	    {"https://a.example.com/cb", "https://a.example.com/cb", true},
	    {"http://127.0.0.1/cb", "http://127.0.0.1:49152/cb", true},
	    {"http://[::1]/cb", "http://[::1]:49152/cb", true},
	    {"http://127.0.0.1/cb?x", "http://127.0.0.1:1/cb?x", true},
	    {"https://a.example.com/cb", "https://a.example.com/cb/", false},
	    {"https://a.example.com/cb", "https://a.example.com/cb?x", false},
	    {"https://a.example.com/cb", "https://a.example.com/CB", false},
	    {"https://a.example.com/cb", "https://A.example.com/cb", false},
	    {"https://a.example.com/cb", "https://a.example.com:443/cb", false},
	    {"https://a.example.com/cb", "https://a.example.com/x/../cb",
		false},
	    {"http://127.0.0.1/cb", "http://127.0.0.1:1/cb2", false},
	    {"http://127.0.0.1/cb", "http://127.0.0.1:/cb", false},
	    {"http://127.0.0.1/cb", "http://127.0.0.1:1@example.com/cb", false},
	    {"http://127.0.0.1/cb", "http://127.0.0.1:65535/cb", true},
	    {"http://127.0.0.1/cb", "http://127.0.0.1:65536/cb", false},
	    {"http://127.0.0.1/cb", "http://127.0.0.1:0/cb", false},
	    {"http://127.0.0.1/cb", "http://127.0.0.1:999999/cb", false},
	    {"http://127.0.0.1/cb", "https://127.0.0.1:1/cb", false},
	    {"http://127.0.0.1/cb", "http://127.0.0.2:1/cb", false},
	    {"http://127.0.0.1/cb", "http://[::1]:1/cb", false},
	    {"http://127.0.0.1:80/cb", "http://127.0.0.1:81/cb", false},
	    {"http://127.0.0.1:80/cb", "http://127.0.0.1/cb", false},
	    {"http://localhost/cb", "http://localhost:1/cb", false},
	    {"http://127.0.0.1/cb", "", false},
	    {"http://127.0.0.1/cb", "http:x://127.0.0.1:1/cb", false},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		if (redirect_uri_matches(
			rows[i].registered, rows[i].presented) != rows[i].match)
			fail_msg(
			    "%s / %s", rows[i].registered, rows[i].presented);
	}
}

static void
names_what_a_form_may_lead_to(void **state)
{
	static const char *const rows[][2] = {
	    {"https://a.example.com/cb?x=1", "https://a.example.com"},
	    {"https://a.example.com?x=1", "https://a.example.com"},
	    {"http://127.0.0.1:5000/cb", "http://127.0.0.1:5000"},
	    {"http://[::1]:5000/cb", "http:"},
	    {"com.example.app:/cb", "com.example.app:"},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		_cleanup_(buf_clear) struct buf out;

		buf_init(&out, 256);
		assert_int_equal(
		    redirect_uri_csp_source(rows[i][0], &out), STATUS_OK);
		assert_string_equal(buf_string(&out), rows[i][1]);
	}
}

static void
tells_where_it_leads(void **state)
{
	static const struct {
		const char *uri, *origin;
		bool local;
	} rows[] = {
	    {"https://a.example.com/cb?x=1", "https://a.example.com", false},
	    {"https://a.example.com:8443", "https://a.example.com:8443", false},
	    {"http://127.0.0.1:5000/cb", "http://127.0.0.1:5000", true},
	    {"http://[::1]:5000/cb", "http://[::1]:5000", true},
	    {"http://localhost/cb", "http://localhost", true},
	    {"https://localhost.example.com/cb",
		"https://localhost.example.com", false},
	    {"com.example.app:/cb", "com.example.app:", false},
	    {"https:evil.example.net://localhost/", "https:", false},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		_cleanup_(buf_clear) struct buf out = {0};

		buf_init(&out, 256);
		assert_int_equal(
		    redirect_uri_origin(rows[i].uri, &out), STATUS_OK);
		assert_string_equal(buf_string(&out), rows[i].origin);
		assert_int_equal(
		    redirect_uri_is_local(rows[i].uri), rows[i].local);
	}
}

static void
adds_parameters(void **state)
{
	_cleanup_(buf_clear) struct buf plain, query;

	(void)state;
	buf_init(&plain, 256);
	redirect_uri_begin(&plain, "https://a.example.com/cb");
	redirect_uri_add(&plain, "code", "x");
	redirect_uri_add(&plain, "state", "a&b=c\r\n");
	assert_string_equal(buf_string(&plain),
	    "https://a.example.com/cb?code=x&state=a%26b%3Dc%0D%0A");
	buf_init(&query, 256);
	redirect_uri_begin(&query, "https://a.example.com/cb?k=v");
	redirect_uri_add(&query, "code", "x");
	assert_string_equal(
	    buf_string(&query), "https://a.example.com/cb?k=v&code=x");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(registers_or_refuses),
	    cmocka_unit_test(knows_its_limit),
	    cmocka_unit_test(matches_exactly_but_for_loopback_ports),
	    cmocka_unit_test(names_what_a_form_may_lead_to),
	    cmocka_unit_test(tells_where_it_leads),
	    cmocka_unit_test(adds_parameters),
	};

	return cmocka_run_group_tests_name(
	    "brokerd_redirect", tests, NULL, NULL);
}
