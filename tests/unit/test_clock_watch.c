/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "clock_watch.h"

/* What a sequence of looks at the two clocks means. */

#define S INT64_C(1000000)
#define DAY_2025 INT64_C(1735689600)

struct look {
	int64_t realtime_s, monotonic_s;
	enum clock_state want;
};

static void
run(const struct look *looks, size_t count)
{
	struct clock_watch w = {0};

	for (size_t i = 0; i < count; i++)
		assert_int_equal(clock_watch_look(&w, looks[i].realtime_s * S,
				     looks[i].monotonic_s * S),
		    looks[i].want);
}

#define RUN(...)                                                               \
	do {                                                                   \
		const struct look looks[] = {__VA_ARGS__};                     \
		run(looks, sizeof(looks) / sizeof(looks[0]));                  \
	} while (0)

static void
test_first_look_is_no_step(void **state)
{
	(void)state;
	RUN({DAY_2025, 5, CLOCK_GOOD});
}

static void
test_before_2024_is_wrong(void **state)
{
	(void)state;
	RUN({CLOCK_EARLIEST_S - 1, 5, CLOCK_WRONG}, {0, 6, CLOCK_WRONG},
	    {CLOCK_EARLIEST_S, 7, CLOCK_GOOD});
}

static void
test_steps(void **state)
{
	(void)state;
	RUN({DAY_2025, 5, CLOCK_GOOD}, {DAY_2025 - 50, 15, CLOCK_GOOD},
	    {DAY_2025 + 10, 75, CLOCK_GOOD}, {DAY_2025 - 60, 76, CLOCK_STEPPED},
	    {DAY_2025 - 59, 77, CLOCK_GOOD},
	    {DAY_2025 + 600, 78, CLOCK_STEPPED},
	    {DAY_2025 + 601, 79, CLOCK_GOOD});
}

static void
test_step_bound(void **state)
{
	(void)state;
	RUN({DAY_2025, 100, CLOCK_GOOD}, {DAY_2025 - 60, 100, CLOCK_GOOD},
	    {DAY_2025 - 121, 100, CLOCK_STEPPED});
}

static void
test_step_seen_after_a_wrong_time(void **state)
{
	(void)state;
	RUN({DAY_2025, 100, CLOCK_GOOD}, {0, 101, CLOCK_WRONG},
	    {DAY_2025 - 3600, 102, CLOCK_STEPPED});
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_first_look_is_no_step),
	    cmocka_unit_test(test_before_2024_is_wrong),
	    cmocka_unit_test(test_steps),
	    cmocka_unit_test(test_step_bound),
	    cmocka_unit_test(test_step_seen_after_a_wrong_time),
	};

	return cmocka_run_group_tests_name("clock_watch", tests, NULL, NULL);
}
