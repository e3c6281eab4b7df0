/* SPDX-License-Identifier: ISC */
#include <stdbool.h>

#include "scopegate/base64url.h"

/* It is on the way of every token, so by a table. */

#define NO 64 /* no character of the alphabet */

/* clang-format off */
static const uint8_t values[128] = {
	NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO,
	NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO,
	NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, 62, NO, NO,
	52, 53, 54, 55, 56, 57, 58, 59, 60, 61, NO, NO, NO, NO, NO, NO,
	NO, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14,
	15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, NO, NO, NO, NO, 63,
	NO, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40,
	41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, NO, NO, NO, NO, NO,
};
/* clang-format on */

static bool
take(const char *text, size_t count, uint32_t *ret)
{
	uint32_t bits = 0, bad = 0;

	for (size_t i = 0; i < count; i++) {
		uint8_t c = (uint8_t)text[i];
		uint8_t v = c < sizeof(values) ? values[c] : NO;

		bad |= v & NO;
		bits = bits << 6 | (v & 63u);
	}
	*ret = bits;
	return bad == 0;
}

/* The two or three characters of one or two octets at the end. */
static bool
take_rest(const char *text, size_t count, uint8_t *ret)
{
	unsigned int spare = count == 2 ? 4 : 2;
	uint32_t bits;

	if (!take(text, count, &bits) || (bits & ((1u << spare) - 1)) != 0)
		return false;
	bits >>= spare;
	if (count == 3)
		*ret++ = (uint8_t)(bits >> 8);
	*ret = (uint8_t)bits;
	return true;
}

enum status
base64url_decode(const char *text, size_t length, uint8_t *ret, size_t room,
    size_t *ret_size)
{
	size_t rest = length % 4, size = length / 4 * 3;
	uint32_t bits;

	if (rest == 1)
		return STATUS_MALFORMED;
	size += rest == 0 ? 0 : rest - 1;
	if (size > room)
		return STATUS_TOO_BIG;
	for (; length >= 4; length -= 4, text += 4, ret += 3) {
		if (!take(text, 4, &bits))
			return STATUS_MALFORMED;
		ret[0] = (uint8_t)(bits >> 16);
		ret[1] = (uint8_t)(bits >> 8);
		ret[2] = (uint8_t)bits;
	}
	if (rest != 0 && !take_rest(text, rest, ret))
		return STATUS_MALFORMED;
	*ret_size = size;
	return STATUS_OK;
}
