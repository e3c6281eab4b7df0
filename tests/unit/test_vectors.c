/* SPDX-License-Identifier: ISC */
/*
 * Texts that others collected to break readers: JSONTestSuite through the
 * check, the Big List of Naughty Strings through the log and the JSON writer.
 * They are not part of this tree; without them the program says so.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "captured.h"
#include "scopegate/buf.h"
#include "scopegate/cleanup.h"
#include "scopegate/json.h"
#include "scopegate/log.h"

#define SUITE "jsontestsuite/test_parsing"
#define NAUGHTY "blns/blns.json"
#define FILE_MAX (1024 * 1024)
#define PARTS 16 /* of the list: strings are short at its start */

static char root[PATH_MAX];

static void
close_file(FILE **f)
{
	if (*f != NULL)
		(void)fclose(*f);
}

static void
close_folder(DIR **d)
{
	if (*d != NULL)
		(void)closedir(*d);
}

static void
read_vector(const char *folder, const char *name, struct buf *ret)
{
	_cleanup_(close_file) FILE *f = NULL;
	char path[PATH_MAX + 300], chunk[4096];
	size_t n;

	(void)snprintf(path, sizeof(path), "%s/%s%s%s", root, folder,
	    *folder != '\0' ? "/" : "", name);
	f = fopen(path, "re");
	assert_non_null(f);
	while ((n = fread(chunk, 1, sizeof(chunk), f)) > 0)
		assert_int_equal(buf_append(ret, chunk, n), STATUS_OK);
}

/* As a value inside an object, which alone may be at the top of ours. */
static bool
accepted_inside(const struct buf *text)
{
	_cleanup_(buf_clear) struct buf b;
	const char *reason;
	size_t offset;

	buf_init(&b, FILE_MAX);
	(void)buf_append_string(&b, "{\"a\":");
	(void)buf_append(&b, text->data, text->length);
	(void)buf_append_string(&b, "}");
	return json_check(buf_string(&b), b.length, false, &reason, &offset) ==
	       STATUS_OK;
}

/*
 * y_ must pass, n_ must not, i_ may do either. Ours is stricter: what only the
 * strict mode refuses is a text that the syntax mode takes.
 */
static void
test_suite(void **state)
{
	_cleanup_(close_folder) DIR *folder = NULL;
	char path[PATH_MAX + 64];
	const struct dirent *entry;
	size_t valid = 0, invalid = 0, taken = 0;

	(void)state;
	(void)snprintf(path, sizeof(path), "%s/%s", root, SUITE);
	folder = opendir(path);
	assert_non_null(folder);
	while ((entry = readdir(folder)) != NULL) {
		_cleanup_(buf_clear) struct buf text = {0};
		const char *reason;
		size_t offset;
		bool syntax, strict;

		if (entry->d_name[0] == '.' || entry->d_name[1] != '_')
			continue;
		buf_init(&text, FILE_MAX);
		read_vector(SUITE, entry->d_name, &text);
		syntax = json_check((const char *)text.data, text.length, true,
			     &reason, &offset) == STATUS_OK;
		strict = json_check((const char *)text.data, text.length, false,
			     &reason, &offset) == STATUS_OK;
		valid += entry->d_name[0] == 'y';
		if (entry->d_name[0] != 'i' && accepted_inside(&text)) {
			assert_int_equal(entry->d_name[0], 'y');
			taken++;
		}
		invalid += entry->d_name[0] == 'n';
		if ((entry->d_name[0] == 'y' && !syntax) ||
		    (entry->d_name[0] == 'n' && syntax) || (strict && !syntax))
			fail_msg("%s: syntax %d, strict %d", entry->d_name,
			    syntax, strict);
	}
	/* Two with a name that occurs twice and two with an escaped NUL are valid
	 * JSON, and are refused. */
	assert_int_equal(valid, 95);
	assert_int_equal(invalid, 188);
	assert_int_equal(taken, 91);
}

/*
 * The list is one array, which is more than a document of ours may be: each
 * part becomes an array of its own inside an object, cut at line ends.
 */
static struct json *
naughty_strings(void)
{
	_cleanup_(buf_clear) struct buf text, parts;
	struct json *j = NULL;
	const char *reason = NULL;
	size_t start = 0, part = 0;

	buf_init(&text, FILE_MAX);
	buf_init(&parts, FILE_MAX);
	read_vector("", NAUGHTY, &text);
	(void)buf_append_string(&parts, "{\"0\":");
	for (size_t at = 1; at + 4 < text.length; at++) {
		size_t comma = at;

		if (memcmp(text.data + at, "\n  \"", 4) != 0 ||
		    at < (part + 1) * text.length / PARTS)
			continue;
		while (text.data[--comma] != ',')
			;
		(void)buf_append(&parts, text.data + start, comma - start);
		(void)buf_format(&parts, "],\"%zu\":[", ++part);
		start = at;
	}
	(void)buf_append(&parts, text.data + start, text.length - start);
	(void)buf_append_string(&parts, "}");
	if (json_parse(buf_string(&parts), parts.length, &j, &reason) !=
	    STATUS_OK)
		fail_msg("%s", reason);
	return j;
}

static void
assert_one_line(const char *text)
{
	static struct captured c;

	capture_begin(&c);
	log_error("user %s", text);
	capture_end(&c);
	assert_true(c.length > 0);
	assert_int_equal(c.text[c.length - 1], '\n');
	for (size_t i = 0; i + 1 < c.length; i++)
		assert_true(c.text[i] >= 0x20 && c.text[i] < 0x7f);
}

/* Written and read again, it is the same string. */
static void
assert_round_trip(const char *text)
{
	_cleanup_(buf_clear) struct buf b;
	_cleanup_(json_freep) struct json *j = NULL;
	const char *reason = NULL, *again = NULL;
	struct json_writer w;

	buf_init(&b, FILE_MAX);
	json_writer_init(&w, &b);
	json_write_begin_object(&w, NULL);
	json_write_string(&w, "s", text);
	json_write_end_object(&w);
	assert_null(strpbrk(buf_string(&b), "\n\r\033"));
	assert_int_equal(
	    json_parse(buf_string(&b), b.length, &j, &reason), STATUS_OK);
	assert_int_equal(
	    json_string(json_get(json_top(j), "s"), &again), STATUS_OK);
	assert_string_equal(again, text);
}

static void
test_naughty(void **state)
{
	_cleanup_(json_freep) struct json *j = naughty_strings();
	const struct json_value *list = json_first(json_top(j));
	size_t count = 0;

	(void)state;
	log_open("prog", LOG_LEVEL_ERROR);
	for (; list != NULL; list = json_next(list)) {
		for (const struct json_value *v = json_first(list); v != NULL;
		     v = json_next(v)) {
			const char *s = NULL;

			assert_int_equal(json_string(v, &s), STATUS_OK);
			assert_one_line(s);
			assert_round_trip(s);
			count++;
		}
	}
	assert_true(count > 400);
}

static bool
find_root(void)
{
	const char *given = getenv("SCOPEGATE_VECTORS");
	const char *source = getenv("top_srcdir");
	char path[PATH_MAX + 64];

	(void)snprintf(root, sizeof(root), "%s%s",
	    given != NULL    ? given
	    : source != NULL ? source
			     : ".",
	    given != NULL ? "" : "/../shared/vectors");
	(void)snprintf(path, sizeof(path), "%s/%s", root, SUITE);
	if (access(path, R_OK) != 0)
		return false;
	(void)snprintf(path, sizeof(path), "%s/%s", root, NAUGHTY);
	return access(path, R_OK) == 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_suite),
	    cmocka_unit_test(test_naughty),
	};

	if (!find_root()) {
		(void)puts("1..0 # SKIP no test vectors: set "
			   "SCOPEGATE_VECTORS to their folder");
		return 0;
	}
	(void)unsetenv("JOURNAL_STREAM");
	return cmocka_run_group_tests_name("vectors", tests, NULL, NULL);
}
