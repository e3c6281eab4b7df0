/* SPDX-License-Identifier: ISC */
/* Absolute deadlines on CLOCK_MONOTONIC. */
#include "scopegate/deadline.h"

#include <limits.h>
#include <time.h>

int64_t
monotonic_us(void)
{
	struct timespec now = {0};

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

struct deadline
deadline_in_ms(int64_t ms)
{
	return (struct deadline){.at_us = monotonic_us() + ms * 1000};
}

struct deadline
deadline_earlier(struct deadline a, struct deadline b)
{
	return a.at_us <= b.at_us ? a : b;
}

int
deadline_left_ms(struct deadline d)
{
	int64_t left_us = d.at_us - monotonic_us();

	if (left_us <= 0)
		return 0;
	if (left_us > (int64_t)INT_MAX * 1000 - 999)
		return INT_MAX;
	return (int)((left_us + 999) / 1000);
}

bool
deadline_passed(struct deadline d)
{
	return deadline_left_ms(d) == 0;
}
