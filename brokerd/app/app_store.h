/* SPDX-License-Identifier: ISC */
/* OAuth apps (clients): who they are, where they may redirect, what they may
 * ask for, and which audiences' tokens they may ask about. */
#ifndef BROKERD_APP_STORE_H
#define BROKERD_APP_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "hash.h"
#include "app/redirect.h"
#include "scopegate/status.h"
#include "store/store.h"
#include "identity/user_store.h"
#include "oauth/word_set.h"

#define CLIENT_ID_SIZE 65
#define APP_TITLE_SIZE 81
#define APP_GRANT_TYPES_SIZE 256
#define AUDIENCE_SIZE 512

struct app {
	int64_t id;
	char client_id[CLIENT_ID_SIZE];
	char title[APP_TITLE_SIZE];
	char owner[USER_NAME_SIZE]; /* "" if the operator's */
	bool confidential;
	struct digest secret;            /* only if confidential */
	char scopes[WORD_SET_TEXT_SIZE]; /* at most these */
	char grant_types[APP_GRANT_TYPES_SIZE];
};

/* [A-Za-z0-9._-]{1,64} */
bool client_id_is_valid(const char *client_id);
/* Fills a->id. STATUS_FORBIDDEN if the client id is taken, STATUS_NOT_FOUND
 * if the owner is unknown, STATUS_INVALID for a bad id, title or scope. */
enum status app_add(struct store *s, struct app *a, int64_t now);
enum status app_find(struct store *s, const char *client_id, struct app *ret);
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

/* The scopes that the broker knows, each in plain words for the owner. */
#define SCOPE_WORDS_SIZE 256
enum status scope_add(
    struct store *s, const char *name, const char *words, int64_t position);
enum status scope_words(
    struct store *s, const char *name, char ret[SCOPE_WORDS_SIZE]);
/* All names, in order, with one space between. */
enum status scope_names(struct store *s, char ret[WORD_SET_TEXT_SIZE]);

#endif
