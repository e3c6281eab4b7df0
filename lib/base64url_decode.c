/* SPDX-License-Identifier: ISC */
#include <stdbool.h>

#include "scopegate/base64url.h"

/* It is on the way of every token, so by a table, four characters at a time,
 * and whether all of them were good is asked once. */

#define NO 64 /* no character of the alphabet */

/* clang-format off */
static const uint8_t values[256] = {
	NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO,
	NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO,
	NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, 62, NO, NO,
	52, 53, 54, 55, 56, 57, 58, 59, 60, 61, NO, NO, NO, NO, NO, NO,
	NO, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14,
	15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, NO, NO, NO, NO, 63,
	NO, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40,
	41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, NO, NO, NO, NO, NO,
	[128 ... 255] = NO,
};
/* clang-format on */

static uint32_t
value(char c)
{
	return values[(uint8_t)c];
}

/* The two or three characters of one or two octets at the end. */
static bool
take_rest(const char *text, size_t count, uint8_t *ret)
{
	uint32_t a = value(text[0]), b = value(text[1]);
	uint32_t c = count == 3 ? value(text[2]) : 0;
	uint32_t spare = count == 3 ? c & 3 : b & 15;

	if (((a | b | c) & NO) != 0 || spare != 0)
		return false;
	ret[0] = (uint8_t)(a << 2 | b >> 4);
	if (count == 3)
		ret[1] = (uint8_t)(b << 4 | c >> 2);
	return true;
}

enum status
base64url_decode(const char *text, size_t length, uint8_t *ret, size_t room,
    size_t *ret_size)
{
	size_t rest = length % 4, size = length / 4 * 3;
	uint32_t seen = 0;

	if (rest == 1)
		return STATUS_MALFORMED;
	size += rest == 0 ? 0 : rest - 1;
	if (size > room)
		return STATUS_TOO_BIG;
	for (; length >= 4; length -= 4, text += 4, ret += 3) {
		uint32_t a = value(text[0]), b = value(text[1]);
		uint32_t c = value(text[2]), d = value(text[3]);

		seen |= a | b | c | d;
		ret[0] = (uint8_t)(a << 2 | b >> 4);
		ret[1] = (uint8_t)(b << 4 | c >> 2);
		ret[2] = (uint8_t)(c << 6 | d);
	}
	if ((seen & NO) != 0 || (rest != 0 && !take_rest(text, rest, ret)))
		return STATUS_MALFORMED;
	*ret_size = size;
	return STATUS_OK;
}
