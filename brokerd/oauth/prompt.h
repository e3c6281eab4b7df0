/* SPDX-License-Identifier: ISC */
/*
 * Whether a person has to sign in again for a request: prompt and max_age of
 * OpenID Connect Core section 3.1.2.1. Pure.
 */
#ifndef BROKERD_PROMPT_H
#define BROKERD_PROMPT_H

#include <stdbool.h>
#include <stdint.h>

#include "scopegate/status.h"

/* How long a sign-in that was made for one request is good for it, however
 * small its max_age: time to read the page that follows. */
#define SIGN_IN_GOOD_SECONDS 900

struct prompt {
	bool none, login, consent, select_account;
};

/* Words separated by spaces. STATUS_MALFORMED for an unknown one, and for
 * none together with another. */
enum status prompt_parse(const char *text, struct prompt *ret);

#define MAX_AGE_NONE (-1)

struct sign_in_wish {
	struct prompt prompt;
	int64_t max_age; /* seconds; MAX_AGE_NONE: not said */
	int64_t since; /* when we sent the person to sign in for it; 0: never */
};

/* Is a sign-in only good if it was made for this request, or lately? */
bool sign_in_wish_is_special(const struct sign_in_wish *w);
bool sign_in_suffices(
    const struct sign_in_wish *w, int64_t auth_time, int64_t now);

#endif
