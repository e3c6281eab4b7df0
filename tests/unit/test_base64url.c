/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "scopegate/base64url.h"
#include "scopegate/cleanup.h"

/* Held against a decoder that is written bit by bit, so that neither table nor
 * arithmetic is shared; buffers are of the exact size, for the sanitizers. */

static const char alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static enum status
decode(const char *text, size_t length, size_t room, uint8_t *ret, size_t *size)
{
	_cleanup_(free_ptr) char *copy = malloc(length + 1);
	_cleanup_(free_ptr) uint8_t *out = malloc(room + 1);
	enum status s;

	assert_true(copy != NULL && out != NULL);
	memcpy(copy, text, length);
	memset(out, 0xa5, room + 1);
	s = base64url_decode(copy, length, out, room, size);
	assert_int_equal(out[room], 0xa5);
	memcpy(ret, out, room);
	return s;
}

/* Where it has only one spelling. */
static bool
reference(const char *text, size_t length, uint8_t *ret, size_t *size)
{
	unsigned int bits = 0;

	memset(ret, 0, length);
	for (size_t i = 0; i < length; i++) {
		const char *c = memchr(alphabet, text[i], 64);

		if (c == NULL)
			return false;
		for (int b = 5; b >= 0; b--, bits++) {
			if (((c - alphabet) >> b & 1) != 0)
				ret[bits / 8] |= (uint8_t)(0x80 >> bits % 8);
		}
	}
	*size = bits / 8;
	return bits % 8 < 6 && (bits % 8 == 0 || ret[bits / 8] == 0);
}

static void
compare(const char *text, size_t length)
{
	uint8_t ours[64] = {0}, theirs[64];
	size_t size = 0, wanted = 0;
	bool good = reference(text, length, theirs, &wanted);

	assert_int_equal(decode(text, length, length, ours, &size),
	    good ? STATUS_OK : STATUS_MALFORMED);
	if (good) {
		assert_int_equal(size, wanted);
		assert_memory_equal(ours, theirs, size);
	}
}

/* RFC 4648 section 10, without padding. */
static void
test_examples(void **state)
{
	static const char *const rows[][2] = {
	    {"", ""},
	    {"f", "Zg"},
	    {"fo", "Zm8"},
	    {"foo", "Zm9v"},
	    {"foob", "Zm9vYg"},
	    {"fooba", "Zm9vYmE"},
	    {"foobar", "Zm9vYmFy"},
	    {"\xfb\xff\xfe", "-__-"},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		uint8_t out[16];
		size_t size = 99;

		assert_int_equal(
		    decode(rows[i][1], strlen(rows[i][1]), 16, out, &size),
		    STATUS_OK);
		assert_int_equal(size, strlen(rows[i][0]));
		assert_memory_equal(out, rows[i][0], size);
	}
}

/* Every length, at every place every octet there is. */
static void
test_every_octet(void **state)
{
	char text[20];

	(void)state;
	for (size_t length = 0; length < sizeof(text); length++) {
		for (size_t at = 0; at < length; at++) {
			for (int c = 0; c < 256; c++) {
				memset(text, 'A', sizeof(text));
				text[at] = (char)c;
				compare(text, length);
				memset(text, 'Q', sizeof(text));
				text[at] = (char)c;
				compare(text, length);
			}
		}
	}
}

/* Every pair of last characters: which of them is canonical is arithmetic. */
static void
test_last_characters(void **state)
{
	char text[8] = "AAAAAAA";
	size_t good[8] = {0};

	(void)state;
	for (size_t length = 2; length < sizeof(text); length++) {
		for (int a = 0; a < 64; a++) {
			for (int b = 0; b < 64; b++) {
				uint8_t out[8];
				size_t size;

				text[length - 2] = alphabet[a];
				text[length - 1] = alphabet[b];
				compare(text, length);
				good[length] += decode(text, length, 8, out,
						    &size) == STATUS_OK;
			}
		}
	}
	/* One octet leaves four bits over, two octets two, three none. */
	assert_int_equal(good[2], 64 * 4);
	assert_int_equal(good[3], 64 * 16);
	assert_int_equal(good[4], 64 * 64);
	assert_int_equal(good[5], 0);
	assert_int_equal(good[6], 64 * 4);
	assert_int_equal(good[7], 64 * 16);
}

static void
test_room(void **state)
{
	static const char text[] = "AAAAAAAAAAAA";

	(void)state;
	for (size_t length = 0; length <= strlen(text); length++) {
		size_t needed = length * 3 / 4;

		for (size_t room = 0; room < 12; room++) {
			uint8_t out[16];
			size_t size = 99;
			enum status wanted = STATUS_OK;

			if (length % 4 == 1)
				wanted = STATUS_MALFORMED;
			else if (room < needed)
				wanted = STATUS_TOO_BIG;
			assert_int_equal(
			    decode(text, length, room, out, &size), wanted);
			assert_int_equal(
			    size, wanted == STATUS_OK ? needed : 99);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_examples),
	    cmocka_unit_test(test_every_octet),
	    cmocka_unit_test(test_last_characters),
	    cmocka_unit_test(test_room),
	};

	return cmocka_run_group_tests_name("base64url", tests, NULL, NULL);
}
