/* SPDX-License-Identifier: ISC */
/*
 * HTML templates. {{name}} is replaced by the value, always escaped; there is
 * no way to write one raw. {{#name}}...{{/name}} stands once for each row, or
 * once if a text is not empty; {{^name}}...{{/name}} stands if there is
 * neither. {{>name}} puts another template there, in the same place of names.
 * A name that is not given is an error, never an empty place.
 */
#ifndef HTTP_TEMPLATE_H
#define HTTP_TEMPLATE_H

#include <stddef.h>

#include "scopegate/buf.h"
#include "scopegate/status.h"

#define TEMPLATE_DEPTH_MAX 6

struct template_row;

struct template_value {
	const char *name; /* NULL ends the list */
	const char *text; /* NULL: rows, or nothing */
	const struct template_row *rows;
	size_t row_count;
	const char *part; /* for {{>name}}: a template, never a value */
};

struct template_row {
	const struct template_value *values; /* seen before the outer ones */
};

/* STATUS_INVALID: the template is malformed or names what is not given.
 * `outer`: values seen after `values`; NULL for none. */
enum status template_render(const char *text,
    const struct template_value *values, const struct template_value *outer,
    struct buf *ret);
void template_escape(struct buf *out, const char *text);

#endif
