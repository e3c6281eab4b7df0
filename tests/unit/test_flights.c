/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "flights.h"

/* Who is told what, how often, and when a question is given up. */

struct asker {
	struct flight_waiter waiter;
	unsigned int told;
	enum reason reason;
	struct facts *facts;
	struct flights *look_in; /* at landing: is the key free again? */
	const struct facts_key *key;
	struct flight *found;
	struct flight_waiter *takes_along; /* leaves while we are told */
};

static void
asker_done(const struct flight_answer *answer, void *argument)
{
	struct asker *a = argument;

	a->told++;
	a->reason = answer->reason;
	a->facts = answer->facts;
	if (a->look_in != NULL)
		a->found = flights_find(a->look_in, a->key);
	if (a->takes_along != NULL)
		flight_leave(a->takes_along);
}

static void
count_cancel(void *argument)
{
	++*(unsigned int *)argument;
}

static const struct facts_key key = {.bytes = {1, 2, 3}};
static const struct facts_key same_bucket = {.bytes = {1, 2, 4}};

static int
set_up(void **state)
{
	*state = flights_new();
	return *state == NULL;
}

static int
tear_down(void **state)
{
	flights_free(*state);
	return 0;
}

static void
test_found_by_whole_key(void **state)
{
	struct flights *all = *state;
	const struct flight_answer answer = {.reason = REASON_AS_ERROR};
	struct flight *one, *two;

	assert_null(flights_find(all, &key));
	one = flights_open(all, &key, count_cancel, NULL);
	two = flights_open(all, &same_bucket, count_cancel, NULL);
	assert_ptr_equal(flights_find(all, &key), one);
	assert_ptr_equal(flights_find(all, &same_bucket), two);
	flight_land(one, &answer);
	assert_null(flights_find(all, &key));
	assert_ptr_equal(flights_find(all, &same_bucket), two);
	flight_land(two, &answer);
}

static void
test_all_are_told_once(void **state)
{
	struct flights *all = *state;
	struct facts *facts = facts_new();
	const struct flight_answer answer = {.facts = facts};
	struct asker askers[3] = {0};
	unsigned int cancelled = 0;
	struct flight *f = flights_open(all, &key, count_cancel, &cancelled);

	for (size_t i = 0; i < 3; i++)
		flight_join(f, &askers[i].waiter, asker_done, &askers[i]);
	askers[0].look_in = all;
	askers[0].key = &key;
	flight_land(f, &answer);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(askers[i].told, 1);
		assert_int_equal(askers[i].reason, REASON_NONE);
		assert_ptr_equal(askers[i].facts, facts);
	}
	/* Who asks again at landing must not join what has failed. */
	assert_null(askers[0].found);
	assert_int_equal(cancelled, 0);
	facts_unref(facts);
}

static void
test_last_to_leave_cancels(void **state)
{
	struct flights *all = *state;
	struct asker a = {0}, b = {0};
	unsigned int cancelled = 0;
	struct flight *f = flights_open(all, &key, count_cancel, &cancelled);

	flight_join(f, &a.waiter, asker_done, &a);
	flight_join(f, &b.waiter, asker_done, &b);
	flight_leave(&a.waiter);
	flight_leave(&a.waiter);
	assert_int_equal(cancelled, 0);
	assert_ptr_equal(flights_find(all, &key), f);
	flight_leave(&b.waiter);
	assert_int_equal(cancelled, 1);
	assert_null(flights_find(all, &key));
	assert_int_equal(a.told + b.told, 0);
}

static void
test_who_left_is_not_told(void **state)
{
	struct flights *all = *state;
	const struct flight_answer answer = {.reason = REASON_AS_TIMEOUT};
	struct asker a = {0}, b = {0}, c = {0};
	struct flight *f = flights_open(all, &key, count_cancel, NULL);

	flight_join(f, &a.waiter, asker_done, &a);
	flight_join(f, &b.waiter, asker_done, &b);
	flight_join(f, &c.waiter, asker_done, &c);
	flight_leave(&b.waiter);
	flight_land(f, &answer);
	assert_int_equal(a.told, 1);
	assert_int_equal(b.told, 0);
	assert_int_equal(c.told, 1);
	assert_int_equal(c.reason, REASON_AS_TIMEOUT);
}

static void
test_leaving_while_it_lands(void **state)
{
	struct flights *all = *state;
	const struct flight_answer answer = {.reason = REASON_AS_ERROR};
	struct asker a = {0}, b = {0};
	unsigned int cancelled = 0;
	struct flight *f = flights_open(all, &key, count_cancel, &cancelled);

	flight_join(f, &a.waiter, asker_done, &a);
	flight_join(f, &b.waiter, asker_done, &b);
	a.takes_along = &b.waiter;
	flight_land(f, &answer);
	assert_int_equal(a.told, 1);
	assert_int_equal(b.told, 0);
	assert_int_equal(cancelled, 0);
}

#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(test_found_by_whole_key),
	    T(test_all_are_told_once),
	    T(test_last_to_leave_cancels),
	    T(test_who_left_is_not_told),
	    T(test_leaving_while_it_lands),
	};

	return cmocka_run_group_tests_name("flights", tests, NULL, NULL);
}
