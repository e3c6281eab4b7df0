/* SPDX-License-Identifier: ISC */
/*
 * What an app has of a user's account: all grants of the user to the app, for
 * paper or for live, that are not revoked and are good for something. That is
 * a code or a token which has not expired; or that the user gave it in person,
 * for then the app can come back for more without a question (prompt=none). A
 * user may have given many such grants; to the user they are one thing.
 */
#ifndef BROKERD_CONNECTION_H
#define BROKERD_CONNECTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "api/call_log.h"
#include "app/app_store.h"
#include "identity/account_store.h"
#include "oauth/token_store.h"
#include "scopegate/status.h"
#include "store/store.h"

#define CONNECTION_LOGINS_MAX 8
#define CONNECTION_WHY_SIZE 256
/* Grants of one connection whose calls are shown: the newest. */
#define CONNECTION_CALL_GRANTS 100

struct connection {
	int64_t id; /* of its newest grant */
	int64_t app;
	char client_id[CLIENT_ID_SIZE], title[APP_TITLE_SIZE];
	char owner[USER_NAME_SIZE]; /* "" if the operator's */
	bool usable;                /* else the app is shut out now */
	bool alive;                 /* has a code or token now */
	bool has_logo;
	char env[ENV_SIZE];               /* "": no trading account */
	char number[ACCOUNT_NUMBER_SIZE]; /* "": no trading account */
	int64_t grants;
	int64_t first, latest; /* authorized at */
	int64_t last_used;     /* 0: never */
};

/* Newest first, those with an id under `before`; at most `size`. */
enum status connection_list(struct store *s, int64_t user, int64_t before,
    int64_t now, struct connection *ret, size_t size, size_t *ret_count);
/* The one that this grant belongs to. STATUS_NOT_FOUND unless the grant is
 * this user's, not revoked and good for something. */
enum status connection_find(struct store *s, int64_t user, int64_t grant,
    int64_t now, struct connection *ret);
/* All that its grants give, together. */
enum status connection_scopes(struct store *s, int64_t user,
    const struct connection *c, int64_t now, char ret[WORD_SET_TEXT_SIZE]);
/* The authorization_details of its grants, each once. */
enum status connection_details(struct store *s, int64_t user,
    const struct connection *c, int64_t now,
    char ret[CONNECTION_LOGINS_MAX][GRANT_DETAILS_SIZE], size_t *ret_count);
/* Revokes every grant of it, by the user. Inside the caller's transaction. */
enum status connection_revoke(struct store *s, int64_t user,
    const struct connection *c, int64_t now, int64_t *ret_count);
/* What the app called on this account, newest first, those with an id under
 * `before`; of grants that have ended, too. */
enum status connection_calls(struct store *s, int64_t user,
    const struct connection *c, int64_t before, struct api_call *ret,
    size_t size, size_t *ret_count);

/* Access that was taken away. */
struct connection_past {
	char title[APP_TITLE_SIZE];
	char env[ENV_SIZE];
	int64_t at;
	char why[CONNECTION_WHY_SIZE]; /* "by the user" and the like */
};
/* Since `since`, latest first. */
enum status connection_history(struct store *s, int64_t user, int64_t since,
    struct connection_past *ret, size_t size, size_t *ret_count);

#endif
