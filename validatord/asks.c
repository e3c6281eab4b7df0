/* SPDX-License-Identifier: ISC */
#include "asks.h"

#include <event2/event.h>
#include <stdlib.h>

/*
 * A callback of a question runs from the event loop only, never inside a call
 * that its owner made, so owners need not expect their own state to change
 * under them.
 */

static struct ask **
place_of(struct asks *asks, uint32_t id)
{
	struct ask **place = &asks->table[id % ASKS_TABLE_SIZE];

	while (*place != NULL && (*place)->id != id)
		place = &(*place)->next;
	return place;
}

struct ask *
asks_find(struct asks *asks, uint32_t id)
{
	return *place_of(asks, id);
}

struct ask *
asks_take(struct asks *asks, uint32_t id)
{
	struct ask **place = place_of(asks, id);
	struct ask *a = *place;

	if (a == NULL)
		return NULL;
	*place = a->next;
	(void)event_del(&a->timer);
	return a;
}

static void
on_timer(evutil_socket_t fd, short what, void *argument)
{
	struct ask *a = argument;
	struct fetch_reply reply = {
	    .result = a->on_timer,
	    .content_type = "",
	    .body = "",
	    .elapsed_us = monotonic_us() - a->started_us,
	};

	(void)fd;
	(void)what;
	(void)asks_take(a->asks, a->id);
	if (a->on_timer == FETCH_TIMEOUT)
		a->asks->abandoned(a->id, a->asks->argument);
	if (a->done != NULL)
		a->done(&reply, a->argument);
	else
		a->reloaded(
		    false, "the fetch process gave no answer", a->argument);
	free(a);
}

void
ask_end_soon(struct ask *a, enum fetch_result result)
{
	a->on_timer = result;
	event_active(&a->timer, EV_TIMEOUT, 0);
}

struct ask *
asks_new(struct asks *asks, int64_t until_us)
{
	struct ask *a = calloc(1, sizeof(*a));
	struct timeval left;
	int64_t left_us;

	if (a == NULL)
		return NULL;
	do {
		asks->last_id++;
	} while (asks->last_id == 0 || asks_find(asks, asks->last_id) != NULL);
	a->id = asks->last_id;
	a->asks = asks;
	a->on_timer = FETCH_TIMEOUT;
	a->started_us = monotonic_us();
	left_us = until_us > a->started_us ? until_us - a->started_us : 0;
	left = (struct timeval){
	    .tv_sec = left_us / 1000000, .tv_usec = left_us % 1000000};
	if (event_assign(&a->timer, asks->base, -1, 0, on_timer, a) != 0 ||
	    event_add(&a->timer, &left) != 0) {
		free(a);
		return NULL;
	}
	*place_of(asks, a->id) = a;
	return a;
}

void
asks_end_all_soon(struct asks *asks, enum fetch_result result)
{
	for (size_t i = 0; i < ASKS_TABLE_SIZE; i++) {
		for (struct ask *a = asks->table[i]; a != NULL; a = a->next)
			ask_end_soon(a, result);
	}
}

void
asks_clear(struct asks *asks)
{
	for (size_t i = 0; i < ASKS_TABLE_SIZE; i++) {
		while (asks->table[i] != NULL)
			free(asks_take(asks, asks->table[i]->id));
	}
}
