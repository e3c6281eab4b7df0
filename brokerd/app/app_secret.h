/* SPDX-License-Identifier: ISC */
/* The secrets of an app, as its developer sees them: never the text. They are
 * made and checked by app_store.h. */
#ifndef BROKERD_APP_SECRET_H
#define BROKERD_APP_SECRET_H

#include <stddef.h>

#include "app/app_store.h"

/* Tells two secrets apart, and nothing of either: the beginning of the digest
 * of the digest that is stored. */
#define SECRET_MARK_SIZE 7

struct app_secret {
	int64_t id, created;
	char mark[SECRET_MARK_SIZE];
	int64_t last_used; /* to the minute; 0: never */
};

/* The mark of a secret that is at hand. */
enum status app_secret_mark(const char *secret, char ret[SECRET_MARK_SIZE]);
/* The older first. */
enum status app_secret_list(struct store *s, int64_t app,
    struct app_secret ret[APP_SECRETS_MAX], size_t *ret_count);
/* STATUS_NOT_FOUND if it is not one of this app's. */
enum status app_secret_delete(struct store *s, int64_t app, int64_t id);

#endif
