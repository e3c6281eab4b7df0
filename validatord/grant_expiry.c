/* SPDX-License-Identifier: ISC */
#include "grant_expiry.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "scopegate/cleanup.h"

/*
 * The C library knows the zones, but only one at a time and by way of the
 * environment. decide has no threads, so nobody sees TZ while it is another;
 * it is put back before this returns.
 */

#define ZONES "/usr/share/zoneinfo"

/* A zone that is not there would silently be UTC. */
static bool
zone_exists(const char *zone)
{
	char path[160];
	int n = snprintf(path, sizeof(path), ZONES "/%s", zone);

	if (zone[0] == '\0' || zone[0] == '/' || strstr(zone, "..") != NULL)
		return false;
	return n > 0 && (size_t)n < sizeof(path) && access(path, R_OK) == 0;
}

/* The first such minute after `now` in the zone that TZ names. */
static bool
find_moment(unsigned int minute, int64_t now, int64_t *ret)
{
	time_t start = (time_t)now;
	struct tm today;

	if (localtime_r(&start, &today) == NULL)
		return false;
	for (int day = 0; day <= 2; day++) {
		/* mktime() makes the 32nd the 1st; where clocks skip that
		 * minute it gives the one that takes its place. */
		struct tm at = {
		    .tm_year = today.tm_year,
		    .tm_mon = today.tm_mon,
		    .tm_mday = today.tm_mday + day,
		    .tm_hour = (int)(minute / 60),
		    .tm_min = (int)(minute % 60),
		    .tm_isdst = -1,
		};
		time_t moment = mktime(&at);

		if (moment != (time_t)-1 && moment > start) {
			*ret = (int64_t)moment;
			return true;
		}
	}
	return false;
}

enum status
clock_time_next(
    const char *zone, unsigned int minute, int64_t now, int64_t *ret)
{
	_cleanup_(free_ptr) char *before = NULL;
	const char *old = getenv("TZ");
	char value[128];
	bool found;
	int n = snprintf(value, sizeof(value), ":%s", zone);

	if (n < 0 || (size_t)n >= sizeof(value) || !zone_exists(zone))
		return STATUS_INVALID;
	if (old != NULL) {
		before = strdup(old);
		if (before == NULL)
			return STATUS_NOMEM;
	}
	if (setenv("TZ", value, 1) != 0)
		return STATUS_NOMEM;
	tzset();
	found = find_moment(minute, now, ret);
	if (before != NULL)
		(void)setenv("TZ", before, 1);
	else
		(void)unsetenv("TZ");
	tzset();
	return found ? STATUS_OK : STATUS_INVALID;
}

int64_t
grant_earlier(int64_t a, int64_t b)
{
	if (a == 0 || b == 0)
		return a == 0 ? b : a;
	return a < b ? a : b;
}

enum status
grant_token_end(
    const struct sign_in *s, int64_t expires_in, int64_t now, int64_t *ret)
{
	int64_t stated = expires_in > 0 ? now + expires_in : 0, by_clock = 0;
	enum status status;

	if (s->expiry == GRANT_EXPIRY_CLOCK) {
		status = clock_time_next(
		    s->expiry_zone, s->expiry_minute, now, &by_clock);
		if (status != STATUS_OK)
			return status;
	}
	*ret = grant_earlier(stated, by_clock);
	return STATUS_OK;
}

int64_t
grant_age_end(const struct sign_in *s, int64_t made_at)
{
	return s->grant_max_age_ms > 0 ? made_at + s->grant_max_age_ms / 1000
				       : 0;
}
