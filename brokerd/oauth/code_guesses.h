/* SPDX-License-Identifier: ISC */
/*
 * How often user codes may be guessed (RFC 8628 section 5.1): a few times by
 * one user, some more by all together, since anybody may open accounts. In
 * memory, bounded.
 */
#ifndef BROKERD_CODE_GUESSES_H
#define BROKERD_CODE_GUESSES_H

#include <stdint.h>

#include "identity/sign_in_throttle.h"

#define CODE_GUESSES_OF_ALL 50 /* wrong ones a minute */
#define CODE_GUESSES_SECONDS 60

struct code_guesses {
	struct sign_in_throttle users; /* SIGN_IN_TRIES, then wait */
	int64_t since;                 /* when the minute of `count` began */
	unsigned int count;            /* of all users */
};

/* Seconds until this user may try a code; 0: now. Ask before looking it up. */
int64_t code_guesses_wait(
    const struct code_guesses *g, const char *user, int64_t now);
/* One was wrong. A right one takes nothing back: whoever guesses can always
 * have a right one of their own. */
void code_guesses_count(struct code_guesses *g, const char *user, int64_t now);

#endif
