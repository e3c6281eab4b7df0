/* SPDX-License-Identifier: ISC */
/* Lines of a list and the copies of what they say. */
#include "operator/rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "page.h"

struct rows *
rows_new(void)
{
	return calloc(1, sizeof(struct rows));
}

void
rows_freep(struct rows **r)
{
	if (*r == NULL)
		return;
	for (size_t i = 0; i < (*r)->count; i++) {
		for (size_t k = 0; k < ROW_VALUES; k++)
			free((char *)(uintptr_t)(*r)->values[i][k].text);
	}
	free(*r);
	*r = NULL;
}

void
rows_begin(struct rows *r)
{
	if (r->count == ROWS_MAX) {
		r->filled = ROW_VALUES;
		r->rows[0].values = &r->values[0][ROW_VALUES - 1];
		return;
	}
	r->rows[r->count].values = r->values[r->count];
	r->count++;
	r->filled = 0;
}

void
rows_text(struct rows *r, const char *name, const char *text)
{
	char *copy = NULL;

	if (r->count == 0 || r->filled >= ROW_VALUES - 1)
		return;
	if (text != NULL) {
		copy = strdup(text);
		if (copy == NULL)
			return;
	}
	r->values[r->count - 1][r->filled++] =
	    (struct template_value){.name = name, .text = copy};
}

void
rows_integer(struct rows *r, const char *name, int64_t value)
{
	char text[24];

	(void)snprintf(text, sizeof(text), "%lld", (long long)value);
	rows_text(r, name, text);
}

void
rows_time(struct rows *r, const char *name, int64_t when)
{
	char text[PAGE_TIME_SIZE];

	page_time(when, text);
	rows_text(r, name, text);
}
