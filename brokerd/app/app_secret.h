/* SPDX-License-Identifier: ISC */
/* The secrets of an app, as its developer sees them: never the text. They are
 * made and checked by app_store.h. */
#ifndef BROKERD_APP_SECRET_H
#define BROKERD_APP_SECRET_H

#include <stddef.h>

#include "app/app_store.h"

struct app_secret {
	int64_t id, created;
	int64_t last_used; /* to the minute; 0: never */
};

/* The older first. */
enum status app_secret_list(struct store *s, int64_t app,
    struct app_secret ret[APP_SECRETS_MAX], size_t *ret_count);
/* STATUS_NOT_FOUND if it is not one of this app's. */
enum status app_secret_delete(struct store *s, int64_t app, int64_t id);

#endif
