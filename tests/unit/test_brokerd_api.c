/* SPDX-License-Identifier: ISC */
/* The record of what grants' tokens were used for, and of what has ended. */
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
#include "app/app_store.h"
#include "connected/connection.h"
#include "identity/user_store.h"
#include "oauth/token_store.h"
#include "scopegate/cleanup.h"
#include "scopegate/log.h"
#include "store/store.h"
#include "temporary_store.h"

#define NOW 1000000
#define DAY 86400

struct fixture {
	struct temporary_store temporary;
	struct store *store;
	struct app app;
	int64_t user, grants[2];
	struct call_log log;
};

static int
set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	if (f == NULL)
		return -1;
	*state = f;
	if (temporary_store_make(&f->temporary) != 0)
		return -1;
	f->store = f->temporary.store;
	memcpy(f->app.client_id, "trader", 7);
	memcpy(f->app.title, "Trader", 7);
	if (user_add_hashed(f->store, "alice", "x", NOW, &f->user) !=
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

	temporary_store_remove(&f->temporary);
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
a_connection_lists_its_calls_newest_first(void **state)
{
	struct fixture *f = *state;
	struct connection c = {.app = f->app.id};
	struct grant other = {.user = f->user, .app = f->app.id, .env = "live"};
	struct api_call calls[2];
	size_t count = 0;

	assert_int_equal(grant_add(f->store, &other, NOW), STATUS_OK);
	add(f, f->grants[0], NOW + 1);
	add(f, other.id, NOW + 2);
	call_log_add(
	    &f->log, f->store, f->grants[1], "POST", "/two", 403, NOW + 3);
	add(f, f->grants[0], NOW + 4);
	assert_int_equal(connection_calls(f->store, f->user, &c, INT64_MAX,
			     calls, 2, &count),
	    STATUS_OK);
	assert_int_equal(count, 2);
	assert_int_equal(calls[0].at, NOW + 4);
	assert_int_equal(calls[1].at, NOW + 3);
	assert_string_equal(calls[1].method, "POST");
	assert_string_equal(calls[1].path, "/two");
	assert_int_equal(calls[1].status, 403);
	assert_int_equal(connection_calls(f->store, f->user, &c, calls[1].id,
			     calls, 2, &count),
	    STATUS_OK);
	assert_int_equal(count, 1);
	assert_int_equal(calls[0].at, NOW + 1);
	assert_int_equal(connection_calls(f->store, f->user + 1, &c, INT64_MAX,
			     calls, 2, &count),
	    STATUS_OK);
	assert_int_equal(count, 0);
}

static void
history_is_ordered_and_bounded(void **state)
{
	struct connection_past past[8];
	struct fixture *f = *state;
	size_t pasts = 0;

	for (int i = 0; i < 5; i++) {
		struct grant g = {.user = f->user, .app = f->app.id};

		assert_int_equal(grant_add(f->store, &g, NOW), STATUS_OK);
		assert_int_equal(
		    grant_revoke(f->store, g.id, NOW + i, "by an operator"),
		    STATUS_OK);
	}
	assert_int_equal(connection_history(f->store, f->user, NOW + 1, past,
			     ELEMENTS(past), &pasts),
	    STATUS_OK);
	assert_int_equal(pasts, 4);
	assert_int_equal(past[0].at, NOW + 4);
	assert_int_equal(past[3].at, NOW + 1);
	assert_string_equal(past[0].why, "by an operator");
	assert_int_equal(
	    connection_history(f->store, f->user, NOW, past, 2, &pasts),
	    STATUS_OK);
	assert_int_equal(pasts, 2);
}

static void
a_connection_has_each_of_its_details_once(void **state)
{
	char details[CONNECTION_LOGINS_MAX][GRANT_DETAILS_SIZE];
	struct fixture *f = *state;
	struct connection c = {.app = f->app.id};
	size_t count = 0;

	for (int i = 0; i < 2 * CONNECTION_LOGINS_MAX + 2; i++) {
		struct grant g = {
		    .user = f->user, .app = f->app.id, .auth_time = NOW};

		(void)snprintf(g.details, sizeof(g.details), "[%d]", i / 2);
		assert_int_equal(grant_add(f->store, &g, NOW), STATUS_OK);
		if (i > 3)
			continue;
		assert_int_equal(connection_details(f->store, f->user, &c, NOW,
				     details, &count),
		    STATUS_OK);
		assert_int_equal(count, i / 2 + 1);
	}
	assert_int_equal(
	    connection_details(f->store, f->user, &c, NOW, details, &count),
	    STATUS_OK);
	assert_int_equal(count, CONNECTION_LOGINS_MAX);
}

static void
old_calls_are_forgotten(void **state)
{
	struct fixture *f = *state;
	bool more = true;

	add(f, f->grants[0], NOW);
	add(f, f->grants[0], NOW + DAY);
	assert_int_equal(
	    call_log_purge(f->store, NOW + (int64_t)CALL_LOG_DAYS * DAY, &more),
	    STATUS_OK);
	assert_int_equal(stored(f, f->grants[0]), 2);
	assert_int_equal(call_log_purge(f->store,
			     NOW + 1 + (int64_t)CALL_LOG_DAYS * DAY, &more),
	    STATUS_OK);
	assert_int_equal(stored(f, f->grants[0]), 1);
	assert_false(more);
}

static void
one_purge_is_bounded(void **state)
{
	struct fixture *f = *state;
	bool more = false;
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
	    call_log_purge(f->store, (int64_t)100 * DAY, &more), STATUS_OK);
	assert_int_equal(stored(f, f->grants[0]), 1);
	assert_true(more);
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
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    T(one_call_is_written_at_once),
	    T(calls_of_one_second_go_down_together),
	    T(a_full_memory_is_written),
	    T(the_last_hundred_of_a_grant_stay),
	    T(a_connection_lists_its_calls_newest_first),
	    T(a_connection_has_each_of_its_details_once),
	    T(history_is_ordered_and_bounded),
	    T(old_calls_are_forgotten),
	    T(one_purge_is_bounded),
	    T(what_cannot_be_stored_does_not_stop_the_rest),
	    T(a_store_that_fails_is_tried_again_and_given_up),
	};
#undef T

	log_open("test", LOG_LEVEL_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
