/* SPDX-License-Identifier: ISC */
/* What stands of earlier consents, and what is enough for a new request. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "app/scope_store.h"
#include "oauth/standing_grant.h"
#include "scopegate/cleanup.h"
#include "temporary_store.h"

#define NOW 1000000
#define AUDIENCE "https://hosts.example.test"

static struct temporary_store *disk;
static int64_t user, app;

static void
fill(struct store *s)
{
	struct app a = {
	    .client_id = "app", .title = "App", .scopes = "trading data"};

	assert_int_equal(scope_add(s, "trading", "Trade", 1), STATUS_OK);
	assert_int_equal(scope_add(s, "data", "Read", 2), STATUS_OK);
	assert_int_equal(
	    user_add_hashed(s, "alice", "x", NOW, &user), STATUS_OK);
	assert_int_equal(app_add(s, &a, NOW), STATUS_OK);
	app = a.id;
}

static struct grant
make(const char *env, const char *scope, const char *details)
{
	struct grant g = {.user = user, .app = app, .auth_time = NOW - 9};

	(void)snprintf(g.env, sizeof(g.env), "%s", env);
	(void)snprintf(g.scope, sizeof(g.scope), "%s", scope);
	(void)snprintf(g.details, sizeof(g.details), "%s", details);
	(void)snprintf(g.audience, sizeof(g.audience), AUDIENCE);
	return g;
}

static void
add(struct store *s, struct grant g, int64_t when)
{
	assert_int_equal(grant_add(s, &g, when), STATUS_OK);
}

static struct standing
find(struct store *s, const char *scope, const char *details)
{
	struct grant wanted = make("", scope, details);
	struct standing found = {.last = -1};

	assert_int_equal(standing_find(s, &wanted, &found), STATUS_OK);
	return found;
}

static void
covers_only_what_was_allowed(void **state)
{
	struct store *s = *state;
	struct grant other = make("live", "trading data", "");
	struct standing found = find(s, "", "");

	assert_false(found.paper || found.live);
	assert_int_equal(found.last, 0);

	add(s, make("paper", "trading", ""), NOW);
	found = find(s, "trading", "");
	assert_true(found.paper && !found.live);
	assert_true(find(s, "", "").paper);
	assert_false(find(s, "trading data", "").paper);
	assert_false(find(s, "data", "").paper);
	assert_false(find(s, "trading", "[{}]").paper);
	assert_int_equal(found.last, NOW);
	assert_string_equal(found.last_env, "paper");

	(void)snprintf(other.audience, sizeof(other.audience),
	    "https://other.example.com");
	add(s, other, NOW + 1);
	assert_false(find(s, "trading", "").live);

	add(s, make("live", "data", "[{}]"), NOW + 2);
	found = find(s, "data", "[{}]");
	assert_true(found.live && !found.paper);
	assert_false(find(s, "data", "").live);
	assert_int_equal(found.last, NOW + 2);
	assert_string_equal(found.last_env, "live");
}

static void
forgets_what_was_taken_back(void **state)
{
	struct store *s = *state;
	int64_t count = 0;

	add(s, make("paper", "trading", ""), NOW);
	assert_int_equal(
	    grant_revoke_all(s, user, app, NOW + 1, "test", &count), STATUS_OK);
	assert_int_equal(count, 1);
	assert_false(find(s, "trading", "").paper);
	assert_int_equal(find(s, "trading", "").last, 0);
}

/* From the shell: nobody signed in for it, so nobody consented. */
static void
takes_no_operators_grant_for_consent(void **state)
{
	struct store *s = *state;
	struct grant g = make("paper", "trading", "");

	g.auth_time = 0;
	add(s, g, NOW);
	assert_false(find(s, "trading", "").paper);
	assert_int_equal(find(s, "trading", "").last, 0);
}

static void
looks_at_the_newest_only(void **state)
{
	struct store *s = *state;

	add(s, make("paper", "trading", ""), NOW);
	for (int i = 1; i < STANDING_GRANTS_MAX; i++)
		add(s, make("live", "data", ""), NOW);
	assert_true(find(s, "trading", "").paper);
	add(s, make("live", "data", ""), NOW);
	assert_false(find(s, "trading", "").paper);
}

static int
set_up(void **state)
{
	struct temporary_store *t = calloc(1, sizeof(*t));

	if (t == NULL || temporary_store_make(t) != 0)
		return -1;
	disk = t;
	*state = t->store;
	fill(t->store);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	temporary_store_remove(disk);
	free(disk);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		covers_only_what_was_allowed, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(
		forgets_what_was_taken_back, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(
		takes_no_operators_grant_for_consent, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(
		looks_at_the_newest_only, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
