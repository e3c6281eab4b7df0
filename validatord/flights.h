/* SPDX-License-Identifier: ISC */
/*
 * One question a token: who asks for the same facts while an answer is on its
 * way waits for that answer. Nothing is kept once a flight has landed.
 */
#ifndef VALIDATORD_FLIGHTS_H
#define VALIDATORD_FLIGHTS_H

#include <stddef.h>
#include <stdint.h>

#include "facts.h"
#include "facts_cache.h" /* struct facts_key */
#include "scopegate/status.h"

struct flights;
struct flight;

struct flight_answer {
	enum reason reason;  /* REASON_NONE: facts are there */
	struct facts *facts; /* borrowed: take a reference to keep them */
	const char *what;    /* static sentence for the operator, or NULL */
};

typedef void flight_done(const struct flight_answer *answer, void *argument);
/* Nobody waits any more; the flight is gone when this returns. */
typedef void flight_cancel(void *argument);

/* Lies in the request that waits. Zeroed: waits for nothing. */
struct flight_waiter {
	struct flight_waiter *previous, *next;
	struct flight *flight;
	flight_done *done;
	void *argument;
};

struct flights *flights_new(void);    /* NULL: no memory */
void flights_free(struct flights *f); /* no flight may be under way */

struct flight *flights_find(
    const struct flights *f, const struct facts_key *key);
/* A new flight without waiters, for a key that has none. NULL: no memory. */
struct flight *flights_open(struct flights *f, const struct facts_key *key,
    flight_cancel *cancel, void *argument);
/* `done` runs once, at landing, unless the waiter leaves before. */
void flight_join(struct flight *flight, struct flight_waiter *waiter,
    flight_done *done, void *argument);
/* Harmless for a waiter that waits for nothing. */
void flight_leave(struct flight_waiter *waiter);
/* Tells all who wait and ends the flight. */
void flight_land(struct flight *flight, const struct flight_answer *answer);

#endif
