/* SPDX-License-Identifier: ISC */
/*
 * Can expiry be judged by this host's clock? A plain value; both times are
 * arguments, in microseconds.
 */
#ifndef VALIDATORD_CLOCK_WATCH_H
#define VALIDATORD_CLOCK_WATCH_H

#include <stdbool.h>
#include <stdint.h>

#define CLOCK_EARLIEST_S 1704067200 /* 2024-01-01: older is plainly wrong */
#define CLOCK_STEP_MAX_S 60

struct clock_watch {
	bool known;
	int64_t drift_us; /* CLOCK_REALTIME less CLOCK_MONOTONIC, last seen */
};

enum clock_state {
	CLOCK_GOOD,
	CLOCK_STEPPED, /* moved by more than CLOCK_STEP_MAX_S: cached facts
			* are of an age that nobody knows */
	CLOCK_WRONG,   /* before CLOCK_EARLIEST_S */
};

enum clock_state clock_watch_look(
    struct clock_watch *w, int64_t realtime_us, int64_t monotonic_us);

#endif
