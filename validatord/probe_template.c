/* SPDX-License-Identifier: ISC */
/*
 * A token is a stranger's text until the broker has spoken: what could end a
 * header field or a string is escaped where the place has an escape, and
 * refused where it has none.
 */
#include "probe_template.h"

#include <stddef.h>
#include <string.h>

#include "scopegate/cleanup.h"

static const struct {
	const char *name;
	size_t offset; /* into struct probe_values */
	bool address;
} names[] = {
    {"token", offsetof(struct probe_values, token), false},
    {"client_id", offsetof(struct probe_values, client_id), false},
    {"api_url", offsetof(struct probe_values, api_url), true},
    {"paper_api_url", offsetof(struct probe_values, paper_api_url), true},
};

#define TOKEN_NAME 0

/* Is it a brace with a small letter behind it? */
static bool
opens_name(const char *p)
{
	return p[0] == '{' && p[1] >= 'a' && p[1] <= 'z';
}

/* The row of the name at `p`, which opens one; ELEMENTS(names) if there is
 * none of that name. */
static size_t
name_at(const char *p, size_t *ret_length)
{
	size_t n = strspn(p + 1, "abcdefghijklmnopqrstuvwxyz_");
	size_t i = 0;

	*ret_length = n + 2;
	if (p[n + 1] != '}')
		return ELEMENTS(names);
	while (i < ELEMENTS(names) && (strlen(names[i].name) != n ||
					  memcmp(names[i].name, p + 1, n) != 0))
		i++;
	return i;
}

static const char *
name_fault(size_t i, enum probe_place place)
{
	if (i == ELEMENTS(names))
		return "has a {NAME} that stands for nothing: there are "
		       "{token}, {client_id}, {api_url} and {paper_api_url}";
	if (place == PLACE_URL && i == TOKEN_NAME)
		return "has the {token} in the URL, and servers log URLs: put "
		       "it into a header field or into the body";
	if (place != PLACE_URL && names[i].address)
		return "has an API's address outside of the URL: write "
		       "{token} or {client_id}";
	return NULL;
}

const char *
probe_template_fault(const char *text, enum probe_place place)
{
	for (const char *p = text; *p != '\0'; p++) {
		unsigned char c = (unsigned char)*p;
		const char *fault = NULL;
		size_t n;

		if (c >= 0x7f || c < 0x20 || (c == 0x20 && place == PLACE_URL))
			return "holds a blank or a character outside of "
			       "ASCII: escape it or remove it";
		if (opens_name(p))
			fault = name_fault(name_at(p, &n), place);
		if (fault != NULL)
			return fault;
	}
	return NULL;
}

bool
probe_template_has(const char *text, const char *name)
{
	for (const char *p = text; *p != '\0'; p++) {
		size_t n, i = opens_name(p) ? name_at(p, &n) : ELEMENTS(names);

		if (i < ELEMENTS(names) && strcmp(names[i].name, name) == 0)
			return true;
	}
	return false;
}

/* RFC 3986 section 2.3. */
static bool
is_unreserved(unsigned char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	       (c >= '0' && c <= '9') || strchr("-._~", c) != NULL;
}

static void
put_octet(unsigned char c, enum probe_place place, struct buf *ret)
{
	if (place == PLACE_HEADER ||
	    (place != PLACE_JSON && is_unreserved(c))) {
		(void)buf_append_byte(ret, c);
	} else if (place == PLACE_JSON) {
		if (c == '"' || c == '\\')
			(void)buf_append_byte(ret, '\\');
		(void)buf_append_byte(ret, c);
	} else {
		(void)buf_format(ret, "%%%02X", (unsigned int)c);
	}
}

/* A base that the template goes on with a slash has none at its end. */
static void
put_address(struct text value, const char *rest, struct buf *ret)
{
	size_t n = value.length;

	while (n > 0 && *rest == '/' && value.bytes[n - 1] == '/')
		n--;
	(void)buf_append(ret, value.bytes, n);
}

static enum status
put_value(
    struct text value, enum probe_place place, bool token, struct buf *ret)
{
	for (size_t i = 0; i < value.length; i++) {
		unsigned char c = (unsigned char)value.bytes[i];

		/* No place carries a control character or what is not ASCII;
		 * a token has no blank either (RFC 6750 section 2.1). */
		if (c < 0x20 || c >= 0x7f || (c == 0x20 && token))
			return STATUS_INVALID;
		put_octet(c, place, ret);
	}
	return ret->error;
}

enum status
probe_template_fill(const char *text, enum probe_place place,
    const struct probe_values *values, struct buf *ret)
{
	enum status s = STATUS_OK;

	while (*text != '\0' && s == STATUS_OK) {
		size_t i, n = 1;
		struct text value;

		if (!opens_name(text)) {
			s = buf_append_byte(ret, (uint8_t)*text++);
			continue;
		}
		i = name_at(text, &n);
		if (i == ELEMENTS(names))
			return STATUS_INVALID;
		memcpy(&value, (const char *)values + names[i].offset,
		    sizeof(value));
		text += n;
		if (value.bytes == NULL || value.length == 0)
			return STATUS_INVALID;
		if (names[i].address)
			put_address(value, text, ret);
		else
			s = put_value(value, place, i == TOKEN_NAME, ret);
	}
	return s == STATUS_OK ? ret->error : s;
}
