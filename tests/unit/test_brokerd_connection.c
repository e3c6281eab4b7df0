/* SPDX-License-Identifier: ISC */
/* Connected apps: how grants are grouped, ended and remembered. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "connected/connection.h"
#include "identity/user_store.h"
#include "oauth/token_store.h"
#include "scopegate/cleanup.h"
#include "scopegate/log.h"
#include "temporary_store.h"

#define NOW 1000000
#define LIST_MAX 8

struct fixture {
	struct temporary_store temporary;
	struct store *store;
	int64_t alice, bob;
	struct app apps[2];
	struct connection list[LIST_MAX];
	size_t count;
};

static int
set_up(void **state)
{
	static const char *const ids[] = {"trader", "reader"};
	struct fixture *f = calloc(1, sizeof(*f));

	if (f == NULL)
		return -1;
	*state = f;
	if (temporary_store_make(&f->temporary) != 0)
		return -1;
	f->store = f->temporary.store;
	if (user_add_hashed(f->store, "alice", "x", NOW, &f->alice) !=
		STATUS_OK ||
	    user_add_hashed(f->store, "bob", "x", NOW, &f->bob) != STATUS_OK)
		return -1;
	for (size_t i = 0; i < ELEMENTS(ids); i++) {
		struct app *a = &f->apps[i];

		memcpy(a->client_id, ids[i], 7);
		memcpy(a->title, i == 0 ? "Trader" : "Reader", 7);
		memcpy(a->owner, "bob", 4);
		if (app_add(f->store, a, NOW) != STATUS_OK)
			return -1;
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

struct wish {
	int64_t user;
	size_t app;
	const char *env, *scope;
	int64_t now, expires; /* 0: nothing is issued */
};

static int64_t
give_at(struct fixture *f, const struct wish *w, int64_t auth_time)
{
	struct grant g = {
	    .user = w->user, .app = f->apps[w->app].id, .auth_time = auth_time};
	char token[RANDOM_TEXT_SIZE];

	memcpy(g.env, w->env, strlen(w->env) + 1);
	memcpy(g.scope, w->scope, strlen(w->scope) + 1);
	assert_int_equal(grant_add(f->store, &g, w->now), STATUS_OK);
	if (w->expires != 0)
		assert_int_equal(token_issue(f->store,
				     &(struct token_request){.grant = g.id,
					 .kind = TOKEN_ACCESS,
					 .scope = w->scope,
					 .now = w->now,
					 .expires = w->expires},
				     token),
		    STATUS_OK);
	return g.id;
}

static int64_t
give(struct fixture *f, const struct wish *w)
{
	return give_at(f, w, 0);
}

static int64_t
simple(struct fixture *f, int64_t user, size_t app, const char *env)
{
	return give(
	    f, &(struct wish){user, app, env, "trading", NOW, NOW + 100});
}

static void
list(struct fixture *f, int64_t user, int64_t now)
{
	assert_int_equal(connection_list(f->store, user, INT64_MAX, now,
			     f->list, LIST_MAX, &f->count),
	    STATUS_OK);
}

static void
nothing_is_nothing(void **state)
{
	struct fixture *f = *state;

	list(f, f->alice, NOW);
	assert_int_equal(f->count, 0);
	assert_int_equal(connection_find(f->store, f->alice, 1, NOW, f->list),
	    STATUS_NOT_FOUND);
}

static void
one_for_each_app_and_env(void **state)
{
	struct fixture *f = *state;
	int64_t first = simple(f, f->alice, 0, "paper");
	int64_t live = simple(f, f->alice, 0, "live");
	int64_t none = simple(f, f->alice, 1, "");
	int64_t again = give(f,
	    &(struct wish){f->alice, 0, "paper", "data", NOW + 9, NOW + 100});

	(void)simple(f, f->bob, 0, "paper");
	list(f, f->alice, NOW + 10);
	assert_int_equal(f->count, 3);
	assert_int_equal(f->list[0].id, again);
	assert_int_equal(f->list[0].grants, 2);
	assert_int_equal(f->list[0].first, NOW);
	assert_int_equal(f->list[0].latest, NOW + 9);
	assert_string_equal(f->list[0].env, "paper");
	assert_string_equal(f->list[0].title, "Trader");
	assert_string_equal(f->list[0].client_id, "trader");
	assert_string_equal(f->list[0].owner, "bob");
	assert_memory_equal(f->list[0].number, "PA", 2);
	assert_true(f->list[0].usable);
	assert_false(f->list[0].has_logo);
	assert_int_equal(f->list[0].last_used, 0);
	assert_int_equal(f->list[1].id, none);
	assert_string_equal(f->list[1].number, "");
	assert_int_equal(f->list[2].id, live);
	assert_int_equal(f->list[2].grants, 1);
	/* Any grant of the group finds it. */
	assert_int_equal(
	    connection_find(f->store, f->alice, first, NOW + 10, f->list),
	    STATUS_OK);
	assert_int_equal(f->list[0].id, again);
	assert_int_equal(f->list[0].grants, 2);
}

static void
what_gave_all_it_had_is_no_connection(void **state)
{
	struct fixture *f = *state;
	int64_t id = simple(f, f->alice, 0, "paper");
	int64_t empty =
	    give(f, &(struct wish){f->alice, 1, "paper", "data", NOW, 0});
	struct code c = {.expires = NOW + 60, .grant = {.id = empty}};
	char text[RANDOM_TEXT_SIZE];

	list(f, f->alice, NOW + 99);
	assert_int_equal(f->count, 1);
	assert_int_equal(f->list[0].id, id);
	list(f, f->alice, NOW + 100);
	assert_int_equal(f->count, 0);
	assert_int_equal(
	    connection_find(f->store, f->alice, id, NOW + 100, f->list),
	    STATUS_NOT_FOUND);
	/* A code that waits is something. */
	assert_int_equal(code_issue(f->store, &c, text), STATUS_OK);
	list(f, f->alice, NOW + 59);
	assert_int_equal(f->count, 2);
	list(f, f->alice, NOW + 60);
	assert_int_equal(f->count, 1);
}

static void
what_a_person_gave_stands_until_it_is_taken_back(void **state)
{
	struct fixture *f = *state;
	int64_t count = 0;
	int64_t id = give_at(f,
	    &(struct wish){f->alice, 0, "paper", "data", NOW, NOW + 100}, NOW);

	list(f, f->alice, NOW + 99);
	assert_int_equal(f->count, 1);
	assert_true(f->list[0].alive);
	list(f, f->alice, NOW + 100);
	assert_int_equal(f->count, 1);
	assert_false(f->list[0].alive);
	/* One of a shell that has expired goes with it. */
	(void)simple(f, f->alice, 0, "paper");
	assert_int_equal(
	    connection_find(f->store, f->alice, id, NOW + 100, f->list),
	    STATUS_OK);
	assert_int_equal(f->list[0].grants, 1);
	assert_int_equal(
	    connection_revoke(f->store, f->alice, f->list, NOW + 100, &count),
	    STATUS_OK);
	assert_int_equal(count, 2);
	list(f, f->alice, NOW);
	assert_int_equal(f->count, 0);
}

static void
the_latest_expiry_counts(void **state)
{
	struct fixture *f = *state;
	int64_t id = simple(f, f->alice, 0, "paper");
	struct token_request r = {
	    .grant = id, .scope = "trading", .now = NOW, .expires = NOW + 500};
	char token[RANDOM_TEXT_SIZE];

	r.kind = TOKEN_REFRESH;
	assert_int_equal(token_issue(f->store, &r, token), STATUS_OK);
	r.kind = TOKEN_ACCESS;
	r.expires = NOW + 50;
	assert_int_equal(token_issue(f->store, &r, token), STATUS_OK);
	list(f, f->alice, NOW + 499);
	assert_int_equal(f->count, 1);
	list(f, f->alice, NOW + 500);
	assert_int_equal(f->count, 0);
}

static void
nobody_finds_anothers(void **state)
{
	struct fixture *f = *state;
	int64_t id = simple(f, f->bob, 0, "paper");

	assert_int_equal(connection_find(f->store, f->alice, id, NOW, f->list),
	    STATUS_NOT_FOUND);
	assert_int_equal(
	    connection_find(f->store, f->bob, id, NOW, f->list), STATUS_OK);
	/* Nor by it the like of their own. */
	simple(f, f->alice, 0, "paper");
	assert_int_equal(connection_find(f->store, f->alice, id, NOW, f->list),
	    STATUS_NOT_FOUND);
}

static void
an_app_that_is_shut_out_is_told(void **state)
{
	struct fixture *f = *state;
	_cleanup_(query_done) struct query q = query_start(
	    f->store, "UPDATE apps SET state = 'suspended' WHERE id = ?");

	(void)simple(f, f->alice, 0, "paper");
	query_integer(&q, f->apps[0].id);
	assert_int_equal(query_run(&q), STATUS_OK);
	list(f, f->alice, NOW);
	assert_int_equal(f->count, 1);
	assert_false(f->list[0].usable);
}

static void
pages_follow_each_other(void **state)
{
	struct fixture *f = *state;
	int64_t a = simple(f, f->alice, 0, "paper");
	int64_t b = simple(f, f->alice, 0, "live");
	int64_t c = simple(f, f->alice, 1, "paper");

	assert_int_equal(connection_list(f->store, f->alice, INT64_MAX, NOW,
			     f->list, 2, &f->count),
	    STATUS_OK);
	assert_int_equal(f->count, 2);
	assert_int_equal(f->list[0].id, c);
	assert_int_equal(f->list[1].id, b);
	assert_int_equal(
	    connection_list(f->store, f->alice, b, NOW, f->list, 2, &f->count),
	    STATUS_OK);
	assert_int_equal(f->count, 1);
	assert_int_equal(f->list[0].id, a);
}

static void
scopes_are_told_together(void **state)
{
	struct fixture *f = *state;
	char scope[WORD_SET_TEXT_SIZE];

	give(f, &(struct wish){
		    f->alice, 0, "paper", "data trading", NOW, NOW + 100});
	give(f, &(struct wish){f->alice, 0, "paper", "trading host:login", NOW,
		    NOW + 100});
	give(f, &(struct wish){f->alice, 0, "paper", "", NOW, NOW + 100});
	give(
	    f, &(struct wish){f->alice, 0, "live", "sudo:run", NOW, NOW + 100});
	give(f,
	    &(struct wish){f->alice, 0, "paper", "sudo:admin", NOW, NOW + 10});
	list(f, f->alice, NOW + 20);
	assert_int_equal(f->count, 2);
	assert_int_equal(
	    connection_scopes(f->store, f->alice, &f->list[1], NOW + 20, scope),
	    STATUS_OK);
	assert_string_equal(f->list[1].env, "paper");
	assert_true(word_set_text_has(scope, "data"));
	assert_true(word_set_text_has(scope, "trading"));
	assert_true(word_set_text_has(scope, "host:login"));
	assert_false(word_set_text_has(scope, "sudo:run"));
	assert_false(word_set_text_has(scope, "sudo:admin"));
	assert_int_equal(strlen(scope), strlen("data trading host:login"));
}

static void
revoking_ends_the_whole_group_and_no_other(void **state)
{
	struct connection_past past[LIST_MAX];
	struct fixture *f = *state;
	int64_t count = 0;
	size_t pasts = 0;

	for (int i = 0; i < 150; i++)
		(void)simple(f, f->alice, 0, "paper");
	(void)simple(f, f->alice, 0, "live");
	(void)simple(f, f->alice, 1, "paper");
	(void)simple(f, f->bob, 0, "paper");
	list(f, f->alice, NOW);
	assert_int_equal(f->count, 3);
	assert_int_equal(f->list[2].grants, 150);
	assert_int_equal(
	    connection_revoke(f->store, f->alice, &f->list[2], NOW + 1, &count),
	    STATUS_OK);
	assert_int_equal(count, 150);
	list(f, f->alice, NOW + 1);
	assert_int_equal(f->count, 2);
	list(f, f->bob, NOW + 1);
	assert_int_equal(f->count, 1);
	assert_int_equal(connection_history(f->store, f->alice, NOW + 1, past,
			     LIST_MAX, &pasts),
	    STATUS_OK);
	assert_int_equal(pasts, 1);
	assert_string_equal(past[0].title, "Trader");
	assert_string_equal(past[0].env, "paper");
	assert_string_equal(past[0].why, "by the user");
	assert_int_equal(past[0].at, NOW + 1);
	assert_int_equal(
	    connection_history(f->store, f->bob, 0, past, LIST_MAX, &pasts),
	    STATUS_OK);
	assert_int_equal(pasts, 0);
}

int
main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    T(nothing_is_nothing),
	    T(one_for_each_app_and_env),
	    T(what_gave_all_it_had_is_no_connection),
	    T(what_a_person_gave_stands_until_it_is_taken_back),
	    T(the_latest_expiry_counts),
	    T(nobody_finds_anothers),
	    T(an_app_that_is_shut_out_is_told),
	    T(pages_follow_each_other),
	    T(scopes_are_told_together),
	    T(revoking_ends_the_whole_group_and_no_other),
	};
#undef T

	log_open("test", LOG_LEVEL_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
