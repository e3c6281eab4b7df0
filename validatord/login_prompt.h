/* SPDX-License-Identifier: ISC */
/* What a login asks a person. */
#ifndef VALIDATORD_LOGIN_PROMPT_H
#define VALIDATORD_LOGIN_PROMPT_H

#include "login_table.h"

/* What the words are filled with; NULL: nothing of the kind. */
struct prompt_shown {
	const char *link;
	const char *user_code;
	const char *number;
	const char *drawn; /* the link that is drawn where the policy says so */
};

/* Sends the PROMPT. The login may be gone when this returns. */
void login_prompt(
    struct login *login, enum prompt prompt, const struct prompt_shown *shown);
/* One that says no more than that, or the page's link again. */
void login_prompt_again(struct login *login, enum prompt prompt);
/* PROMPT_BROWSER, with the link of the page. */
void login_prompt_page(struct login *login);

#endif
