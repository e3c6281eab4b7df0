/* SPDX-License-Identifier: ISC */
#include "base64url_read.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

size_t
base64url_read(const char *text, size_t length, uint8_t *ret)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijkl"
				       "mnopqrstuvwxyz0123456789-_";
	uint32_t bits = 0;
	unsigned int count = 0;
	size_t at = 0;

	for (size_t i = 0; i < length; i++) {
		const char *c = strchr(alphabet, text[i]);

		assert_non_null(c);
		bits = (bits << 6 | (uint32_t)(c - alphabet)) & 0xffffff;
		count += 6;
		if (count >= 8) {
			count -= 8;
			ret[at++] = (uint8_t)(bits >> count);
		}
	}
	return at;
}
