/* SPDX-License-Identifier: ISC */
/* Whatever goes in, one line of valid JSON comes out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "allocations.h"
#include "scopegate/buf.h"
#include "scopegate/cleanup.h"
#include "scopegate/json.h"

static void
assert_checked(const struct buf *b)
{
	const char *reason = NULL;
	size_t offset = 0;

	assert_int_equal(b->error, STATUS_OK);
	if (json_check(buf_string(b), b->length, false, &reason, &offset) !=
	    STATUS_OK)
		fail_msg("%s: %s at %zu", buf_string(b), reason, offset);
	assert_null(strchr(buf_string(b), '\n'));
}

static void
test_shape(void **state)
{
	_cleanup_(buf_clear) struct buf b;
	struct json_writer w;

	(void)state;
	buf_init(&b, 1024);
	json_writer_init(&w, &b);
	json_write_begin_object(&w, NULL);
	json_write_string(&w, "s", "x");
	json_write_string(&w, "none", NULL);
	json_write_begin_array(&w, "a");
	json_write_integer(&w, NULL, INT64_MIN);
	json_write_integer(&w, NULL, INT64_MAX);
	json_write_integer(&w, NULL, 0);
	json_write_begin_object(&w, NULL);
	json_write_end_object(&w);
	json_write_begin_array(&w, NULL);
	json_write_end_array(&w);
	json_write_text(&w, NULL, "cut here", 3);
	json_write_text(&w, NULL, NULL, 0);
	json_write_end_array(&w);
	json_write_bool(&w, "t", true);
	json_write_bool(&w, "f", false);
	json_write_null(&w, "z");
	json_write_begin_object(&w, "o");
	json_write_integer(&w, "n", -10);
	json_write_end_object(&w);
	json_write_end_object(&w);
	assert_string_equal(buf_string(&b),
	    "{\"s\":\"x\",\"none\":null,\"a\":[-9223372036854775808,"
	    "9223372036854775807,0,{},[],\"cut\",null],\"t\":true,"
	    "\"f\":false,\"z\":null,\"o\":{\"n\":-10}}");
	assert_checked(&b);
}

static const struct row {
	const char *text;
	size_t length;       /* 0: strlen */
	const char *written; /* between the quotes */
} rows[] = {
    {"plain ~", 0, "plain ~"},
    {"", 0, ""},
    {"\"\\/", 0, "\\\"\\\\/"},
    {"\n\r\t\b\f", 0, "\\u000a\\u000d\\u0009\\u0008\\u000c"},
    {"\x01\x1f\x7f", 0, "\\u0001\\u001f\\u007f"},
    {"\xc2\x80\xc2\x9f\xc2\xa0", 0, "\\u0080\\u009f\xc2\xa0"},
    {"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", 0,
	"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"},
    {"\xff", 0, "\xef\xbf\xbd"},
    {"a\xc3", 0, "a\xef\xbf\xbd"},
    {"\xc3(", 0, "\xef\xbf\xbd("},
    {"\xe2\x82", 0, "\xef\xbf\xbd\xef\xbf\xbd"},
    {"\xed\xa0\x80", 0, "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
    {"\xc0\xaf", 0, "\xef\xbf\xbd\xef\xbf\xbd"},
    {"12345678\"", 0, "12345678\\\""},
    {"1234567\"89012345", 0, "1234567\\\"89012345"},
};

static void
test_texts(void **state)
{
	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		const struct row *r = &rows[i];
		_cleanup_(buf_clear) struct buf b, wanted;
		struct json_writer w;

		buf_init(&b, 1024);
		buf_init(&wanted, 1024);
		json_writer_init(&w, &b);
		json_write_begin_object(&w, NULL);
		/* As a name it is written in the same way. */
		json_write_string(&w, r->text, r->text);
		json_write_end_object(&w);
		(void)buf_format(
		    &wanted, "{\"%s\":\"%s\"}", r->written, r->written);
		assert_string_equal(buf_string(&b), buf_string(&wanted));
		assert_checked(&b);
	}
}

/* NUL is a control character like others where a length is given. */
static void
test_nul(void **state)
{
	_cleanup_(buf_clear) struct buf b;
	struct json_writer w;

	(void)state;
	buf_init(&b, 64);
	json_writer_init(&w, &b);
	json_write_text(&w, NULL, "a\0b", 3);
	assert_string_equal(buf_string(&b), "\"a\\u0000b\"");
}

/* What one octet of no character's middle is written as. */
static void
append_written(struct buf *b, unsigned int octet)
{
	if (octet >= 0x80)
		(void)buf_append_string(b, "\xef\xbf\xbd");
	else if (octet < 0x20 || octet == 0x7f)
		(void)buf_format(b, "\\u%04x", octet);
	else if (octet == '"' || octet == '\\')
		(void)buf_format(b, "\\%c", (int)octet);
	else
		(void)buf_append_byte(b, (uint8_t)octet);
}

/* Every octet at every place of a word of eight. */
static void
test_every_octet(void **state)
{
	static const char around[] = "aaaaaaaaaaaaaaaa";

	(void)state;
	for (size_t place = 0; place < sizeof(around); place++) {
		for (unsigned int octet = 1; octet < 256; octet++) {
			_cleanup_(buf_clear) struct buf b, wanted;
			struct json_writer w;
			char text[sizeof(around) + 1] = "";

			buf_init(&b, 1024);
			buf_init(&wanted, 1024);
			memcpy(text, around, place);
			text[place] = (char)octet;
			memcpy(text + place + 1, around + place,
			    sizeof(around) - 1 - place);
			json_writer_init(&w, &b);
			json_write_begin_object(&w, NULL);
			json_write_string(&w, "a", text);
			json_write_end_object(&w);
			(void)buf_format(
			    &wanted, "{\"a\":\"%.*s", (int)place, around);
			append_written(&wanted, octet);
			(void)buf_format(&wanted, "%s\"}", around + place);
			assert_string_equal(
			    buf_string(&b), buf_string(&wanted));
			assert_checked(&b);
		}
	}
}

static void
test_long(void **state)
{
	char text[2000];

	(void)state;
	for (size_t n = 0; n < sizeof(text); n += 37) {
		_cleanup_(buf_clear) struct buf b;
		struct json_writer w;

		buf_init(&b, 16384);
		memset(text, 'x', sizeof(text));
		if (n > 0)
			text[n / 2] = '\n';
		json_writer_init(&w, &b);
		json_write_begin_object(&w, NULL);
		json_write_text(&w, "first", text, n);
		json_write_integer(&w, "second", (int64_t)n);
		json_write_end_object(&w);
		assert_checked(&b);
		assert_int_equal(
		    b.length, strlen("{\"first\":\"\",\"second\":}") + n +
				  (n > 0 ? 5 : 0) +
				  (n > 999     ? 4
				      : n > 99 ? 3
				      : n > 9  ? 2
					       : 1));
	}
}

/* A record that does not fit is no record. */
static void
test_errors_stick(void **state)
{
	struct buf b;
	struct json_writer w;

	(void)state;
	buf_init(&b, 10);
	json_writer_init(&w, &b);
	json_write_begin_object(&w, NULL);
	json_write_string(&w, "name", "longer than ten");
	json_write_end_object(&w);
	assert_int_equal(b.error, STATUS_TOO_BIG);
	assert_null(buf_string(&b));
	buf_clear(&b);
	buf_init(&b, 100);
	allocation_fail_next();
	json_writer_init(&w, &b);
	json_write_begin_object(&w, NULL);
	json_write_integer(&w, "n", 1);
	assert_int_equal(b.error, STATUS_NOMEM);
	buf_clear(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_shape),
	    cmocka_unit_test(test_texts),
	    cmocka_unit_test(test_nul),
	    cmocka_unit_test(test_every_octet),
	    cmocka_unit_test(test_long),
	    cmocka_unit_test(test_errors_stick),
	};

	return cmocka_run_group_tests_name("json_write", tests, NULL, NULL);
}
