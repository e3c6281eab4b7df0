/* SPDX-License-Identifier: ISC */
/* What we count ourselves: requests by route and class of status. */
#ifndef GATEWAYD_COUNTERS_H
#define GATEWAYD_COUNTERS_H

#include <stdatomic.h>
#include <stddef.h>

#define COUNTERS_ROUTES 24
#define COUNTERS_CLASSES 6 /* 1xx is 1 */

struct counters {
	atomic_ullong requests[COUNTERS_ROUTES][COUNTERS_CLASSES];
	atomic_ullong limited;     /* refused with 429 by us */
	atomic_ullong unavailable; /* exchanges with decide that failed */
};

#endif
