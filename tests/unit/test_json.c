/* SPDX-License-Identifier: ISC */
/* Typed getters: a wrong type is malformed, never absent. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "allocations.h"
#include "scopegate/cleanup.h"
#include "scopegate/json.h"

static struct json *
parse(const char *text)
{
	struct json *j = NULL;
	const char *reason = NULL;

	if (json_parse(text, strlen(text), &j, &reason) != STATUS_OK)
		fail_msg("%s: %s", text, reason);
	return j;
}

static void
test_tree(void **state)
{
	static const char *const names[] = {"s", "n", "t", "z", "a", "o"};
	static const enum json_type types[] = {JSON_STRING, JSON_NUMBER,
	    JSON_BOOL, JSON_NULL, JSON_ARRAY, JSON_OBJECT};
	_cleanup_(json_freep) struct json *j =
	    parse("{\"s\":\"x\",\"n\":1,\"t\":true,\"z\":null,\"a\":[1,2,3],"
		  "\"o\":{}}");
	const struct json_value *top = json_top(j), *v = json_first(top), *a;
	const char *s = NULL;

	(void)state;
	assert_int_equal(json_type(top), JSON_OBJECT);
	assert_int_equal(json_count(top), ELEMENTS(names));
	for (size_t i = 0; i < ELEMENTS(names); i++, v = json_next(v)) {
		assert_string_equal(json_name(v), names[i]);
		assert_int_equal(json_type(v), types[i]);
		assert_ptr_equal(json_get(top, names[i]), v);
	}
	assert_null(v);
	a = json_get(top, "a");
	assert_int_equal(json_count(a), 3);
	assert_null(json_name(json_first(a)));
	assert_int_equal(json_count(json_get(top, "o")), 0);
	assert_null(json_first(json_get(top, "o")));
	/* Case counts, and what is no object has no members. */
	assert_null(json_get(top, "S"));
	assert_null(json_get(a, "s"));
	assert_null(json_get(json_get(top, "s"), "s"));
	assert_null(json_get(NULL, "s"));
	assert_int_equal(json_string(json_get(top, "s"), &s), STATUS_OK);
	assert_string_equal(s, "x");
}

/* Each value to each getter: exactly one takes it. */
static void
test_types(void **state)
{
	static const char *const values[] = {"\"1\"", "1", "true", "null",
	    "[1]", "{\"a\":1}", "[\"1\"]", "[true]"};
	static const char text[] =
	    "{\"0\":\"1\",\"1\":1,\"2\":true,\"3\":null,\"4\":[1],"
	    "\"5\":{\"a\":1},\"6\":[\"1\"],\"7\":[true]}";
	_cleanup_(json_freep) struct json *j = parse(text);
	const struct json_value *v = json_first(json_top(j));

	(void)state;
	for (size_t i = 0; i < ELEMENTS(values); i++, v = json_next(v)) {
		const char *s = "kept";
		bool b = true;
		int64_t d = 42, n = 43;

		assert_int_equal(
		    json_string(v, &s), i == 0 ? STATUS_OK : STATUS_MALFORMED);
		assert_string_equal(s, i == 0 ? "1" : "kept");
		b = i != 2;
		assert_int_equal(
		    json_bool(v, &b), i == 2 ? STATUS_OK : STATUS_MALFORMED);
		assert_true(b);
		assert_int_equal(json_numeric_date(v, &d),
		    i == 1 ? STATUS_OK : STATUS_MALFORMED);
		assert_int_equal(d, i == 1 ? 1 : 42);
		assert_int_equal(json_integer(v, 0, 9, &n),
		    i == 1 ? STATUS_OK : STATUS_MALFORMED);
		assert_int_equal(n, i == 1 ? 1 : 43);
	}
}

static void
test_absent(void **state)
{
	const char *s = "kept";
	bool b = true;
	int64_t n = 42;

	(void)state;
	assert_int_equal(json_string(NULL, &s), STATUS_NOT_FOUND);
	assert_int_equal(json_bool(NULL, &b), STATUS_NOT_FOUND);
	assert_int_equal(json_numeric_date(NULL, &n), STATUS_NOT_FOUND);
	assert_int_equal(json_integer(NULL, 0, 9, &n), STATUS_NOT_FOUND);
	assert_string_equal(s, "kept");
	assert_true(b);
	assert_int_equal(n, 42);
	json_free(NULL);
}

static const struct date_row {
	const char *text;
	enum status status;
	int64_t value;
} dates[] = {
    {"0", STATUS_OK, 0},
    {"-0", STATUS_OK, 0},
    {"1893456000", STATUS_OK, 1893456000},
    {"2147483648", STATUS_OK, 2147483648},
    {"4294967296", STATUS_OK, 4294967296},
    {"1893456000.999", STATUS_OK, 1893456000},
    {"1.893456e9", STATUS_OK, 1893456000},
    {"253402300799", STATUS_OK, 253402300799},
    {"253402300800", STATUS_MALFORMED, 0},
    {"-1", STATUS_MALFORMED, 0},
    {"-0.5", STATUS_MALFORMED, 0},
    {"1e400", STATUS_MALFORMED, 0},
    {"-1e400", STATUS_MALFORMED, 0},
    {"1e20", STATUS_MALFORMED, 0},
};

static void
test_dates(void **state)
{
	(void)state;
	for (size_t i = 0; i < ELEMENTS(dates); i++) {
		char text[64] = "{\"exp\":";
		int64_t value = -7;
		_cleanup_(json_freep) struct json *j = NULL;
		size_t at = strlen(text), n = strlen(dates[i].text);

		memcpy(text + at, dates[i].text, n);
		memcpy(text + at + n, "}", 2);
		j = parse(text);
		if (json_numeric_date(json_get(json_top(j), "exp"), &value) !=
		    dates[i].status)
			fail_msg("%s", text);
		assert_int_equal(
		    value, dates[i].status == STATUS_OK ? dates[i].value : -7);
	}
}

static const struct integer_row {
	const char *text;
	int64_t min, max;
	enum status status;
	int64_t value;
} integers[] = {
    {"5", 5, 5, STATUS_OK, 5},
    {"-5", -5, 5, STATUS_OK, -5},
    {"5.0", 0, 5, STATUS_OK, 5},
    {"5e0", 0, 5, STATUS_OK, 5},
    {"6", 0, 5, STATUS_MALFORMED, 0},
    {"-1", 0, 5, STATUS_MALFORMED, 0},
    {"5.5", 0, 9, STATUS_MALFORMED, 0},
    {"9007199254740992", INT64_MIN, INT64_MAX, STATUS_OK, 9007199254740992},
    {"9007199254740994", INT64_MIN, INT64_MAX, STATUS_MALFORMED, 0},
    {"-9007199254740994", INT64_MIN, INT64_MAX, STATUS_MALFORMED, 0},
    {"1e400", INT64_MIN, INT64_MAX, STATUS_MALFORMED, 0},
};

static void
test_integers(void **state)
{
	(void)state;
	for (size_t i = 0; i < ELEMENTS(integers); i++) {
		const struct integer_row *r = &integers[i];
		char text[64] = "{\"n\":";
		int64_t value = -7;
		_cleanup_(json_freep) struct json *j = NULL;
		size_t at = strlen(text), n = strlen(r->text);

		memcpy(text + at, r->text, n);
		memcpy(text + at + n, "}", 2);
		j = parse(text);
		if (json_integer(json_get(json_top(j), "n"), r->min, r->max,
			&value) != r->status)
			fail_msg("%s", text);
		assert_int_equal(value, r->status == STATUS_OK ? r->value : -7);
	}
}

/* Nothing is parsed that was not checked. */
static void
test_refused(void **state)
{
	static const char *const texts[] = {"", "[]", "{\"a\":1,\"a\":2}",
	    "{\"a\":\"x\\u0000y\"}", "{\"a\":1}x", "{\"a\":01}"};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(texts); i++) {
		struct json *j = NULL;
		const char *reason = NULL;

		assert_int_equal(
		    json_parse(texts[i], strlen(texts[i]), &j, &reason),
		    STATUS_MALFORMED);
		assert_null(j);
		assert_non_null(reason);
	}
}

static void
test_wiped(void **state)
{
	struct json *j = parse("{\"name-of-somebody\":\"value-of-somebody\"}");

	(void)state;
	frees_watch("of-somebody");
	json_free(j);
	assert_true(frees_seen() > 0);
	assert_int_equal(frees_with_text(), 0);
	frees_watch(NULL);
}

static void
test_no_memory(void **state)
{
	static const char text[] = "{\"a\":\"b\"}";
	struct json *j = NULL;
	const char *reason = NULL;

	(void)state;
	allocation_fail_next();
	assert_int_equal(
	    json_parse(text, strlen(text), &j, &reason), STATUS_NOMEM);
	assert_null(j);
	assert_non_null(reason);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_tree),
	    cmocka_unit_test(test_types),
	    cmocka_unit_test(test_absent),
	    cmocka_unit_test(test_dates),
	    cmocka_unit_test(test_integers),
	    cmocka_unit_test(test_refused),
	    cmocka_unit_test(test_wiped),
	    cmocka_unit_test(test_no_memory),
	};

	return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
