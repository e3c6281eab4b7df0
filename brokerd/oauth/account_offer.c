/* SPDX-License-Identifier: ISC */
/*
 * Paper may always be given. Live needs an active account and an app that may
 * trade live for this person.
 */
#include "oauth/account_offer.h"

#include <string.h>

enum offer
account_offer_decide(const struct app *app, int64_t user, const char *env,
    const struct account *account)
{
	if (strcmp(env, "live") == 0 && !app_may_trade_live(app, user))
		return OFFER_NOT_APPROVED;
	if (account == NULL)
		return OFFER_NO_ACCOUNT;
	if (account_is_active(account))
		return OFFER_GIVEN;
	return strcmp(account->state, "requested") == 0 ? OFFER_REQUESTED
							: OFFER_REFUSED;
}

const char *
account_offer_words(enum offer o)
{
	switch (o) {
#define X(name, text)                                                          \
	case OFFER_##name:                                                     \
		return text;
		OFFER_LIST(X)
#undef X
	}
	return "";
}

static enum status
find_one(struct store *s, const struct app *app, int64_t user, const char *env,
    struct account_offer *ret)
{
	struct account account = {0};
	enum status status = account_find(s, user, env, &account);

	if (status != STATUS_OK && status != STATUS_NOT_FOUND)
		return status;
	ret->account = account;
	ret->offer = account_offer_decide(
	    app, user, env, status == STATUS_OK ? &account : NULL);
	return STATUS_OK;
}

enum status
account_offers_find(struct store *s, const struct app *app, int64_t user,
    struct account_offers *ret)
{
	enum status status = find_one(s, app, user, "paper", &ret->paper);

	return status == STATUS_OK ? find_one(s, app, user, "live", &ret->live)
				   : status;
}

const struct account_offer *
account_offers_get(const struct account_offers *o, const char *env)
{
	if (strcmp(env, "paper") == 0)
		return &o->paper;
	return strcmp(env, "live") == 0 ? &o->live : NULL;
}
