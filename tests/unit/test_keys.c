/* SPDX-License-Identifier: ISC */
/* The life of a key set: fetched, renewed, old, stale, read again, on disk. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "keys_make.h"
#include "scopegate/cleanup.h"

static void
test_first_fetch(void **state)
{
	struct keys_bench b;

	(void)state;
	keys_bench_open(&b, KEYS_BENCH);
	assert_int_equal(caught_count, 1);
	assert_int_equal(caught[0].slot, FETCH_JWKS);
	assert_string_equal(caught[0].url, KEYS_URL);
	assert_string_equal(caught[0].body, "");
	assert_int_equal(count_now(&b), -1);
	assert_int_equal(count_kept(&b), -1);
	assert_int_equal(keys_age_s(b.state, b.issuer), -1);
	/* One fetch is enough for all. */
	assert_int_equal(caught_count, 1);
	answer_keys(&b, 0, "01", true);
	assert_int_equal(count_now(&b), 2);
	assert_int_equal(count_kept(&b), 2);
	assert_int_equal(keys_age_s(b.state, b.issuer), 0);
	assert_int_equal(caught_count, 1);
	keys_bench_close(&b);
}

/* Nobody waits for a set that is not old yet, and nobody asks for one that is
 * young. */
static void
test_renewed_before_it_is_old(void **state)
{
	struct keys_bench b;

	(void)state;
	keys_bench_open(&b, KEYS_BENCH);
	answer_keys(&b, 0, "0", true);
	clocks_ahead_s = DUE_S - 2;
	assert_int_equal(count_now(&b), 1);
	assert_int_equal(caught_count, 1);
	clocks_ahead_s = DUE_S;
	assert_int_equal(count_now(&b), 1);
	assert_int_equal(caught_count, 2);
	assert_int_equal(count_now(&b), 1);
	assert_int_equal(caught_count, 2);
	answer_keys(&b, 1, "012", true);
	assert_int_equal(count_now(&b), 3);
	assert_int_equal(keys_age_s(b.state, b.issuer), 0);
	keys_bench_close(&b);
}

static void
test_old_and_stale(void **state)
{
	struct keys_bench b;

	(void)state;
	keys_bench_open(&b, KEYS_BENCH);
	answer_keys(&b, 0, "0", true);
	clocks_ahead_s = REFRESH_S - 2;
	assert_int_equal(count_now(&b), 1);
	fail_ask(1, FETCH_UNREACHABLE);
	clocks_ahead_s = REFRESH_S;
	assert_int_equal(count_now(&b), -1);
	assert_int_equal(count_kept(&b), 1);
	clocks_ahead_s = STALE_S - 2;
	assert_int_equal(count_now(&b), -1);
	assert_int_equal(count_kept(&b), 1);
	clocks_ahead_s = STALE_S;
	assert_int_equal(count_kept(&b), -1);
	/* The server is back. */
	assert_int_equal(count_now(&b), -1);
	answer_keys(&b, caught_count - 1, "1", true);
	assert_int_equal(count_now(&b), 1);
	keys_bench_close(&b);
	/* Where stale keys are not wanted they still get as old as is usual. */
	keys_bench_open(&b,
	    "jwks_uri = " KEYS_URL "\njwks_refresh = 100s\njwks_stale = 0s\n");
	answer_keys(&b, 0, "0", true);
	clocks_ahead_s = REFRESH_S - 2;
	assert_int_equal(count_kept(&b), 1);
	clocks_ahead_s = REFRESH_S;
	assert_int_equal(count_kept(&b), -1);
	keys_bench_close(&b);
}

/* A set from the future is of a clock that was wrong, then or now. */
static void
test_clock_set_back(void **state)
{
	struct keys_bench b;

	(void)state;
	keys_bench_open(&b, KEYS_BENCH);
	wall_ahead_s = 1000;
	answer_keys(&b, 0, "0", true);
	assert_int_equal(count_now(&b), 1);
	wall_ahead_s = 0;
	assert_int_equal(count_now(&b), -1);
	assert_int_equal(count_kept(&b), -1);
	assert_int_equal(caught_count, 2);
	answer_keys(&b, 1, "0", true);
	assert_int_equal(count_now(&b), 1);
	keys_bench_close(&b);
}

/* A server that fails is left alone, longer each time. */
static void
test_back_off(void **state)
{
	static const int64_t waits[] = {1, 2, 4, 8, 16, 32, 60, 60};
	struct keys_bench b;

	(void)state;
	keys_bench_open(&b, KEYS_BENCH);
	for (size_t i = 0; i < ELEMENTS(waits); i++) {
		assert_int_equal(caught_count, i + 1);
		fail_ask(i, FETCH_TIMEOUT);
		assert_int_equal(count_now(&b), -1);
		assert_int_equal(caught_count, i + 1);
		clocks_ahead_s += waits[i] - 1;
		if (waits[i] > 1) {
			(void)count_now(&b);
			assert_int_equal(caught_count, i + 1);
		}
		clocks_ahead_s += 1;
		(void)count_now(&b);
	}
	answer_keys(&b, caught_count - 1, "0", true);
	/* Forgotten with the first success. */
	clocks_ahead_s += DUE_S;
	(void)count_now(&b);
	fail_ask(caught_count - 1, FETCH_TIMEOUT);
	clocks_ahead_s += 1;
	(void)count_now(&b);
	assert_true(caught[caught_count - 1].open);
	keys_bench_close(&b);
}

/* The fetch process is down: as a failure, and nothing hangs. */
static void
test_fetch_down(void **state)
{
	struct keys_bench b;

	(void)state;
	keys_bench_open(&b, KEYS_BENCH);
	fail_ask(0, FETCH_TIMEOUT);
	clocks_ahead_s = 2;
	asks_refused = true;
	assert_int_equal(count_now(&b), -1);
	asks_refused = false;
	assert_int_equal(count_now(&b), -1);
	assert_int_equal(caught_count, 1);
	clocks_ahead_s = 5;
	assert_int_equal(count_now(&b), -1);
	assert_int_equal(caught_count, 2);
	keys_bench_close(&b);
}

/* A restart while the server is away. */
static void
test_disk(void **state)
{
	struct keys_bench b;

	(void)state;
	keys_bench_open(&b, KEYS_BENCH);
	answer_keys(&b, 0, "01", true);
	clocks_ahead_s = 10;
	keys_bench_restart(&b, KEYS_BENCH);
	assert_int_equal(caught_count, 0); /* it is young */
	assert_int_equal(count_now(&b), 2);
	assert_int_equal(keys_age_s(b.state, b.issuer), 10);
	clocks_ahead_s = REFRESH_S;
	keys_bench_restart(&b, KEYS_BENCH);
	assert_int_equal(caught_count, 1);
	assert_int_equal(count_now(&b), -1);
	assert_int_equal(count_kept(&b), 2);
	clocks_ahead_s = STALE_S;
	keys_bench_restart(&b, KEYS_BENCH);
	assert_int_equal(count_kept(&b), -1);
	/* Not fit to be read: as if it were not there. */
	clocks_ahead_s = 0;
	assert_int_equal(chmod(b.folder, 0755), 0);
	keys_bench_restart(&b, KEYS_BENCH);
	assert_int_equal(count_kept(&b), -1);
	assert_int_equal(chmod(b.folder, 0700), 0);
	keys_bench_close(&b);
}

#define ELSEWHERE                                                              \
	"jwks_uri = https://as.example.com/new\njwks_refresh = 100s\n"         \
	"jwks_stale = 1000s\n"

/* Other keys are to count: those of the old place do not, not even for a
 * while, nor after a restart. */
static void
test_another_place(void **state)
{
	struct keys_bench b;

	(void)state;
	keys_bench_open(&b, KEYS_BENCH);
	answer_keys(&b, 0, "01", true);
	keys_bench_reload(&b, ELSEWHERE);
	assert_int_equal(count_now(&b), -1);
	assert_int_equal(count_kept(&b), -1);
	assert_int_equal(caught_count, 2);
	assert_string_equal(caught[1].url, "https://as.example.com/new");
	/* What was on its way from there comes to nothing. */
	keys_bench_reload(&b, KEYS_BENCH);
	assert_false(caught[1].open);
	assert_int_equal(count_now(&b), 2); /* from disk */
	assert_int_equal(caught_count, 2);
	keys_bench_restart(&b, ELSEWHERE);
	assert_int_equal(count_kept(&b), -1);
	keys_bench_restart(&b, KEYS_BENCH);
	assert_int_equal(count_kept(&b), 2);
	keys_bench_close(&b);
}

/* As much as a section can say of where keys come from, and each of it counts.
 */
static void
test_long_source(void **state)
{
	struct keys_bench b;
	char keys[2048];
	int n = snprintf(keys, sizeof(keys),
	    "jwks_uri = https://as.example.com/%0150d\njwks_refresh = 100s\n"
	    "jwks_stale = 1000s\ntls_pins =",
	    0);
	int last = n;

	(void)state;
	for (int i = 0; i < 16; i++) {
		last = n;
		n += snprintf(keys + n, sizeof(keys) - (size_t)n,
		    "  sha256//%042d%c=\n", i, 'A');
	}
	keys_bench_open(&b, keys);
	answer_keys(&b, 0, "01", true);
	keys_bench_restart(&b, keys);
	assert_int_equal(count_kept(&b), 2);
	keys[last] = '\0';
	keys_bench_restart(&b, keys);
	assert_int_equal(count_kept(&b), -1);
	keys_bench_close(&b);
}

/* While a set is on its way: it is read by the rules that hold when it is
 * here. */
static void
test_other_algorithms_meanwhile(void **state)
{
	static const char rs[] = KEYS_BENCH "jwt_algorithms = RS256\n";
	static const char es[] = KEYS_BENCH "jwt_algorithms = ES256\n";
	struct keys_bench b;

	(void)state;
	keys_bench_open(&b, es);
	keys_bench_reload(&b, rs);
	answer_keys(&b, 0, "01", false);
	assert_int_equal(count_kept(&b), -1);
	keys_bench_close(&b);
	keys_bench_open(&b, rs);
	keys_bench_reload(&b, es);
	answer_keys(&b, 0, "01", false);
	assert_int_equal(count_kept(&b), 2);
	assert_int_equal(caught_count, 1);
	keys_bench_close(&b);
}

/* An issuer that no longer signs has none, and asks for none. */
static void
test_no_longer_needed(void **state)
{
	struct keys_bench b;
	char keys[FOLDER_SIZE + 64];

	(void)state;
	keys_bench_open(&b, KEYS_BENCH);
	answer_keys(&b, 0, "0", true);
	clocks_ahead_s = DUE_S;
	(void)count_now(&b);
	(void)snprintf(keys, sizeof(keys), "jwks_file = %s/set\n", b.folder);
	{
		_cleanup_(buf_clear) struct buf document;
		const struct jws_key *const one[] = {&b.key[2]};
		char path[FOLDER_SIZE + 8];
		FILE *f;

		buf_init(&document, JWS_MADE_MAX);
		jws_keys_write(one, 1, true, &document);
		(void)snprintf(path, sizeof(path), "%s/set", b.folder);
		f = fopen(path, "we");
		assert_non_null(f);
		(void)fputs(buf_string(&document), f);
		assert_int_equal(fclose(f), 0);
	}
	keys_bench_reload(&b, keys);
	assert_false(caught[1].open);
	assert_null(b.state->keys);
	assert_int_equal(count_now(&b), 1);
	assert_int_equal(keys_age_s(b.state, b.issuer), -1);
	clocks_ahead_s = 10 * STALE_S;
	assert_int_equal(count_now(&b), 1);
	assert_int_equal(caught_count, 2);
	keys_bench_close(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_first_fetch),
	    cmocka_unit_test(test_renewed_before_it_is_old),
	    cmocka_unit_test(test_old_and_stale),
	    cmocka_unit_test(test_clock_set_back),
	    cmocka_unit_test(test_back_off),
	    cmocka_unit_test(test_fetch_down),
	    cmocka_unit_test(test_disk),
	    cmocka_unit_test(test_another_place),
	    cmocka_unit_test(test_long_source),
	    cmocka_unit_test(test_other_algorithms_meanwhile),
	    cmocka_unit_test(test_no_longer_needed),
	};

	return cmocka_run_group_tests_name("keys", tests, NULL, NULL);
}
