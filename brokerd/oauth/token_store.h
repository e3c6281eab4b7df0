/* SPDX-License-Identifier: ISC */
/*
 * Grants, and the codes and tokens that hang on them. A grant is one act of
 * consent (or of an operator): revoking it ends everything it gave.
 */
#ifndef BROKERD_TOKEN_STORE_H
#define BROKERD_TOKEN_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "app/app_store.h"
#include "hash.h"
#include "scopegate/status.h"
#include "store/store.h"
#include "identity/account_store.h"
#include "identity/user_store.h"
#include "word_set.h"

#define GRANT_DETAILS_SIZE 2049
#define NONCE_SIZE 513

enum token_kind { TOKEN_ACCESS = 1, TOKEN_REFRESH = 2 };

struct grant {
	int64_t id;
	int64_t user; /* 0: the app acts for itself (client_credentials) */
	int64_t app;
	int64_t account; /* trading account; 0: none */
	char scope[WORD_SET_TEXT_SIZE];
	char env[ENV_SIZE];
	char audience[AUDIENCE_SIZE];
	int64_t auth_time; /* 0: nobody signed in for it */
	int64_t revoked;   /* when; 0: it stands */
	int64_t last_used; /* of its tokens; 0: never */
	/* authorization_details as granted (RFC 9396): JSON, or "" */
	char details[GRANT_DETAILS_SIZE];
};

struct token {
	struct digest hash;
	enum token_kind kind;
	char scope[WORD_SET_TEXT_SIZE]; /* a part of the grant's */
	int64_t issued, expires;
	bool used;   /* a refresh token that has been exchanged */
	bool usable; /* app and user are still let in */
	struct grant grant;
	char client_id[CLIENT_ID_SIZE];
	enum app_kind app_kind;
	char user_name[USER_NAME_SIZE]; /* "" if there is no user */
	char sub[USER_SUB_SIZE];
	char account[UUID_SIZE]; /* of the trading account; "": none */
};

struct code {
	struct digest hash;
	char redirect_uri[REDIRECT_URI_SIZE]; /* "" if the request had none */
	char challenge[RANDOM_TEXT_SIZE];     /* "" if the request had none */
	char nonce[NONCE_SIZE];               /* "" if the request had none */
	bool as_uuid; /* when issued: looks as Alpaca's codes do */
	int64_t expires;
	bool used;
	bool usable; /* app and user are still let in */
	struct grant grant;
};

/* Fills g->id. */
enum status grant_add(struct store *s, struct grant *g, int64_t now);
/* The same for an app that acts for itself: in the place of one of its own that
 * is alike and ended GRANT_OWN_SECONDS ago, so that an app that asks for a
 * token again and again takes no more room than what it was given lately. */
#define GRANT_OWN_SECONDS (2 * 86400)
enum status grant_add_own(struct store *s, struct grant *g, int64_t now);
/* *ret_usable: app and user are still let in. */
enum status grant_find(
    struct store *s, int64_t id, struct grant *ret, bool *ret_usable);
/* `why` is kept and told: a short text such as "by the user". A grant that is
 * revoked already stays as it was. */
enum status grant_revoke(
    struct store *s, int64_t id, int64_t now, const char *why);
/* A token of it was used. Kept to the minute, to spare writes. */
enum status grant_note_use(struct store *s, const struct grant *g, int64_t now);
/* Every grant of this user to this app that stands; *ret_count of them. */
enum status grant_revoke_all(struct store *s, int64_t user, int64_t app,
    int64_t now, const char *why, int64_t *ret_count);

/* Every grant to this app that stands, of whoever. */
enum status grant_revoke_app(struct store *s, int64_t app, int64_t now,
    const char *why, int64_t *ret_count);

struct token_request {
	int64_t grant;
	enum token_kind kind;
	const char *scope;
	int64_t now, expires;
};
/* One whose text is made elsewhere; only its digest is stored. */
enum status token_add(
    struct store *s, const struct token_request *request, const char *text);
/* A random one. Its text goes to `ret`, its digest to the store; the caller
 * wipes. */
enum status token_issue(struct store *s, const struct token_request *request,
    char ret[RANDOM_TEXT_SIZE]);
enum status token_find(struct store *s, const char *text, struct token *ret);
enum status token_mark_used(struct store *s, const struct digest *hash);

/* Fills c->hash; c->grant.id must stand. */
enum status code_issue(
    struct store *s, struct code *c, char ret[RANDOM_TEXT_SIZE]);
enum status code_find(struct store *s, const char *text, struct code *ret);
enum status code_mark_used(struct store *s, const struct digest *hash);

/* Forgets what expired before `before`: codes, device codes, tokens, sessions,
 * the oldest TOKEN_STORE_PURGE of each. *ret_more: there may be more. */
#define TOKEN_STORE_PURGE 1000
enum status token_store_purge(struct store *s, int64_t before, bool *ret_more);

#endif
