/* SPDX-License-Identifier: ISC */
/* Faults of a profile's file, each told with its line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "probe_make.h"
#include "scopegate/cleanup.h"

#define HEAD_LINES 5
#define URL "url = https://api.example.com/me\n"
#define BEARER "header = Authorization: Bearer {token}\n"
#define SUBJECT "subject = /id\n"

/* Of [probe one], which is the file's line 6. */
static const struct {
	const char *rows;
	unsigned int line; /* 1: the first of `rows` */
	const char *text;
} faults[] = {
    {BEARER SUBJECT, 0, "[probe one] lacks url"},
    {URL SUBJECT, 0, "header and body have no {token}"},
    {URL "header = Authorization: Bearer\n" SUBJECT, 2, "sent nowhere"},
    {URL BEARER, 0, "a success would show nothing"},
    {"url = http://api.example.com/\n", 1, "is no address of an API"},
    {"url = https://api.example.com/#a\n", 1, "fragment"},
    {"url = https://api.example.com/{token}\n", 1, "servers log URLs"},
    {"url = {api}/me\n", 1, "stands for nothing"},
    {"header = Authorization\n", 1, "is no header field"},
    {"header = A b: c\n", 1, "is no header field"},
    {"header = A:b\n", 1, "is no header field"},
    {"header = Host: example.com\n", 1, "made where the request is sent"},
    {"header = content-length: 3\n", 1, "made where the request is sent"},
    {"method = PUT\n", 1, "write one of: GET POST"},
    {URL BEARER SUBJECT "method = POST\n", 0, "write both or neither"},
    {URL BEARER SUBJECT "body = {}\n", 4, "write both or neither"},
    {URL BEARER SUBJECT "method = POST\nbody = {}\n", 0,
	"says what the body is"},
    {URL BEARER SUBJECT "method = POST\nbody = {}\ncontent_type = text/xml\n",
	6, "no type that values can be escaped for"},
    {"ok_status = 302\n", 1, "is no success"},
    {"ok_status = 20\n", 1, "is no HTTP status"},
    {"invalid_status = 401 429\n", 1, "always unavailable"},
    {"invalid_status = 503\n", 1, "always unavailable"},
    {"elsewhere_status = 500\n", 1, "always unavailable"},
    {"invalid_status = 4O1\n", 1, "is no HTTP status"},
    {"invalid_status = 401 401\n", 1, "each once"},
    {URL BEARER SUBJECT "invalid_status = 200\n", 0, "shares a status"},
    {URL BEARER SUBJECT "elsewhere_status = 401\n", 4,
	"nothing tells the two apart"},
    {URL BEARER SUBJECT "elsewhere_text = a\n", 4, "add one"},
    {"subject = id\n", 1, "is no JSON pointer"},
    {"subject = /a~2\n", 1, "~ that is no ~0 or ~1"},
    {"require = /a = 1\n", 1, "is no rule"},
    {"require = /a ==\n", 1, "is no rule"},
    {"require = a == 1\n", 1, "is no JSON pointer"},
    {"require = /a == ACTIVE\n", 1, "has a value that is none"},
    {"require = /a == 1.5\n", 1, "has a value that is none"},
    {"refuse = /a == [1]\n", 1, "has a value that is none"},
    {"refuse = /a == 1,\"v\":2\n", 1, "has a value that is none"},
    {"success = /a == 1e2\n", 1, "has a value that is none"},
    {"env = both\n", 1, "write one of: any paper live"},
    {"subjct = /id\n", 1, "see scopegate-profiles(5)"},
};

static void
test_faults(void **state)
{
	(void)state;
	for (size_t i = 0; i < ELEMENTS(faults); i++) {
		_cleanup_(profile_clear) struct profile p;
		struct conf_error e = {.text = ""};
		unsigned int line = HEAD_LINES + 1 + faults[i].line;
		char text[512];

		(void)snprintf(
		    text, sizeof(text), "[probe one]\n%s", faults[i].rows);
		assert_int_not_equal(probe_make(text, &p, &e), STATUS_OK);
		if (e.line != line || strstr(e.text, faults[i].text) == NULL)
			fail_msg("%s: %u: %s", faults[i].rows, e.line, e.text);
	}
}

static void
test_files(void **state)
{
	static const struct {
		const char *text;
		unsigned int line;
		const char *what;
	} rows[] = {
	    {"[profile]\n", 6, "stands there already"},
	    {"[issuer acme]\n", 6, "unknown section"},
	    {"[policy p]\n", 6, "see scopegate-profiles(5)"},
	    {"title = again\n", 6, "set twice"},
	    {"[issuer]\nclient_secret_file = /etc/x\n", 7, "site's own"},
	    {"[issuer]\nallow_foreign_tokens = yes\n", 7, "site's own"},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		_cleanup_(profile_clear) struct profile p;
		struct conf_error e = {.text = ""};

		assert_int_equal(
		    probe_make(rows[i].text, &p, &e), STATUS_INVALID);
		if (e.line != rows[i].line ||
		    strstr(e.text, rows[i].what) == NULL)
			fail_msg("%s: %u: %s", rows[i].text, e.line, e.text);
	}
}

/* At most eight, and the ninth is told where it stands. */
static void
test_limit(void **state)
{
	_cleanup_(profile_clear) struct profile p, more;
	struct conf_error e = {.text = ""};
	char text[4096] = "";

	(void)state;
	for (int i = 0; i < PROBES_MAX; i++)
		(void)snprintf(text + strlen(text), sizeof(text) - strlen(text),
		    "[probe p%d]\n" URL BEARER SUBJECT, i);
	assert_int_equal(probe_make(text, &p, NULL), STATUS_OK);
	assert_int_equal(p.issuer.probe_count, PROBES_MAX);
	(void)snprintf(text + strlen(text), sizeof(text) - strlen(text),
	    "[probe more]\n" URL BEARER SUBJECT);
	assert_int_equal(probe_make(text, &more, &e), STATUS_INVALID);
	assert_non_null(strstr(e.text, "too many"));
	assert_int_equal(e.line, HEAD_LINES + PROBES_MAX * 4 + 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_faults),
	    cmocka_unit_test(test_files),
	    cmocka_unit_test(test_limit),
	};

	return cmocka_run_group_tests_name("config_probe", tests, NULL, NULL);
}
