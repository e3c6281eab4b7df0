/* SPDX-License-Identifier: ISC */
/* Scopes in plain words, for every page that shows them. */
#include "app/scope_list.h"

#include <string.h>

enum status
scope_list_fill(struct store *s, const char *scopes, struct scope_list *ret)
{
	enum status status = word_set_parse(scopes, &ret->set);

	if (status != STATUS_OK)
		return status;
	for (size_t i = 0; i < ret->set.count; i++) {
		const char *name = ret->set.words[i];
		struct scope_line *l = &ret->lines[i];

		status = scope_words(s, name, l->words);
		if (status != STATUS_OK && status != STATUS_NOT_FOUND)
			return status;
		l->values[0] =
		    (struct template_value){.name = "scope", .text = name};
		l->values[1] = (struct template_value){.name = "words",
		    .text = status == STATUS_OK ? l->words : name};
		l->values[2] = (struct template_value){0};
		ret->rows[i].values = l->values;
	}
	ret->count = ret->set.count;
	return STATUS_OK;
}
