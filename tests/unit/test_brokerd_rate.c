/* SPDX-License-Identifier: ISC */
/* The API's rate limit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "api/rate_limit.h"

#define NOW 1000000

static struct rate_limit rates;

static int
clear_rates(void **state)
{
	(void)state;
	memset(&rates, 0, sizeof(rates));
	return 0;
}

static void
take(int64_t app, int64_t account, int64_t now, int calls)
{
	while (calls-- > 0)
		(void)rate_limit_take(&rates, app, account, now);
}

static void
the_limit_is_reached_and_said(void **state)
{
	struct rate_limit_state s = rate_limit_take(&rates, 1, 2, NOW);

	(void)state;
	assert_false(s.refused);
	assert_int_equal(s.remaining, RATE_LIMIT_CALLS - 1);
	assert_int_equal(s.reset, NOW + RATE_LIMIT_SECONDS);
	take(1, 2, NOW + 30, RATE_LIMIT_CALLS - 2);
	s = rate_limit_take(&rates, 1, 2, NOW + 59);
	assert_false(s.refused);
	assert_int_equal(s.remaining, 0);
	s = rate_limit_take(&rates, 1, 2, NOW + 59);
	assert_true(s.refused);
	assert_int_equal(s.remaining, 0);
	assert_int_equal(s.reset, NOW + RATE_LIMIT_SECONDS);
}

static void
a_new_window_begins_with_its_first_call(void **state)
{
	struct rate_limit_state s;

	(void)state;
	take(1, 2, NOW, RATE_LIMIT_CALLS + 1);
	assert_true(rate_limit_take(&rates, 1, 2, NOW + 59).refused);
	s = rate_limit_take(&rates, 1, 2, NOW + 75);
	assert_false(s.refused);
	assert_int_equal(s.remaining, RATE_LIMIT_CALLS - 1);
	assert_int_equal(s.reset, NOW + 75 + RATE_LIMIT_SECONDS);
	/* And a clock set back locks nobody out. */
	take(1, 2, NOW + 75, RATE_LIMIT_CALLS);
	assert_false(rate_limit_take(&rates, 1, 2, NOW).refused);
}

static void
each_pair_has_its_own(void **state)
{
	(void)state;
	take(1, 2, NOW, RATE_LIMIT_CALLS);
	assert_true(rate_limit_take(&rates, 1, 2, NOW).refused);
	assert_false(rate_limit_take(&rates, 1, 3, NOW).refused);
	assert_false(rate_limit_take(&rates, 2, 2, NOW).refused);
	assert_false(rate_limit_take(&rates, 2, 1, NOW).refused);
}

static void
a_full_table_forgets_the_oldest(void **state)
{
	const int64_t all =
	    (int64_t)RATE_LIMIT_GROUPS * RATE_LIMIT_ENTRIES * 16;

	(void)state;
	take(1, 1, NOW, RATE_LIMIT_CALLS);
	take(1, 2, NOW + 30, RATE_LIMIT_CALLS);
	for (int64_t account = 10; account < all; account++)
		assert_false(
		    rate_limit_take(&rates, 7, account, NOW + 20).refused);
	assert_false(rate_limit_take(&rates, 1, 1, NOW + 40).refused);
	assert_true(rate_limit_take(&rates, 1, 2, NOW + 40).refused);
}

static void
a_peek_sees_the_busiest_and_the_refused(void **state)
{
	struct rate_limit_peek p = rate_limit_peek(&rates, 1, NOW);

	(void)state;
	assert_int_equal(p.used, 0);
	assert_int_equal(p.refused, 0);
	take(1, 2, NOW, 7);
	take(1, 3, NOW, RATE_LIMIT_CALLS + 4);
	take(1, 4, NOW, RATE_LIMIT_CALLS + 1);
	take(2, 5, NOW, RATE_LIMIT_CALLS + 9);
	p = rate_limit_peek(&rates, 1, NOW + 1);
	assert_int_equal(p.used, RATE_LIMIT_CALLS);
	assert_int_equal(p.refused, 5);
	p = rate_limit_peek(&rates, 1, NOW + RATE_LIMIT_SECONDS);
	assert_int_equal(p.used, 0);
	assert_int_equal(p.refused, 5);
}

int
main(void)
{
#define T(name) cmocka_unit_test_setup(name, clear_rates)
	const struct CMUnitTest tests[] = {
	    T(the_limit_is_reached_and_said),
	    T(a_new_window_begins_with_its_first_call),
	    T(each_pair_has_its_own),
	    T(a_full_table_forgets_the_oldest),
	    T(a_peek_sees_the_busiest_and_the_refused),
	};
#undef T

	return cmocka_run_group_tests(tests, NULL, NULL);
}
