/* SPDX-License-Identifier: ISC */
#include "clock_watch.h"

/*
 * A clock set back would bring expired tokens to life; one set forward, or a
 * host that slept, makes cached facts older than their lifetime says.
 */

#define US_PER_S INT64_C(1000000)

enum clock_state
clock_watch_look(
    struct clock_watch *w, int64_t realtime_us, int64_t monotonic_us)
{
	int64_t drift = realtime_us - monotonic_us;
	int64_t moved = drift - w->drift_us;
	bool stepped = w->known && (moved > CLOCK_STEP_MAX_S * US_PER_S ||
				       moved < -CLOCK_STEP_MAX_S * US_PER_S);

	if (realtime_us < CLOCK_EARLIEST_S * US_PER_S)
		return CLOCK_WRONG;
	/* Slow adjustment moves the reference too slowly to add up to a step
	 * between two requests, but not over months: so follow it. */
	w->drift_us = drift;
	w->known = true;
	return stepped ? CLOCK_STEPPED : CLOCK_GOOD;
}
