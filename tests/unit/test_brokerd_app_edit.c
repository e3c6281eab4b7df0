/* SPDX-License-Identifier: ISC */
/* What owners change in their apps, and what they see of all of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "app/app_edit.h"
#include "app/app_list.h"
#include "app/app_logo.h"
#include "app/scope_store.h"
#include "identity/user_store.h"
#include "oauth/token_store.h"
#include "trader_store.h"

static void
client_ids_differ_and_are_plain(void **state)
{
	static const char digits[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
	char one[CLIENT_ID_SIZE], two[CLIENT_ID_SIZE];

	(void)state;
	assert_int_equal(client_id_make(one), STATUS_OK);
	assert_int_equal(client_id_make(two), STATUS_OK);
	assert_string_not_equal(one, two);
	assert_int_equal(strlen(one), APP_CLIENT_ID_LENGTH);
	assert_int_equal(strspn(one, digits), APP_CLIENT_ID_LENGTH);
}

static void
an_update_keeps_what_is_not_the_owners(void **state)
{
	struct trader_store *f = *state;
	struct app a = f->app, b;

	memcpy(a.title, "New", 4);
	memcpy(a.website, "https://w.example.com", 22);
	memcpy(a.scopes, "data", 5);
	a.confidential = true;
	a.kind = APP_ALPACA;
	a.state = APP_APPROVED;
	a.tokens = APP_TOKENS_JWT;
	assert_int_equal(app_update(f->store, &a, NOW + 9), STATUS_OK);
	assert_int_equal(app_find_by_id(f->store, a.id, &b), STATUS_OK);
	assert_string_equal(b.title, "New");
	assert_string_equal(b.website, "https://w.example.com");
	assert_string_equal(b.scopes, "data");
	assert_int_equal(b.tokens, APP_TOKENS_JWT);
	assert_int_equal(b.changed, NOW + 9);
	assert_int_equal(b.created, NOW);
	assert_false(b.confidential);
	assert_int_equal(b.kind, APP_STANDARD);
	assert_int_equal(b.state, APP_DRAFT);
	memcpy(a.scopes, "root", 5);
	assert_int_equal(app_update(f->store, &a, NOW), STATUS_INVALID);
	memcpy(a.scopes, "data", 5);
	memcpy(a.optional_scopes, "trading", 8);
	assert_int_equal(app_update(f->store, &a, NOW), STATUS_INVALID);
}

static void
redirects_are_replaced_as_a_whole(void **state)
{
	struct trader_store *f = *state;
	struct redirect_list l = {.count = 2,
	    .uris = {"https://b.example.com", "https://a.example.com"}};
	char uri[64];

	assert_int_equal(
	    app_redirect_replace(f->store, f->app.id, &l), STATUS_OK);
	assert_int_equal(app_redirect_list(f->store, f->app.id, &l), STATUS_OK);
	assert_int_equal(l.count, 2);
	assert_string_equal(l.uris[0], "https://a.example.com");
	l.count = 1;
	assert_int_equal(
	    app_redirect_replace(f->store, f->app.id, &l), STATUS_OK);
	assert_int_equal(
	    app_redirect_check(f->store, f->app.id, "https://b.example.com"),
	    STATUS_NOT_FOUND);
	assert_int_equal(
	    app_redirect_check(f->store, f->app.id, "https://a.example.com"),
	    STATUS_OK);
	for (int i = 1; i <= APP_REDIRECTS_MAX; i++) {
		assert_int_equal(
		    app_redirect_list(f->store, f->app.id, &l), STATUS_OK);
		(void)snprintf(uri, sizeof(uri), "https://c.example.com/%d", i);
		assert_int_equal(
		    app_redirect_add(f->store, f->app.id, uri), STATUS_OK);
	}
	assert_int_equal(
	    app_redirect_list(f->store, f->app.id, &l), STATUS_TOO_BIG);
}

static void
add_grant(struct trader_store *f, int64_t user)
{
	struct grant g = {.user = user, .app = f->app.id, .env = "paper"};

	assert_int_equal(grant_add(f->store, &g, NOW), STATUS_OK);
}

static void
a_deleted_app_takes_all_with_it(void **state)
{
	struct trader_store *f = *state;
	char secret[RANDOM_TEXT_SIZE];
	int64_t ids[2], count = 9;
	struct app_use use;
	size_t found = 9;
	struct app a;

	add_grant(f, f->user);
	add_grant(f, f->user);
	assert_int_equal(
	    app_secret_add(f->store, f->app.id, NOW, secret), STATUS_OK);
	assert_int_equal(
	    app_logo_set(f->store, f->app.id, "x", 1, NOW), STATUS_OK);
	assert_int_equal(app_use_count(f->store, f->app.id, &use), STATUS_OK);
	assert_int_equal(use.grants, 2);
	assert_int_equal(use.users, 1);
	assert_int_equal(
	    app_delete(f->store, f->app.id, NOW, &count), STATUS_OK);
	assert_int_equal(count, 2);
	assert_int_equal(
	    app_find(f->store, f->app.client_id, &a), STATUS_NOT_FOUND);
	assert_int_equal(app_secret_check(f->store, f->app.id, secret, NOW),
	    STATUS_NOT_FOUND);
	assert_int_equal(app_use_count(f->store, f->app.id, &use), STATUS_OK);
	assert_int_equal(use.grants, 0);
	assert_int_equal(
	    app_list_owned(f->store, f->user, 0, ids, 2, &found), STATUS_OK);
	assert_int_equal(found, 0);
	assert_int_equal(
	    app_delete(f->store, f->app.id, NOW, &count), STATUS_NOT_FOUND);
	/* The client id is not free again. */
	a = f->app;
	assert_int_equal(app_add(f->store, &a, NOW), STATUS_FORBIDDEN);
}

static void
apps_are_listed_by_owner(void **state)
{
	struct trader_store *f = *state;
	struct app second = f->app, other = f->app;
	int64_t ids[3], bob;
	size_t count = 0;

	assert_int_equal(
	    user_add(f->store, "bob", "builder", NOW, &bob), STATUS_OK);
	memcpy(second.client_id, "second", 7);
	assert_int_equal(app_add(f->store, &second, NOW), STATUS_OK);
	memcpy(other.client_id, "other", 6);
	memcpy(other.owner, "bob", 4);
	assert_int_equal(app_add(f->store, &other, NOW), STATUS_OK);
	assert_int_equal(
	    app_list_owned(f->store, f->user, 0, ids, 3, &count), STATUS_OK);
	assert_int_equal(count, 2);
	assert_int_equal(ids[0], second.id);
	assert_int_equal(ids[1], f->app.id);
	assert_int_equal(
	    app_list_owned(f->store, f->user, second.id, ids, 3, &count),
	    STATUS_OK);
	assert_int_equal(count, 1);
	assert_int_equal(
	    app_list_owned(f->store, f->user, 0, ids, 1, &count), STATUS_OK);
	assert_int_equal(count, 1);
	assert_int_equal(ids[0], second.id);
}

static void
uses_are_counted_to_a_limit(void **state)
{
	struct trader_store *f = *state;
	struct app_use use;

	for (int i = 0; i <= APP_USE_COUNTED + 1; i++)
		add_grant(f, f->user);
	assert_int_equal(app_use_count(f->store, f->app.id, &use), STATUS_OK);
	assert_int_equal(use.grants, APP_USE_COUNTED + 1);
}

static void
an_app_is_turned_off_and_on(void **state)
{
	struct trader_store *f = *state;
	struct app a;

	assert_int_equal(
	    app_set_enabled(f->store, f->app.id, false, NOW + 1), STATUS_OK);
	assert_int_equal(app_find_by_id(f->store, f->app.id, &a), STATUS_OK);
	assert_false(a.enabled);
	assert_false(app_is_usable(&a));
	assert_int_equal(a.changed, NOW + 1);
	assert_int_equal(
	    app_set_enabled(f->store, f->app.id, true, NOW + 2), STATUS_OK);
	assert_int_equal(app_find_by_id(f->store, f->app.id, &a), STATUS_OK);
	assert_true(a.enabled);
}

int
main(void)
{
#define FRESH(test)                                                            \
	cmocka_unit_test_setup_teardown(                                       \
	    test, trader_store_set_up, trader_store_tear_down)
	const struct CMUnitTest tests[] = {
	    FRESH(client_ids_differ_and_are_plain),
	    FRESH(an_update_keeps_what_is_not_the_owners),
	    FRESH(redirects_are_replaced_as_a_whole),
	    FRESH(a_deleted_app_takes_all_with_it),
	    FRESH(apps_are_listed_by_owner),
	    FRESH(uses_are_counted_to_a_limit),
	    FRESH(an_app_is_turned_off_and_on),
	};

	return cmocka_run_group_tests_name(
	    "brokerd_app_edit", tests, NULL, NULL);
}
