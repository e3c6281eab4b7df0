/* SPDX-License-Identifier: ISC */
/* Grants whose token has expired: one refresh, and nothing of it is lost. */
#include "recheck_make.h"

#include <string.h>
#include <time.h>

#include "captured.h"
#include "profile.h"
#include "scopegate/cleanup.h"

#define REFRESHED                                                              \
	"{\"access_token\":\"token-2\",\"token_type\":\"bearer\","             \
	"\"refresh_token\":\"refresh-2\",\"expires_in\":600}"

/* 50 logins with a token that has expired: one refresh, and both tokens mean
 * the grant afterwards, also on disk. */
static void
test_refresh_once(void **state)
{
	int64_t now = (int64_t)time(NULL);
	struct bench b;
	struct grant *g;

	(void)state;
	bench_open(&b, "");
	g = seen_ago(&b, 3600);
	g->ends_at = now - 1;
	for (size_t i = 0; i < WAITERS; i++)
		assert_int_equal(ask(&b, g, &waiting[i]), REASON_NONE);
	assert_int_equal(caught_count, 1);
	assert_int_equal(caught[0].slot, FETCH_TOKEN);
	assert_string_equal(caught[0].body,
	    "grant_type=refresh_token&refresh_token=refresh-octets");
	answer_ask(0, 200, REFRESHED);
	/* On disk before the new token is used. */
	assert_int_equal(caught_count, 2);
	assert_string_equal(caught[1].body, "token-2");
	assert_int_equal(waiting[0].count, 0);
	answer_ask(1, 200, ALIVE);
	for (size_t i = 0; i < WAITERS; i++) {
		assert_int_equal(waiting[i].count, 1);
		assert_int_equal(waiting[i].reason, REASON_NONE);
	}
	assert_true(g->ends_at >= now + 600);
	assert_int_equal(g->facts->expires_at, g->ends_at);
	assert_true(word_list_has(&g->facts->scopes, "trading"));
	grants_close(b.server.grants);
	b.server.grants = grants_must_open(b.folder);
	g = grants_find_token(b.server.grants, "alpaca", text_of("token-1"));
	assert_non_null(g);
	assert_ptr_equal(g,
	    grants_find_token(b.server.grants, "alpaca", text_of("token-2")));
	assert_string_equal(g->refresh_token.bytes, "refresh-2");
	bench_close(&b);
}

/* Everybody leaves while the refresh is under way: its answer is kept all the
 * same, and nobody asks a second time meanwhile. */
static void
test_refresh_outlives_its_waiters(void **state)
{
	struct bench b;
	struct grant *g;

	(void)state;
	bench_open(&b, "");
	g = seen_ago(&b, 3600);
	g->ends_at = (int64_t)time(NULL) - 1;
	assert_int_equal(ask(&b, g, &waiting[0]), REASON_NONE);
	flight_leave(&waiting[0].waiter);
	assert_true(caught[0].open);
	assert_int_equal(ask(&b, g, &waiting[1]), REASON_NONE);
	flight_leave(&waiting[1].waiter);
	assert_int_equal(caught_count, 1);
	answer_ask(0, 200, REFRESHED);
	assert_int_equal(caught_count, 1);
	assert_string_equal(g->token.bytes, "token-2");
	assert_string_equal(g->refresh_token.bytes, "refresh-2");
	bench_close(&b);
}

static void
test_refresh_refused(void **state)
{
	static const struct {
		int status;
		const char *body;
		enum reason reason;
		bool ends;
	} rows[] = {
	    {400, "{\"error\":\"invalid_grant\"}", REASON_TOKEN_INACTIVE, true},
	    {401, "{\"error\":\"invalid_client\"}", REASON_AS_REJECTS_US,
		false},
	    {429, "{\"error\":\"invalid_grant\"}", REASON_AS_RATE_LIMIT, false},
	    {503, "{}", REASON_AS_ERROR, false},
	    {200, "{}", REASON_AS_ANSWER_MALFORMED, false},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		struct bench b;
		struct grant *g;

		bench_open(&b, "");
		g = seen_ago(&b, 3600);
		g->ends_at = (int64_t)time(NULL) - 1;
		assert_int_equal(ask(&b, g, &waiting[0]), REASON_NONE);
		answer_ask(0, rows[i].status, rows[i].body);
		assert_int_equal(waiting[0].reason, rows[i].reason);
		assert_int_equal(g->ended, rows[i].ends);
		assert_string_equal(g->refresh_token.bytes, "refresh-octets");
		bench_close(&b);
	}
}

/* RFC 6749 section 6: a refresh never widens what was granted. */
static void
test_refresh_does_not_widen(void **state)
{
	struct bench b;
	struct grant *g;

	(void)state;
	bench_open(&b, "");
	probes_clear(&b.issuer->probes, &b.issuer->probe_count);
	g = seen_ago(&b, 3600);
	g->ends_at = (int64_t)time(NULL) - 1;
	assert_int_equal(ask(&b, g, &waiting[0]), REASON_NONE);
	answer_ask(0, 200,
	    "{\"access_token\":\"token-2\",\"token_type\":\"bearer\","
	    "\"scope\":\"trading withdraw\"}");
	assert_int_equal(waiting[0].reason, REASON_NONE);
	assert_int_equal(g->facts->scopes.count, 1);
	assert_string_equal(g->facts->scopes.words[0], "trading");
	assert_string_equal(g->refresh_token.bytes, "refresh-octets");
	bench_close(&b);
}

/* Revoked here while it was refreshed: the new token opens nothing. */
static void
test_revoked_meanwhile(void **state)
{
	struct bench b;
	struct grant *g;

	(void)state;
	bench_open(&b, "");
	g = seen_ago(&b, 3600);
	g->ends_at = (int64_t)time(NULL) - 1;
	assert_int_equal(ask(&b, g, &waiting[0]), REASON_NONE);
	g->ended = true;
	assert_int_equal(grants_save(b.server.grants, g), STATUS_OK);
	answer_ask(0, 200, REFRESHED);
	assert_int_equal(caught_count, 1);
	assert_int_equal(waiting[0].reason, REASON_GRANT_ENDED);
	bench_close(&b);
}

/* The refresh was sent, and then a reload changed the app: invalid_grant may be
 * what the server says to the new one, and ends nothing. */
static void
test_refused_to_another_app(void **state)
{
	struct changed changed;
	struct bench b;
	struct grant *g;

	(void)state;
	bench_open(&b, "");
	g = seen_ago(&b, 3600);
	g->ends_at = (int64_t)time(NULL) - 1;
	assert_int_equal(ask(&b, g, &waiting[0]), REASON_NONE);
	config_change(&b, &changed, NULL, "another-app");
	answer_ask(0, 400, "{\"error\":\"invalid_grant\"}");
	assert_int_not_equal(waiting[0].reason, REASON_NONE);
	assert_false(g->ended);
	config_restore(&b, &changed);
	bench_close(&b);
}

/* What the log says of the end: the answer that never came had the tokens. */
static void
test_answer_lost(void **state)
{
	static struct captured c;

	(void)state;
	for (int lost = 0; lost < 2; lost++) {
		struct bench b;
		struct grant *g;

		bench_open(&b, "breaker = off\n");
		g = seen_ago(&b, 3600);
		g->ends_at = (int64_t)time(NULL) - 1;
		if (lost == 1) {
			assert_int_equal(ask(&b, g, &waiting[0]), REASON_NONE);
			fail_ask(0, FETCH_TIMEOUT);
			assert_false(g->ended);
		}
		assert_int_equal(ask(&b, g, &waiting[0]), REASON_NONE);
		capture_begin(&c);
		answer_ask(
		    caught_count - 1, 400, "{\"error\":\"invalid_grant\"}");
		capture_end(&c);
		assert_true(g->ended);
		assert_int_equal(
		    strstr(c.text, "its answer was lost") != NULL, lost == 1);
		bench_close(&b);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_refresh_once),
	    cmocka_unit_test(test_refresh_outlives_its_waiters),
	    cmocka_unit_test(test_refresh_refused),
	    cmocka_unit_test(test_refresh_does_not_widen),
	    cmocka_unit_test(test_revoked_meanwhile),
	    cmocka_unit_test(test_refused_to_another_app),
	    cmocka_unit_test(test_answer_lost),
	};

	return cmocka_run_group_tests_name("refresh", tests, NULL, NULL);
}
