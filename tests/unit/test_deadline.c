/* SPDX-License-Identifier: ISC */
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <cmocka.h>

#include "scopegate/cleanup.h"
#include "scopegate/deadline.h"

/* Time that is left, by a clock that stands still (--wrap=clock_gettime). */

static struct timespec now = {.tv_sec = 1000, .tv_nsec = 500};

int __wrap_clock_gettime(clockid_t clock, struct timespec *ret);

int
__wrap_clock_gettime(clockid_t clock, struct timespec *ret)
{
	assert_int_equal(clock, CLOCK_MONOTONIC);
	*ret = now;
	return 0;
}

#define NOW_US INT64_C(1000000000)

static void
test_now_is_in_microseconds(void **state)
{
	(void)state;
	assert_int_equal(monotonic_us(), NOW_US);
	now.tv_nsec = 999999999;
	assert_int_equal(monotonic_us(), NOW_US + 999999);
	now.tv_nsec = 500;
}

static void
test_in_ms_counts_from_now(void **state)
{
	(void)state;
	assert_int_equal(deadline_in_ms(0).at_us, NOW_US);
	assert_int_equal(deadline_in_ms(1).at_us, NOW_US + 1000);
	assert_int_equal(deadline_in_ms(-3).at_us, NOW_US - 3000);
}

/* Rounded up, or poll() would return early and spin. */
static void
test_left(void **state)
{
	static const struct {
		int64_t left_us;
		int left_ms;
	} cases[] = {
	    {INT64_C(-1000000), 0},
	    {-1, 0},
	    {0, 0},
	    {1, 1},
	    {999, 1},
	    {1000, 1},
	    {1001, 2},
	    {(int64_t)INT_MAX * 1000 - 1000, INT_MAX - 1},
	    {(int64_t)INT_MAX * 1000 - 999, INT_MAX},
	    {(int64_t)INT_MAX * 1000, INT_MAX},
	    {(int64_t)INT_MAX * 1000 + 1, INT_MAX},
	    {INT64_MAX - NOW_US, INT_MAX},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		struct deadline d = {.at_us = NOW_US + cases[i].left_us};

		print_message("# case %zu\n", i);
		assert_int_equal(deadline_left_ms(d), cases[i].left_ms);
		assert_int_equal(deadline_passed(d), cases[i].left_us <= 0);
	}
}

static void
test_earlier(void **state)
{
	struct deadline sooner = {.at_us = 1}, later = {.at_us = 2};

	(void)state;
	assert_int_equal(deadline_earlier(sooner, later).at_us, 1);
	assert_int_equal(deadline_earlier(later, sooner).at_us, 1);
	assert_int_equal(deadline_earlier(later, later).at_us, 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_now_is_in_microseconds),
	    cmocka_unit_test(test_in_ms_counts_from_now),
	    cmocka_unit_test(test_left),
	    cmocka_unit_test(test_earlier),
	};

	return cmocka_run_group_tests_name("deadline", tests, NULL, NULL);
}
