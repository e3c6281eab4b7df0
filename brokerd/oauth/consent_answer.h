/* SPDX-License-Identifier: ISC */
/* What a person has chosen on the consent page. */
#ifndef BROKERD_CONSENT_ANSWER_H
#define BROKERD_CONSENT_ANSWER_H

#include "identity/account_store.h"
#include "oauth/authorization.h"
#include "visit.h"

struct consent_answer {
	const char *problem; /* for page_consent(); NULL: it can be granted */
	struct account account;
	char scope[WORD_SET_TEXT_SIZE];
};

/* Account and scopes of the form, within what was asked for and what can be
 * given. */
enum status consent_answer_read(
    struct visit *v, const struct authorization *a, struct consent_answer *ret);

#endif
