/* SPDX-License-Identifier: ISC */
/* Grants that are asked about again: when, and what an answer does. */
#include "recheck_make.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "finding.h"
#include "profile.h"
#include "request.h"
#include "scopegate/cleanup.h"

#define OTHER                                                                  \
	"{\"id\":\"account-of-bob\",\"number\":\"PA4\","                       \
	"\"status\":\"ACTIVE\"}"

static void
test_need(void **state)
{
	struct recheck_question q;
	int64_t age_ms = 0;
	struct bench b;
	struct grant *g;

	(void)state;
	bench_open(&b, "cache = 10s\ngrant_max_age = 12h\n");
	g = seen_ago(&b, 9);
	q = question(&b, g);
	q.now = g->verified_at + 9;
	assert_int_equal(recheck_need(&q, &age_ms), RECHECK_NOT_NEEDED);
	assert_int_equal(age_ms, 9000);
	q.now = g->verified_at + 10;
	assert_int_equal(recheck_need(&q, &age_ms), RECHECK_NEEDED);
	q.now = g->verified_at - 1;
	assert_int_equal(recheck_need(&q, &age_ms), RECHECK_NEEDED);
	/* Nobody to ask. */
	q.now = g->verified_at + 10;
	probes_clear(&b.issuer->probes, &b.issuer->probe_count);
	assert_int_equal(recheck_need(&q, &age_ms), RECHECK_NOT_NEEDED);
	/* Expired: the refresh token may mend it, else the claims say so. */
	g->ends_at = q.now;
	assert_int_equal(recheck_need(&q, &age_ms), RECHECK_NEEDED);
	secret_clear(&g->refresh_token);
	assert_int_equal(recheck_need(&q, &age_ms), RECHECK_NOT_NEEDED);
	/* Nothing mends its age, not even a rule that came later. */
	q.now = g->made_at + 43199;
	g->ends_at = 0;
	assert_int_equal(recheck_need(&q, &age_ms), RECHECK_NOT_NEEDED);
	q.now = g->made_at + 43200;
	assert_int_equal(recheck_need(&q, &age_ms), RECHECK_OVER);
	b.issuer->sign_in.grant_max_age_ms = 0;
	assert_int_equal(recheck_need(&q, &age_ms), RECHECK_NOT_NEEDED);
	g->ended = true;
	assert_int_equal(recheck_need(&q, &age_ms), RECHECK_OVER);
	bench_close(&b);
}

static void
test_one_question_for_all(void **state)
{
	struct bench b;
	struct grant *g;

	(void)state;
	bench_open(&b, "");
	g = seen_ago(&b, 3600);
	for (size_t i = 0; i < WAITERS; i++)
		assert_int_equal(ask(&b, g, &waiting[i]), REASON_NONE);
	assert_int_equal(caught_count, 1);
	assert_int_equal(caught[0].slot, FETCH_PROBE);
	assert_string_equal(caught[0].body, "token-1");
	assert_int_equal(caught[0].probe, 0); /* paper, as it was granted */
	answer_ask(0, 200, ALIVE);
	for (size_t i = 0; i < WAITERS; i++) {
		assert_int_equal(waiting[i].count, 1);
		assert_int_equal(waiting[i].reason, REASON_NONE);
		assert_true(waiting[i].had_facts);
	}
	assert_true(g->verified_at >= (int64_t)time(NULL) - 2);
	assert_int_equal(g->facts->checked_at, g->verified_at);
	assert_int_equal(g->facts->auth_time, g->facts->issued_at);
	assert_true(word_list_has(&g->facts->scopes, "trading"));
	bench_close(&b);
}

/* What each answer does: the verdict, and whether the grant ends. */
static void
test_answers(void **state)
{
	static const struct {
		int status;
		const char *body;
		enum reason reason;
		bool ends;
	} rows[] = {
	    {200, ALIVE, REASON_NONE, false},
	    {401, "{}", REASON_TOKEN_INACTIVE, true},
	    {403, "{}", REASON_ENVIRONMENT_MISMATCH, false},
	    {200, OTHER, REASON_ACCOUNT_REFUSED, false},
	    {200,
		"{\"id\":\"account-904837e3\",\"number\":\"PA3\","
		"\"status\":\"CLOSED\"}",
		REASON_ACCOUNT_REFUSED, false},
	    {200, "{", REASON_AS_ANSWER_MALFORMED, false},
	    {429, "{}", REASON_AS_RATE_LIMIT, false},
	    {500, "{}", REASON_AS_ERROR, false},
	    {503, "{}", REASON_AS_ERROR, false},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		struct bench b;
		struct grant *g;

		bench_open(&b, "");
		g = seen_ago(&b, 3600);
		assert_int_equal(ask(&b, g, &waiting[0]), REASON_NONE);
		answer_ask(0, rows[i].status, rows[i].body);
		assert_int_equal(waiting[0].count, 1);
		assert_int_equal(waiting[0].reason, rows[i].reason);
		assert_int_equal(
		    waiting[0].had_facts, rows[i].reason == REASON_NONE);
		assert_int_equal(g->ended, rows[i].ends);
		/* On disk too. */
		grants_close(b.server.grants);
		b.server.grants = grants_must_open(b.folder);
		g = grants_find_token(
		    b.server.grants, "alpaca", text_of("token-1"));
		assert_int_equal(g->ended, rows[i].ends);
		bench_close(&b);
	}
}

static void
test_no_answer(void **state)
{
	struct bench b;
	struct grant *g;

	(void)state;
	bench_open(&b, "");
	g = seen_ago(&b, 3600);
	assert_int_equal(ask(&b, g, &waiting[0]), REASON_NONE);
	fail_ask(0, FETCH_TIMEOUT);
	assert_int_equal(waiting[0].reason, REASON_AS_TIMEOUT);
	asks_refused = true;
	assert_int_equal(ask(&b, g, &waiting[0]), REASON_FETCH_DOWN);
	asks_refused = false;
	/* Nobody waits any more: nothing is asked in vain. */
	assert_int_equal(ask(&b, g, &waiting[0]), REASON_NONE);
	flight_leave(&waiting[0].waiter);
	assert_false(caught[1].open);
	assert_int_equal(waiting[0].count, 0);
	assert_false(g->ended);
	bench_close(&b);
}

/* The account's calls of a minute are not eaten up, and 429 is a hold. */
static void
test_budget(void **state)
{
	struct bench b;
	struct grant *g;

	(void)state;
	bench_open(&b, "probe_budget = 3\nbreaker = off\n");
	g = seen_ago(&b, 3600);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(ask(&b, g, &waiting[0]), REASON_NONE);
		answer_ask(i, 500, "{}");
	}
	assert_int_equal(ask(&b, g, &waiting[0]), REASON_PROBE_BUDGET);
	assert_int_equal(caught_count, 3);
	bench_close(&b);
	bench_open(&b, "breaker = off\n");
	g = seen_ago(&b, 3600);
	assert_int_equal(ask(&b, g, &waiting[0]), REASON_NONE);
	answer_later(0, 429, 30);
	assert_int_equal(waiting[0].reason, REASON_AS_RATE_LIMIT);
	assert_int_equal(ask(&b, g, &waiting[0]), REASON_PROBE_BUDGET);
	bench_close(&b);
}

/* Revoked here while the broker was asked: its yes comes too late. */
static void
test_revoked_meanwhile(void **state)
{
	struct bench b;
	struct grant *g;

	(void)state;
	bench_open(&b, "");
	g = seen_ago(&b, 3600);
	assert_int_equal(ask(&b, g, &waiting[0]), REASON_NONE);
	g->ended = true;
	assert_int_equal(grants_save(b.server.grants, g), STATUS_OK);
	answer_ask(0, 200, ALIVE);
	assert_int_equal(waiting[0].reason, REASON_GRANT_ENDED);
	bench_close(&b);
}

static void
test_end_that_a_probe_states(void **state)
{
	int64_t until = (int64_t)time(NULL) + 60;
	struct bench b;
	struct grant *g;
	char body[128];

	(void)state;
	bench_open(&b, "");
	b.issuer->probes[0].expires = strdup("/until");
	g = seen_ago(&b, 3600);
	assert_int_equal(ask(&b, g, &waiting[0]), REASON_NONE);
	(void)snprintf(body, sizeof(body),
	    "{\"id\":\"account-904837e3\",\"number\":\"PA3\","
	    "\"status\":\"ACTIVE\",\"until\":%lld}",
	    (long long)until);
	answer_ask(0, 200, body);
	assert_int_equal(waiting[0].reason, REASON_NONE);
	assert_int_equal(g->facts->expires_at, until);
	assert_int_equal(g->ends_at, until);
	bench_close(&b);
}

/* The section keeps its name and means another server or app: nothing of the
 * grant goes there, whatever it would be asked for. */
static void
test_another_owner(void **state)
{
	static const struct {
		const char *url, *client;
		enum reason reason;
	} rows[] = {
	    {"https://other.example.com", NULL, REASON_ISSUER_MISMATCH},
	    {NULL, "another-app", REASON_CLIENT_NOT_ALLOWED},
	};

	(void)state;
	for (size_t i = 0; i < 2 * ELEMENTS(rows); i++) {
		struct changed changed;
		struct request r = {.at_us = (int64_t)time(NULL) * 1000000};
		struct bench b;
		struct grant *g;

		bench_open(&b, "");
		g = seen_ago(&b, 3600);
		if (i >= ELEMENTS(rows)) /* a refresh, else a probe */
			g->ends_at = (int64_t)time(NULL) - 1;
		config_change(
		    &b, &changed, rows[i % 2].url, rows[i % 2].client);
		b.issuer = &changed.issuer;
		assert_int_equal(ask(&b, g, &waiting[0]), rows[i % 2].reason);
		r.server = &b.server;
		r.config = b.server.config;
		r.issuer = b.issuer;
		r.message.value[TAG_TOKEN] = text_of("token-1");
		assert_int_equal(find_facts(&r), rows[i % 2].reason);
		g->verified_at = (int64_t)time(NULL);
		assert_int_equal(find_facts(&r), rows[i % 2].reason);
		assert_int_equal(caught_count, 0);
		assert_false(g->ended);
		b.issuer = &changed.before->issuers[0];
		config_restore(&b, &changed);
		bench_close(&b);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_need),
	    cmocka_unit_test(test_one_question_for_all),
	    cmocka_unit_test(test_answers),
	    cmocka_unit_test(test_no_answer),
	    cmocka_unit_test(test_budget),
	    cmocka_unit_test(test_revoked_meanwhile),
	    cmocka_unit_test(test_end_that_a_probe_states),
	    cmocka_unit_test(test_another_owner),
	};

	return cmocka_run_group_tests_name("recheck", tests, NULL, NULL);
}
