/* SPDX-License-Identifier: ISC */
/*
 * The strict checker, the parser behind it and the writer: what is accepted
 * is walked to its last value, written anew and must come back equal.
 */
#include <string.h>

#include "fuzz.h"
#include "scopegate/cleanup.h"
#include "scopegate/json.h"

#define EXACT INT64_C(9007199254740992) /* 2^53 */

/* Numbers that are no exact integer stand as 0; only their type is compared. */
static int64_t
integer_of(const struct json_value *v)
{
	int64_t n = 0;

	(void)json_integer(v, -EXACT, EXACT, &n);
	return n;
}

static void
write_value(
    struct json_writer *w, const struct json_value *v, unsigned int depth)
{
	const char *name = json_name(v);
	enum json_type type = json_type(v);
	const char *s = NULL;
	bool b = false;

	switch (type) {
	case JSON_OBJECT:
	case JSON_ARRAY:
		REQUIRE(depth <= JSON_DEPTH_MAX);
		REQUIRE(json_count(v) <= JSON_MEMBERS_MAX);
		if (type == JSON_OBJECT)
			json_write_begin_object(w, name);
		else
			json_write_begin_array(w, name);
		for (const struct json_value *m = json_first(v); m != NULL;
		     m = json_next(m))
			write_value(w, m, depth + 1);
		if (type == JSON_OBJECT)
			json_write_end_object(w);
		else
			json_write_end_array(w);
		break;
	case JSON_STRING:
		REQUIRE(json_string(v, &s) == STATUS_OK);
		REQUIRE(strlen(s) <= JSON_STRING_MAX);
		json_write_string(w, name, s);
		break;
	case JSON_BOOL:
		REQUIRE(json_bool(v, &b) == STATUS_OK);
		json_write_bool(w, name, b);
		break;
	case JSON_NUMBER:
		json_write_integer(w, name, integer_of(v));
		break;
	case JSON_NULL:
		json_write_null(w, name);
		break;
	}
}

static void
require_equal(const struct json_value *a, const struct json_value *b)
{
	const struct json_value *m, *n;
	const char *s = "", *t = "";
	bool p = false, q = false;

	REQUIRE(json_type(a) == json_type(b));
	REQUIRE((json_name(a) == NULL) == (json_name(b) == NULL));
	REQUIRE(
	    json_name(a) == NULL || strcmp(json_name(a), json_name(b)) == 0);
	REQUIRE(json_string(a, &s) == json_string(b, &t));
	REQUIRE(strcmp(s, t) == 0);
	REQUIRE(json_bool(a, &p) == json_bool(b, &q));
	REQUIRE(p == q);
	REQUIRE(integer_of(a) == integer_of(b));
	m = json_first(a);
	n = json_first(b);
	for (; m != NULL && n != NULL; m = json_next(m), n = json_next(n)) {
		if (json_type(a) == JSON_OBJECT)
			REQUIRE(json_get(a, json_name(m)) == m);
		require_equal(m, n);
	}
	REQUIRE(m == NULL && n == NULL);
}

static void
check_rewritten(const struct json *document, size_t size)
{
	_cleanup_(buf_clear) struct buf b = {.maximum = 8 * size + 1024};
	_cleanup_(json_freep) struct json *again = NULL;
	struct json_writer w;
	const char *reason = NULL;

	json_writer_init(&w, &b);
	write_value(&w, json_top(document), 1);
	REQUIRE(b.error == STATUS_OK);
	if (b.length > JSON_DOCUMENT_MAX)
		return;
	REQUIRE(
	    json_parse(buf_string(&b), b.length, &again, &reason) == STATUS_OK);
	require_equal(json_top(document), json_top(again));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_(json_freep) struct json *document = NULL;
	const char *text = (const char *)data;
	const char *reason = NULL, *why = NULL;
	size_t offset = 0;
	enum status strict = json_check(text, size, false, &reason, &offset);

	if (strict != STATUS_OK) {
		REQUIRE(reason != NULL && offset <= size);
		REQUIRE(json_parse(text, size, &document, &why) != STATUS_OK);
		REQUIRE(document == NULL);
		return 0;
	}
	REQUIRE(json_check(text, size, true, &reason, &offset) == STATUS_OK);
	REQUIRE(json_parse(text, size, &document, &why) == STATUS_OK);
	REQUIRE(json_type(json_top(document)) == JSON_OBJECT);
	check_rewritten(document, size);
	return 0;
}
