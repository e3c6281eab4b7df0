/* SPDX-License-Identifier: ISC */
/* Wrong user codes, counted by user and for all. */
#include "oauth/code_guesses.h"

int64_t
code_guesses_wait(const struct code_guesses *g, const char *user, int64_t now)
{
	int64_t left = g->since + CODE_GUESSES_SECONDS - now;

	if (g->count >= CODE_GUESSES_OF_ALL && left > 0)
		return left;
	return sign_in_wait(&g->users, user, now);
}

void
code_guesses_count(struct code_guesses *g, const char *user, int64_t now)
{
	if (now - g->since >= CODE_GUESSES_SECONDS) {
		g->since = now;
		g->count = 0;
	}
	g->count++;
	sign_in_count(&g->users, user, now);
}
