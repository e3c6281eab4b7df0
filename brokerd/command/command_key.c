/* SPDX-License-Identifier: ISC */
/*
 * `brokerd key list` and `brokerd key rotate`: the keys that sign tokens. A
 * running broker notices a rotation at its next signature.
 */
#include <stdio.h>

#include "command/command.h"
#include "jose/key_ring.h"
#include "jose/key_store.h"
#include "page.h"
#include "scopegate/cleanup.h"
#include "scopegate/log.h"

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

static void
print_key(const struct key_row *k, bool json)
{
	_cleanup_(buf_clear) struct buf line = {0};
	char at[PAGE_TIME_SIZE];
	struct json_writer w;

	if (!json) {
		page_time(since(k), at);
		printf("%-8s  %s  %s\n", key_state_name(k->state), k->id, at);
		return;
	}
	verb_json_begin(&line, &w);
	json_write_string(&w, "state", key_state_name(k->state));
	json_write_string(&w, "key", k->id);
	json_write_integer(&w, "since", since(k));
	verb_json_end(&line, &w);
}

static int
list(const struct verb_request *r)
{
	struct verb_list shown = {
	    .request = r, .what = "keys yet: `brokerd serve` makes them"};
	struct key_row rows[KEYS_PUBLISHED_MAX];
	char header[96];
	size_t count = 0;
	enum status status =
	    key_list(r->store, wall_clock() - KEY_RETIRED_SECONDS, rows,
		KEYS_PUBLISHED_MAX, &count);

	(void)snprintf(
	    header, sizeof(header), "%-8s  %-43s  %s", "STATE", "KEY", "SINCE");
	shown.header = header;
	for (size_t i = 0; status == STATUS_OK && i < count; i++) {
		verb_list_line(&shown);
		print_key(&rows[i], r->flag[OPTION_JSON]);
	}
	return verb_list_end(&shown, status, NULL);
}

static enum status
rotate(struct store *s, bool force)
{
	_cleanup_(rsa_key_freep) struct rsa_key *fresh = NULL;
	enum status status = key_ring_prepare(s, wall_clock());

	if (status == STATUS_OK)
		status = rsa_key_generate(&fresh);
	return status == STATUS_OK
		   ? key_ring_rotate(s, fresh, "shell", force, wall_clock())
		   : status;
}

static int
run_rotate(const struct verb_request *r)
{
	enum status status = rotate(r->store, r->flag[OPTION_FORCE]);

	switch (status) {
	case STATUS_OK:
		return list(r);
	case STATUS_BUSY:
		log_error("%d keys are published already; a retired one leaves "
			  "after 24 hours",
		    KEYS_PUBLISHED_MAX);
		return EXIT_REFUSED;
	case STATUS_FORBIDDEN:
		log_error("the last rotation was less than five minutes ago, "
			  "so some verifiers do not know the next key yet; "
			  "wait, or give --force");
		return EXIT_REFUSED;
	default:
		return verb_end("keys", status, NULL);
	}
}

static const struct verb verbs[] = {
    {.name = "list",
	.run = list,
	.takes = TAKES(JSON),
	.help = "keys that verifiers know"},
    {.name = "rotate",
	.run = run_rotate,
	.takes = TAKES(FORCE),
	.help = "let the next one sign from now on; --force: within five "
		"minutes of the last time"},
    {0},
};
const struct noun noun_key = {"key", verbs};
