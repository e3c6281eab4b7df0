/* SPDX-License-Identifier: ISC */
/* When the breaker opens, for how long, and whom it lets through. */
#include "breaker.h"
#include "stages_make.h"

#define SECOND INT64_C(1000000)
#define START (1000 * SECOND)

static void
fail_times(struct breaker *b, unsigned int times, int64_t at)
{
	for (unsigned int i = 0; i < times; i++)
		breaker_failed(b, at, 0);
}

static void
opens_after_failures_in_a_row(void **state)
{
	struct breaker b = {0};

	(void)state;
	assert_true(breaker_allows(&b, START));
	fail_times(&b, BREAKER_FAILURES - 1, START);
	assert_int_equal(breaker_state(&b, START), BREAKER_CLOSED);
	assert_true(breaker_allows(&b, START));
	breaker_succeeded(&b);
	fail_times(&b, BREAKER_FAILURES - 1, START);
	assert_true(breaker_allows(&b, START));
	fail_times(&b, 1, START);
	assert_int_equal(breaker_state(&b, START), BREAKER_OPEN);
	assert_false(breaker_allows(&b, START));
	assert_false(breaker_allows(&b, START + 5 * SECOND - 1));
}

static void
one_probe_at_a_time(void **state)
{
	struct breaker b = {0};
	int64_t then = START + 5 * SECOND;

	(void)state;
	fail_times(&b, BREAKER_FAILURES, START);
	assert_int_equal(breaker_state(&b, then), BREAKER_HALF_OPEN);
	assert_true(breaker_allows(&b, then));
	assert_false(breaker_allows(&b, then));
	breaker_cancelled(&b);
	assert_true(breaker_allows(&b, then));
	assert_false(breaker_allows(&b, then));
	/* Whatever became of that one: nobody is shut out for ever. */
	assert_false(breaker_allows(&b, then + 10 * SECOND - 1));
	assert_true(breaker_allows(&b, then + 10 * SECOND));
	assert_false(breaker_allows(&b, then + 10 * SECOND));
	breaker_succeeded(&b);
	assert_int_equal(breaker_state(&b, then), BREAKER_CLOSED);
	assert_true(breaker_allows(&b, then));
	assert_true(breaker_allows(&b, then));
	/* All forgotten: it takes as many failures as at first, and 5 s. */
	fail_times(&b, BREAKER_FAILURES - 1, then);
	assert_true(breaker_allows(&b, then));
	fail_times(&b, 1, then);
	assert_false(breaker_allows(&b, then + 5 * SECOND - 1));
	assert_true(breaker_allows(&b, then + 5 * SECOND));
}

static void
doubles_to_the_most(void **state)
{
	static const int64_t seconds[] = {5, 10, 20, 40, 60, 60, 60};
	struct breaker b = {0};
	int64_t now = START;

	(void)state;
	fail_times(&b, BREAKER_FAILURES, now);
	for (size_t i = 0; i < sizeof(seconds) / sizeof(seconds[0]); i++) {
		assert_false(breaker_allows(&b, now + seconds[i] * SECOND - 1));
		now += seconds[i] * SECOND;
		assert_true(breaker_allows(&b, now));
		breaker_failed(&b, now, 0);
	}
}

static void
late_failures_do_not_lengthen(void **state)
{
	struct breaker b = {0};

	(void)state;
	fail_times(&b, BREAKER_FAILURES + 20, START);
	assert_false(breaker_allows(&b, START + 5 * SECOND - 1));
	fail_times(&b, 3, START + 4 * SECOND);
	assert_true(breaker_allows(&b, START + 5 * SECOND));
}

static void
obeys_retry_after(void **state)
{
	static const struct {
		unsigned int said;
		int64_t seconds;
	} rows[] = {
	    {1, 1}, {7, 7}, {29, 29}, {30, 30}, {31, 30}, {4000000000u, 30}};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct breaker b = {0};
		int64_t then = START + rows[i].seconds * SECOND;

		breaker_failed(&b, START, rows[i].said);
		assert_false(breaker_allows(&b, then - 1));
		assert_true(breaker_allows(&b, then));
		breaker_failed(&b, then, 0);
		assert_false(breaker_allows(&b, then + 5 * SECOND - 1));
		assert_true(breaker_allows(&b, then + 5 * SECOND));
	}
}

/* The longer of the two waits holds. */
static void
retry_after_never_shortens(void **state)
{
	struct breaker b = {0};

	(void)state;
	fail_times(&b, BREAKER_FAILURES, START);
	breaker_failed(&b, START, 1);
	assert_false(breaker_allows(&b, START + 5 * SECOND - 1));
	breaker_failed(&b, START, 20);
	assert_false(breaker_allows(&b, START + 20 * SECOND - 1));
	assert_true(breaker_allows(&b, START + 20 * SECOND));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(opens_after_failures_in_a_row),
	    cmocka_unit_test(one_probe_at_a_time),
	    cmocka_unit_test(doubles_to_the_most),
	    cmocka_unit_test(late_failures_do_not_lengthen),
	    cmocka_unit_test(obeys_retry_after),
	    cmocka_unit_test(retry_after_never_shortens),
	};

	return cmocka_run_group_tests_name("breaker", tests, NULL, NULL);
}
