/* SPDX-License-Identifier: ISC */
/* The API's rate limit and its record of calls. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "api/call_log.h"
#include "api/rate_limit.h"
#include "app/app_store.h"
#include "identity/user_store.h"
#include "oauth/token_store.h"
#include "scopegate/cleanup.h"
#include "scopegate/log.h"
#include "store/store.h"

#define NOW 1000000
#define DAY 86400

static struct rate_limit rates;

static int
clear_rates(void **state)
{
	(void)state;
	memset(&rates, 0, sizeof(rates));
	return 0;
}

static void
take(int64_t app, int64_t account, int64_t now, int calls)
{
	while (calls-- > 0)
		(void)rate_limit_take(&rates, app, account, now);
}

static void
the_limit_is_reached_and_said(void **state)
{
	struct rate_limit_state s = rate_limit_take(&rates, 1, 2, NOW);

	(void)state;
	assert_false(s.refused);
	assert_int_equal(s.remaining, RATE_LIMIT_CALLS - 1);
	assert_int_equal(s.reset, NOW + RATE_LIMIT_SECONDS);
	take(1, 2, NOW + 30, RATE_LIMIT_CALLS - 2);
	s = rate_limit_take(&rates, 1, 2, NOW + 59);
	assert_false(s.refused);
	assert_int_equal(s.remaining, 0);
	s = rate_limit_take(&rates, 1, 2, NOW + 59);
	assert_true(s.refused);
	assert_int_equal(s.remaining, 0);
	assert_int_equal(s.reset, NOW + RATE_LIMIT_SECONDS);
}

static void
a_new_window_begins_with_its_first_call(void **state)
{
	struct rate_limit_state s;

	(void)state;
	take(1, 2, NOW, RATE_LIMIT_CALLS + 1);
	assert_true(rate_limit_take(&rates, 1, 2, NOW + 59).refused);
	s = rate_limit_take(&rates, 1, 2, NOW + 75);
	assert_false(s.refused);
	assert_int_equal(s.remaining, RATE_LIMIT_CALLS - 1);
	assert_int_equal(s.reset, NOW + 75 + RATE_LIMIT_SECONDS);
	/* And a clock set back locks nobody out. */
	take(1, 2, NOW + 75, RATE_LIMIT_CALLS);
	assert_false(rate_limit_take(&rates, 1, 2, NOW).refused);
}

static void
each_pair_has_its_own(void **state)
{
	(void)state;
	take(1, 2, NOW, RATE_LIMIT_CALLS);
	assert_true(rate_limit_take(&rates, 1, 2, NOW).refused);
	assert_false(rate_limit_take(&rates, 1, 3, NOW).refused);
	assert_false(rate_limit_take(&rates, 2, 2, NOW).refused);
	assert_false(rate_limit_take(&rates, 2, 1, NOW).refused);
}

static void
a_full_table_forgets_the_oldest(void **state)
{
	const int64_t all =
	    (int64_t)RATE_LIMIT_GROUPS * RATE_LIMIT_ENTRIES * 16;

	(void)state;
	take(1, 1, NOW, RATE_LIMIT_CALLS);
	take(1, 2, NOW + 30, RATE_LIMIT_CALLS);
	for (int64_t account = 10; account < all; account++)
		assert_false(
		    rate_limit_take(&rates, 7, account, NOW + 20).refused);
	assert_false(rate_limit_take(&rates, 1, 1, NOW + 40).refused);
	assert_true(rate_limit_take(&rates, 1, 2, NOW + 40).refused);
}

static void
a_peek_sees_the_busiest_and_the_refused(void **state)
{
	struct rate_limit_peek p = rate_limit_peek(&rates, 1, NOW);

	(void)state;
	assert_int_equal(p.used, 0);
	assert_int_equal(p.refused, 0);
	take(1, 2, NOW, 7);
	take(1, 3, NOW, RATE_LIMIT_CALLS + 4);
	take(1, 4, NOW, RATE_LIMIT_CALLS + 1);
	take(2, 5, NOW, RATE_LIMIT_CALLS + 9);
	p = rate_limit_peek(&rates, 1, NOW + 1);
	assert_int_equal(p.used, RATE_LIMIT_CALLS);
	assert_int_equal(p.refused, 5);
	p = rate_limit_peek(&rates, 1, NOW + RATE_LIMIT_SECONDS);
	assert_int_equal(p.used, 0);
	assert_int_equal(p.refused, 5);
}

struct fixture {
	char directory[128], path[160];
	struct store *store;
	struct app app;
	int64_t user, grants[2];
	struct call_log log;
};

static int
set_up(void **state)
{
	const char *base = getenv("TMPDIR");
	struct fixture *f = calloc(1, sizeof(*f));

	if (f == NULL)
		return -1;
	*state = f;
	(void)snprintf(f->directory, sizeof(f->directory), "%s/brokerd.XXXXXX",
	    base == NULL ? "/tmp" : base);
	if (mkdtemp(f->directory) == NULL)
		return -1;
	(void)snprintf(f->path, sizeof(f->path), "%s/store", f->directory);
	memcpy(f->app.client_id, "trader", 7);
	memcpy(f->app.title, "Trader", 7);
	if (store_create(f->path, &f->store) != STATUS_OK ||
	    user_add_hashed(f->store, "alice", "x", NOW, &f->user) !=
		STATUS_OK ||
	    app_add(f->store, &f->app, NOW) != STATUS_OK)
		return -1;
	for (size_t i = 0; i < ELEMENTS(f->grants); i++) {
		struct grant g = {.user = f->user, .app = f->app.id};

		if (grant_add(f->store, &g, NOW) != STATUS_OK)
			return -1;
		f->grants[i] = g.id;
	}
	return 0;
}

static int
tear_down(void **state)
{
	struct fixture *f = *state;
	char path[sizeof(f->path) + 8];

	store_freep(&f->store);
	(void)unlink(f->path);
	(void)snprintf(path, sizeof(path), "%s-wal", f->path);
	(void)unlink(path);
	(void)snprintf(path, sizeof(path), "%s-shm", f->path);
	(void)unlink(path);
	(void)rmdir(f->directory);
	free(f);
	return 0;
}

static int64_t
stored(struct fixture *f, int64_t grant)
{
	_cleanup_(query_done) struct query q = query_start(
	    f->store, "SELECT count(*) FROM api_calls WHERE grant_id = ?");

	query_integer(&q, grant);
	assert_int_equal(query_step(&q), STATUS_OK);
	return query_column_integer(&q, 0);
}

static int64_t
last_used(struct fixture *f, int64_t grant)
{
	_cleanup_(query_done) struct query q =
	    query_start(f->store, "SELECT last_used FROM grants WHERE id = ?");

	query_integer(&q, grant);
	assert_int_equal(query_step(&q), STATUS_OK);
	return query_column_integer(&q, 0);
}

static void
add(struct fixture *f, int64_t grant, int64_t now)
{
	call_log_add(&f->log, f->store, grant, "GET", "/v2/account", 200, now);
}

static void
one_call_is_written_at_once(void **state)
{
	struct fixture *f = *state;
	_cleanup_(query_done) struct query q = query_start(f->store,
	    "SELECT grant_id, at, method, path, status FROM api_calls");

	assert_int_equal(last_used(f, f->grants[0]), 0);
	add(f, f->grants[0], NOW);
	assert_int_equal(query_step(&q), STATUS_OK);
	assert_int_equal(query_column_integer(&q, 0), f->grants[0]);
	assert_int_equal(query_column_integer(&q, 1), NOW);
	assert_string_equal(query_column_text(&q, 2), "GET");
	assert_string_equal(query_column_text(&q, 3), "/v2/account");
	assert_int_equal(query_column_integer(&q, 4), 200);
	assert_int_equal(last_used(f, f->grants[0]), NOW);
	assert_int_equal(last_used(f, f->grants[1]), 0);
}

static void
calls_of_one_second_go_down_together(void **state)
{
	struct fixture *f = *state;

	for (int i = 0; i < 5; i++)
		add(f, f->grants[0], NOW);
	assert_int_equal(stored(f, f->grants[0]), 1);
	add(f, f->grants[1], NOW + 1);
	assert_int_equal(stored(f, f->grants[0]), 5);
	assert_int_equal(stored(f, f->grants[1]), 1);
	add(f, f->grants[1], NOW + 1);
	assert_int_equal(call_log_flush(&f->log, f->store, NOW + 1), STATUS_OK);
	assert_int_equal(stored(f, f->grants[1]), 2);
	assert_int_equal(last_used(f, f->grants[1]), NOW + 1);
	assert_int_equal(call_log_flush(&f->log, f->store, NOW + 1), STATUS_OK);
	assert_int_equal(stored(f, f->grants[1]), 2);
}

static void
a_full_memory_is_written(void **state)
{
	struct fixture *f = *state;

	add(f, f->grants[1], NOW);
	for (int i = 0; i < CALL_LOG_WAITING; i++)
		add(f, f->grants[0], NOW);
	assert_int_equal(stored(f, f->grants[0]), 0);
	add(f, f->grants[1], NOW);
	assert_int_equal(stored(f, f->grants[0]), CALL_LOG_PER_GRANT);
	assert_int_equal(f->log.count, 1);
}

static void
the_last_hundred_of_a_grant_stay(void **state)
{
	struct fixture *f = *state;
	_cleanup_(query_done) struct query q = query_start(
	    f->store, "SELECT min(at) FROM api_calls WHERE grant_id = ?");

	add(f, f->grants[1], NOW);
	for (int i = 0; i < CALL_LOG_PER_GRANT; i++)
		add(f, f->grants[0], NOW + i);
	assert_int_equal(stored(f, f->grants[0]), CALL_LOG_PER_GRANT);
	add(f, f->grants[0], NOW + 1000);
	assert_int_equal(stored(f, f->grants[0]), CALL_LOG_PER_GRANT);
	assert_int_equal(stored(f, f->grants[1]), 1);
	query_integer(&q, f->grants[0]);
	assert_int_equal(query_step(&q), STATUS_OK);
	assert_int_equal(query_column_integer(&q, 0), NOW + 1);
}

static void
old_calls_are_forgotten(void **state)
{
	struct fixture *f = *state;

	add(f, f->grants[0], NOW);
	add(f, f->grants[0], NOW + DAY);
	assert_int_equal(
	    call_log_purge(f->store, NOW + (int64_t)CALL_LOG_DAYS * DAY),
	    STATUS_OK);
	assert_int_equal(stored(f, f->grants[0]), 2);
	assert_int_equal(
	    call_log_purge(f->store, NOW + 1 + (int64_t)CALL_LOG_DAYS * DAY),
	    STATUS_OK);
	assert_int_equal(stored(f, f->grants[0]), 1);
}

static void
one_purge_is_bounded(void **state)
{
	struct fixture *f = *state;
	_cleanup_(query_done) struct query q = query_start(f->store,
	    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL"
	    " SELECT i + 1 FROM n WHERE i < ?)"
	    " INSERT INTO api_calls (grant_id, at, method, path, status)"
	    " SELECT ?, 1, 'GET', '/', 200 FROM n");

	query_integer(&q, CALL_LOG_PURGE + 1);
	query_integer(&q, f->grants[0]);
	assert_int_equal(query_run(&q), STATUS_OK);
	query_done(&q);
	assert_int_equal(
	    call_log_purge(f->store, (int64_t)100 * DAY), STATUS_OK);
	assert_int_equal(stored(f, f->grants[0]), 1);
}

static void
what_cannot_be_stored_does_not_stop_the_rest(void **state)
{
	struct fixture *f = *state;

	/* No such grant. */
	add(f, 999, NOW);
	add(f, f->grants[0], NOW + 1);
	assert_int_equal(stored(f, 999), 0);
	assert_int_equal(stored(f, f->grants[0]), 1);
}

static void
a_store_that_fails_is_tried_again_and_given_up(void **state)
{
	struct fixture *f = *state;
	_cleanup_(transaction_end) struct transaction t = {NULL};

	/* A transaction within one fails, as a broken disk would. */
	assert_int_equal(transaction_write(f->store, &t), STATUS_OK);
	add(f, f->grants[0], NOW);
	assert_int_not_equal(call_log_flush(&f->log, f->store, NOW), STATUS_OK);
	assert_int_equal(f->log.count, 1);
	for (int i = 0; i < CALL_LOG_WAITING; i++)
		add(f, f->grants[0], NOW);
	assert_int_equal(f->log.count, 1);
	transaction_end(&t);
	add(f, f->grants[0], NOW + 1);
	assert_int_equal(stored(f, f->grants[0]), 2);
}

int
main(void)
{
#define L(name) cmocka_unit_test_setup(name, clear_rates)
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    L(the_limit_is_reached_and_said),
	    L(a_new_window_begins_with_its_first_call),
	    L(each_pair_has_its_own),
	    L(a_full_table_forgets_the_oldest),
	    L(a_peek_sees_the_busiest_and_the_refused),
	    T(one_call_is_written_at_once),
	    T(calls_of_one_second_go_down_together),
	    T(a_full_memory_is_written),
	    T(the_last_hundred_of_a_grant_stay),
	    T(old_calls_are_forgotten),
	    T(one_purge_is_bounded),
	    T(what_cannot_be_stored_does_not_stop_the_rest),
	    T(a_store_that_fails_is_tried_again_and_given_up),
	};
#undef L
#undef T

	log_open("test", LOG_LEVEL_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
