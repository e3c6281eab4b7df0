/* SPDX-License-Identifier: ISC */
/* What a login asks a person, and what it does with the answer. */
#ifndef VALIDATORD_LOGIN_PROMPT_H
#define VALIDATORD_LOGIN_PROMPT_H

#include "login_table.h"

/* Sends the PROMPT; `url` is for those that show one of their own, else NULL.
 * The login may be gone when this returns. */
void login_prompt(
    struct login *login, enum prompt prompt, const struct secret *url);

#endif
