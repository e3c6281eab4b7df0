/* SPDX-License-Identifier: ISC */
/* A store with two scopes, a user and the user's app, for the length of a test:
 * set_up and tear_down of cmocka. */
#ifndef TRADER_STORE_H
#define TRADER_STORE_H

#include "app/app_store.h"
#include "temporary_store.h"

#define NOW 1000000 /* when all of it was made */

struct trader_store {
	struct temporary_store temporary;
	struct store *store; /* a test may free it, and open another */
	struct app app;      /* trader, for trading and data */
	int64_t user;        /* alice */
};

int trader_store_set_up(void **state);
int trader_store_tear_down(void **state);

#endif
