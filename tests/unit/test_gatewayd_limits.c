/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "limits.h"

/* Buckets against a clock of our own, and what many addresses do to one. */

#define SECOND 1000000

static const int64_t rates[LIMIT_KINDS] = {[LIMIT_PAGE] = 60, [LIMIT_CODE] = 1};

static struct address
at(const char *text)
{
	struct address a;

	assert_true(address_parse(text, &a));
	return a;
}

static bool
takes(struct limits *l, enum limit_kind kind, const char *who, int64_t now)
{
	struct address a = at(who);
	unsigned int wait = 0;
	bool may = limits_take(l, kind, &a, now, &wait);

	assert_int_equal(wait == 0, may);
	return may;
}

static void
test_a_bucket_empties_and_fills(void **state)
{
	struct limits *l = limits_new(rates);
	struct address a = at("192.0.2.1");
	unsigned int wait = 0;

	(void)state;
	assert_non_null(l);
	for (int i = 0; i < 20; i++)
		assert_true(takes(l, LIMIT_PAGE, "192.0.2.1", SECOND));
	assert_false(takes(l, LIMIT_PAGE, "192.0.2.1", SECOND));
	assert_false(takes(l, LIMIT_PAGE, "192.0.2.1", 2 * SECOND - 1));
	assert_true(takes(l, LIMIT_PAGE, "192.0.2.1", 2 * SECOND));
	assert_false(takes(l, LIMIT_PAGE, "192.0.2.1", 2 * SECOND));
	/* Never more than full, however long it was. */
	for (int i = 0; i < 20; i++)
		assert_true(
		    takes(l, LIMIT_PAGE, "192.0.2.1", INT64_C(1) << 60));
	assert_false(takes(l, LIMIT_PAGE, "192.0.2.1", INT64_C(1) << 60));
	/* A look takes nothing, and tells as much. */
	for (int i = 0; i < 100; i++)
		assert_true(
		    limits_look(l, LIMIT_CODE, &a, INT64_C(1) << 60, &wait));
	assert_false(limits_look(l, LIMIT_PAGE, &a, INT64_C(1) << 60, &wait));
	assert_int_equal(wait, 2);
	/* A clock that goes back gives nothing. */
	assert_false(takes(l, LIMIT_PAGE, "192.0.2.1", 1));
	/* A slow bucket holds one, and says how long the next one takes. */
	assert_true(takes(l, LIMIT_CODE, "192.0.2.1", SECOND));
	assert_false(limits_take(l, LIMIT_CODE, &a, SECOND, &wait));
	assert_in_range(wait, 60, 61);
	assert_false(takes(l, LIMIT_CODE, "192.0.2.1", 60 * SECOND));
	assert_true(takes(l, LIMIT_CODE, "192.0.2.1", 61 * SECOND));
	limits_free(l);
}

static void
test_addresses_are_apart(void **state)
{
	struct limits *l = limits_new(rates);

	(void)state;
	assert_true(takes(l, LIMIT_CODE, "192.0.2.1", SECOND));
	assert_true(takes(l, LIMIT_CODE, "192.0.2.2", SECOND));
	assert_false(takes(l, LIMIT_CODE, "192.0.2.1", SECOND));
	assert_true(takes(l, LIMIT_CODE, "2001:db8::1", SECOND));
	assert_false(takes(l, LIMIT_CODE, "2001:db8::ffff", SECOND));
	assert_true(takes(l, LIMIT_CODE, "2001:db8:0:1::1", SECOND));
	assert_true(takes(l, LIMIT_PAGE, "192.0.2.1", SECOND));
	/* No limit. */
	for (int i = 0; i < 1000; i++)
		assert_true(takes(l, LIMIT_NONE, "192.0.2.1", SECOND));
	limits_free(l);
}

/* The table is full of strangers: one who is new gets a full bucket, and who
 * asks all the time stays counted. */
static void
test_many_addresses(void **state)
{
	struct limits *l = limits_new(rates);
	int64_t now = SECOND;

	(void)state;
	assert_true(takes(l, LIMIT_CODE, "198.51.100.1", now));
	for (int i = 0; i < 4 * LIMITS_BUCKETS; i++) {
		char text[ADDRESS_TEXT_SIZE];

		(void)snprintf(
		    text, sizeof(text), "10.1.%d.%d", i / 256, i % 256);
		assert_true(takes(l, LIMIT_CODE, text, now++));
		if (i % 4 == 0)
			assert_false(
			    takes(l, LIMIT_CODE, "198.51.100.1", now++));
	}
	limits_free(l);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_a_bucket_empties_and_fills),
	    cmocka_unit_test(test_addresses_are_apart),
	    cmocka_unit_test(test_many_addresses),
	};

	return cmocka_run_group_tests_name(
	    "gatewayd limits", tests, NULL, NULL);
}
