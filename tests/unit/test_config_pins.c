/* SPDX-License-Identifier: ISC */
/* tls_pins: the form of a pin, and what is said of one alone. */
#include "config_make.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "scopegate/cleanup.h"

#define A10 "AAAAAAAAAA"
#define A40 A10 A10 A10 A10
#define PIN1 "sha256//" A40 "AAA="
#define PIN2 "sha256//" A40 "+/A="

static const struct {
	const char *pins;
	bool good;
} rows[] = {
    {PIN1, true},
    {PIN1 "\n  " PIN2, true},
    {"sha256//" A40 "AA8=", true},
    {"sha256//" A40 "AAB=", false}, /* bits that no octet has */
    {"sha256//" A40 "AAA", false},
    {"sha256//" A40 "AA==", false},
    {"sha256//" A40 "AAAA=", false},
    {"sha256//" A40 "A_A=", false}, /* of base64url */
    {"sha256//" A40 "AAA=;" PIN2, false},
    {"sha256//", false},
    {"sha256/" A40 "AAA=", false},
    {"SHA256//" A40 "AAA=", false},
    {"sha1//" A40 "AAA=", false},
    {"/etc/ssl/key.pem", false},
    {PIN1 " x", false},
};

static void
test_form(void **state)
{
	struct config_made m;

	(void)state;
	config_make(&m);
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		_cleanup_(config_unrefp) struct config *c = NULL;
		struct conf_error e = {.text = ""};
		char text[512];

		(void)snprintf(text, sizeof(text),
		    "client_secret_file = $/secret\ntls_pins = %s",
		    rows[i].pins);
		config_make_main(&m, LINE_SECRET, text);
		if ((config_make_load(&m, &c, &e) == STATUS_OK) != rows[i].good)
			fail_msg("%s: %s", rows[i].pins, e.text);
		if (rows[i].good)
			continue;
		assert_int_equal(e.line, LINE_SECRET + 1);
		assert_non_null(strstr(e.text, "no sha256//BASE64"));
		assert_non_null(strstr(e.text, "validatord.conf(5)"));
	}
	config_make_done(&m);
}

static void
test_number(void **state)
{
	struct config_made m;

	(void)state;
	config_make(&m);
	for (size_t count = 16; count <= 17; count++) {
		_cleanup_(config_unrefp) struct config *c = NULL;
		struct conf_error e = {.text = ""};
		char text[2048];
		int n = snprintf(text, sizeof(text),
		    "client_secret_file = $/secret\ntls_pins =");

		for (size_t i = 0; i < count; i++)
			n += snprintf(text + n, sizeof(text) - (size_t)n,
			    "%s sha256//" A40 "%c8A=", i > 0 ? "\n" : "",
			    (char)('A' + i));
		config_make_main(&m, LINE_SECRET, text);
		if ((config_make_load(&m, &c, &e) == STATUS_OK) !=
		    (count == 16))
			fail_msg("%zu: %s", count, e.text);
	}
	config_make_done(&m);
}

/* Nothing is shown that they could be held against. */
static void
test_plain_http(void **state)
{
	struct config_made m;
	struct config *c = NULL;
	struct conf_error e = {.text = ""};

	(void)state;
	config_make(&m);
	config_make_main(&m, LINE_URL,
	    "url = http://127.0.0.1:1\ninsecure_loopback = yes\n"
	    "tls_pins = " PIN1);
	assert_int_equal(config_make_load(&m, &c, &e), STATUS_INVALID);
	assert_int_equal(e.line, LINE_URL + 2);
	assert_non_null(strstr(e.text, "held against a certificate"));
	config_make_done(&m);
}

static void
test_one_is_warned_about(void **state)
{
	struct config_made m;
	struct config *c;
	char warnings[2][256];

	(void)state;
	config_make(&m);
	config_make_main(
	    &m, LINE_SECRET, "client_secret_file = $/secret\ntls_pins = " PIN1);
	c = config_make_good(&m);
	assert_int_equal(config_warnings(c, warnings, 2), 1);
	assert_non_null(strstr(warnings[0], "one pin alone"));
	config_unref(c);
	config_make_main(&m, LINE_SECRET,
	    "client_secret_file = $/secret\ntls_pins = " PIN1 "\n " PIN2);
	c = config_make_good(&m);
	assert_int_equal(config_warnings(c, warnings, 2), 0);
	config_unref(c);
	config_make_done(&m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_form),
	    cmocka_unit_test(test_number),
	    cmocka_unit_test(test_plain_http),
	    cmocka_unit_test(test_one_is_warned_about),
	};

	return cmocka_run_group_tests_name("config_pins", tests, NULL, NULL);
}
