/* SPDX-License-Identifier: ISC */
/* Scopes as rows of a page: {{scope}} and {{words}} in each. */
#ifndef BROKERD_SCOPE_LIST_H
#define BROKERD_SCOPE_LIST_H

#include "app/scope_store.h"
#include "http/template.h"

struct scope_line {
	char words[SCOPE_WORDS_SIZE];
	struct template_value values[4];
};

/* Large: allocate it. */
struct scope_list {
	struct word_set set;
	size_t count;
	struct scope_line lines[WORD_SET_WORDS_MAX];
	struct template_row rows[WORD_SET_WORDS_MAX];
};

/* Of scopes as text. A scope that the broker no longer knows is shown with
 * its name in place of words. */
enum status scope_list_fill(
    struct store *s, const char *scopes, struct scope_list *ret);

#endif
