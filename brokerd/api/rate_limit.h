/* SPDX-License-Identifier: ISC */
/*
 * How often an app may call for one account: RATE_LIMIT_CALLS in each window
 * of RATE_LIMIT_SECONDS, which begins with its first call. In memory and
 * bounded: where too many pairs of app and account meet, the one whose window
 * is oldest makes room and begins anew when it comes back.
 */
#ifndef BROKERD_RATE_LIMIT_H
#define BROKERD_RATE_LIMIT_H

#include <stdbool.h>
#include <stdint.h>

#define RATE_LIMIT_CALLS 200
#define RATE_LIMIT_SECONDS 60
#define RATE_LIMIT_GROUPS 512
#define RATE_LIMIT_ENTRIES 8 /* of each group */

struct rate_limit_entry {
	int64_t app, account; /* app 0: free */
	int64_t begun;        /* of the window */
	uint32_t used;        /* in the window */
	uint32_t refused;     /* since this entry was made */
};

struct rate_limit {
	struct rate_limit_entry entries[RATE_LIMIT_GROUPS][RATE_LIMIT_ENTRIES];
};

/* What a caller is told. */
struct rate_limit_state {
	bool refused;
	unsigned int remaining; /* calls, in this window */
	int64_t reset;          /* when the next window may begin */
};

/* Counts one call. */
struct rate_limit_state rate_limit_take(
    struct rate_limit *r, int64_t app, int64_t account, int64_t now);

/* What the app's developer is shown. Looks at the whole table. */
struct rate_limit_peek {
	unsigned int used; /* by the busiest account, in its window */
	uint64_t refused;  /* since the start, of the accounts remembered */
};
struct rate_limit_peek rate_limit_peek(
    const struct rate_limit *r, int64_t app, int64_t now);

#endif
