/* SPDX-License-Identifier: ISC */
/*
 * An absolute point on CLOCK_MONOTONIC. A request has one, passed down and
 * never summed, so that no step can stretch the whole.
 */
#ifndef SCOPEGATE_DEADLINE_H
#define SCOPEGATE_DEADLINE_H

#include <stdbool.h>
#include <stdint.h>

struct deadline {
	int64_t at_us; /* microseconds on CLOCK_MONOTONIC */
};

int64_t monotonic_us(void); /* now; never fails on Linux */
struct deadline deadline_in_ms(int64_t ms);
/* The earlier of the two. */
struct deadline deadline_earlier(struct deadline a, struct deadline b);
/* Milliseconds left, rounded up, 0 when passed: an argument for poll(2). */
int deadline_left_ms(struct deadline d);
bool deadline_passed(struct deadline d);

#endif
