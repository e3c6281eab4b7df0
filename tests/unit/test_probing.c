/* SPDX-License-Identifier: ISC */
/* Several probes of one token: whose it is, and then what else is said. */
#include "asks_caught.h"

#include <string.h>

#include "probe_make.h"
#include "probing.h"
#include "scopegate/cleanup.h"

static const char profile[] =
    "[issuer]\napi_url = https://api.example.com\n"
    "[probe scopes]\nurl = {api_url}/auth\nheader = A: {token}\n"
    "scopes = /scopes\nexpires = /exp\n"
    "[probe user]\nurl = {api_url}/user\nheader = A: {token}\n"
    "subject = /id\ndisplay = /name\n"
    "elsewhere_status = 403\n"
    "[probe more]\nurl = {api_url}/more\nheader = A: {token}\n"
    "scopes = /scopes\nelsewhere_status = 403\n";

#define USER "{\"id\":\"u-1\",\"name\":\"N\"}"

static struct {
	unsigned int count;
	enum reason reason;
	struct facts *facts;
} outcome;

static void
done(struct probing_result *result, void *argument)
{
	(void)argument;
	outcome.count++;
	outcome.reason = result->reason;
	facts_unref(outcome.facts);
	outcome.facts = facts_new();
	assert_non_null(outcome.facts);
	if (result->reason == REASON_NONE)
		assert_int_equal(
		    probing_facts(result, outcome.facts), STATUS_OK);
	else
		assert_null(result->answer);
}

static void
open_bench(struct bench *b, const char *text)
{
	_cleanup_(profile_clear) struct profile p;

	bench_open(b, "grant_max_age = 12h\n");
	assert_int_equal(probe_make(text, &p, NULL), STATUS_OK);
	probes_clear(&b->issuer->probes, &b->issuer->probe_count);
	b->issuer->probes = TAKE_PTR(p.issuer.probes);
	b->issuer->probe_count = p.issuer.probe_count;
	p.issuer.probe_count = 0;
	outcome.count = 0;
	outcome.reason = REASON_NONE;
}

static struct probing *
begin(struct bench *b)
{
	const struct probing_question q = {.issuer = b->issuer,
	    .environment = ENVIRONMENT_ANY,
	    .account = "a",
	    .token = text_of("token")};
	enum reason reason;
	struct probing *p = probing_begin(
	    &b->server, b->server.config, &q, done, NULL, &reason);

	assert_non_null(p);
	return p;
}

static void
finish(struct bench *b)
{
	for (size_t i = 0; i < caught_count; i++)
		assert_false(caught[i].open);
	facts_unref(TAKE_PTR(outcome.facts));
	bench_close(b);
}

static void
test_all_that_is_said(void **state)
{
	struct bench b;

	(void)state;
	open_bench(&b, profile);
	(void)begin(&b);
	assert_int_equal(caught[0].probe, 1);
	answer_ask(0, 200, USER);
	assert_int_equal(outcome.count, 0);
	assert_int_equal(caught[1].probe, 0);
	answer_ask(1, 200, "{\"scopes\":[\"a\",\"b\"],\"exp\":4000000000}");
	assert_int_equal(caught[2].probe, 2);
	answer_ask(2, 200, "{\"scopes\":[\"b\",\"c\"]}");
	assert_int_equal(caught_count, 3);
	assert_int_equal(outcome.count, 1);
	assert_int_equal(outcome.reason, REASON_NONE);
	assert_string_equal(outcome.facts->subject, "u-1");
	assert_true(outcome.facts->scopes_known);
	/* Only what both say. */
	assert_int_equal(outcome.facts->scopes.count, 1);
	assert_string_equal(outcome.facts->scopes.words[0], "b");
	assert_int_equal(outcome.facts->expires_at, 4000000000);
	assert_string_equal(
	    facts_claim(outcome.facts, "sub")->values.words[0], "u-1");
	assert_string_equal(
	    facts_claim(outcome.facts, "display")->values.words[0], "N");
	finish(&b);
}

/* Whose it is alone is not enough where more is asked. */
static void
test_additions_must_succeed(void **state)
{
	static const struct {
		int status;
		const char *body;
		enum reason reason;
	} rows[] = {
	    {401, "{}", REASON_TOKEN_INACTIVE},
	    {429, "{}", REASON_AS_RATE_LIMIT},
	    {500, "{}", REASON_AS_ERROR},
	    {403, "{}", REASON_ENVIRONMENT_MISMATCH},
	    {200, "{\"scopes\":7}", REASON_AS_ANSWER_MALFORMED},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		struct bench b;

		open_bench(&b, profile);
		(void)begin(&b);
		answer_ask(0, 200, USER);
		answer_ask(1, 200, "{\"scopes\":[\"a\"]}");
		answer_ask(2, rows[i].status, rows[i].body);
		assert_int_equal(outcome.count, 1);
		assert_int_equal(outcome.reason, rows[i].reason);
		finish(&b);
	}
}

/* A token of which nobody is known is not asked about further. */
static void
test_nobody(void **state)
{
	struct bench b;

	(void)state;
	open_bench(&b, profile);
	(void)begin(&b);
	answer_ask(0, 403, "{}");
	assert_int_equal(caught_count, 1);
	assert_int_equal(outcome.count, 1);
	assert_int_equal(outcome.reason, REASON_ENVIRONMENT_MISMATCH);
	finish(&b);
}

static void
test_cancelled(void **state)
{
	struct bench b;
	struct probing *p;

	(void)state;
	open_bench(&b, profile);
	p = begin(&b);
	answer_ask(0, 200, USER);
	probing_cancel(p);
	assert_int_equal(outcome.count, 0);
	finish(&b);
}

/* Each call counts, those that add too. */
static void
test_budget(void **state)
{
	struct bench b;

	(void)state;
	open_bench(&b, profile);
	b.issuer->sign_in.probe_budget = 2;
	(void)begin(&b);
	answer_ask(0, 200, USER);
	answer_ask(1, 200, "{\"scopes\":[\"a\"]}");
	assert_int_equal(caught_count, 2);
	assert_int_equal(outcome.count, 1);
	assert_int_equal(outcome.reason, REASON_PROBE_BUDGET);
	finish(&b);
}

/* Without one that names somebody there is nothing to begin with. */
static void
test_only_additions(void **state)
{
	const char text[] = "[issuer]\napi_url = https://api.example.com\n"
			    "[probe scopes]\nurl = {api_url}/auth\n"
			    "header = A: {token}\nscopes = /scopes\n";
	struct bench b;

	(void)state;
	open_bench(&b, text);
	assert_false(probing_possible(b.issuer, ENVIRONMENT_ANY));
	finish(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_all_that_is_said),
	    cmocka_unit_test(test_additions_must_succeed),
	    cmocka_unit_test(test_nobody),
	    cmocka_unit_test(test_cancelled),
	    cmocka_unit_test(test_budget),
	    cmocka_unit_test(test_only_additions),
	};

	return cmocka_run_group_tests_name("probing", tests, NULL, NULL);
}
