/* SPDX-License-Identifier: ISC */
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

/* The buffer holds what was put in, never more than allowed, or nothing. */

#define PAYLOAD "0123456789abcdef"

static enum status
put_bytes(struct buf *b)
{
	return buf_append(b, PAYLOAD, strlen(PAYLOAD));
}

static enum status
put_string(struct buf *b)
{
	return buf_append_string(b, PAYLOAD);
}

static enum status
put_format(struct buf *b)
{
	return buf_format(b, "%s%d", "0123456789abcde", 7);
}

static enum status
put_byte(struct buf *b)
{
	return buf_append_byte(b, 0xfe);
}

static enum status
put_u16(struct buf *b)
{
	return buf_append_u16(b, 0xfedc);
}

static enum status
put_u32(struct buf *b)
{
	return buf_append_u32(b, 0xfedcba98);
}

static const struct writer {
	const char *name;
	enum status (*put)(struct buf *b);
	const char *octets;
	size_t size;
} writers[] = {
    {"bytes", put_bytes, PAYLOAD, 16},
    {"string", put_string, PAYLOAD, 16},
    {"format", put_format, "0123456789abcde7", 16},
    {"byte", put_byte, "\xfe", 1},
    {"u16", put_u16, "\xfe\xdc", 2},
    {"u32", put_u32, "\xfe\xdc\xba\x98", 4},
};

static void
test_each_writer_fills_up_to_the_maximum(void **state)
{
	(void)state;
	for (size_t i = 0; i < ELEMENTS(writers); i++) {
		const struct writer *w = &writers[i];
		struct buf b;

		print_message("# %s\n", w->name);
		buf_init(&b, w->size);
		assert_int_equal(w->put(&b), STATUS_OK);
		assert_int_equal(b.length, w->size);
		assert_memory_equal(b.data, w->octets, w->size);
		assert_int_equal(b.data[w->size], '\0');
		buf_clear(&b);
	}
}

static void
test_each_writer_refuses_one_octet_more(void **state)
{
	(void)state;
	for (size_t i = 0; i < ELEMENTS(writers); i++) {
		const struct writer *w = &writers[i];
		struct buf b;

		print_message("# %s\n", w->name);
		buf_init(&b, w->size - 1);
		assert_int_equal(w->put(&b), STATUS_TOO_BIG);
		assert_null(b.data);
		assert_int_equal(b.length, 0);
		buf_clear(&b);
		/* The room left counts, not the size of one append. */
		b.maximum = w->size;
		assert_int_equal(buf_append_byte(&b, '!'), STATUS_OK);
		assert_int_equal(w->put(&b), STATUS_TOO_BIG);
		buf_clear(&b);
	}
}

static void
test_the_first_error_sticks(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 4);
	assert_int_equal(buf_append_string(&b, "12345"), STATUS_TOO_BIG);
	for (size_t i = 0; i < ELEMENTS(writers); i++)
		assert_int_equal(writers[i].put(&b), STATUS_TOO_BIG);
	assert_int_equal(buf_append(&b, "", 0), STATUS_TOO_BIG);
	assert_null(buf_string(&b));
	assert_null(buf_take(&b));
	assert_null(b.data);
	buf_clear(&b);
	assert_int_equal(buf_append_string(&b, "1234"), STATUS_OK);
	assert_int_equal(buf_append_byte(&b, '5'), STATUS_TOO_BIG);
	buf_clear(&b);
}

static void
test_growth_keeps_the_contents(void **state)
{
	bool kinds[] = {false, true};

	(void)state;
	for (size_t k = 0; k < ELEMENTS(kinds); k++) {
		struct buf b;

		if (kinds[k])
			buf_init_sensitive(&b, 5000);
		else
			buf_init(&b, 5000);
		for (unsigned int i = 0; i < 5000; i++)
			assert_int_equal(
			    buf_append_byte(&b, (uint8_t)(i % 251)), STATUS_OK);
		for (unsigned int i = 0; i < 5000; i++)
			assert_int_equal(b.data[i], i % 251);
		assert_int_equal(b.data[5000], '\0');
		assert_int_equal(buf_append_byte(&b, 0), STATUS_TOO_BIG);
		buf_clear(&b);
	}
}

static void
test_an_empty_buffer_is_an_empty_string(void **state)
{
	struct buf b;
	_cleanup_(free_ptr) char *taken = NULL;

	(void)state;
	buf_init(&b, 0);
	assert_string_equal(buf_string(&b), "");
	assert_int_equal(buf_append(&b, NULL, 0), STATUS_OK);
	assert_string_equal(buf_string(&b), "");
	taken = buf_take(&b);
	assert_string_equal(taken, "");
	assert_int_equal(buf_append_byte(&b, 0), STATUS_TOO_BIG);
}

static void
test_take_hands_over_and_starts_anew(void **state)
{
	struct buf b;
	_cleanup_(free_ptr) char *first = NULL;

	(void)state;
	buf_init(&b, 8);
	(void)buf_append_string(&b, "first");
	first = buf_take(&b);
	assert_int_equal(b.length, 0);
	assert_string_equal(buf_string(&b), "");
	(void)buf_append_string(&b, "second");
	assert_string_equal(first, "first");
	assert_string_equal(buf_string(&b), "second");
	buf_clear(&b);
}

static void
test_no_memory_leaves_nothing_behind(void **state)
{
	(void)state;
	for (size_t sensitive = 0; sensitive < 2; sensitive++) {
		for (size_t i = 0; i < ELEMENTS(writers); i++) {
			struct buf b;

			buf_init(&b, 4096);
			b.sensitive = sensitive != 0;
			allocation_fail_next();
			assert_int_equal(writers[i].put(&b), STATUS_NOMEM);
			assert_null(buf_string(&b));
			buf_clear(&b);
			/* The same when there is something to lose. */
			(void)buf_append(&b, PAYLOAD, 16);
			while (b.length < b.capacity)
				(void)buf_append_byte(&b, 'x');
			allocation_fail_next();
			assert_int_equal(writers[i].put(&b), STATUS_NOMEM);
			assert_null(b.data);
			assert_int_equal(buf_append_byte(&b, 0), STATUS_NOMEM);
		}
	}
}

static void
test_no_memory_for_an_empty_take(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 8);
	allocation_fail_next();
	assert_null(buf_take(&b));
	assert_int_equal(b.error, STATUS_NOMEM);
}

/* A secret stays in no block that goes back, whichever way it goes. */
static void
test_a_sensitive_buffer_is_wiped(void **state)
{
	static const char secret[] = "correct-horse-battery";
	char filler[300];
	struct buf b;

	(void)state;
	memset(filler, '.', sizeof(filler));
	frees_watch(secret);
	buf_init_sensitive(&b, 1000);
	(void)buf_append_string(&b, secret);
	(void)buf_append(&b, filler, sizeof(filler)); /* grows */
	assert_int_equal(frees_seen(), 1);
	buf_clear(&b);
	assert_int_equal(frees_seen(), 2);
	(void)buf_append_string(&b, secret);
	assert_int_equal(buf_append(&b, filler, 1000), STATUS_TOO_BIG);
	assert_int_equal(frees_seen(), 3);
	buf_clear(&b);
	(void)buf_append_string(&b, secret);
	allocation_fail_next();
	assert_int_equal(buf_append(&b, filler, sizeof(filler)), STATUS_NOMEM);
	assert_int_equal(frees_seen(), 4);
	assert_int_equal(frees_with_text(), 0);
	frees_watch(NULL);
}

/* What makes the test above able to fail. */
static void
test_a_plain_buffer_is_not_wiped(void **state)
{
	struct buf b;

	(void)state;
	frees_watch(PAYLOAD);
	buf_init(&b, 1000);
	(void)buf_append_string(&b, "----------------" PAYLOAD);
	buf_clear(&b);
	assert_int_equal(frees_with_text(), 1);
	frees_watch(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_each_writer_fills_up_to_the_maximum),
	    cmocka_unit_test(test_each_writer_refuses_one_octet_more),
	    cmocka_unit_test(test_the_first_error_sticks),
	    cmocka_unit_test(test_growth_keeps_the_contents),
	    cmocka_unit_test(test_an_empty_buffer_is_an_empty_string),
	    cmocka_unit_test(test_take_hands_over_and_starts_anew),
	    cmocka_unit_test(test_no_memory_leaves_nothing_behind),
	    cmocka_unit_test(test_no_memory_for_an_empty_take),
	    cmocka_unit_test(test_a_sensitive_buffer_is_wiped),
	    cmocka_unit_test(test_a_plain_buffer_is_not_wiped),
	};

	return cmocka_run_group_tests_name("buf", tests, NULL, NULL);
}
