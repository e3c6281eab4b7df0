/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "chance.h"

/* References are what users read out: every sign of the alphabet occurs, and
 * none outside it. */

static void
test_ref_alphabet(void **state)
{
	static const char alphabet[] = "23456789ABCDEFGHJKMNPQRSTVWXYZ";
	unsigned int seen[256] = {0};
	char ref[SHORT_REF_LENGTH + 1];

	(void)state;
	for (int i = 0; i < 4000; i++) {
		assert_true(chance_ref(ref));
		assert_int_equal(strlen(ref), SHORT_REF_LENGTH);
		assert_int_equal(strspn(ref, alphabet), SHORT_REF_LENGTH);
		for (const char *c = ref; *c != '\0'; c++)
			seen[(unsigned char)*c]++;
	}
	for (const char *c = alphabet; *c != '\0'; c++)
		assert_true(seen[(unsigned char)*c] > 0);
}

static void
test_refs_differ(void **state)
{
	char a[SHORT_REF_LENGTH + 1], b[SHORT_REF_LENGTH + 1];

	(void)state;
	assert_true(chance_ref(a));
	assert_true(chance_ref(b));
	assert_string_not_equal(a, b);
}

static void
test_below_bounds(void **state)
{
	unsigned int seen[101] = {0};

	(void)state;
	assert_int_equal(chance_below(1), 0);
	for (int i = 0; i < 20000; i++) {
		unsigned int n = chance_below(101);

		assert_in_range(n, 0, 100);
		seen[n]++;
	}
	assert_true(seen[0] > 0);
	assert_true(seen[100] > 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_ref_alphabet),
	    cmocka_unit_test(test_refs_differ),
	    cmocka_unit_test(test_below_bounds),
	};

	return cmocka_run_group_tests_name("chance", tests, NULL, NULL);
}
