/* SPDX-License-Identifier: ISC */
/* What the console of those who make apps keeps in the store. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "app/agreement.h"
#include "app/app_errors.h"
#include "app/app_logo.h"
#include "app/app_secret.h"
#include "app/scope_store.h"
#include "identity/user_store.h"
#include "scopegate/cleanup.h"
#include "trader_store.h"

static void
add_error(struct trader_store *f, const char *error, int64_t when)
{
	assert_int_equal(app_error_add(f->store, f->app.id, "/oauth/token",
			     error, "why", when),
	    STATUS_OK);
}

static void
newest_errors_come_first(void **state)
{
	struct trader_store *f = *state;
	struct app_error list[4];
	size_t count = 9;

	assert_int_equal(
	    app_error_list(f->store, f->app.id, list, 4, &count), STATUS_OK);
	assert_int_equal(count, 0);
	add_error(f, "invalid_grant", NOW);
	add_error(f, "invalid_scope", NOW + 1);
	assert_int_equal(
	    app_error_list(f->store, f->app.id, list, 4, &count), STATUS_OK);
	assert_int_equal(count, 2);
	assert_string_equal(list[0].error, "invalid_scope");
	assert_string_equal(list[0].endpoint, "/oauth/token");
	assert_string_equal(list[0].description, "why");
	assert_int_equal(list[0].at, NOW + 1);
	assert_string_equal(list[1].error, "invalid_grant");
	assert_int_equal(
	    app_error_list(f->store, f->app.id, list, 1, &count), STATUS_OK);
	assert_int_equal(count, 1);
	assert_int_equal(
	    app_error_list(f->store, f->app.id + 1, list, 4, &count),
	    STATUS_OK);
	assert_int_equal(count, 0);
}

static void
only_the_last_errors_are_kept(void **state)
{
	struct trader_store *f = *state;
	struct app other = f->app;
	struct app_error list[APP_ERRORS_MAX + 1];
	size_t count;

	memcpy(other.client_id, "other", 6);
	assert_int_equal(app_add(f->store, &other, NOW), STATUS_OK);
	assert_int_equal(
	    app_error_add(f->store, other.id, "/oauth/token", "x", "y", NOW),
	    STATUS_OK);
	for (int64_t i = 0; i <= APP_ERRORS_MAX; i++) {
		add_error(f, "invalid_grant", NOW + i);
		assert_int_equal(app_error_list(f->store, f->app.id, list,
				     APP_ERRORS_MAX + 1, &count),
		    STATUS_OK);
		assert_int_equal(
		    count, i < APP_ERRORS_MAX ? i + 1 : APP_ERRORS_MAX);
	}
	assert_int_equal(list[APP_ERRORS_MAX - 1].at, NOW + 1);
	assert_int_equal(
	    app_error_list(f->store, other.id, list, 2, &count), STATUS_OK);
	assert_int_equal(count, 1);
}

static void
a_flood_of_one_error_is_one(void **state)
{
	struct trader_store *f = *state;
	struct app_error list[8];
	size_t count;

	add_error(f, "invalid_grant", NOW);
	add_error(f, "invalid_grant", NOW);
	add_error(f, "invalid_scope", NOW);
	add_error(f, "invalid_scope", NOW + 1);
	assert_int_equal(app_error_add(f->store, f->app.id, "/oauth/authorize",
			     "invalid_scope", "why", NOW + 1),
	    STATUS_OK);
	assert_int_equal(app_error_add(f->store, f->app.id, "/oauth/authorize",
			     "invalid_scope", "why not", NOW + 1),
	    STATUS_OK);
	assert_int_equal(
	    app_error_list(f->store, f->app.id, list, 8, &count), STATUS_OK);
	assert_int_equal(count, 5);
}

static void
an_error_that_does_not_fit_is_refused(void **state)
{
	struct trader_store *f = *state;
	char text[APP_ERROR_TEXT_SIZE + 1];
	struct app_error list[2];
	size_t count;

	memset(text, 'a', sizeof(text));
	text[APP_ERROR_TEXT_SIZE] = '\0';
	assert_int_equal(
	    app_error_add(f->store, f->app.id, "/oauth/token", "x", text, NOW),
	    STATUS_TOO_BIG);
	text[APP_ERROR_TEXT_SIZE - 1] = '\0';
	assert_int_equal(
	    app_error_add(f->store, f->app.id, "/oauth/token", "x", text, NOW),
	    STATUS_OK);
	text[APP_ERROR_CODE_SIZE] = '\0';
	assert_int_equal(
	    app_error_add(f->store, f->app.id, text, "x", "y", NOW),
	    STATUS_TOO_BIG);
	assert_int_equal(
	    app_error_add(f->store, f->app.id, "x", text, "y", NOW),
	    STATUS_TOO_BIG);
	assert_int_equal(
	    app_error_list(f->store, f->app.id, list, 2, &count), STATUS_OK);
	assert_int_equal(count, 1);
}

static void
a_logo_is_kept_replaced_and_removed(void **state)
{
	struct trader_store *f = *state;
	_cleanup_(buf_clear) struct buf png = {0};
	struct app a;

	buf_init(&png, 64);
	assert_int_equal(
	    app_logo_read(f->store, f->app.id, &png), STATUS_NOT_FOUND);
	assert_int_equal(
	    app_logo_set(f->store, f->app.id, "\x89PNG\0one", 8, NOW),
	    STATUS_OK);
	assert_int_equal(
	    app_logo_set(f->store, f->app.id, "\x89PNG\0two", 8, NOW),
	    STATUS_OK);
	assert_int_equal(app_logo_read(f->store, f->app.id, &png), STATUS_OK);
	assert_int_equal(png.length, 8);
	assert_memory_equal(png.data, "\x89PNG\0two", 8);
	assert_int_equal(app_find_by_id(f->store, f->app.id, &a), STATUS_OK);
	assert_true(a.has_logo);
	assert_int_equal(app_logo_remove(f->store, f->app.id), STATUS_OK);
	assert_int_equal(
	    app_logo_read(f->store, f->app.id, &png), STATUS_NOT_FOUND);
	assert_int_equal(app_logo_set(f->store, f->app.id + 1, "x", 1, NOW),
	    STATUS_FORBIDDEN);
}

/* A changed text needs a new version: who signed the old one has not signed
 * the new one. Change both lines together, never this one alone. */
static void
the_agreement_is_the_one_of_its_version(void **state)
{
	struct digest digest;
	char text[RANDOM_TEXT_SIZE];

	(void)state;
	assert_string_equal(agreement_current.version, "2026-11");
	assert_int_equal(
	    digest_of_text(agreement_current.text, &digest), STATUS_OK);
	digest_text(&digest, text);
	assert_string_equal(
	    text, "Gh2THrR2KQa8AT9ojS6TfW_pwyp5QqfxsbOKaw31e3k");
}

static void
an_agreement_is_signed_once_by_each(void **state)
{
	struct trader_store *f = *state;
	const struct agreement *a = &agreement_current;
	struct digest digest, again;
	int64_t other, when = 5;

	assert_int_equal(
	    user_add(f->store, "bob", "builder", NOW, &other), STATUS_OK);
	assert_int_equal(
	    agreement_signed(f->store, a, f->user, &when), STATUS_OK);
	assert_int_equal(when, 0);
	assert_int_equal(
	    agreement_sign(f->store, a, f->user, NOW, &digest), STATUS_OK);
	assert_int_equal(
	    agreement_signed(f->store, a, f->user, &when), STATUS_OK);
	assert_int_equal(when, NOW);
	assert_int_equal(agreement_sign(f->store, a, f->user, NOW + 1, &again),
	    STATUS_FORBIDDEN);
	assert_int_equal(
	    agreement_signed(f->store, a, other, &when), STATUS_OK);
	assert_int_equal(when, 0);
	assert_int_equal(
	    agreement_sign(f->store, a, other, NOW + 2, &again), STATUS_OK);
	assert_true(digest_equal(&digest, &again));
}

static void
a_new_agreement_is_asked_for_again(void **state)
{
	struct trader_store *f = *state;
	static const struct agreement newer = {"2027-01", "<p>New</p>"};
	static const struct agreement sly = {AGREEMENT_VERSION, "<p>Sly</p>"};
	struct digest digest;
	int64_t when = 5;

	assert_int_equal(
	    agreement_sign(f->store, &agreement_current, f->user, NOW, &digest),
	    STATUS_OK);
	assert_int_equal(
	    agreement_signed(f->store, &newer, f->user, &when), STATUS_OK);
	assert_int_equal(when, 0);
	assert_int_equal(
	    agreement_sign(f->store, &newer, f->user, NOW, &digest), STATUS_OK);
	/* Another text under a version that was signed is no text at all. */
	assert_int_equal(
	    agreement_signed(f->store, &sly, f->user, &when), STATUS_OK);
	assert_int_equal(when, 0);
	assert_int_equal(agreement_sign(f->store, &sly, f->user, NOW, &digest),
	    STATUS_FORBIDDEN);
}

static void
secrets_are_listed_and_deleted(void **state)
{
	struct trader_store *f = *state;
	char one[RANDOM_TEXT_SIZE], two[RANDOM_TEXT_SIZE];
	struct app_secret list[APP_SECRETS_MAX];
	struct app other = f->app;
	size_t count = 9;

	memcpy(other.client_id, "other", 6);
	assert_int_equal(app_add(f->store, &other, NOW), STATUS_OK);
	assert_int_equal(
	    app_secret_list(f->store, f->app.id, list, &count), STATUS_OK);
	assert_int_equal(count, 0);
	assert_int_equal(
	    app_secret_add(f->store, f->app.id, NOW, one), STATUS_OK);
	assert_int_equal(
	    app_secret_add(f->store, f->app.id, NOW + 1, two), STATUS_OK);
	assert_int_equal(
	    app_secret_check(f->store, f->app.id, two, NOW + 90), STATUS_OK);
	assert_int_equal(
	    app_secret_list(f->store, f->app.id, list, &count), STATUS_OK);
	assert_int_equal(count, 2);
	assert_int_equal(list[0].created, NOW);
	assert_int_equal(list[0].last_used, 0);
	assert_int_equal(list[1].created, NOW + 1);
	assert_int_equal(list[1].last_used, NOW + 90);
	assert_int_equal(app_secret_delete(f->store, other.id, list[0].id),
	    STATUS_NOT_FOUND);
	assert_int_equal(
	    app_secret_delete(f->store, f->app.id, list[0].id), STATUS_OK);
	assert_int_equal(app_secret_delete(f->store, f->app.id, list[0].id),
	    STATUS_NOT_FOUND);
	assert_int_equal(
	    app_secret_check(f->store, f->app.id, one, NOW), STATUS_NOT_FOUND);
	assert_int_equal(
	    app_secret_check(f->store, f->app.id, two, NOW), STATUS_OK);
}

int
main(void)
{
#define FRESH(test)                                                            \
	cmocka_unit_test_setup_teardown(                                       \
	    test, trader_store_set_up, trader_store_tear_down)
	const struct CMUnitTest tests[] = {
	    FRESH(newest_errors_come_first),
	    FRESH(only_the_last_errors_are_kept),
	    FRESH(a_flood_of_one_error_is_one),
	    FRESH(an_error_that_does_not_fit_is_refused),
	    FRESH(a_logo_is_kept_replaced_and_removed),
	    FRESH(the_agreement_is_the_one_of_its_version),
	    FRESH(an_agreement_is_signed_once_by_each),
	    FRESH(a_new_agreement_is_asked_for_again),
	    FRESH(secrets_are_listed_and_deleted),
	};

	return cmocka_run_group_tests_name(
	    "brokerd_developer", tests, NULL, NULL);
}
