/* SPDX-License-Identifier: ISC */
/* What a token that somebody holds can cause, and what it waits for. */
#include <stdio.h>
#include <string.h>

#include "keys_make.h"
#include "scopegate/cleanup.h"

#define REFUSED(h, why)                                                        \
	do {                                                                   \
		assert_false((h)->waits);                                      \
		assert_int_equal((h)->reason, (why));                          \
	} while (0)

/* Keys 0 and 1 are published and were fetched. */
static void
open_with_keys(struct keys_bench *b)
{
	keys_bench_open(b, KEYS_BENCH);
	answer_keys(b, 0, "01", true);
}

/* Before there are any: all wait for one fetch, and each is judged by itself.
 */
static void
test_first_keys_are_waited_for(void **state)
{
	struct keys_bench b;
	struct holder h[3];

	(void)state;
	keys_bench_open(&b, KEYS_BENCH);
	hold_token(&b, &h[0], 0, "k-0");
	hold_token(&b, &h[1], 1, "k-0");
	hold_token(&b, &h[2], 2, "k-2");
	for (size_t i = 0; i < ELEMENTS(h); i++) {
		assert_true(h[i].waits);
		/* What is not decided has no reason yet. */
		assert_null(h[i].result.what);
	}
	assert_int_equal(caught_count, 1);
	answer_keys(&b, 0, "01", true);
	for (size_t i = 0; i < ELEMENTS(h); i++)
		assert_int_equal(h[i].told, 1);
	assert_int_equal(h[0].reason, REASON_NONE);
	assert_int_equal(h[1].reason, REASON_SIGNATURE_INVALID);
	assert_int_equal(h[2].reason, REASON_KEY_UNKNOWN);
	assert_non_null(h[2].what);
	keys_bench_close(&b);
}

/* Without keys nothing is known, and unknown is neither yes nor no. */
static void
test_no_keys(void **state)
{
	struct keys_bench b;
	struct holder h;

	(void)state;
	keys_bench_open(&b, KEYS_BENCH);
	hold_token(&b, &h, 0, "k-0");
	fail_ask(0, FETCH_UNREACHABLE);
	assert_int_equal(h.told, 1);
	assert_int_equal(h.reason, REASON_KEYS_UNAVAILABLE);
	/* Until it is asked again. */
	hold_token(&b, &h, 0, "k-0");
	REFUSED(&h, REASON_KEYS_UNAVAILABLE);
	clocks_ahead_s = 2;
	hold_token(&b, &h, 0, "k-0");
	assert_true(h.waits);
	answer_keys(&b, 1, "0", true);
	assert_int_equal(h.reason, REASON_NONE);
	keys_bench_close(&b);
}

/* An old set: the new one is waited for, and where there is none the old one
 * counts for its time. */
static void
test_outage(void **state)
{
	struct keys_bench b;
	struct holder h;

	(void)state;
	open_with_keys(&b);
	clocks_ahead_s = REFRESH_S;
	hold_token(&b, &h, 0, "k-0");
	assert_true(h.waits);
	fail_ask(1, FETCH_TIMEOUT);
	assert_int_equal(h.reason, REASON_NONE);
	/* Backing off: nobody waits meanwhile. */
	hold_token(&b, &h, 0, "k-0");
	REFUSED(&h, REASON_NONE);
	/* Its key may be new, and nobody can be asked. */
	hold_token(&b, &h, 2, "k-2");
	REFUSED(&h, REASON_KEYS_UNAVAILABLE);
	hold_token(&b, &h, 2, "k-0");
	REFUSED(&h, REASON_SIGNATURE_INVALID);
	clocks_ahead_s = STALE_S;
	hold_token(&b, &h, 0, "k-0");
	assert_true(h.waits);
	fail_ask(2, FETCH_TIMEOUT);
	assert_int_equal(h.reason, REASON_KEYS_UNAVAILABLE);
	hold_token(&b, &h, 2, "k-2");
	REFUSED(&h, REASON_KEYS_UNAVAILABLE);
	keys_bench_close(&b);
}

/* The server signs with a key that it published a moment ago. */
static void
test_unknown_key(void **state)
{
	struct keys_bench b;
	struct holder h, second, known;

	(void)state;
	open_with_keys(&b);
	hold_token(&b, &h, 2, "k-2");
	hold_token(&b, &second, 2, "k-2");
	assert_true(h.waits && second.waits);
	assert_null(h.result.what);
	/* Others go on. */
	hold_token(&b, &known, 0, "k-0");
	REFUSED(&known, REASON_NONE);
	assert_int_equal(caught_count, 2);
	answer_keys(&b, 1, "12", true);
	assert_int_equal(h.reason, REASON_NONE);
	assert_int_equal(second.reason, REASON_NONE);
	/* And the key that is gone is gone, at most a fetch a minute later. */
	hold_token(&b, &h, 0, "k-0");
	REFUSED(&h, REASON_KEY_UNKNOWN);
	clocks_ahead_s = 61;
	hold_token(&b, &h, 0, "k-0");
	assert_true(h.waits);
	answer_keys(&b, 2, "12", true);
	assert_int_equal(h.reason, REASON_KEY_UNKNOWN);
	keys_bench_close(&b);
}

/* Once a minute, whichever names are thought up. */
static void
test_unknown_once_a_minute(void **state)
{
	struct keys_bench b;
	struct holder h;
	char kid[32];

	(void)state;
	open_with_keys(&b);
	hold_token(&b, &h, 2, "made-up");
	assert_true(h.waits);
	answer_keys(&b, 1, "01", true);
	assert_int_equal(h.reason, REASON_KEY_UNKNOWN);
	for (int i = 0; i < 300; i++) {
		(void)snprintf(kid, sizeof(kid), "made-up-%d", i);
		hold_token(&b, &h, 2, kid);
		REFUSED(&h, REASON_KEY_UNKNOWN);
	}
	clocks_ahead_s = 59;
	hold_token(&b, &h, 2, "k-2");
	REFUSED(&h, REASON_KEY_UNKNOWN);
	assert_int_equal(caught_count, 2);
	clocks_ahead_s = 61;
	hold_token(&b, &h, 2, "k-2");
	assert_true(h.waits);
	answer_keys(&b, 2, "012", true);
	assert_int_equal(h.reason, REASON_NONE);
	keys_bench_close(&b);
}

/* The name that has just been looked for does not take the next minute from
 * one that is new; but it may have been too early itself. */
static void
test_same_stranger(void **state)
{
	struct keys_bench b;
	struct holder h;

	(void)state;
	open_with_keys(&b);
	hold_token(&b, &h, 2, "k-2");
	answer_keys(&b, 1, "01", true);
	assert_int_equal(h.reason, REASON_KEY_UNKNOWN);
	for (clocks_ahead_s = 61; clocks_ahead_s < 75; clocks_ahead_s++) {
		hold_token(&b, &h, 2, "k-2");
		REFUSED(&h, REASON_KEY_UNKNOWN);
	}
	assert_int_equal(caught_count, 2);
	hold_token(&b, &h, 2, "k-x");
	assert_true(h.waits);
	answer_keys(&b, 2, "01", true);
	keys_bench_close(&b);
}

/* With a refresh of a day a key that was used before it was published would
 * else be unknown for as long. */
static void
test_stranger_is_published(void **state)
{
	struct keys_bench b;
	struct holder h;

	(void)state;
	keys_bench_open(&b, "jwks_uri = " KEYS_URL "\njwks_refresh = 24h\n");
	answer_keys(&b, 0, "01", true);
	hold_token(&b, &h, 2, "k-2");
	answer_keys(&b, 1, "01", true);
	assert_int_equal(h.reason, REASON_KEY_UNKNOWN);
	clocks_ahead_s = 121;
	hold_token(&b, &h, 2, "k-2");
	assert_true(h.waits);
	answer_keys(&b, 2, "012", true);
	assert_int_equal(h.reason, REASON_NONE);
	keys_bench_close(&b);
}

/* Not asked because the server is left alone: that shows nothing of a name,
 * and does not use up the minute. */
static void
test_back_off_uses_nothing_up(void **state)
{
	struct keys_bench b;
	struct holder h;

	(void)state;
	open_with_keys(&b);
	clocks_ahead_s = DUE_S;
	(void)count_now(&b);
	fail_ask(1, FETCH_TIMEOUT);
	hold_token(&b, &h, 2, "k-2");
	REFUSED(&h, REASON_KEYS_UNAVAILABLE);
	hold_token(&b, &h, 2, "k-0");
	REFUSED(&h, REASON_SIGNATURE_INVALID);
	clocks_ahead_s += 2;
	(void)count_now(&b);
	answer_keys(&b, 2, "01", true);
	hold_token(&b, &h, 2, "k-2");
	assert_true(h.waits);
	answer_keys(&b, 3, "01", true);
	hold_token(&b, &h, 2, "k-0");
	assert_true(h.waits);
	answer_keys(&b, 4, "01", true);
	keys_bench_close(&b);
}

/* Nor does a fetch that failed: it has shown nothing. */
static void
test_failure_uses_nothing_up(void **state)
{
	static const char *const kids[] = {"k-2", "k-0"};
	struct keys_bench b;
	struct holder h;

	(void)state;
	for (size_t i = 0; i < ELEMENTS(kids); i++) {
		open_with_keys(&b);
		hold_token(&b, &h, 2, kids[i]);
		assert_true(h.waits);
		fail_ask(1, FETCH_UNREACHABLE);
		assert_int_equal(h.reason, i == 0 ? REASON_KEYS_UNAVAILABLE
						  : REASON_SIGNATURE_INVALID);
		clocks_ahead_s = 2;
		hold_token(&b, &h, 2, kids[i]);
		assert_true(h.waits);
		answer_keys(&b, 2, "01", true);
		assert_int_equal(h.reason,
		    i == 0 ? REASON_KEY_UNKNOWN : REASON_SIGNATURE_INVALID);
		keys_bench_close(&b);
	}
}

/* A key may have been replaced under its name: asked once in five minutes. */
static void
test_wrong_signature(void **state)
{
	struct keys_bench b;
	struct holder h;

	(void)state;
	keys_bench_open(&b, "jwks_uri = " KEYS_URL "\njwks_refresh = 24h\n");
	answer_keys(&b, 0, "01", true);
	hold_token(&b, &h, 2, "k-0");
	assert_true(h.waits);
	assert_null(h.result.what);
	answer_keys(&b, 1, "01", true);
	assert_int_equal(h.reason, REASON_SIGNATURE_INVALID);
	clocks_ahead_s = 299;
	hold_token(&b, &h, 2, "k-0");
	REFUSED(&h, REASON_SIGNATURE_INVALID);
	assert_non_null(h.result.what);
	clocks_ahead_s = 301;
	hold_token(&b, &h, 2, "k-0");
	assert_true(h.waits);
	/* Replaced indeed. */
	(void)snprintf(b.key[2].kid, sizeof(b.key[2].kid), "k-0");
	answer_keys(&b, 2, "21", true);
	assert_int_equal(h.reason, REASON_NONE);
	keys_bench_close(&b);
}

/* Which algorithm a key is for, the operator says, and that may change. */
static void
test_other_algorithms(void **state)
{
	static const char rs[] = KEYS_BENCH "jwt_algorithms = RS256\n";
	static const char es[] = KEYS_BENCH "jwt_algorithms = ES256\n";
	struct keys_bench b;
	struct holder h;

	(void)state;
	keys_bench_open(&b, es);
	answer_keys(&b, 0, "01", false);
	hold_token(&b, &h, 0, "k-0");
	REFUSED(&h, REASON_NONE);
	keys_bench_reload(&b, rs);
	assert_int_equal(count_kept(&b), -1);
	hold_token(&b, &h, 0, "k-0");
	assert_true(h.waits);
	/* The rules change while it waits: by those that it came under. */
	keys_bench_reload(&b, es);
	assert_int_equal(count_kept(&b), 2);
	answer_keys(&b, 1, "01", false);
	assert_int_equal(h.told, 1);
	assert_int_equal(h.reason, REASON_TOKEN_NOT_JWT);
	/* What was fetched under the old rules is read by the new ones. */
	hold_token(&b, &h, 0, "k-0");
	REFUSED(&h, REASON_NONE);
	assert_int_equal(caught_count, 2);
	keys_bench_close(&b);
}

/* The section goes while somebody waits for its keys. */
static void
test_abandoned(void **state)
{
	struct keys_bench b;
	struct holder h;

	(void)state;
	keys_bench_open(&b, KEYS_BENCH);
	hold_token(&b, &h, 0, "k-0");
	assert_true(h.waits);
	issuers_free(b.server.issuers);
	assert_int_equal(h.told, 1);
	assert_int_equal(h.reason, REASON_KEYS_UNAVAILABLE);
	assert_false(caught[0].open);
	b.server.issuers = NULL;
	keys_bench_close(&b);
}

/* Who leaves takes nothing away from those who stay. */
static void
test_leaving(void **state)
{
	struct keys_bench b;
	struct holder h[3];

	(void)state;
	keys_bench_open(&b, KEYS_BENCH);
	for (size_t i = 0; i < ELEMENTS(h); i++)
		hold_token(&b, &h[i], 0, "k-0");
	flight_leave(&h[1].waiter);
	answer_keys(&b, 0, "0", true);
	assert_int_equal(h[0].told, 1);
	assert_int_equal(h[1].told, 0);
	assert_int_equal(h[2].told, 1);
	assert_int_equal(h[2].reason, REASON_NONE);
	keys_bench_close(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_first_keys_are_waited_for),
	    cmocka_unit_test(test_no_keys),
	    cmocka_unit_test(test_outage),
	    cmocka_unit_test(test_unknown_key),
	    cmocka_unit_test(test_unknown_once_a_minute),
	    cmocka_unit_test(test_same_stranger),
	    cmocka_unit_test(test_stranger_is_published),
	    cmocka_unit_test(test_back_off_uses_nothing_up),
	    cmocka_unit_test(test_failure_uses_nothing_up),
	    cmocka_unit_test(test_wrong_signature),
	    cmocka_unit_test(test_other_algorithms),
	    cmocka_unit_test(test_abandoned),
	    cmocka_unit_test(test_leaving),
	};

	return cmocka_run_group_tests_name("keys_rules", tests, NULL, NULL);
}
