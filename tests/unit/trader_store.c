/* SPDX-License-Identifier: ISC */
/* alice, and her app called trader. */
#include "trader_store.h"

#include <stdlib.h>
#include <string.h>

#include "app/scope_store.h"
#include "identity/user_store.h"

int
trader_store_set_up(void **state)
{
	struct trader_store *f = calloc(1, sizeof(*f));

	if (f == NULL || temporary_store_make(&f->temporary) != 0)
		return -1;
	*state = f;
	f->store = f->temporary.store;
	if (scope_add(f->store, "trading", "Trade for you", 1) != STATUS_OK ||
	    scope_add(f->store, "data", "Read data", 2) != STATUS_OK ||
	    user_add(f->store, "alice", "wonder", NOW, &f->user) != STATUS_OK)
		return -1;
	memcpy(f->app.client_id, "trader", 7);
	memcpy(f->app.title, "Trader", 7);
	memcpy(f->app.owner, "alice", 6);
	memcpy(f->app.scopes, "trading data", 13);
	return app_add(f->store, &f->app, NOW) == STATUS_OK ? 0 : -1;
}

int
trader_store_tear_down(void **state)
{
	struct trader_store *f = *state;

	f->temporary.store = f->store;
	temporary_store_remove(&f->temporary);
	free(f);
	return 0;
}
