/* SPDX-License-Identifier: ISC */
/* Makes template rows of fields; pages/field.html is how one looks. */
#include "field.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *
given(bool flag)
{
	return flag ? "yes" : NULL;
}

void
fields_add(struct fields *f, const struct field *d)
{
	bool area = strcmp(d->type, "textarea") == 0;
	size_t i = f->count;

	if (i == FIELDS_MAX)
		return;
	(void)snprintf(f->max[i], sizeof(f->max[i]), "%zu", d->max);
	const struct template_value values[] = {
	    {.name = "name", .text = d->name},
	    {.name = "label", .text = d->label},
	    {.name = "help", .text = d->help},
	    {.name = "input", .text = area ? NULL : d->type},
	    {.name = "area", .text = given(area)},
	    {.name = "value", .text = d->value == NULL ? "" : d->value},
	    {.name = "field_problem", .text = d->problem},
	    {.name = "described",
		.text = given(d->help != NULL || d->problem != NULL)},
	    {.name = "autocomplete",
		.text = d->autocomplete == NULL ? "off" : d->autocomplete},
	    {.name = "max", .text = d->max == 0 ? NULL : f->max[i]},
	    {.name = "required", .text = given(d->required)},
	    {.name = "focus", .text = given(d->focus)},
	    {0},
	};
	_Static_assert(sizeof(values) <= sizeof(f->values[0]), "FIELD_VALUES");
	memcpy(f->values[i], values, sizeof(values));
	f->rows[i].values = f->values[i];
	f->count++;
}
