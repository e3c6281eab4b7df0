/* SPDX-License-Identifier: ISC */
/* When a grant ends: by the clocks of a place, or by what was stated. */
#include "grant_expiry.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "scopegate/cleanup.h"

static void
test_clock_times(void **state)
{
	static const struct {
		const char *zone;
		unsigned int minute;
		int64_t now, then;
	} rows[] = {
	    /* 2026-11-26 00:29:59 UTC is 05:59:59 in Kolkata. */
	    {"Asia/Kolkata", 360, 1795652999, 1795653000},
	    /* At 06:00 sharp it is the next day's. */
	    {"Asia/Kolkata", 360, 1795653000, 1795739400},
	    {"Asia/Kolkata", 360, 1795653001, 1795739400},
	    {"Asia/Kolkata", 210, 1795653000, 1795730400},
	    {"UTC", 0, 1795651200, 1795737600},
	    /* New York, 2026-03-08: 02:30 is skipped; clocks go on to 03:30. */
	    {"America/New_York", 150, 1772953200, 1772955000},
	    /* 2026-11-01: the day has 25 hours. Midnight to midnight. */
	    {"America/New_York", 0, 1793505600, 1793595600},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		int64_t then = 0;

		assert_int_equal(clock_time_next(rows[i].zone, rows[i].minute,
				     rows[i].now, &then),
		    STATUS_OK);
		assert_int_equal(then, rows[i].then);
	}
}

static void
test_no_such_zone(void **state)
{
	static const char *const zones[] = {
	    "", "Nowhere/Atlantis", "/etc/localtime", "../zoneinfo/UTC"};
	int64_t then;

	(void)state;
	for (size_t i = 0; i < ELEMENTS(zones); i++)
		assert_int_equal(
		    clock_time_next(zones[i], 0, 1795653000, &then),
		    STATUS_INVALID);
}

/* The rest of the process must not see another zone afterwards. */
static void
test_zone_is_put_back(void **state)
{
	time_t now = 1795653000;
	int64_t then;
	struct tm tm;

	(void)state;
	assert_int_equal(setenv("TZ", "America/New_York", 1), 0);
	tzset();
	assert_int_equal(
	    clock_time_next("Asia/Kolkata", 360, now, &then), STATUS_OK);
	assert_string_equal(getenv("TZ"), "America/New_York");
	assert_non_null(localtime_r(&now, &tm));
	assert_int_equal(tm.tm_hour, 19);
	assert_int_equal(unsetenv("TZ"), 0);
	tzset();
	assert_int_equal(
	    clock_time_next("Asia/Kolkata", 360, now, &then), STATUS_OK);
	assert_null(getenv("TZ"));
}

static void
test_earliest(void **state)
{
	char zone[] = "Asia/Kolkata";
	struct sign_in s = {.expiry = GRANT_EXPIRY_STATED};
	const int64_t now = 1795652999;
	int64_t end = -1;

	(void)state;
	assert_int_equal(grant_token_end(&s, 0, now, &end), STATUS_OK);
	assert_int_equal(end, 0);
	assert_int_equal(grant_token_end(&s, 600, now, &end), STATUS_OK);
	assert_int_equal(end, now + 600);
	s.expiry = GRANT_EXPIRY_NONE;
	assert_int_equal(grant_token_end(&s, 600, now, &end), STATUS_OK);
	assert_int_equal(end, now + 600);
	s.expiry = GRANT_EXPIRY_CLOCK;
	s.expiry_zone = zone;
	s.expiry_minute = 360;
	assert_int_equal(grant_token_end(&s, 600, now, &end), STATUS_OK);
	assert_int_equal(end, now + 1);
	assert_int_equal(grant_token_end(&s, 0, now, &end), STATUS_OK);
	assert_int_equal(end, now + 1);
	zone[0] = 'X';
	assert_int_equal(grant_token_end(&s, 0, now, &end), STATUS_INVALID);
	assert_int_equal(grant_age_end(&s, now), 0);
	s.grant_max_age_ms = 60000;
	assert_int_equal(grant_age_end(&s, now), now + 60);
	assert_int_equal(grant_earlier(0, 0), 0);
	assert_int_equal(grant_earlier(0, 7), 7);
	assert_int_equal(grant_earlier(8, 0), 8);
	assert_int_equal(grant_earlier(8, 7), 7);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_clock_times),
	    cmocka_unit_test(test_no_such_zone),
	    cmocka_unit_test(test_zone_is_put_back),
	    cmocka_unit_test(test_earliest),
	};

	return cmocka_run_group_tests_name("grant_expiry", tests, NULL, NULL);
}
