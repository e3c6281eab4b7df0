/* SPDX-License-Identifier: ISC */
/* What a person has allowed an app before and not taken back. */
#ifndef BROKERD_STANDING_GRANT_H
#define BROKERD_STANDING_GRANT_H

#include <stdbool.h>

#include "oauth/token_store.h"
#include "scopegate/status.h"
#include "store/store.h"

/* Only this many of the newest grants of one person to one app are looked at,
 * so that the answer costs the same however often somebody came by. */
#define STANDING_GRANTS_MAX 200

struct standing {
	bool paper, live; /* allowed already for this account */
	int64_t last;     /* when anything was allowed; 0: nothing stands */
	char last_env[ENV_SIZE];
};

/*
 * `wanted`: user, app, scope, audience and details of a request. paper and
 * live: a grant stands that a person gave, for this audience and exactly these
 * details, with at least these scopes.
 */
enum status standing_find(
    struct store *s, const struct grant *wanted, struct standing *ret);

#endif
