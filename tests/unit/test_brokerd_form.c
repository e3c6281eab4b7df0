/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "http/form.h"
#include "scopegate/cleanup.h"

struct decode_row {
	const char *text, *decoded; /* NULL: refused */
};

static void
decodes_or_refuses(void **state)
{
	static const struct decode_row rows[] = {
	    {"", ""},
	    {"plain", "plain"},
	    {"a+b", "a b"},
	    {"a%2Bb", "a+b"},
	    {"a%2bb%26%3d", "a+b&="},
	    {"%C3%A4", "\xc3\xa4"},
	    {"%", NULL},
	    {"%4", NULL},
	    {"%4g", NULL},
	    {"%g4", NULL},
	    {"a%00b", NULL},
	    {"%%41", NULL},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		char text[32];
		enum status status;

		(void)snprintf(text, sizeof(text), "%s", rows[i].text);
		status = form_decode(text);
		if (rows[i].decoded == NULL)
			assert_int_equal(status, STATUS_MALFORMED);
		else
			assert_string_equal(text, rows[i].decoded);
	}
}

static void
finds_fields(void **state)
{
	static const char text[] = "a=1&b=&c&d=x%3Dy&a%32=2&&e=1&e=2";
	_cleanup_(form_clear) struct form f = {0};

	(void)state;
	assert_int_equal(form_parse(text, strlen(text), &f), STATUS_OK);
	assert_int_equal(f.count, 7);
	assert_string_equal(form_get(&f, "a"), "1");
	assert_string_equal(form_get(&f, "d"), "x=y");
	assert_string_equal(form_get(&f, "a2"), "2");
	assert_null(form_get(&f, "b"));
	assert_null(form_get(&f, "c"));
	assert_null(form_get(&f, "e"));
	assert_null(form_get(&f, "absent"));
	assert_true(form_repeats(&f, "e"));
	assert_false(form_repeats(&f, "a"));
	assert_true(form_has_repeats(&f));
}

static void
refuses_the_whole_form(void **state)
{
	_cleanup_(form_clear) struct form f = {0};

	(void)state;
	assert_int_equal(form_parse("a=1&b=%0", 8, &f), STATUS_MALFORMED);
	assert_int_equal(form_parse("a=1&%zz=1", 9, &f), STATUS_MALFORMED);
	assert_int_equal(form_parse("a=1\0b", 5, &f), STATUS_MALFORMED);
	assert_int_equal(f.count, 0);
}

static void
holds_so_many_fields(void **state)
{
	_cleanup_(form_clear) struct form f = {0}, g = {0};
	char text[FORM_FIELDS_MAX * 2 + 3];

	(void)state;
	for (size_t i = 0; i <= FORM_FIELDS_MAX; i++)
		memcpy(text + 2 * i, "a&", 2);
	assert_int_equal(form_parse(text, FORM_FIELDS_MAX * 2, &f), STATUS_OK);
	assert_int_equal(f.count, FORM_FIELDS_MAX);
	assert_int_equal(
	    form_parse(text, FORM_FIELDS_MAX * 2 + 2, &g), STATUS_TOO_BIG);
}

static void
encodes_what_it_decodes(void **state)
{
	_cleanup_(buf_clear) struct buf out;
	_cleanup_(form_clear) struct form f = {0};
	static const char value[] = "a b&c=d+e%f/\xc3\xa4~._-\x01";

	(void)state;
	buf_init(&out, 256);
	form_encode_pair(&out, "na me", value);
	assert_string_equal(
	    buf_string(&out), "na%20me=a%20b%26c%3Dd%2Be%25f%2F%C3%A4~._-%01");
	assert_int_equal(
	    form_parse(buf_string(&out), out.length, &f), STATUS_OK);
	assert_string_equal(form_get(&f, "na me"), value);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(decodes_or_refuses),
	    cmocka_unit_test(finds_fields),
	    cmocka_unit_test(refuses_the_whole_form),
	    cmocka_unit_test(holds_so_many_fields),
	    cmocka_unit_test(encodes_what_it_decodes),
	};

	return cmocka_run_group_tests_name("brokerd_form", tests, NULL, NULL);
}
