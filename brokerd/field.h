/* SPDX-License-Identifier: ISC */
/*
 * The fields of a form, with what was typed and what is wrong with it beside
 * each, so that a form always comes back filled.
 */
#ifndef BROKERD_FIELD_H
#define BROKERD_FIELD_H

#include <stdbool.h>
#include <stddef.h>

#include "http/template.h"

#define FIELDS_MAX 16
#define FIELD_VALUES 16

struct field {
	const char *name;         /* of the control, and its id */
	const char *label;        /* above it */
	const char *help;         /* under the label; NULL: none */
	const char *type;         /* "text" "url" "password" ...; "textarea" */
	const char *value;        /* NULL: empty; passwords never come back */
	const char *problem;      /* what is wrong with it; NULL: nothing */
	const char *autocomplete; /* NULL: "off" */
	size_t max;               /* characters; 0: no limit */
	bool required, focus;
};

/* Borrows all that the fields point to. Templates say
 * {{#fields}}{{>field}}{{/fields}} with .rows = f.rows, .row_count = f.count.
 */
struct fields {
	size_t count;
	struct template_row rows[FIELDS_MAX];
	struct template_value values[FIELDS_MAX][FIELD_VALUES];
	char max[FIELDS_MAX][8];
};

/* More than FIELDS_MAX is a mistake of ours: the page is not rendered. */
void fields_add(struct fields *f, const struct field *field);

#endif
