/* SPDX-License-Identifier: ISC */
/*
 * A pair of app and account falls into one group of a few entries, so that a
 * call looks at those alone.
 */
#include "api/rate_limit.h"

#include <stddef.h>

static size_t
group_of(int64_t app, int64_t account)
{
	/* The finish of splitmix64: neighbours land far apart. */
	uint64_t x = (uint64_t)app * 0x9e3779b97f4a7c15U + (uint64_t)account;

	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9U;
	x = (x ^ x >> 27) * 0x94d049bb133111ebU;
	return (size_t)((x ^ x >> 31) % RATE_LIMIT_GROUPS);
}

static bool
window_is_over(const struct rate_limit_entry *e, int64_t now)
{
	/* A clock that went back must not make anybody wait for it. */
	return now < e->begun || now - e->begun >= RATE_LIMIT_SECONDS;
}

static struct rate_limit_entry *
find_or_make(struct rate_limit *r, int64_t app, int64_t account, int64_t now)
{
	struct rate_limit_entry *group = r->entries[group_of(app, account)];
	struct rate_limit_entry *oldest = &group[0];

	for (size_t i = 0; i < RATE_LIMIT_ENTRIES; i++) {
		struct rate_limit_entry *e = &group[i];

		if (e->app == app && e->account == account)
			return e;
		if (e->begun < oldest->begun)
			oldest = e;
	}
	*oldest = (struct rate_limit_entry){
	    .app = app, .account = account, .begun = now};
	return oldest;
}

struct rate_limit_state
rate_limit_take(struct rate_limit *r, int64_t app, int64_t account, int64_t now)
{
	struct rate_limit_entry *e = find_or_make(r, app, account, now);
	struct rate_limit_state state = {0};

	if (window_is_over(e, now)) {
		e->begun = now;
		e->used = 0;
	}
	if (e->used < RATE_LIMIT_CALLS) {
		e->used++;
	} else {
		e->refused++;
		state.refused = true;
	}
	state.remaining = RATE_LIMIT_CALLS - e->used;
	state.reset = e->begun + RATE_LIMIT_SECONDS;
	return state;
}

struct rate_limit_peek
rate_limit_peek(const struct rate_limit *r, int64_t app, int64_t now)
{
	struct rate_limit_peek peek = {0};

	for (size_t i = 0; i < RATE_LIMIT_GROUPS * RATE_LIMIT_ENTRIES; i++) {
		const struct rate_limit_entry *e =
		    &r->entries[i / RATE_LIMIT_ENTRIES][i % RATE_LIMIT_ENTRIES];

		if (e->app != app)
			continue;
		peek.refused += e->refused;
		if (!window_is_over(e, now) && e->used > peek.used)
			peek.used = e->used;
	}
	return peek;
}
