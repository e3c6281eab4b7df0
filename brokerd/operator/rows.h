/* SPDX-License-Identifier: ISC */
/*
 * A page of a list as template rows. Texts are copied. What does not fit or
 * cannot be had leaves its name out, which makes the page fail to render: a
 * list is shown whole or not at all.
 */
#ifndef BROKERD_ROWS_H
#define BROKERD_ROWS_H

#include <stddef.h>
#include <stdint.h>

#include "http/template.h"

#define ROWS_SHOWN 50 /* lines of a page */
#define ROWS_MAX 128
#define ROW_VALUES 16

struct rows {
	size_t count;
	struct template_row rows[ROWS_MAX];
	struct template_value values[ROWS_MAX][ROW_VALUES];
	size_t filled; /* values of the last row */
};

struct rows *rows_new(void); /* NULL: out of memory */
void rows_freep(struct rows **r);

void rows_begin(struct rows *r);
/* Into the row begun last; `name` is borrowed. NULL is an absent text. */
void rows_text(struct rows *r, const char *name, const char *text);
void rows_integer(struct rows *r, const char *name, int64_t value);
void rows_time(struct rows *r, const char *name, int64_t when);

/* The values that a template needs of a list: its rows, and whether there are
 * any. */
#define ROWS_VALUES(n, r)                                                      \
	{.name = n, .rows = (r)->rows, .row_count = (r)->count},               \
	{                                                                      \
		.name = "has_" n, .text = (r)->count > 0 ? "yes" : NULL        \
	}

#endif
