/* SPDX-License-Identifier: ISC */
/* Each rule of a policy, both ways. */
#include "policy.h"
#include "stages_make.h"

#include <stdio.h>
#include <string.h>

#include "scopegate/cleanup.h"

/* Scopes. `scopes` NULL: not known. */

struct scopes {
	const char *require, *any, *refuse, *scopes;
	enum reason reason;
	const char *detail;
};

static const struct scopes scope_rows[] = {
    {"trading", "", "", "trading", REASON_NONE, ""},
    {"trading", "", "", "data trading more", REASON_NONE, ""},
    {"trading data", "", "", "data trading", REASON_NONE, ""},
    {"trading data", "", "", "data", REASON_SCOPE_MISSING, "trading"},
    {"trading account:write", "", "", "data", REASON_SCOPE_MISSING,
	"trading account:write"},
    {"trading", "", "", "", REASON_SCOPE_MISSING, "trading"},
    {"trading", "", "", NULL, REASON_SCOPES_UNKNOWN, ""},
    {"trading", "", "", "trading2", REASON_SCOPE_MISSING, "trading"},
    {"trading", "", "", "tradin", REASON_SCOPE_MISSING, "trading"},
    {"trading", "", "", "Trading", REASON_SCOPE_MISSING, "trading"},
    {"trading", "", "", "trading\t", REASON_SCOPE_MISSING, "trading"},
    {"trading", "", "", "trading\tdata", REASON_SCOPE_MISSING, "trading"},
    {"trading", "", "", "trading,data", REASON_SCOPE_MISSING, "trading"},
    {"trading", "", "", "*", REASON_SCOPE_MISSING, "trading"},
    {"trading", "", "", "trading:*", REASON_SCOPE_MISSING, "trading"},
    {"trading:eu", "", "", "trading", REASON_SCOPE_MISSING, "trading:eu"},
    {"trading", "", "",
	"tr\xd0\xb0"
	"ding",
	REASON_SCOPE_MISSING, "trading"},
    {"", "eu us", "", "us", REASON_NONE, ""},
    {"", "eu us", "", "eu us", REASON_NONE, ""},
    {"", "eu us", "", "as", REASON_SCOPE_ANY_MISSING, "eu us"},
    {"", "eu us", "", "", REASON_SCOPE_ANY_MISSING, "eu us"},
    {"", "eu us", "", NULL, REASON_SCOPES_UNKNOWN, ""},
    {"", "", "suspended", "trading", REASON_NONE, ""},
    {"", "", "suspended", "", REASON_NONE, ""},
    {"", "", "suspended", "trading suspended", REASON_SCOPE_REFUSED,
	"suspended"},
    {"", "", "suspended", NULL, REASON_SCOPES_UNKNOWN, ""},
    {"trading", "", "suspended", "suspended", REASON_SCOPE_REFUSED,
	"suspended"},
    {"trading", "eu", "", "x", REASON_SCOPE_MISSING, "trading"},
    {"trading", "eu", "", "trading", REASON_SCOPE_ANY_MISSING, "eu"},
    {"", "", "", NULL, REASON_NONE, ""},
};

static enum reason
check_both(const struct policy *p, const struct facts *f, char *detail)
{
	struct report report = {.count = 0};
	char other[DETAIL_MAX + 1];
	enum reason with = policy_check(p, f, LOGIN_TOKEN, NOW, other, &report);
	enum reason without =
	    policy_check(p, f, LOGIN_TOKEN, NOW, detail, NULL);
	size_t failed = 0;

	for (size_t i = 0; i < report.count; i++)
		failed += report.rules[i].passed ? 0 : 1;
	assert_int_equal(with, without);
	assert_string_equal(detail, other);
	assert_int_equal(failed > 0, with != REASON_NONE);
	return with;
}

static void
scope_rules(void **state)
{
	(void)state;
	for (size_t i = 0; i < ELEMENTS(scope_rows); i++) {
		const struct scopes *row = &scope_rows[i];
		struct facts *f = make_facts();
		struct policy p = {.require = make_words(row->require),
		    .require_any = make_words(row->any),
		    .refuse = make_words(row->refuse),
		    .login = LOGIN_TOKEN};
		char detail[DETAIL_MAX + 1];
		enum reason reason;

		make_scopes(f, row->scopes != NULL ? row->scopes : "");
		f->scopes_known = row->scopes != NULL;
		reason = check_both(&p, f, detail);
		if (reason != row->reason)
			print_error("row %zu\n", i);
		assert_int_equal(reason, row->reason);
		assert_string_equal(detail, row->detail);
		policy_done(&p);
		facts_unref(f);
	}
}

/* What is unknown passes nothing, even if words lie in the list. */
static void
unknown_scopes_ignore_the_list(void **state)
{
	struct facts *f = make_facts();
	struct policy p = {
	    .require = make_words("trading"), .login = LOGIN_TOKEN};
	char detail[DETAIL_MAX + 1];

	(void)state;
	f->scopes_known = false;
	assert_int_equal(check_both(&p, f, detail), REASON_SCOPES_UNKNOWN);
	policy_done(&p);
	facts_unref(f);
}

/* Claims, environment, age and way of signing in. */

static void
claim_rule_add(struct policy *p, const char *name, const char *values)
{
	p->claims =
	    realloc(p->claims, (p->claim_count + 1) * sizeof(*p->claims));
	assert_non_null(p->claims);
	p->claims[p->claim_count++] =
	    (struct claim_rule){strdup(name), make_words(values)};
}

struct claim_case {
	const char *values; /* of the token's acr; NULL: absent */
	bool is_string;
	enum reason reason;
};

static const struct claim_case claim_cases[] = {
    {"gold", true, REASON_NONE},
    {"silver", true, REASON_NONE},
    {"bronze gold", false, REASON_NONE},
    {"bronze", true, REASON_CLAIM_MISMATCH},
    {"Gold", true, REASON_CLAIM_MISMATCH},
    {"gol", true, REASON_CLAIM_MISMATCH},
    {"golden", true, REASON_CLAIM_MISMATCH},
    {"", false, REASON_CLAIM_MISMATCH},
    {NULL, true, REASON_CLAIM_MISMATCH},
};

static void
claim_rules(void **state)
{
	struct policy p = {.login = LOGIN_TOKEN};
	char detail[DETAIL_MAX + 1];

	(void)state;
	claim_rule_add(&p, "acr", "gold silver");
	for (size_t i = 0; i < ELEMENTS(claim_cases); i++) {
		const struct claim_case *c = &claim_cases[i];
		struct facts *f = make_facts();

		if (c->values != NULL)
			make_claim(f, "acr", c->is_string, c->values);
		assert_int_equal(check_both(&p, f, detail), c->reason);
		assert_string_equal(
		    detail, c->reason == REASON_NONE ? "" : "acr");
		facts_unref(f);
	}
	policy_done(&p);
}

/* All claim rules must pass, not just the last or the first. */
static void
every_claim_rule_counts(void **state)
{
	static const char *const values[][2] = {{"gold", "no"}, {"no", "desk"}};
	static const char *const missing[] = {"dept", "acr"};
	char detail[DETAIL_MAX + 1];

	(void)state;
	for (size_t i = 0; i < ELEMENTS(values); i++) {
		struct policy p = {.login = LOGIN_TOKEN};
		struct facts *f = make_facts();

		claim_rule_add(&p, "acr", "gold");
		claim_rule_add(&p, "dept", "desk");
		make_claim(f, "acr", true, values[i][0]);
		make_claim(f, "dept", true, values[i][1]);
		assert_int_equal(
		    check_both(&p, f, detail), REASON_CLAIM_MISMATCH);
		assert_string_equal(detail, missing[i]);
		facts_unref(f);
		policy_done(&p);
	}
}

static void
environments(void **state)
{
	static const struct {
		int wanted;
		const char *stated;
		enum reason reason;
		const char *detail;
	} rows[] = {
	    {ENVIRONMENT_ANY, NULL, REASON_NONE, ""},
	    {ENVIRONMENT_ANY, "live", REASON_NONE, ""},
	    {ENVIRONMENT_PAPER, "paper", REASON_NONE, ""},
	    {ENVIRONMENT_PAPER, "live", REASON_ENVIRONMENT_MISMATCH, "paper"},
	    {ENVIRONMENT_PAPER, NULL, REASON_ENVIRONMENT_MISMATCH, "paper"},
	    {ENVIRONMENT_PAPER, "Paper", REASON_ENVIRONMENT_MISMATCH, "paper"},
	    {ENVIRONMENT_LIVE, "live", REASON_NONE, ""},
	    {ENVIRONMENT_LIVE, "paper", REASON_ENVIRONMENT_MISMATCH, "live"},
	};
	char detail[DETAIL_MAX + 1];

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		struct policy p = {
		    .login = LOGIN_TOKEN, .environment = rows[i].wanted};
		struct facts *f = make_facts();

		make_replace(&f->environment, rows[i].stated);
		assert_int_equal(check_both(&p, f, detail), rows[i].reason);
		assert_string_equal(detail, rows[i].detail);
		facts_unref(f);
	}
}

static void
ages(void **state)
{
	static const struct {
		int64_t max_age_ms, auth_time;
		enum reason reason;
	} rows[] = {
	    {0, 0, REASON_NONE},
	    {0, NOW - 1000000, REASON_NONE},
	    {60000, NOW - 60, REASON_NONE},
	    {60000, NOW - 61, REASON_AUTHENTICATION_TOO_OLD},
	    {60000, 0, REASON_AUTHENTICATION_TOO_OLD},
	    {60000, NOW, REASON_NONE},
	    {60000, NOW + LEEWAY_MAX_S, REASON_NONE},
	    {60000, NOW + LEEWAY_MAX_S + 1, REASON_AUTHENTICATION_TOO_OLD},
	    {1, NOW, REASON_NONE},
	    {999, NOW - 1, REASON_AUTHENTICATION_TOO_OLD},
	    {1000, NOW - 1, REASON_NONE},
	};
	char detail[DETAIL_MAX + 1];

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		struct policy p = {
		    .login = LOGIN_TOKEN, .max_age_ms = rows[i].max_age_ms};
		struct facts *f = make_facts();

		f->auth_time = rows[i].auth_time;
		assert_int_equal(check_both(&p, f, detail), rows[i].reason);
		facts_unref(f);
	}
}

static void
login_methods(void **state)
{
	static const struct {
		unsigned int allowed, method;
		enum reason reason;
	} rows[] = {
	    {LOGIN_TOKEN, LOGIN_TOKEN, REASON_NONE},
	    {0, LOGIN_TOKEN, REASON_LOGIN_METHOD_REFUSED},
	    {2, LOGIN_TOKEN, REASON_LOGIN_METHOD_REFUSED},
	    {LOGIN_TOKEN, 2, REASON_LOGIN_METHOD_REFUSED},
	    {LOGIN_TOKEN, 0, REASON_LOGIN_METHOD_REFUSED},
	    {3, LOGIN_TOKEN, REASON_NONE},
	};
	char detail[DETAIL_MAX + 1];

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		struct policy p = {.login = rows[i].allowed};
		struct facts *f = make_facts();

		assert_int_equal(
		    policy_check(&p, f, rows[i].method, NOW, detail, NULL),
		    rows[i].reason);
		facts_unref(f);
	}
}

/* A login stops at the first failure, a report shows them all, and the
 * reason and detail are the first one's. */
static void
report_evaluates_all(void **state)
{
	struct policy p = {.require = make_words("a"),
	    .refuse = make_words("trading"),
	    .environment = ENVIRONMENT_LIVE};
	struct facts *f = make_facts();
	struct report report = {.count = 0};
	char detail[DETAIL_MAX + 1];

	(void)state;
	p.login = LOGIN_TOKEN;
	assert_int_equal(policy_check(&p, f, LOGIN_TOKEN, NOW, detail, &report),
	    REASON_ENVIRONMENT_MISMATCH);
	assert_string_equal(detail, "live");
	assert_int_equal(report.count, 4);
	assert_string_equal(report.rules[0].name, "login");
	assert_true(report.rules[0].passed);
	for (size_t i = 1; i < report.count; i++)
		assert_false(report.rules[i].passed);
	policy_done(&p);
	facts_unref(f);
}

/* 8 words of 63 octets and 7 blanks are 511; the marker needs 4 of 512. */
static void
detail_holds_whole_words(void **state)
{
	struct facts *f = make_facts();
	struct policy p = {.login = LOGIN_TOKEN};
	char all[DETAIL_MAX + 1] = "";
	char detail[DETAIL_MAX + 1];
	size_t seven = 7 * 63 + 6;

	(void)state;
	memset(all, ' ', 8 * 64 - 1);
	for (size_t i = 0; i < 8; i++)
		memset(all + i * 64, (int)('a' + i), 63);
	p.require = make_words(all);
	assert_int_equal(check_both(&p, f, detail), REASON_SCOPE_MISSING);
	assert_int_equal(strlen(detail), seven + 4);
	assert_memory_equal(detail, all, seven);
	assert_string_equal(detail + seven, " ...");
	word_list_clear(&p.require);
	/* One word of exactly what fits, and one octet more. */
	for (size_t length = DETAIL_MAX - 4; length < DETAIL_MAX - 2;
	     length++) {
		char *word = make_string('x', length);

		p.require = make_words(word);
		assert_int_equal(
		    check_both(&p, f, detail), REASON_SCOPE_MISSING);
		assert_string_equal(
		    detail, length == DETAIL_MAX - 4 ? word : " ...");
		word_list_clear(&p.require);
		free(word);
	}
	facts_unref(f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(scope_rules),
	    cmocka_unit_test(unknown_scopes_ignore_the_list),
	    cmocka_unit_test(claim_rules),
	    cmocka_unit_test(every_claim_rule_counts),
	    cmocka_unit_test(environments),
	    cmocka_unit_test(ages),
	    cmocka_unit_test(login_methods),
	    cmocka_unit_test(report_evaluates_all),
	    cmocka_unit_test(detail_holds_whole_words),
	};

	return cmocka_run_group_tests_name("policy", tests, NULL, NULL);
}
