/* SPDX-License-Identifier: ISC */
/*
 * `brokerd key list` and `brokerd key rotate`: the keys that sign tokens. A
 * running broker notices a rotation at its next signature.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "command/command.h"
#include "jose/key_ring.h"
#include "jose/key_store.h"
#include "scopegate/cleanup.h"
#include "scopegate/log.h"

#define TIME_SIZE 24

static void
time_text(int64_t at, char ret[TIME_SIZE])
{
	const time_t seconds = (time_t)at;
	struct tm tm;

	if (gmtime_r(&seconds, &tm) == NULL ||
	    strftime(ret, TIME_SIZE, "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
		memcpy(ret, "-", 2);
}

/* Since when it is what it is. */
static int64_t
since(const struct key_row *k)
{
	switch (k->state) {
	case KEY_CURRENT:
		return k->activated;
	case KEY_RETIRED:
		return k->retired;
	case KEY_NEXT:
	default:
		return k->created;
	}
}

static enum status
list(struct store *s)
{
	struct key_row rows[KEYS_PUBLISHED_MAX];
	size_t count = 0;
	enum status status = key_list(s, wall_clock() - KEY_RETIRED_SECONDS,
	    rows, KEYS_PUBLISHED_MAX, &count);

	if (status != STATUS_OK)
		return status;
	for (size_t i = 0; i < count; i++) {
		char at[TIME_SIZE];

		time_text(since(&rows[i]), at);
		printf("%-8s %s since %s\n", key_state_name(rows[i].state),
		    rows[i].id, at);
	}
	if (count == 0)
		puts("no keys yet: `brokerd serve` makes them");
	return STATUS_OK;
}

static enum status
rotate(struct store *s, bool force)
{
	_cleanup_(rsa_key_freep) struct rsa_key *fresh = NULL;
	enum status status = key_ring_prepare(s, wall_clock());

	if (status == STATUS_OK)
		status = rsa_key_generate(&fresh);
	if (status == STATUS_OK)
		status =
		    key_ring_rotate(s, fresh, "shell", force, wall_clock());
	return status == STATUS_OK ? list(s) : status;
}

static int
end(enum status status)
{
	if (status == STATUS_BUSY)
		log_error("%d keys are published already; a retired one leaves "
			  "after 24 hours",
		    KEYS_PUBLISHED_MAX);
	else if (status == STATUS_FORBIDDEN)
		log_error("the last rotation was less than five minutes ago, "
			  "so some verifiers do not know the next key yet; "
			  "wait, or give --force");
	else if (status != STATUS_OK)
		log_error("the keys: %s", status_text(status));
	return status == STATUS_OK ? EXIT_SUCCESS : EXIT_REFUSED;
}

static int
run_list(const struct verb_request *r)
{
	return end(list(r->store));
}

static int
run_rotate(const struct verb_request *r)
{
	return end(rotate(r->store, r->flag[OPTION_FORCE]));
}

static const struct verb verbs[] = {
    {.name = "list", .run = run_list, .help = "keys that verifiers know"},
    {.name = "rotate",
	.run = run_rotate,
	.takes = TAKES(FORCE),
	.help = "let the next one sign from now on; --force: within five "
		"minutes of the last time"},
    {0},
};
const struct noun noun_key = {"key", verbs};
