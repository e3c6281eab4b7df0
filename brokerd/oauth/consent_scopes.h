/* SPDX-License-Identifier: ISC */
/* The scopes of a request in two parts: those that come with the app, and those
 * that the person may leave out. */
#ifndef BROKERD_CONSENT_SCOPES_H
#define BROKERD_CONSENT_SCOPES_H

#include "http/form.h"
#include "scopegate/status.h"
#include "word_set.h"

/* Before a scope's name, the name of its box on the page. */
#define SCOPE_BOX "scope."
/* The field that says which boxes the page had: a set of scopes. */
#define SCOPES_OFFERED "offered"

struct consent_scopes {
	char required[WORD_SET_TEXT_SIZE];
	char optional[WORD_SET_TEXT_SIZE];
};

/* `optional`: of the app. STATUS_MALFORMED if it is no set of scopes. */
enum status consent_scopes_split(const struct word_set *asked,
    const char *optional, struct consent_scopes *ret);
bool consent_scope_is_ticked(const struct form *form, const char *scope);
/* What is granted by this form, in the order asked: what is required, and what
 * is ticked of what was asked and optional. Other boxes count for nothing.
 * STATUS_FORBIDDEN: the person has unticked what the app requires by now. */
enum status consent_scopes_granted(const struct word_set *asked,
    const char *optional, const struct form *form,
    char ret[WORD_SET_TEXT_SIZE]);

#endif
