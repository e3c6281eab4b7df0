/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "allocations.h"
#include "scopegate/cleanup.h"
#include "scopegate/secret.h"

/* A secret is kept whole and leaves no trace. */

#define SECRET "correct-horse-battery"

static void
test_set_replaces_and_append_adds(void **state)
{
	_cleanup_(secret_clear) struct secret s = {0};

	(void)state;
	assert_int_equal(secret_set(&s, "first", 5), STATUS_OK);
	assert_int_equal(secret_set(&s, "second!", 6), STATUS_OK);
	assert_int_equal(s.length, 6);
	assert_string_equal(s.bytes, "second");
	assert_int_equal(secret_append(&s, "+third?", 6), STATUS_OK);
	assert_int_equal(s.length, 12);
	assert_string_equal(s.bytes, "second+third");
	assert_int_equal(secret_append(&s, NULL, 0), STATUS_OK);
	assert_string_equal(s.bytes, "second+third");
	assert_int_equal(secret_set(&s, "a\0b", 3), STATUS_OK);
	assert_int_equal(s.length, 3);
	assert_memory_equal(s.bytes, "a\0b", 4);
}

static void
test_set_takes_a_part_of_itself(void **state)
{
	_cleanup_(secret_clear) struct secret s = {0};

	(void)state;
	(void)secret_set(&s, "1/3:part", 8);
	assert_int_equal(secret_set(&s, s.bytes + 4, 4), STATUS_OK);
	assert_string_equal(s.bytes, "part");
}

static void
test_clear_is_safe_twice(void **state)
{
	struct secret s = {0};

	(void)state;
	secret_clear(&s);
	assert_int_equal(secret_append(&s, "x", 1), STATUS_OK);
	secret_clear(&s);
	assert_null(s.bytes);
	assert_int_equal(s.length, 0);
	secret_clear(&s);
	assert_null(s.bytes);
}

static void
test_no_memory_keeps_what_was_there(void **state)
{
	_cleanup_(secret_clear) struct secret s = {0};

	(void)state;
	allocation_fail_next();
	assert_int_equal(secret_set(&s, "x", 1), STATUS_NOMEM);
	assert_null(s.bytes);
	(void)secret_set(&s, "kept", 4);
	allocation_fail_next();
	assert_int_equal(secret_set(&s, "lost", 4), STATUS_NOMEM);
	allocation_fail_next();
	assert_int_equal(secret_append(&s, "lost", 4), STATUS_NOMEM);
	assert_int_equal(s.length, 4);
	assert_string_equal(s.bytes, "kept");
}

static void
test_every_way_out_wipes(void **state)
{
	struct secret s = {0};

	(void)state;
	(void)secret_set(&s, SECRET, strlen(SECRET));
	frees_watch(SECRET);
	(void)secret_append(&s, "-staple", 7);
	assert_int_equal(frees_seen(), 1);
	(void)secret_set(&s, SECRET, strlen(SECRET));
	assert_int_equal(frees_seen(), 2);
	secret_clear(&s);
	assert_int_equal(frees_seen(), 3);
	assert_int_equal(frees_with_text(), 0);
	frees_watch(NULL);
}

/* RFC 6750 section 2.1. */
static void
test_b64token(void **state)
{
	static const struct {
		const char *text;
		size_t length;
		bool valid;
	} cases[] = {
	    {"a", 1, true},
	    {"AZaz09-._~+/", 12, true},
	    {"a=", 2, true},
	    {"a==========", 11, true},
	    {"eyJhbGciOiJub25lIn0.e30.", 24, true},
	    {"", 0, false},
	    {"=", 1, false},
	    {"=a", 2, false},
	    {"a=b", 3, false},
	    {"a b", 3, false},
	    {" a", 2, false},
	    {"a\n", 2, false},
	    {"a\0b", 3, false},
	    {"a\0", 2, false},
	    {"a:b", 3, false},
	    {"a,b", 3, false},
	    {"a@", 2, false},
	    {"a[", 2, false},
	    {"a`", 2, false},
	    {"a{", 2, false},
	    {"a\"", 2, false},
	    {"a\x7f", 2, false},
	    {"\xc3\xa4", 2, false},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		_cleanup_(secret_clear) struct secret s = {0};

		print_message("# case %zu\n", i);
		if (cases[i].length > 0)
			(void)secret_set(&s, cases[i].text, cases[i].length);
		assert_int_equal(secret_is_b64token(&s), cases[i].valid);
	}
}

/* Every single octet, against the RFC's list written out. */
static void
test_b64token_octet_by_octet(void **state)
{
	static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "abcdefghijklmnopqrstuvwxyz"
				      "0123456789-._~+/";

	(void)state;
	for (unsigned int c = 0; c < 256; c++) {
		_cleanup_(secret_clear) struct secret s = {0};
		char octet = (char)c;

		(void)secret_set(&s, &octet, 1);
		assert_int_equal(secret_is_b64token(&s),
		    memchr(allowed, octet, strlen(allowed)) != NULL);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_set_replaces_and_append_adds),
	    cmocka_unit_test(test_set_takes_a_part_of_itself),
	    cmocka_unit_test(test_clear_is_safe_twice),
	    cmocka_unit_test(test_no_memory_keeps_what_was_there),
	    cmocka_unit_test(test_every_way_out_wipes),
	    cmocka_unit_test(test_b64token),
	    cmocka_unit_test(test_b64token_octet_by_octet),
	};

	return cmocka_run_group_tests_name("secret", tests, NULL, NULL);
}
