/* SPDX-License-Identifier: ISC */
/*
 * How often one address may ask: a bucket of tokens each, in a table whose
 * size is fixed. Safe to use from many threads.
 */
#ifndef GATEWAYD_LIMITS_H
#define GATEWAYD_LIMITS_H

#include <stdbool.h>
#include <stdint.h>

#include "address.h"

#define LIMITS_BUCKETS 8192 /* for all addresses; the one unused longest goes  \
			     */
#define LIMITS_BURST_S 20   /* a full bucket is what this many seconds bring */

enum limit_kind {
	LIMIT_NONE,
	LIMIT_PAGE,
	LIMIT_CODE,
	LIMIT_REFUSED, /* counts answers, not questions */
	LIMIT_KINDS,
};

struct limits;

/* Requests a minute and address, by kind; 0: as many as they like. */
struct limits *limits_new(const int64_t per_minute[LIMIT_KINDS]);
void limits_free(struct limits *l); /* NULL is fine */

/* May it ask now? If not, *ret_wait_s is when it may, in seconds. `now_us` as
 * of monotonic_us(). */
bool limits_look(struct limits *l, enum limit_kind kind,
    const struct address *client, int64_t now_us, unsigned int *ret_wait_s);
/* The same, and it has asked once more. */
bool limits_take(struct limits *l, enum limit_kind kind,
    const struct address *client, int64_t now_us, unsigned int *ret_wait_s);

#endif
