/* SPDX-License-Identifier: ISC */
/* What two readers could understand differently does not pass. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "scopegate/buf.h"
#include "scopegate/cleanup.h"
#include "scopegate/json.h"

enum answer { BOTH, SYNTAX, NEITHER }; /* in which modes it passes */

static const struct row {
	const char *text;
	size_t length; /* 0: strlen */
	enum answer answer;
	size_t offset;      /* of the strict refusal */
	const char *reason; /* a part of it */
} rows[] = {
    {"{}", 0, BOTH, 0, NULL},
    {" \t\r\n{ \"a\" : [ 1 , true , false , null , {} , [] ] }\n", 0, BOTH, 0,
	NULL},
    {"{\"a\":-0.5e+10,\"b\":0,\"c\":-0,\"d\":10E-2,\"e\":1.25}", 0, BOTH, 0,
	NULL},
    {"{\"a\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud83d\\ude00\"}", 0, BOTH, 0,
	NULL},
    {"{\"\":\"\"}", 0, BOTH, 0, NULL},
    {"{\"a\":\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\x7f\"}", 0, BOTH, 0, NULL},
    {"{\"a\":{\"a\":1},\"b\":{\"a\":1}}", 0, BOTH, 0, NULL},
    {"{\"a\":[{\"x\":1},{\"x\":1}]}", 0, BOTH, 0, NULL},
    {"{\"b\":{\"c\":1},\"c\":2}", 0, BOTH, 0, NULL},
    /* Allowed by RFC 8259 and not by us. */
    {"[]", 0, SYNTAX, 0, "top"},
    {"\"a\"", 0, SYNTAX, 0, "top"},
    {"1", 0, SYNTAX, 0, "top"},
    {" null", 0, SYNTAX, 1, "top"},
    {"{\"a\":1,\"a\":1}", 0, SYNTAX, 10, "twice"},
    {"{\"a\":1,\"\\u0061\":1}", 0, SYNTAX, 15, "twice"},
    {"{\"\\u00e9\":1,\"\xc3\xa9\":1}", 0, SYNTAX, 16, "twice"},
    {"{\"\\ud83d\\ude00\":1,\"\xf0\x9f\x98\x80\":1}", 0, SYNTAX, 24, "twice"},
    {"{\"\\/\":1,\"/\":1}", 0, SYNTAX, 11, "twice"},
    {"{\"a\":1,\"b\":{\"c\":1},\"a\":2}", 0, SYNTAX, 22, "twice"},
    {"{\"b\":{\"c\":1,\"c\":2}}", 0, SYNTAX, 15, "twice"},
    {"{\"\":1,\"\":2}", 0, SYNTAX, 8, "twice"},
    {"{\"a\":\"root\\u0000x\"}", 0, SYNTAX, 16, "u0000"},
    {"{\"a\\u0000\":1}", 0, SYNTAX, 9, "u0000"},
    {"{\"a\":\"\\ud800\"}", 0, SYNTAX, 12, "surrogate"},
    {"{\"a\":\"\\udc00\"}", 0, SYNTAX, 12, "surrogate"},
    {"{\"a\":\"\\ud800x\"}", 0, SYNTAX, 12, "surrogate"},
    {"{\"a\":\"\\ud800\\n\"}", 0, SYNTAX, 12, "surrogate"},
    {"{\"a\":\"\\ud800\\u0041\"}", 0, SYNTAX, 18, "surrogate"},
    {"{\"a\":\"\\ud800\\ud800\"}", 0, SYNTAX, 18, "surrogate"},
    /* Allowed by nobody. */
    {"", 0, NEITHER, 0, ""},
    {" ", 0, NEITHER, 1, ""},
    {"{", 0, NEITHER, 1, ""},
    {"{\"a\"", 0, NEITHER, 4, "colon"},
    {"{\"a\":", 0, NEITHER, 5, "ends"},
    {"{\"a\":1", 0, NEITHER, 6, ""},
    {"{\"a\":1,", 0, NEITHER, 7, "name"},
    {"{\"a\":1,}", 0, NEITHER, 7, "name"},
    {"{,}", 0, NEITHER, 1, "name"},
    {"{a:1}", 0, NEITHER, 1, "name"},
    {"{'a':1}", 0, NEITHER, 1, "name"},
    {"{1:1}", 0, NEITHER, 1, "name"},
    {"{\"a\" 1}", 0, NEITHER, 5, "colon"},
    {"{\"a\"::1}", 0, NEITHER, 5, ""},
    {"{\"a\":1 \"b\":1}", 0, NEITHER, 7, ""},
    {"{\"a\":[1}", 0, NEITHER, 7, "bracket"},
    {"{\"a\":[1,]}", 0, NEITHER, 8, ""},
    {"{\"a\":[,1]}", 0, NEITHER, 6, ""},
    {"{\"a\":[1", 0, NEITHER, 7, ""},
    {"{]", 0, NEITHER, 1, "name"},
    {"{}}", 0, NEITHER, 2, "after the end"},
    {"{}{}", 0, NEITHER, 2, "after the end"},
    {"{} x", 0, NEITHER, 3, "after the end"},
    {"{}\0", 3, NEITHER, 2, "after the end"},
    {"{\"a\":1}/* */", 0, NEITHER, 7, "after the end"},
    {"\xef\xbb\xbf{}", 0, NEITHER, 0, ""},
    {"{\"a\":01}", 0, NEITHER, 6, ""},
    {"{\"a\":-}", 0, NEITHER, 6, "digits"},
    {"{\"a\":+1}", 0, NEITHER, 5, ""},
    {"{\"a\":.5}", 0, NEITHER, 5, ""},
    {"{\"a\":1.}", 0, NEITHER, 7, "digits"},
    {"{\"a\":1e}", 0, NEITHER, 7, "digits"},
    {"{\"a\":1e+}", 0, NEITHER, 8, "digits"},
    {"{\"a\":0x1}", 0, NEITHER, 6, ""},
    {"{\"a\":NaN}", 0, NEITHER, 5, ""},
    {"{\"a\":Infinity}", 0, NEITHER, 5, ""},
    {"{\"a\":True}", 0, NEITHER, 5, ""},
    {"{\"a\":tru}", 0, NEITHER, 5, "word"},
    {"{\"a\":truex}", 0, NEITHER, 9, ""},
    {"{\"a\":\"x}", 0, NEITHER, 8, "ends"},
    {"{\"a\":\"\\", 0, NEITHER, 7, "ends"},
    {"{\"a\":\"\\x41\"}", 0, NEITHER, 8, "escape"},
    {"{\"a\":\"\\u12\"}", 0, NEITHER, 8, "hex"},
    {"{\"a\":\"\\u12g4\"}", 0, NEITHER, 8, "hex"},
    {"{\"a\":\"\t\"}", 0, NEITHER, 6, "control"},
    {"{\"a\":\"\n\"}", 0, NEITHER, 6, "control"},
    {"{\"a\":\"\0\"}", 9, NEITHER, 6, "control"},
    {"{\"a\":\"\x1f\"}", 0, NEITHER, 6, "control"},
    {"{\"a\":\"\xff\"}", 0, NEITHER, 6, "UTF-8"},
    {"{\"a\":\"\x80\"}", 0, NEITHER, 6, "UTF-8"},
    {"{\"a\":\"\xc0\xaf\"}", 0, NEITHER, 6, "UTF-8"},
    {"{\"a\":\"\xe0\x80\xaf\"}", 0, NEITHER, 6, "UTF-8"},
    {"{\"a\":\"\xed\xa0\x80\"}", 0, NEITHER, 6, "UTF-8"},
    {"{\"a\":\"\xf4\x90\x80\x80\"}", 0, NEITHER, 6, "UTF-8"},
    {"{\"a\":\"\xc3\"}", 0, NEITHER, 6, "UTF-8"},
    {"{\"a\":\"12345678\xff\"}", 0, NEITHER, 14, "UTF-8"},
    {"{\"a\":\"1234567\x01\"}", 0, NEITHER, 13, "control"},
};

static void
test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		const struct row *r = &rows[i];
		size_t length = r->length != 0 ? r->length : strlen(r->text);
		/* Exactly as long, so that a read past the end is seen. */
		char *text = malloc(length);
		const char *reason = NULL, *unused = NULL;
		size_t offset = SIZE_MAX, ignored;
		enum status strict, syntax;

		assert_true(text != NULL || length == 0);
		if (length > 0)
			memcpy(text, r->text, length);
		strict = json_check(text, length, false, &reason, &offset);
		syntax = json_check(text, length, true, &unused, &ignored);
		if ((strict == STATUS_OK) != (r->answer == BOTH) ||
		    (syntax == STATUS_OK) != (r->answer != NEITHER))
			fail_msg("row %zu: %s", i, r->text);
		if (r->answer != BOTH) {
			assert_int_equal(strict, STATUS_MALFORMED);
			if (offset != r->offset ||
			    strstr(reason, r->reason) == NULL)
				fail_msg("row %zu: %s: %s at %zu", i, r->text,
				    reason, offset);
		}
		free(text);
	}
}

/* Makes a document that has `n` of something. */
typedef void maker(struct buf *b, size_t n);

static void
repeat(struct buf *b, const char *text, size_t n)
{
	while (n-- > 0)
		(void)buf_append_string(b, text);
}

static void
make_depth_of_objects(struct buf *b, size_t n)
{
	repeat(b, "{\"a\":", n - 1);
	repeat(b, "{", 1);
	repeat(b, "}", n);
}

static void
make_depth_of_arrays(struct buf *b, size_t n)
{
	repeat(b, "{\"a\":", 1);
	repeat(b, "[", n - 1);
	repeat(b, "]", n - 1);
	repeat(b, "}", 1);
}

static void
make_members(struct buf *b, size_t n)
{
	(void)buf_append_string(b, "{\"m0\":0");
	for (size_t i = 1; i < n; i++)
		(void)buf_format(b, ",\"m%zu\":0", i);
	(void)buf_append_string(b, "}");
}

static void
make_elements(struct buf *b, size_t n)
{
	(void)buf_append_string(b, "{\"a\":[0");
	repeat(b, ",0", n - 1);
	(void)buf_append_string(b, "]}");
}

static void
make_string(struct buf *b, size_t n)
{
	(void)buf_append_string(b, "{\"a\":\"");
	repeat(b, "x", n);
	(void)buf_append_string(b, "\"}");
}

static void
make_name(struct buf *b, size_t n)
{
	(void)buf_append_string(b, "{\"");
	repeat(b, "x", n);
	(void)buf_append_string(b, "\":0}");
}

/* Measured as what it means: six characters here are one octet. */
static void
make_escaped_string(struct buf *b, size_t n)
{
	(void)buf_append_string(b, "{\"a\":\"");
	repeat(b, "\\u0041", n);
	(void)buf_append_string(b, "\"}");
}

/* Four octets each, and what is left over in ASCII. */
static void
make_wide_string(struct buf *b, size_t n)
{
	(void)buf_append_string(b, "{\"a\":\"");
	repeat(b, "x", n % 4);
	repeat(b, "\\ud83d\\ude00", n / 4);
	(void)buf_append_string(b, "\"}");
}

static void
make_number(struct buf *b, size_t n)
{
	(void)buf_append_string(b, "{\"a\":1.");
	repeat(b, "3", n - 2);
	(void)buf_append_string(b, "}");
}

static void
make_document(struct buf *b, size_t n)
{
	(void)buf_append_string(b, "{}");
	repeat(b, " ", n - 2);
}

static const struct limit {
	const char *name;
	maker *make;
	size_t most;
} limits[] = {
    {"depth of objects", make_depth_of_objects, JSON_DEPTH_MAX},
    {"depth of arrays", make_depth_of_arrays, JSON_DEPTH_MAX},
    {"members", make_members, JSON_MEMBERS_MAX},
    {"elements", make_elements, JSON_MEMBERS_MAX},
    {"string", make_string, JSON_STRING_MAX},
    {"name", make_name, JSON_STRING_MAX},
    {"escaped string", make_escaped_string, JSON_STRING_MAX},
    {"wide string", make_wide_string, JSON_STRING_MAX},
    {"number", make_number, JSON_NUMBER_MAX},
    {"document", make_document, JSON_DOCUMENT_MAX},
};

static enum status
check_made(const struct limit *l, size_t n)
{
	_cleanup_(buf_clear) struct buf b;
	const char *reason;
	size_t offset;

	buf_init(&b, 2 * JSON_DOCUMENT_MAX);
	l->make(&b, n);
	assert_int_equal(b.error, STATUS_OK);
	return json_check(buf_string(&b), b.length, false, &reason, &offset);
}

static void
test_limits(void **state)
{
	(void)state;
	for (size_t i = 0; i < ELEMENTS(limits); i++) {
		const struct limit *l = &limits[i];

		if (check_made(l, l->most) != STATUS_OK)
			fail_msg("%s: %zu is refused", l->name, l->most);
		if (check_made(l, l->most + 1) == STATUS_OK)
			fail_msg("%s: %zu passes", l->name, l->most + 1);
	}
}

/* As many names as may be open at once, the last one double. */
static void
test_every_level_full(void **state)
{
	_cleanup_(buf_clear) struct buf b;
	const char *reason = NULL;
	size_t offset, cut;

	(void)state;
	buf_init(&b, JSON_DOCUMENT_MAX);
	for (unsigned int depth = 0; depth < JSON_DEPTH_MAX; depth++) {
		(void)buf_append_string(&b, "{");
		for (unsigned int i = 0; i + 1 < JSON_MEMBERS_MAX; i++)
			(void)buf_format(&b, "\"%u\":0,", i);
		(void)buf_append_string(&b, "\"last\":");
	}
	cut = b.length;
	(void)buf_append_string(&b, "0");
	repeat(&b, "}", JSON_DEPTH_MAX);
	assert_int_equal(
	    json_check(buf_string(&b), b.length, false, &reason, &offset),
	    STATUS_OK);
	b.data[cut - 5] = '0'; /* "0ast" is new still */
	assert_int_equal(
	    json_check(buf_string(&b), b.length, false, &reason, &offset),
	    STATUS_OK);
	memcpy(b.data + cut - 7, "\"254\": ", 7);
	assert_int_equal(
	    json_check(buf_string(&b), b.length, false, &reason, &offset),
	    STATUS_MALFORMED);
	assert_non_null(strstr(reason, "twice"));
}

/* Conformance runs go deeper, but no stack grows with the text. */
static void
test_syntax_depth(void **state)
{
	_cleanup_(buf_clear) struct buf b;
	const char *reason = NULL;
	size_t offset;

	(void)state;
	buf_init(&b, JSON_DOCUMENT_MAX);
	repeat(&b, "[", 500);
	repeat(&b, "]", 500);
	assert_int_equal(
	    json_check(buf_string(&b), b.length, true, &reason, &offset),
	    STATUS_OK);
	buf_clear(&b);
	repeat(&b, "[", 100000);
	repeat(&b, "]", 100000);
	assert_int_equal(
	    json_check(buf_string(&b), b.length, true, &reason, &offset),
	    STATUS_MALFORMED);
	assert_non_null(strstr(reason, "deep"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_rows),
	    cmocka_unit_test(test_limits),
	    cmocka_unit_test(test_every_level_full),
	    cmocka_unit_test(test_syntax_depth),
	};

	return cmocka_run_group_tests_name("json_check", tests, NULL, NULL);
}
