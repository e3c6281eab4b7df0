/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base64url_read.h"
#include "scopegate/base64url.h"
#include "scopegate/cleanup.h"

/* RFC 4648 section 10 without the padding, and what is not in its table. */
static const struct {
	const char *octets, *text;
} vectors[] = {
    {"", ""},
    {"f", "Zg"},
    {"fo", "Zm8"},
    {"foo", "Zm9v"},
    {"foob", "Zm9vYg"},
    {"fooba", "Zm9vYmE"},
    {"foobar", "Zm9vYmFy"},
    {"\xfb\xff\xbf", "-_-_"},
};

static void
encodes_as_rfc_4648_does(void **state)
{
	char text[16];

	(void)state;
	for (size_t i = 0; i < ELEMENTS(vectors); i++) {
		size_t size = strlen(vectors[i].octets);

		memset(text, 'x', sizeof(text));
		base64url_encode(vectors[i].octets, size, text);
		assert_string_equal(text, vectors[i].text);
		assert_int_equal(strlen(text), BASE64URL_LENGTH(size));
	}
}

static void
appends_octets_of_any_number(void **state)
{
	(void)state;
	for (size_t size = 0; size < 200; size++) {
		_cleanup_(buf_clear) struct buf out = {0};
		uint8_t octets[200], back[200];

		for (size_t i = 0; i < size; i++)
			octets[i] = (uint8_t)(i * 37 + size);
		buf_init(&out, 300);
		(void)buf_append_string(&out, ">");
		assert_int_equal(
		    base64url_append(&out, octets, size), STATUS_OK);
		assert_int_equal(out.length, 1 + BASE64URL_LENGTH(size));
		assert_int_equal(
		    base64url_read(buf_string(&out) + 1, out.length - 1, back),
		    size);
		if (size > 0)
			assert_memory_equal(back, octets, size);
	}
}

static void
tells_of_a_full_buffer(void **state)
{
	_cleanup_(buf_clear) struct buf out = {0};
	uint8_t octets[90] = {0};

	(void)state;
	buf_init(&out, 120);
	assert_int_equal(
	    base64url_append(&out, octets, sizeof(octets)), STATUS_OK);
	assert_int_equal(base64url_append(&out, octets, 1), STATUS_TOO_BIG);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(encodes_as_rfc_4648_does),
	    cmocka_unit_test(appends_octets_of_any_number),
	    cmocka_unit_test(tells_of_a_full_buffer),
	};

	return cmocka_run_group_tests_name("base64url", tests, NULL, NULL);
}
