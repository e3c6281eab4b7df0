/* SPDX-License-Identifier: ISC */
/*
 * Forms and queries. Every string that a client sends passes here once;
 * nothing is repaired: what is not well-formed is refused as a whole.
 */
#include "http/form.h"

#include <stdlib.h>
#include <string.h>

static int
hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

enum status
form_decode(char *text)
{
	char *out = text;

	for (const char *in = text; *in != '\0'; in++) {
		int high, low;

		if (*in != '%') {
			*out++ = *in == '+' ? ' ' : *in;
			continue;
		}
		high = hex_value(in[1]);
		low = high < 0 ? -1 : hex_value(in[2]);
		/* %00 would end the string early for whoever reads it. */
		if (low < 0 || (high == 0 && low == 0))
			return STATUS_MALFORMED;
		*out++ = (char)(high << 4 | low);
		in += 2;
	}
	*out = '\0';
	return STATUS_OK;
}

static enum status
add_field(struct form *f, char *pair)
{
	char *value = strchr(pair, '=');

	if (f->count == FORM_FIELDS_MAX)
		return STATUS_TOO_BIG;
	if (value != NULL)
		*value++ = '\0';
	if (form_decode(pair) != STATUS_OK ||
	    (value != NULL && form_decode(value) != STATUS_OK))
		return STATUS_MALFORMED;
	f->fields[f->count].name = pair;
	f->fields[f->count].value = value == NULL ? "" : value;
	f->count++;
	return STATUS_OK;
}

enum status
form_parse(const char *text, size_t length, struct form *ret)
{
	enum status status = STATUS_OK;
	struct form f = {.storage_size = length + 1};
	char *at, *next;

	if (memchr(text, '\0', length) != NULL)
		return STATUS_MALFORMED;
	f.storage = malloc(f.storage_size);
	if (f.storage == NULL)
		return STATUS_NOMEM;
	memcpy(f.storage, text, length);
	f.storage[length] = '\0';
	for (at = f.storage; at != NULL && status == STATUS_OK; at = next) {
		next = strchr(at, '&');
		if (next != NULL)
			*next++ = '\0';
		if (*at != '\0')
			status = add_field(&f, at);
	}
	if (status == STATUS_OK)
		*ret = f;
	else
		form_clear(&f);
	return status;
}

void
form_clear(struct form *f)
{
	if (f->storage != NULL)
		explicit_bzero(f->storage, f->storage_size);
	free(f->storage);
	f->storage = NULL;
	f->count = 0;
}

static size_t
count_of(const struct form *f, const char *name, const char **ret_value)
{
	size_t count = 0;

	for (size_t i = 0; i < f->count; i++) {
		if (strcmp(f->fields[i].name, name) == 0) {
			*ret_value = f->fields[i].value;
			count++;
		}
	}
	return count;
}

const char *
form_get(const struct form *f, const char *name)
{
	const char *value = NULL;

	if (count_of(f, name, &value) != 1 || value[0] == '\0')
		return NULL;
	return value;
}

bool
form_repeats(const struct form *f, const char *name)
{
	const char *value = NULL;

	return count_of(f, name, &value) > 1;
}

bool
form_has_repeats(const struct form *f)
{
	for (size_t i = 0; i < f->count; i++) {
		if (form_repeats(f, f->fields[i].name))
			return true;
	}
	return false;
}

static void
encode(struct buf *out, const char *text)
{
	static const char plain[] =
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "0123456789-._~";

	for (; *text != '\0'; text++) {
		if (strchr(plain, *text) != NULL)
			buf_append_byte(out, (uint8_t)*text);
		else
			buf_format(out, "%%%02X", (unsigned char)*text);
	}
}

void
form_encode_pair(struct buf *out, const char *name, const char *value)
{
	encode(out, name);
	buf_append_byte(out, '=');
	encode(out, value);
}
