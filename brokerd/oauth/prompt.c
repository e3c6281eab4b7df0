/* SPDX-License-Identifier: ISC */
/*
 * prompt and max_age. A person who was sent away to sign in comes back with
 * the time of that in the request: a sign-in since then is the one that was
 * asked for, and nobody is asked for ever.
 */
#include "oauth/prompt.h"

#include <string.h>

#include "scopegate/cleanup.h"
#include "word_set.h"

enum status
prompt_parse(const char *text, struct prompt *ret)
{
	struct prompt p = {0};
	const struct {
		const char *word;
		bool *flag;
	} words[] = {
	    {"none", &p.none},
	    {"login", &p.login},
	    {"consent", &p.consent},
	    {"select_account", &p.select_account},
	};
	struct word_set set;

	if (word_set_parse(text, &set) != STATUS_OK)
		return STATUS_MALFORMED;
	for (size_t i = 0; i < set.count; i++) {
		size_t k = 0;

		while (k < ELEMENTS(words) &&
		       strcmp(words[k].word, set.words[i]) != 0)
			k++;
		if (k == ELEMENTS(words))
			return STATUS_MALFORMED;
		*words[k].flag = true;
	}
	if (p.none && set.count > 1)
		return STATUS_MALFORMED;
	*ret = p;
	return STATUS_OK;
}

static bool
wants_new(const struct sign_in_wish *w)
{
	return w->prompt.login || w->prompt.select_account;
}

bool
sign_in_wish_is_special(const struct sign_in_wish *w)
{
	return wants_new(w) || w->max_age != MAX_AGE_NONE;
}

bool
sign_in_suffices(const struct sign_in_wish *w, int64_t auth_time, int64_t now)
{
	int64_t age = now - auth_time;

	if (w->since != 0 && w->since <= now && auth_time >= w->since &&
	    age <= SIGN_IN_GOOD_SECONDS)
		return true;
	return !wants_new(w) &&
	       (w->max_age == MAX_AGE_NONE || age <= w->max_age);
}
