/* SPDX-License-Identifier: ISC */
/* The apps of one owner, and how many people use one. */
#ifndef BROKERD_APP_LIST_H
#define BROKERD_APP_LIST_H

#include <stddef.h>

#include "app/app_store.h"

#define APPS_PER_OWNER_MAX 100
#define APP_USE_COUNTED 1000 /* grants; counting more takes too long */

/* The newest first: ids of those with an id under `before` (0: all), at most
 * `max`. Deleted ones are not among them. */
enum status app_list_owned(struct store *s, int64_t owner, int64_t before,
    int64_t *ret, size_t max, size_t *ret_count);

struct app_use {
	int64_t grants; /* that stand, at most APP_USE_COUNTED + 1 */
	int64_t users;  /* who gave those */
};
enum status app_use_count(struct store *s, int64_t app, struct app_use *ret);

#endif
