/* SPDX-License-Identifier: ISC */
#include "flights.h"

#include <stdlib.h>
#include <string.h>

/*
 * Single-flight by key, so that many logins with one token cost the
 * authorization server one question. It must never outlive its answer: a
 * shared failure is told to those who wait and to nobody after them.
 */

#define BUCKETS 1024 /* power of two, about as many as connections */

struct flight {
	struct flights *all;
	struct flight *next; /* in the bucket */
	struct facts_key key;
	struct flight_waiter *first, *last;
	flight_cancel *cancel;
	void *argument;
};

struct flights {
	struct flight *buckets[BUCKETS];
};

struct flights *
flights_new(void)
{
	return calloc(1, sizeof(struct flights));
}

void
flights_free(struct flights *f)
{
	free(f);
}

/* The key is a keyed hash already: its first octets are evenly spread. */
static size_t
bucket_of(const struct facts_key *key)
{
	return ((size_t)key->bytes[0] << 8 | key->bytes[1]) & (BUCKETS - 1);
}

struct flight *
flights_find(const struct flights *f, const struct facts_key *key)
{
	struct flight *flight = f->buckets[bucket_of(key)];

	while (flight != NULL && memcmp(&flight->key, key, sizeof(*key)) != 0)
		flight = flight->next;
	return flight;
}

struct flight *
flights_open(struct flights *f, const struct facts_key *key,
    flight_cancel *cancel, void *argument)
{
	struct flight **bucket = &f->buckets[bucket_of(key)];
	struct flight *flight = calloc(1, sizeof(*flight));

	if (flight == NULL)
		return NULL;
	flight->all = f;
	flight->key = *key;
	flight->cancel = cancel;
	flight->argument = argument;
	flight->next = *bucket;
	*bucket = flight;
	return flight;
}

static void
detach(struct flight *flight)
{
	struct flight **at = &flight->all->buckets[bucket_of(&flight->key)];

	while (*at != flight)
		at = &(*at)->next;
	*at = flight->next;
}

void
flight_join(struct flight *flight, struct flight_waiter *waiter,
    flight_done *done, void *argument)
{
	*waiter = (struct flight_waiter){
	    .previous = flight->last,
	    .flight = flight,
	    .done = done,
	    .argument = argument,
	};
	if (flight->last != NULL)
		flight->last->next = waiter;
	else
		flight->first = waiter;
	flight->last = waiter;
}

static void
unlink_waiter(struct flight_waiter *waiter)
{
	struct flight *flight = waiter->flight;

	if (waiter->previous != NULL)
		waiter->previous->next = waiter->next;
	else
		flight->first = waiter->next;
	if (waiter->next != NULL)
		waiter->next->previous = waiter->previous;
	else
		flight->last = waiter->previous;
	waiter->flight = NULL;
}

void
flight_leave(struct flight_waiter *waiter)
{
	struct flight *flight = waiter->flight;

	if (flight == NULL)
		return;
	unlink_waiter(waiter);
	/* A landing flight is detached and empties itself. */
	if (flight->first != NULL || flight->cancel == NULL)
		return;
	detach(flight);
	flight->cancel(flight->argument);
	free(flight);
}

void
flight_land(struct flight *flight, const struct flight_answer *answer)
{
	/* First out of the table: a waiter that asks again asks anew. */
	detach(flight);
	flight->cancel = NULL;
	while (flight->first != NULL) {
		struct flight_waiter *waiter = flight->first;

		unlink_waiter(waiter);
		waiter->done(answer, waiter->argument);
	}
	free(flight);
}
