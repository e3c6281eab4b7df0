/* SPDX-License-Identifier: ISC */
/* How often a broker is asked about an account. The clock is an argument. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "probe.h"
#include "scopegate/cleanup.h"

#define SECOND INT64_C(1000000)
#define START (1000 * SECOND)

static char name[] = "alpaca", other_name[] = "other";
static const struct issuer issuer = {
    .name = name, .sign_in = {.probe_budget = 5}};
static const struct issuer other = {
    .name = other_name, .sign_in = {.probe_budget = 5}};

static void
freep(struct probe_budgets **b)
{
	probe_budgets_free(*b);
}

static unsigned int
take_many(struct probe_budgets *b, const char *account, unsigned int tries,
    int64_t now)
{
	unsigned int taken = 0;

	for (unsigned int i = 0; i < tries; i++)
		taken += probe_budget_take(b, &issuer, account, now);
	return taken;
}

static void
test_one_too_many(void **state)
{
	_cleanup_(freep) struct probe_budgets *b = probe_budgets_new();

	(void)state;
	assert_int_equal(take_many(b, "a", 5, START), 5);
	assert_false(probe_budget_take(b, &issuer, "a", START));
	assert_false(probe_budget_take(b, &issuer, "a", START + 59 * SECOND));
	/* Another account and another issuer have their own. */
	assert_true(probe_budget_take(b, &issuer, "b", START));
	assert_true(probe_budget_take(b, &other, "a", START));
}

/* A minute's end is no place to ask twice as often. */
static void
test_slides(void **state)
{
	_cleanup_(freep) struct probe_budgets *b = probe_budgets_new();

	(void)state;
	assert_int_equal(take_many(b, "a", 5, START + 59 * SECOND), 5);
	assert_int_equal(take_many(b, "a", 5, START + 61 * SECOND), 0);
	assert_int_equal(take_many(b, "b", 1, START), 1);
	assert_int_equal(take_many(b, "b", 9, START + 59 * SECOND), 4);
	assert_int_equal(take_many(b, "b", 9, START + 61 * SECOND), 0);
	assert_int_equal(take_many(b, "b", 9, START + 90 * SECOND), 2);
	assert_int_equal(take_many(b, "b", 9, START + 200 * SECOND), 5);
}

static void
test_holds(void **state)
{
	_cleanup_(freep) struct probe_budgets *b = probe_budgets_new();

	(void)state;
	assert_true(probe_budget_take(b, &issuer, "a", START));
	probe_budget_hold(b, &issuer, "a", 90, START + SECOND);
	assert_false(probe_budget_take(b, &issuer, "a", START + 90 * SECOND));
	assert_true(probe_budget_take(b, &issuer, "a", START + 91 * SECOND));
	assert_true(probe_budget_take(b, &issuer, "b", START + SECOND));
	/* A short one lasts for the minute's rest, none for a minute. */
	probe_budget_hold(b, &issuer, "c", 1, START);
	assert_false(probe_budget_take(b, &issuer, "c", START + 59 * SECOND));
	assert_true(probe_budget_take(b, &issuer, "c", START + 60 * SECOND));
	assert_true(probe_budget_take(b, &issuer, "d", START));
	probe_budget_hold(b, &issuer, "d", 0, START + 50 * SECOND);
	assert_false(probe_budget_take(b, &issuer, "d", START + 109 * SECOND));
	assert_true(probe_budget_take(b, &issuer, "d", START + 110 * SECOND));
	/* A broker cannot lock us out for good, nor shorten a hold. */
	probe_budget_hold(b, &issuer, "e", 4000000000U, START);
	probe_budget_hold(b, &issuer, "e", 1, START);
	assert_false(probe_budget_take(
	    b, &issuer, "e", START + (PROBE_HOLD_MAX_S - 1) * SECOND));
	assert_true(probe_budget_take(
	    b, &issuer, "e", START + PROBE_HOLD_MAX_S * SECOND));
}

static void
test_bounded(void **state)
{
	_cleanup_(freep) struct probe_budgets *b = probe_budgets_new();
	char account[32];

	(void)state;
	assert_int_equal(take_many(b, "used", 5, START), 5);
	for (int i = 0; i < PROBE_BUDGETS_MAX - 1; i++) {
		(void)snprintf(account, sizeof(account), "a%d", i);
		assert_true(probe_budget_take(b, &issuer, account, START));
	}
	/* Full, and the first is still known; its use keeps it. */
	assert_false(probe_budget_take(b, &issuer, "used", START));
	assert_true(probe_budget_take(b, &issuer, "one more", START));
	assert_false(probe_budget_take(b, &issuer, "used", START));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_one_too_many),
	    cmocka_unit_test(test_slides),
	    cmocka_unit_test(test_holds),
	    cmocka_unit_test(test_bounded),
	};

	return cmocka_run_group_tests_name("probe_budget", tests, NULL, NULL);
}
