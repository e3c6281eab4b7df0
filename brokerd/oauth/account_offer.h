/* SPDX-License-Identifier: ISC */
/* Which of a person's trading accounts may be given to an app, and why one may
 * not. */
#ifndef BROKERD_ACCOUNT_OFFER_H
#define BROKERD_ACCOUNT_OFFER_H

#include "app/app_store.h"
#include "identity/account_store.h"
#include "scopegate/status.h"
#include "store/store.h"

/* X(NAME, "why not, for the person"); the app's fault is named first, since no
 * account of the person's would mend it. */
#define OFFER_LIST(X)                                                          \
	X(GIVEN, "")                                                           \
	X(NOT_APPROVED,                                                        \
	    "This app is not approved for live trading, so only its owner "    \
	    "may connect a live account to it. Whoever makes the app can "     \
	    "ask for a review.")                                               \
	X(NO_ACCOUNT,                                                          \
	    "You have no such account. You can ask for a live one on your "    \
	    "account page and come back once it is open.")                     \
	X(REQUESTED,                                                           \
	    "Your live account has been asked for and is not open yet. Come "  \
	    "back once it is.")                                                \
	X(REFUSED,                                                             \
	    "Your live account was refused. Your account page says why, and "  \
	    "you can ask again there.")

enum offer {
#define X(name, text) OFFER_##name,
	OFFER_LIST(X)
#undef X
};

struct account_offer {
	enum offer offer;
	struct account account; /* its id is 0 if there is none */
};

struct account_offers {
	struct account_offer paper, live;
};

/* The decision by itself; `account` NULL: there is none. Pure. */
enum offer account_offer_decide(const struct app *app, int64_t user,
    const char *env, const struct account *account);
const char *account_offer_words(enum offer o);

enum status account_offers_find(struct store *s, const struct app *app,
    int64_t user, struct account_offers *ret);
/* "paper" or "live"; NULL for another word. */
const struct account_offer *account_offers_get(
    const struct account_offers *o, const char *env);

#endif
