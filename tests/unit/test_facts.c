/* SPDX-License-Identifier: ISC */
/* Facts live as long as somebody holds them, and reports cut visibly. */
#include "stages_make.h"

#include <string.h>

#include "report.h"

static void
lives_until_last_reference(void **state)
{
	struct facts *f = make_facts();
	struct facts *same = facts_ref(f);

	(void)state;
	assert_ptr_equal(f, same);
	assert_int_equal(f->references, 2);
	facts_unrefp(&f);
	assert_null(f);
	assert_string_equal(same->subject, "subject-1");
	facts_unref(same);
	facts_unref(NULL);
}

static void
starts_as_nothing(void **state)
{
	struct facts *f = facts_new();

	(void)state;
	assert_false(f->active);
	assert_false(f->scopes_known);
	assert_null(facts_claim(f, "acr"));
	facts_unref(f);
}

static void
finds_claims_by_exact_name(void **state)
{
	struct facts *f = make_facts();

	(void)state;
	make_claim(f, "acr", true, "gold");
	assert_string_equal(facts_claim(f, "acr")->values.words[0], "gold");
	assert_null(facts_claim(f, "ACR"));
	assert_null(facts_claim(f, "ac"));
	assert_null(facts_claim(f, "acr "));
	facts_unref(f);
}

static void
report_returns_what_it_was_told(void **state)
{
	struct report r = {.count = 0};

	(void)state;
	assert_true(report_rule(NULL, "x", true, "%s", ""));
	assert_false(report_rule(NULL, "x", false, "%s", ""));
	assert_true(report_rule(&r, "one", true, "%d", 1));
	assert_false(report_rule(&r, "two", false, "%d", 2));
	assert_int_equal(r.count, 2);
	assert_string_equal(r.rules[0].name, "one");
	assert_true(r.rules[0].passed);
	assert_string_equal(r.rules[1].detail, "2");
	assert_false(r.rules[1].passed);
}

static void
report_marks_what_it_cuts(void **state)
{
	struct report r = {.count = 0};
	char *fits = make_string('a', REPORT_DETAIL_MAX - 1);
	char *over = make_string('a', REPORT_DETAIL_MAX);

	(void)state;
	(void)report_rule(&r, "fits", true, "%s", fits);
	(void)report_rule(&r, "over", true, "%s", over);
	assert_string_equal(r.rules[0].detail, fits);
	assert_int_equal(strlen(r.rules[1].detail), REPORT_DETAIL_MAX - 1);
	assert_string_equal(r.rules[1].detail + REPORT_DETAIL_MAX - 5, "a...");
	free(fits);
	free(over);
}

static void
report_is_bounded(void **state)
{
	struct report r = {.count = 0};

	(void)state;
	for (size_t i = 0; i < REPORT_RULES_MAX; i++)
		(void)report_rule(&r, "x", true, "%s", "");
	assert_int_equal(r.count, REPORT_RULES_MAX);
	assert_false(report_rule(&r, "x", false, "%s", ""));
	assert_int_equal(r.count, REPORT_RULES_MAX);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(lives_until_last_reference),
	    cmocka_unit_test(starts_as_nothing),
	    cmocka_unit_test(finds_claims_by_exact_name),
	    cmocka_unit_test(report_returns_what_it_was_told),
	    cmocka_unit_test(report_marks_what_it_cuts),
	    cmocka_unit_test(report_is_bounded),
	};

	return cmocka_run_group_tests_name("facts", tests, NULL, NULL);
}
