/* SPDX-License-Identifier: ISC */
/*
 * The emitter of json.h. It escapes by default and writes one line: no control
 * character and no invalid UTF-8 leaves it.
 */
#include "scopegate/json.h"

#include <string.h>

#include "utf8.h"

void
json_writer_init(struct json_writer *w, struct buf *out)
{
	w->out = out;
	w->comma = false;
}

/* A run of octets that need no escape, appended at once. */
static size_t
plain_run(const char *s, size_t length)
{
	size_t i = 0;

	while (i < length && (unsigned char)s[i] >= 0x20 &&
	       (unsigned char)s[i] < 0x7f && s[i] != '"' && s[i] != '\\')
		i++;
	return i;
}

static size_t
write_special(struct json_writer *w, const char *s, size_t length)
{
	unsigned char c = (unsigned char)s[0];
	size_t n;

	if (c == '"' || c == '\\') {
		(void)buf_append_byte(w->out, '\\');
		(void)buf_append_byte(w->out, c);
		return 1;
	}
	if (c < 0x20 || c == 0x7f) {
		(void)buf_format(w->out, "\\u%04x", c);
		return 1;
	}
	n = utf8_sequence((const uint8_t *)s, length);
	if (n == 0) {
		(void)buf_append_string(w->out, "\xef\xbf\xbd");
		return 1;
	}
	if (n == 2 && c == 0xc2 && (unsigned char)s[1] < 0xa0)
		(void)buf_format(w->out, "\\u%04x", (unsigned char)s[1]);
	else
		(void)buf_append(w->out, s, n);
	return n;
}

static void
write_quoted(struct json_writer *w, const char *s, size_t length)
{
	(void)buf_append_byte(w->out, '"');
	while (length > 0) {
		size_t n = plain_run(s, length);

		if (n > 0)
			(void)buf_append(w->out, s, n);
		else
			n = write_special(w, s, length);
		s += n;
		length -= n;
	}
	(void)buf_append_byte(w->out, '"');
}

/* What stands before a value: a comma if it is not the first, and its name. */
static void
write_name(struct json_writer *w, const char *name)
{
	if (w->comma)
		(void)buf_append_byte(w->out, ',');
	w->comma = true;
	if (name == NULL)
		return;
	write_quoted(w, name, strlen(name));
	(void)buf_append_byte(w->out, ':');
}

static void
begin(struct json_writer *w, const char *name, uint8_t bracket)
{
	write_name(w, name);
	(void)buf_append_byte(w->out, bracket);
	w->comma = false;
}

static void
end(struct json_writer *w, uint8_t bracket)
{
	(void)buf_append_byte(w->out, bracket);
	w->comma = true;
}

void
json_write_begin_object(struct json_writer *w, const char *name)
{
	begin(w, name, '{');
}

void
json_write_end_object(struct json_writer *w)
{
	end(w, '}');
}

void
json_write_begin_array(struct json_writer *w, const char *name)
{
	begin(w, name, '[');
}

void
json_write_end_array(struct json_writer *w)
{
	end(w, ']');
}

void
json_write_text(
    struct json_writer *w, const char *name, const char *s, size_t length)
{
	if (s == NULL) {
		json_write_null(w, name);
		return;
	}
	write_name(w, name);
	write_quoted(w, s, length);
}

void
json_write_string(struct json_writer *w, const char *name, const char *s)
{
	json_write_text(w, name, s, s != NULL ? strlen(s) : 0);
}

void
json_write_integer(struct json_writer *w, const char *name, int64_t v)
{
	char digits[20]; /* of 2^64 - 1 */
	size_t at = sizeof(digits);
	uint64_t left = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;

	write_name(w, name);
	if (v < 0)
		(void)buf_append_byte(w->out, '-');
	/* By hand: a record has ten numbers, and printf is slow. */
	do {
		digits[--at] = (char)('0' + left % 10);
		left /= 10;
	} while (left > 0);
	(void)buf_append(w->out, digits + at, sizeof(digits) - at);
}

void
json_write_bool(struct json_writer *w, const char *name, bool v)
{
	write_name(w, name);
	(void)buf_append_string(w->out, v ? "true" : "false");
}

void
json_write_null(struct json_writer *w, const char *name)
{
	write_name(w, name);
	(void)buf_append_string(w->out, "null");
}
