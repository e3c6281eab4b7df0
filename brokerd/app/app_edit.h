/* SPDX-License-Identifier: ISC */
/* What an app's owner changes. Each is one step of the caller's transaction,
 * which writes the audit record too. */
#ifndef BROKERD_APP_EDIT_H
#define BROKERD_APP_EDIT_H

#include <stddef.h>

#include "app/app_store.h"

#define APP_REDIRECTS_MAX 16
#define APP_CLIENT_ID_LENGTH 20 /* of those that are made here */

struct redirect_list {
	size_t count;
	char uris[APP_REDIRECTS_MAX][REDIRECT_URI_SIZE];
};

/* Random: 20 of the digits and capital letters. */
enum status client_id_make(char ret[CLIENT_ID_SIZE]);

/* Title, texts, scopes, grant types and token format of a->id; who owns it,
 * what kind it is and its state stay. STATUS_INVALID as of app_add(). */
enum status app_update(struct store *s, const struct app *a, int64_t now);
/* In the order of their text. STATUS_TOO_BIG over APP_REDIRECTS_MAX. */
enum status app_redirect_list(
    struct store *s, int64_t app, struct redirect_list *ret);
/* These in place of all others. */
enum status app_redirect_replace(
    struct store *s, int64_t app, const struct redirect_list *l);
enum status app_set_enabled(
    struct store *s, int64_t app, bool enabled, int64_t now);
/* It is not found any more: its secrets and its logo are gone, its grants are
 * revoked, *ret_grants of them. The row stays, for the record. */
enum status app_delete(
    struct store *s, int64_t app, int64_t now, int64_t *ret_grants);

#endif
