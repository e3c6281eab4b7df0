/* SPDX-License-Identifier: ISC */
#include "scope_wanted.h"

#include "form.h"
#include "scopegate/buf.h"
#include "scopegate/cleanup.h"

#define SCOPE_MAX 4096 /* as of an answer */

static void
add_words(struct buf *out, const struct word_list *words, int separator,
    const struct word_list *but)
{
	for (size_t i = 0; i < words->count; i++) {
		if (but != NULL && word_list_has(but, words->words[i]))
			continue;
		if (out->length > 0)
			(void)buf_append_byte(
			    out, separator == SEPARATOR_COMMA ? ',' : ' ');
		(void)buf_append_string(out, words->words[i]);
	}
}

enum status
scope_wanted_put(struct secret *form, const struct issuer *issuer,
    const struct policy *policy)
{
	const struct sign_in *s = &issuer->sign_in;
	_cleanup_(buf_clear) struct buf scope = {0};

	buf_init(&scope, SCOPE_MAX);
	if (s->scope.count > 0) {
		add_words(&scope, &s->scope, s->scope_separator, NULL);
	} else {
		add_words(&scope, &policy->require, s->scope_separator, NULL);
		add_words(&scope, &policy->require_any, s->scope_separator,
		    &policy->require);
	}
	if (scope.error != STATUS_OK)
		return scope.error;
	return scope.length > 0
		   ? form_put(form, "scope", text_of(buf_string(&scope)))
		   : STATUS_OK;
}
