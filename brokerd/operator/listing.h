/* SPDX-License-Identifier: ISC */
/*
 * Lists for operators, a page at a time: each takes the id of the last line
 * seen (0: from the start) and gives at most `max` lines, by an index, however
 * many there are. Ask for one more than you show to know whether more follow.
 */
#ifndef BROKERD_LISTING_H
#define BROKERD_LISTING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "app/app_store.h"
#include "identity/account_store.h"
#include "identity/user_store.h"
#include "scopegate/status.h"
#include "store/store.h"

#define LISTING_COUNT_MAX 1000 /* counting stops here */

struct app_line {
	int64_t id, submitted, approvals;
	char client_id[CLIENT_ID_SIZE];
	char title[APP_TITLE_SIZE];
	char owner[USER_NAME_SIZE]; /* "" if the operator's */
	enum app_state state;
	bool enabled;
};

/* NULL or "": any. At most one of client and owner. */
struct app_filter {
	const char *state;  /* as stored */
	const char *client; /* how the client id begins */
	const char *owner;  /* how the owner's name begins */
};
/* By id; by client id or by owner if that is asked for. */
enum status app_lines(struct store *s, const struct app_filter *f,
    int64_t after, struct app_line *ret, size_t max, size_t *ret_count);
/* In review, the longest waiting first. */
enum status app_queue(struct store *s, int64_t after, struct app_line *ret,
    size_t max, size_t *ret_count);

struct user_line {
	int64_t id, created, disabled;
	char name[USER_NAME_SIZE];
	bool is_operator;
};
/* By name; `prefix`: how the name begins. */
enum status user_lines(struct store *s, const char *prefix, int64_t after,
    struct user_line *ret, size_t max, size_t *ret_count);

struct live_line {
	struct account account;
	char user[USER_NAME_SIZE];
};
/* Requests that wait, oldest first. */
enum status live_lines(struct store *s, int64_t after, struct live_line *ret,
    size_t max, size_t *ret_count);

struct grant_line {
	int64_t id, user_id, app_id, created, last_used, revoked;
	char user[USER_NAME_SIZE]; /* "" if the app acts for itself */
	char client_id[CLIENT_ID_SIZE];
	char scope[WORD_SET_TEXT_SIZE];
	char env[ENV_SIZE];
	char account[ACCOUNT_NUMBER_SIZE]; /* "" if none */
	char why[APP_REASON_SIZE + 32];    /* it was revoked, or "" */
};
/* Those that stand, the newest first; of a user, an app (0: any) or both. */
enum status grant_lines(struct store *s, int64_t user, int64_t app,
    int64_t before, struct grant_line *ret, size_t max, size_t *ret_count);
/* Any, also one that is revoked. */
enum status grant_line_find(
    struct store *s, int64_t id, struct grant_line *ret);

/* At most LISTING_COUNT_MAX: more than that is said to be as many. */
enum status grant_count(struct store *s, int64_t app, int64_t *ret);
enum status app_count(struct store *s, const char *state, int64_t *ret);
enum status live_request_count(struct store *s, int64_t *ret);

#endif
