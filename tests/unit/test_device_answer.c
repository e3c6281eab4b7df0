/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "device_answer.h"
#include "scopegate/cleanup.h"

/* RFC 8628 section 3.2: what a terminal may be shown, and what it may not. */

static enum reason
read_it(int status, const char *type, const char *body, bool loopback,
    struct device_answer *ret, const char **ret_what)
{
	const struct issuer issuer = {.insecure_loopback = loopback};
	const struct fetch_reply reply = {
	    .result = FETCH_ANSWERED,
	    .http_status = status,
	    .content_type = type,
	    .body = body,
	    .body_length = strlen(body),
	};

	return device_answer_read(&reply, &issuer, ret, ret_what);
}

#define JSON "application/json"
#define CODES "\"device_code\":\"d-1\",\"user_code\":\"BCDF-GHJK\""
#define LINK "\"verification_uri\":\"https://as.example/device\""
#define ENDS "\"expires_in\":600"
#define GOOD "{" CODES "," LINK "," ENDS "}"

static void
test_good(void **state)
{
	static const char body[] =
	    "{" CODES "," LINK "," ENDS ",\"interval\":7,"
	    "\"verification_uri_complete\":\"https://as.example/device?c=B\","
	    "\"confirmation_number\":\"42\",\"extra\":true}";
	_cleanup_(device_answer_clear) struct device_answer a = {0}, bare = {0};
	const char *what;

	(void)state;
	assert_int_equal(
	    read_it(200, JSON, body, false, &a, &what), REASON_NONE);
	assert_string_equal(a.device_code.bytes, "d-1");
	assert_string_equal(a.user_code, "BCDF-GHJK");
	assert_string_equal(a.link, "https://as.example/device");
	assert_string_equal(a.complete, "https://as.example/device?c=B");
	assert_string_equal(a.number, "42");
	assert_int_equal(a.expires_in_s, 600);
	assert_int_equal(a.interval_s, 7);
	assert_int_equal(
	    read_it(200, JSON, GOOD, false, &bare, &what), REASON_NONE);
	assert_null(bare.complete);
	assert_null(bare.number);
	assert_int_equal(bare.interval_s, 5);
}

static void
test_never_faster_than_a_second(void **state)
{
	_cleanup_(device_answer_clear) struct device_answer a = {0};
	const char *what;

	(void)state;
	assert_int_equal(
	    read_it(200, JSON, "{" CODES "," LINK "," ENDS ",\"interval\":0}",
		false, &a, &what),
	    REASON_NONE);
	assert_int_equal(a.interval_s, 1);
}

#define CODE "\"device_code\":\"d-1\""
#define WITH_USER(text) "{" CODE ",\"user_code\":" text "," LINK "," ENDS "}"
#define WITH_LINK(text) "{" CODES ",\"verification_uri\":" text "," ENDS "}"
#define WITH_MORE(text) "{" CODES "," LINK "," ENDS "," text "}"
#define LONG "123456789012345678901234567890123"

static void
test_malformed(void **state)
{
	static const char *const rows[] = {
	    "[]",
	    "{",
	    "{" LINK "," ENDS ",\"user_code\":\"B\"}",
	    "{\"device_code\":\"\",\"user_code\":\"B\"," LINK "," ENDS "}",
	    "{\"device_code\":\"a b\",\"user_code\":\"B\"," LINK "," ENDS "}",
	    "{\"device_code\":1,\"user_code\":\"B\"," LINK "," ENDS "}",
	    "{" CODE "," LINK "," ENDS "}",
	    WITH_USER("\"\""),
	    WITH_USER("\"A B\""),
	    WITH_USER("\"A\\u001b[2J\""),
	    WITH_USER("\"\\u202eA\""),
	    WITH_USER("\"" LONG LONG "\""),
	    WITH_USER("7"),
	    "{" CODES "," ENDS "}",
	    WITH_LINK("\"http://as.example/device\""),
	    WITH_LINK("\"http://127.0.0.1/device\""),
	    WITH_LINK("\"javascript:alert(1)\""),
	    WITH_LINK("\"https://user@as.example/device\""),
	    WITH_LINK("\"https://as.example/a b\""),
	    WITH_LINK("\"https://as.example/\\n\""),
	    WITH_LINK("\"https://as.example/?a=\\u001b[2J\""),
	    WITH_LINK("\"https://as.example/device#x\""),
	    WITH_LINK("null"),
	    WITH_MORE("\"verification_uri_complete\":\"http://as.example/\""),
	    WITH_MORE("\"verification_uri_complete\":false"),
	    WITH_MORE("\"confirmation_number\":\"4 2\""),
	    WITH_MORE("\"confirmation_number\":\"\""),
	    WITH_MORE("\"confirmation_number\":42"),
	    WITH_MORE("\"confirmation_number\":\"12345678901234567\""),
	    WITH_MORE("\"interval\":-1"),
	    WITH_MORE("\"interval\":301"),
	    WITH_MORE("\"interval\":\"5\""),
	    "{" CODES "," LINK "}",
	    "{" CODES "," LINK ",\"expires_in\":0}",
	    "{" CODES "," LINK ",\"expires_in\":\"600\"}",
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		_cleanup_(device_answer_clear) struct device_answer a = {0};
		const char *what = NULL;

		if (read_it(200, JSON, rows[i], false, &a, &what) !=
		    REASON_AS_ANSWER_MALFORMED)
			fail_msg("%s passes", rows[i]);
		assert_non_null(what);
		assert_null(a.user_code);
	}
}

static void
test_loopback_for_tests(void **state)
{
	_cleanup_(device_answer_clear) struct device_answer a = {0};
	const char *what;

	(void)state;
	assert_int_equal(
	    read_it(200, JSON, WITH_LINK("\"http://127.0.0.1/device\""), true,
		&a, &what),
	    REASON_NONE);
}

static void
test_refusals(void **state)
{
	static const struct {
		int status;
		const char *type, *body;
		enum reason reason;
		const char *what; /* a part of it, or NULL */
	} rows[] = {
	    {400, JSON, "{\"error\":\"invalid_client\"}", REASON_AS_REJECTS_US,
		NULL},
	    {401, JSON, "{\"error\":\"invalid_client\"}", REASON_AS_REJECTS_US,
		NULL},
	    {401, "", "", REASON_AS_REJECTS_US, NULL},
	    {403, JSON, "{}", REASON_AS_REJECTS_US, NULL},
	    {400, JSON, "{\"error\":\"unauthorized_client\"}",
		REASON_AS_REJECTS_US, "device grant"},
	    {400, JSON, "{\"error\":\"invalid_scope\"}",
		REASON_AS_STATUS_UNEXPECTED, "scope"},
	    {400, JSON, "{\"error\":\"invalid_authorization_details\"}",
		REASON_AS_STATUS_UNEXPECTED, "host_name"},
	    {400, JSON, "{\"error\":\"odd\"}", REASON_AS_STATUS_UNEXPECTED,
		NULL},
	    {400, "text/html", "no", REASON_AS_STATUS_UNEXPECTED, NULL},
	    {302, JSON, GOOD, REASON_AS_STATUS_UNEXPECTED, NULL},
	    {201, JSON, GOOD, REASON_AS_STATUS_UNEXPECTED, NULL},
	    {200, "text/html", GOOD, REASON_AS_ANSWER_MALFORMED, NULL},
	    {429, JSON, GOOD, REASON_AS_RATE_LIMIT, NULL},
	    {503, JSON, GOOD, REASON_AS_ERROR, NULL},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		_cleanup_(device_answer_clear) struct device_answer a = {0};
		const char *what = NULL;
		enum reason reason = read_it(rows[i].status, rows[i].type,
		    rows[i].body, false, &a, &what);

		if (reason != rows[i].reason)
			fail_msg("row %zu: %s", i, reason_row(reason)->name);
		if (rows[i].what != NULL)
			assert_non_null(strstr(what, rows[i].what));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_good),
	    cmocka_unit_test(test_never_faster_than_a_second),
	    cmocka_unit_test(test_malformed),
	    cmocka_unit_test(test_loopback_for_tests),
	    cmocka_unit_test(test_refusals),
	};

	return cmocka_run_group_tests_name("device_answer", tests, NULL, NULL);
}
