/* SPDX-License-Identifier: ISC */
/*
 * The questions that decide has out, by id. Each ends exactly once: by an
 * answer, by its timer, or by being taken away.
 */
#ifndef VALIDATORD_ASKS_H
#define VALIDATORD_ASKS_H

#include <event2/event_struct.h>
#include <stdint.h>

#include "fetcher.h"

#define ASKS_TABLE_SIZE 512

struct ask {
	uint32_t id;
	struct ask *next; /* in its chain of the table */
	struct asks *asks;
	struct event timer; /* deadline, or active at once for an early end */
	enum fetch_result on_timer;
	int64_t started_us;
	fetch_done *done; /* or, for a reload: */
	fetch_reloaded *reloaded;
	void *argument;
};

struct asks {
	struct event_base *base;
	struct ask *table[ASKS_TABLE_SIZE];
	uint32_t last_id;
	/* Told of each question that nobody waits for any more. */
	void (*abandoned)(uint32_t id, void *argument);
	void *argument;
};

/* In the table, with its timer running. NULL: no memory. */
struct ask *asks_new(struct asks *asks, int64_t until_us);
struct ask *asks_find(struct asks *asks, uint32_t id); /* NULL: none */
/* Out of the table, timer off; the caller frees it. NULL: none. */
struct ask *asks_take(struct asks *asks, uint32_t id);
/* Ends it from the event loop, whoever is on the stack now. */
void ask_end_soon(struct ask *a, enum fetch_result result);
void asks_end_all_soon(struct asks *asks, enum fetch_result result);
void asks_clear(struct asks *asks); /* forgets all; nobody is told */

#endif
