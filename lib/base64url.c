/* SPDX-License-Identifier: ISC */
/* Tokens and keys pass through here, so scratch space is wiped. */
#include "scopegate/base64url.h"

#include <stdint.h>
#include <string.h>

#define PART_OCTETS 48 /* whole groups of three, so that parts join */

static const char alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

void
base64url_encode(const void *data, size_t size, char *ret)
{
	const uint8_t *octets = data;
	uint32_t bits = 0;
	unsigned int held = 0;
	size_t at = 0;

	for (size_t i = 0; i < size; i++) {
		bits = bits << 8 | octets[i];
		for (held += 8; held >= 6; held -= 6)
			ret[at++] = alphabet[bits >> (held - 6) & 63];
	}
	if (held > 0)
		ret[at++] = alphabet[bits << (6 - held) & 63];
	ret[at] = '\0';
}

enum status
base64url_append(struct buf *out, const void *data, size_t size)
{
	const uint8_t *rest = data;
	char text[BASE64URL_LENGTH(PART_OCTETS) + 1];

	while (size > 0) {
		size_t part = size < PART_OCTETS ? size : PART_OCTETS;

		base64url_encode(rest, part, text);
		(void)buf_append(out, text, BASE64URL_LENGTH(part));
		rest += part;
		size -= part;
	}
	explicit_bzero(text, sizeof(text));
	return out->error;
}
