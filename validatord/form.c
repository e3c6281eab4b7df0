/* SPDX-License-Identifier: ISC */
#include "form.h"

#include <string.h>

/*
 * The encoder for request bodies and for the halves of a Basic credential. It
 * handles tokens and secrets, so its scratch space is wiped.
 */

#define CHUNK_SIZE 384 /* a multiple of 3: room for whole %XX */

static bool
is_plain(unsigned char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	       (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' ||
	       c == '*';
}

static size_t
encode_octet(unsigned char c, char *out)
{
	static const char hex[] = "0123456789ABCDEF";

	if (is_plain(c) || c == ' ') {
		out[0] = c == ' ' ? '+' : (char)c;
		return 1;
	}
	out[0] = '%';
	out[1] = hex[c >> 4];
	out[2] = hex[c & 15];
	return 3;
}

enum status
form_encode(struct secret *out, struct text value)
{
	char chunk[CHUNK_SIZE];
	size_t used = 0;
	enum status s = STATUS_OK;

	for (size_t i = 0; i < value.length && s == STATUS_OK; i++) {
		used +=
		    encode_octet((unsigned char)value.bytes[i], chunk + used);
		if (used + 3 > sizeof(chunk) || i + 1 == value.length) {
			s = secret_append(out, chunk, used);
			used = 0;
		}
	}
	explicit_bzero(chunk, sizeof(chunk));
	return s;
}

enum status
form_put(struct secret *out, const char *name, struct text value)
{
	enum status s = STATUS_OK;

	if (out->length > 0)
		s = secret_append(out, "&", 1);
	if (s == STATUS_OK)
		s = secret_append(out, name, strlen(name));
	if (s == STATUS_OK)
		s = secret_append(out, "=", 1);
	if (s == STATUS_OK)
		s = form_encode(out, value);
	return s;
}
