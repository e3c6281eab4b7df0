/* SPDX-License-Identifier: ISC */
/*
 * The emitter: commas, quotes and escapes. A member is put together on the
 * stack and appended at once, because the audit record is on every login's way.
 * What it writes is ASCII or valid UTF-8 without control characters, whatever
 * it was given, so json_check() accepts it and a terminal survives it.
 */
#include "scopegate/json.h"

#include <string.h>

#include "json_plain.h"
#include "utf8.h"

#define STAGE_SIZE 256u

struct stage {
	struct buf *out;
	size_t used;
	char bytes[STAGE_SIZE];
};

static void
stage_flush(struct stage *s)
{
	if (s->used > 0)
		(void)buf_append(s->out, s->bytes, s->used);
	s->used = 0;
}

static void
stage_put(struct stage *s, const void *bytes, size_t size)
{
	if (size > STAGE_SIZE - s->used)
		stage_flush(s);
	if (size > STAGE_SIZE) {
		(void)buf_append(s->out, bytes, size);
		return;
	}
	memcpy(s->bytes + s->used, bytes, size);
	s->used += size;
}

/* Writes what stands at `p` and is not plain; gives how many octets it was. */
static size_t
put_special(struct stage *s, const uint8_t *p, size_t left)
{
	static const char digits[] = "0123456789abcdef";
	size_t n = utf8_sequence(p, left);
	uint8_t c = *p;

	if (n == 0) {
		stage_put(s, "\xef\xbf\xbd", 3);
		return 1;
	}
	/* C1 controls, U+0080 to U+009F, are 0xc2 and the same octet. */
	if (n == 2 && c == 0xc2 && p[1] <= 0x9f)
		c = p[1];
	if (c >= 0xa0) {
		stage_put(s, p, n);
		return n;
	}
	if (c == '"' || c == '\\') {
		stage_put(s, (const char[]){'\\', (char)c}, 2);
		return n;
	}
	stage_put(s, "\\u00", 4);
	stage_put(s, (const char[]){digits[c >> 4], digits[c & 15]}, 2);
	return n;
}

static void
put_text(struct stage *s, const char *text, size_t length)
{
	stage_put(s, "\"", 1);
	while (length > 0) {
		size_t n = json_plain_run(text, length);

		if (n > 0)
			stage_put(s, text, n);
		else
			n = put_special(s, (const uint8_t *)text, length);
		text += n;
		length -= n;
	}
	stage_put(s, "\"", 1);
}

/* Comma and name: all that comes before a value. */
static void
begin(struct json_writer *w, struct stage *s, const char *name)
{
	s->out = w->out;
	s->used = 0;
	if (w->comma)
		stage_put(s, ",", 1);
	if (name != NULL) {
		put_text(s, name, strlen(name));
		stage_put(s, ":", 1);
	}
	w->comma = true;
}

static void
write_plain(struct json_writer *w, const char *name, const char *value)
{
	struct stage s;

	begin(w, &s, name);
	stage_put(&s, value, strlen(value));
	stage_flush(&s);
}

void
json_writer_init(struct json_writer *w, struct buf *out)
{
	*w = (struct json_writer){.out = out};
}

void
json_write_begin_object(struct json_writer *w, const char *name)
{
	write_plain(w, name, "{");
	w->comma = false;
}

void
json_write_end_object(struct json_writer *w)
{
	(void)buf_append_byte(w->out, '}');
	w->comma = true;
}

void
json_write_begin_array(struct json_writer *w, const char *name)
{
	write_plain(w, name, "[");
	w->comma = false;
}

void
json_write_end_array(struct json_writer *w)
{
	(void)buf_append_byte(w->out, ']');
	w->comma = true;
}

void
json_write_string(struct json_writer *w, const char *name, const char *s)
{
	json_write_text(w, name, s, s != NULL ? strlen(s) : 0);
}

void
json_write_text(
    struct json_writer *w, const char *name, const char *s, size_t length)
{
	struct stage stage;

	if (s == NULL) {
		json_write_null(w, name);
		return;
	}
	begin(w, &stage, name);
	put_text(&stage, s, length);
	stage_flush(&stage);
	if (w->out->sensitive)
		explicit_bzero(stage.bytes, sizeof(stage.bytes));
}

void
json_write_integer(struct json_writer *w, const char *name, int64_t v)
{
	/* By hand: a record has many numbers, and printf is slow. */
	char digits[24], *p = digits + sizeof(digits) - 1;
	uint64_t left = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;

	*p = '\0';
	do
		*--p = (char)('0' + left % 10);
	while ((left /= 10) > 0);
	if (v < 0)
		*--p = '-';
	write_plain(w, name, p);
}

void
json_write_bool(struct json_writer *w, const char *name, bool v)
{
	write_plain(w, name, v ? "true" : "false");
}

void
json_write_null(struct json_writer *w, const char *name)
{
	write_plain(w, name, "null");
}
