/* SPDX-License-Identifier: ISC */
/*
 * Substitution that escapes by default, and by default alone. Values go into
 * element content and double-quoted attributes, nowhere else.
 */
#include "http/template.h"

#include <stdbool.h>
#include <string.h>

/* What names mean here: a list, and the one around it. */
struct frame {
	const struct template_value *values;
	const struct frame *outer;
	unsigned int depth;
};

struct tag {
	char kind; /* '#', '^', '/', '>' or 0: a value */
	const char *name;
	size_t length;
	const char *start, *end; /* of the whole tag in the template */
};

static const struct template_value *
find(const struct frame *f, const struct tag *tag)
{
	for (; f != NULL; f = f->outer) {
		const struct template_value *v = f->values;

		for (; v->name != NULL; v++) {
			if (strlen(v->name) == tag->length &&
			    memcmp(v->name, tag->name, tag->length) == 0)
				return v;
		}
	}
	return NULL;
}

/* The next tag between `at` and `end`. NOT_FOUND: none; INVALID: open. */
static enum status
next_tag(const char *at, const char *end, struct tag *ret)
{
	const char *start = memmem(at, (size_t)(end - at), "{{", 2);
	const char *close;

	if (start == NULL)
		return STATUS_NOT_FOUND;
	ret->start = start;
	ret->name = start + 2;
	close = memmem(ret->name, (size_t)(end - ret->name), "}}", 2);
	if (close == NULL || close == ret->name)
		return STATUS_INVALID;
	ret->kind = 0;
	if (strchr("#^/>", *ret->name) != NULL)
		ret->kind = *ret->name++;
	ret->length = (size_t)(close - ret->name);
	ret->end = close + 2;
	return STATUS_OK;
}

/* The closing tag that belongs to `open`; sections of one name do not nest. */
static enum status
find_close(const struct tag *open, const char *end, struct tag *ret)
{
	const char *at = open->end;
	enum status status;

	while ((status = next_tag(at, end, ret)) == STATUS_OK) {
		if (ret->kind == '/' && ret->length == open->length &&
		    memcmp(ret->name, open->name, open->length) == 0)
			return STATUS_OK;
		at = ret->end;
	}
	return STATUS_INVALID;
}

static enum status render(const char *at, const char *end,
    const struct frame *frame, struct buf *out);

static enum status
render_section(const struct tag *open, const struct tag *close,
    const struct frame *frame, struct buf *out)
{
	static const struct template_value none[] = {{0}};
	const struct template_value *v = find(frame, open);
	struct frame inner = {none, frame, frame->depth + 1};
	enum status status = STATUS_OK;
	bool present;

	if (v == NULL || inner.depth > TEMPLATE_DEPTH_MAX)
		return STATUS_INVALID;
	present = v->row_count > 0 || (v->text != NULL && v->text[0] != '\0');
	if (open->kind == '^')
		return present ? STATUS_OK
			       : render(open->end, close->start, &inner, out);
	if (present && v->row_count == 0)
		return render(open->end, close->start, &inner, out);
	for (size_t i = 0; i < v->row_count && status == STATUS_OK; i++) {
		inner.values = v->rows[i].values;
		status = render(open->end, close->start, &inner, out);
	}
	return status;
}

static enum status
render_value(const struct tag *tag, const struct frame *frame, struct buf *out)
{
	const struct template_value *v = find(frame, tag);

	if (v == NULL || v->text == NULL)
		return STATUS_INVALID;
	template_escape(out, v->text);
	return STATUS_OK;
}

static enum status
render_part(const struct tag *tag, const struct frame *frame, struct buf *out)
{
	static const struct template_value none[] = {{0}};
	const struct template_value *v = find(frame, tag);
	const struct frame inner = {none, frame, frame->depth + 1};

	if (v == NULL || v->part == NULL || inner.depth > TEMPLATE_DEPTH_MAX)
		return STATUS_INVALID;
	return render(v->part, v->part + strlen(v->part), &inner, out);
}

static enum status
render(
    const char *at, const char *end, const struct frame *frame, struct buf *out)
{
	struct tag tag, close;
	enum status status;

	while ((status = next_tag(at, end, &tag)) == STATUS_OK) {
		buf_append(out, at, (size_t)(tag.start - at));
		at = tag.end;
		if (tag.kind == '/')
			return STATUS_INVALID;
		if (tag.kind == 0) {
			status = render_value(&tag, frame, out);
		} else if (tag.kind == '>') {
			status = render_part(&tag, frame, out);
		} else {
			status = find_close(&tag, end, &close);
			if (status == STATUS_OK)
				status =
				    render_section(&tag, &close, frame, out);
			at = close.end;
		}
		if (status != STATUS_OK)
			return status;
	}
	if (status == STATUS_NOT_FOUND)
		status = buf_append(out, at, (size_t)(end - at));
	return status;
}

enum status
template_render(const char *text, const struct template_value *values,
    const struct template_value *outer, struct buf *ret)
{
	static const struct template_value none[] = {{0}};
	const struct frame around = {outer == NULL ? none : outer, NULL, 0};
	const struct frame frame = {values == NULL ? none : values, &around, 0};

	return render(text, text + strlen(text), &frame, ret);
}

void
template_escape(struct buf *out, const char *text)
{
	static const struct {
		char octet;
		const char *entity;
	} entities[] = {
	    {'&', "&amp;"},
	    {'<', "&lt;"},
	    {'>', "&gt;"},
	    {'"', "&quot;"},
	    {'\'', "&#39;"},
	};

	for (; *text != '\0'; text++) {
		const char *entity = NULL;

		for (size_t i = 0; i < sizeof(entities) / sizeof(entities[0]);
		     i++) {
			if (entities[i].octet == *text)
				entity = entities[i].entity;
		}
		if (entity != NULL)
			buf_append_string(out, entity);
		else
			buf_append_byte(out, (uint8_t)*text);
	}
}
