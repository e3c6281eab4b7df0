/* SPDX-License-Identifier: ISC */
/* OAuth apps (clients): who they are, where they may redirect, what they may
 * ask for, and which audiences' tokens they may ask about. */
#ifndef BROKERD_APP_STORE_H
#define BROKERD_APP_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "app/redirect.h"
#include "hash.h"
#include "identity/user_store.h"
#include "scopegate/status.h"
#include "store/store.h"
#include "word_set.h"

#define CLIENT_ID_SIZE 65
#define APP_TITLE_SIZE 81
#define APP_DESCRIPTION_SIZE 501
#define APP_URL_SIZE 513
#define APP_GRANT_TYPES_SIZE 256
#define APP_REASON_SIZE 501
#define AUDIENCE_SIZE 512
#define APP_SECRETS_MAX 2 /* live at a time, so that one can be replaced */

/* X(NAME, "as stored", "in words") */
#define APP_STATE_LIST(X)                                                      \
	X(DRAFT, "draft", "Draft")                                             \
	X(SUBMITTED, "submitted", "In review")                                 \
	X(APPROVED, "approved", "Approved for live trading")                   \
	X(REJECTED, "rejected", "Rejected")                                    \
	X(SUSPENDED, "suspended", "Suspended")

enum app_state {
#define X(name, text, words) APP_##name,
	APP_STATE_LIST(X)
#undef X
};

/* How the app is answered: as the standards say, or as Alpaca's API does. */
enum app_kind { APP_STANDARD, APP_ALPACA };
/* What its access tokens look like: random, or RFC 9068. */
enum app_tokens { APP_TOKENS_OPAQUE, APP_TOKENS_JWT };

struct app {
	int64_t id;
	char client_id[CLIENT_ID_SIZE];
	char title[APP_TITLE_SIZE];
	char description[APP_DESCRIPTION_SIZE];
	char website[APP_URL_SIZE], terms_url[APP_URL_SIZE],
	    privacy_url[APP_URL_SIZE];
	int64_t owner_id;           /* 0 if the operator's */
	char owner[USER_NAME_SIZE]; /* "" if the operator's */
	bool confidential;
	char scopes[WORD_SET_TEXT_SIZE]; /* at most these */
	char
	    optional_scopes[WORD_SET_TEXT_SIZE]; /* of these; may be unticked */
	char grant_types[APP_GRANT_TYPES_SIZE];
	enum app_kind kind;
	enum app_tokens tokens;
	bool enabled;
	enum app_state state;
	char state_reason[APP_REASON_SIZE];
	int64_t review_round;
	int64_t created, changed;
	bool has_logo;
};

const char *app_state_name(enum app_state s);  /* as stored */
const char *app_state_words(enum app_state s); /* for people */
enum status app_state_parse(const char *text, enum app_state *ret);

/* May it be used at all: enabled, and not suspended? */
bool app_is_usable(const struct app *a);
/* May this user's live account be given to it? Paper always may. */
bool app_may_trade_live(const struct app *a, int64_t user);

/* [A-Za-z0-9._-]{1,64} */
bool client_id_is_valid(const char *client_id);
/* Fills a->id. STATUS_FORBIDDEN if the client id is taken, STATUS_NOT_FOUND
 * if the owner (by name) is unknown, STATUS_INVALID for a bad id, title or
 * scope. Secrets, redirects and audiences are added one by one. */
enum status app_add(struct store *s, struct app *a, int64_t now);
/* STATUS_INVALID as above, without writing anything. */
enum status app_check(struct store *s, const struct app *a);
/* Those that were deleted are not found. */
enum status app_find(struct store *s, const char *client_id, struct app *ret);
enum status app_find_by_id(struct store *s, int64_t id, struct app *ret);

/* A new secret, shown once; the caller wipes. STATUS_FORBIDDEN when
 * APP_SECRETS_MAX are live. */
enum status app_secret_add(
    struct store *s, int64_t app, int64_t now, char ret[RANDOM_TEXT_SIZE]);
/* STATUS_OK: it is one of the app's; notes when it was used. STATUS_NOT_FOUND
 * if it is not. */
enum status app_secret_check(
    struct store *s, int64_t app, const char *secret, int64_t now);

enum status app_redirect_add(struct store *s, int64_t app, const char *uri);
enum status app_audience_add(
    struct store *s, int64_t app, const char *audience);

/* STATUS_OK: `presented` matches one that is registered. */
enum status app_redirect_check(
    struct store *s, int64_t app, const char *presented);
/* The only one registered; STATUS_NOT_FOUND if there is none or are several. */
enum status app_redirect_only(
    struct store *s, int64_t app, char ret[REDIRECT_URI_SIZE]);
enum status app_may_introspect(
    struct store *s, int64_t app, const char *audience, bool *ret);

#endif
