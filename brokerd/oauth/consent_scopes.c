/* SPDX-License-Identifier: ISC */
/* Pure. What the form says can only ever take something away. */
#include "oauth/consent_scopes.h"

#include <stdio.h>
#include <string.h>

static void
append(char text[WORD_SET_TEXT_SIZE], const char *word)
{
	size_t at = strlen(text);

	/* A part of a set that fits, fits. */
	(void)snprintf(text + at, WORD_SET_TEXT_SIZE - at, "%s%s",
	    at == 0 ? "" : " ", word);
}

enum status
consent_scopes_split(const struct word_set *asked, const char *optional,
    struct consent_scopes *ret)
{
	struct word_set may_go;

	if (word_set_parse(optional, &may_go) != STATUS_OK)
		return STATUS_MALFORMED;
	ret->required[0] = ret->optional[0] = '\0';
	for (size_t i = 0; i < asked->count; i++) {
		const char *word = asked->words[i];

		append(
		    word_set_has(&may_go, word) ? ret->optional : ret->required,
		    word);
	}
	return STATUS_OK;
}

bool
consent_scope_is_ticked(const struct form *form, const char *scope)
{
	char name[sizeof(SCOPE_BOX) + WORD_SET_TEXT_MAX];

	(void)snprintf(name, sizeof(name), SCOPE_BOX "%s", scope);
	return form_get(form, name) != NULL;
}

/* The app's owner may move a scope out of the optional ones while somebody
 * reads the page, so what had a box there is asked for again. */
static bool
was_unticked(const struct form *form, const char *scope)
{
	const char *offered = form_get(form, SCOPES_OFFERED);

	return offered != NULL && word_set_text_has(offered, scope) &&
	       !consent_scope_is_ticked(form, scope);
}

enum status
consent_scopes_granted(const struct word_set *asked, const char *optional,
    const struct form *form, char ret[WORD_SET_TEXT_SIZE])
{
	struct word_set may_go;

	if (word_set_parse(optional, &may_go) != STATUS_OK)
		return STATUS_MALFORMED;
	ret[0] = '\0';
	for (size_t i = 0; i < asked->count; i++) {
		const char *word = asked->words[i];

		if (word_set_has(&may_go, word)) {
			if (consent_scope_is_ticked(form, word))
				append(ret, word);
			continue;
		}
		if (was_unticked(form, word))
			return STATUS_FORBIDDEN;
		append(ret, word);
	}
	return STATUS_OK;
}
