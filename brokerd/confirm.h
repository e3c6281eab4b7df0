/* SPDX-License-Identifier: ISC */
/* The page that asks before something is done that cannot be undone at a
 * touch. It is got with a link; its form is the one that does it. */
#ifndef BROKERD_CONFIRM_H
#define BROKERD_CONFIRM_H

#include "page.h"

struct confirmation {
	const char *title;                 /* the question */
	const char *text;                  /* what comes of it */
	const char *action, *name, *value; /* what the form sends, and where */
	const char *button;
	const char *back; /* where "No" leads */
	enum page_place place;
};

void confirm_ask(struct visit *v, const struct confirmation *c);

#endif
