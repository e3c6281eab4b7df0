/* SPDX-License-Identifier: ISC */
/* What the token endpoint refuses, and that it keeps what it said. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "app/app_errors.h"
#include "broker_call.h"
#include "oauth/exchange.h"
#include "oauth/resource.h"
#include "purge.h"
#include "scopegate/cleanup.h"
#include "scopegate/log.h"

static void
pkce_cannot_be_taken_away_or_added(void **state)
{
	struct broker_call *f = *state;
	struct code with = {.challenge = CALL_CHALLENGE, .grant.scope = "data"},
		    without = {.grant.scope = "data"};
	char code[RANDOM_TEXT_SIZE];

	broker_call_code(f, NATIVE, &with, code);
	broker_call(
	    f, endpoint_token, NATIVE, NULL, CALL_EXCHANGE "&code=%s", code);
	broker_call_expect(f, "invalid_grant");
	broker_call(f, endpoint_token, NATIVE, NULL,
	    CALL_EXCHANGE "&code=%s&code_verifier=%s", code, CALL_CHALLENGE);
	broker_call_expect(f, "invalid_grant");
	broker_call(f, endpoint_token, NATIVE, NULL,
	    CALL_EXCHANGE "&code=%s&code_verifier=%s", code, CALL_VERIFIER);
	assert_int_equal(f->status, 200);

	broker_call_code(f, WEB, &without, code);
	broker_call(f, endpoint_token, WEB, NULL,
	    CALL_EXCHANGE "&code=%s&code_verifier=%s", code, CALL_VERIFIER);
	broker_call_expect(f, "invalid_grant");
}

static void
a_resource_is_the_granted_one_or_none(void **state)
{
	struct broker_call *f = *state;
	struct code c = {.grant.scope = "data", .grant.audience = CALL_OTHER};
	char code[RANDOM_TEXT_SIZE], refresh[8192];

	broker_call_code(f, WEB, &c, code);
	broker_call(f, endpoint_token, WEB, NULL,
	    CALL_EXCHANGE "&code=%s&resource=" CALL_AUDIENCE, code);
	broker_call_expect(f, "invalid_target");
	broker_call(f, endpoint_token, WEB, NULL,
	    CALL_EXCHANGE "&code=%s&resource=https://none.example.com", code);
	broker_call_expect(f, "invalid_target");
	broker_call(f, endpoint_token, WEB, NULL,
	    CALL_EXCHANGE "&code=%s&resource=" CALL_OTHER, code);
	assert_int_equal(f->status, 200);
	broker_call_member(f, "refresh_token", refresh);
	broker_call(f, endpoint_token, WEB, NULL,
	    "grant_type=refresh_token&refresh_token=%s&resource=" CALL_AUDIENCE,
	    refresh);
	broker_call_expect(f, "invalid_target");
	broker_call(f, endpoint_token, WEB, NULL,
	    "grant_type=refresh_token&refresh_token=%s", refresh);
	assert_int_equal(f->status, 200);
}

static void
details_may_only_be_said_again(void **state)
{
	static const struct {
		const char *granted, *asked;
		bool fine;
	} cases[] = {
	    {CALL_LOGIN, CALL_LOGIN, true},
	    {CALL_LOGIN,
		"[ {\"user\":\"alice\", \"service\":\"ssh\","
		"\"host\":\"web1.example.com\",\"type\":\"host_login\"} ]",
		true},
	    {CALL_LOGIN,
		"[{\"type\":\"host_login\",\"host\":\"web2.example.com\","
		"\"service\":\"ssh\",\"user\":\"alice\"}]",
		false},
	    {"", CALL_LOGIN, false},
	    {CALL_LOGIN, "[]", false},
	    {"", "[]", false},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		struct oauth_fault fault = exchange_details_are_granted(
		    cases[i].asked, cases[i].granted);

		assert_int_equal(fault.error,
		    cases[i].fine ? OAUTH_OK
				  : OAUTH_INVALID_AUTHORIZATION_DETAILS);
	}
	assert_int_equal(
	    exchange_details_are_granted(NULL, CALL_LOGIN).error, OAUTH_OK);
}

static void
details_are_not_asked_for_later(void **state)
{
	struct broker_call *f = *state;
	struct code c = {.grant.scope = "data"};
	char code[RANDOM_TEXT_SIZE];

	broker_call_code(f, WEB, &c, code);
	broker_call(f, endpoint_token, WEB, NULL,
	    CALL_EXCHANGE "&code=%s&authorization_details=%s", code,
	    CALL_LOGIN);
	broker_call_expect(f, "invalid_authorization_details");
	broker_call_exchange(f, WEB, code);
}

static void
set_deleted(struct broker_call *f, int app, bool deleted)
{
	_cleanup_(query_done) struct query q = query_start(
	    f->broker.store, "UPDATE apps SET deleted = ? WHERE id = ?");

	query_integer(&q, deleted);
	query_integer(&q, f->apps[app].id);
	assert_int_equal(query_run(&q), STATUS_OK);
}

static void
resources_are_those_that_apps_serve(void **state)
{
	static const char fragment[] = CALL_OTHER "#f";
	struct broker_call *f = *state;

	assert_int_equal(resource_check(&f->broker, NULL).error, OAUTH_OK);
	assert_int_equal(
	    resource_check(&f->broker, CALL_OTHER).error, OAUTH_OK);
	assert_int_equal(
	    resource_check(&f->broker, CALL_ISSUER).error, OAUTH_OK);
	set_deleted(f, WEB, true);
	assert_int_equal(
	    resource_check(&f->broker, CALL_OTHER).error, OAUTH_INVALID_TARGET);
	set_deleted(f, WEB, false);
	assert_int_equal(
	    app_audience_add(f->broker.store, f->apps[WEB].id, fragment),
	    STATUS_OK);
	assert_int_equal(
	    resource_check(&f->broker, fragment).error, OAUTH_INVALID_TARGET);
}

static void
a_public_app_cannot_act_for_itself(void **state)
{
	struct broker_call *f = *state;

	broker_call(
	    f, endpoint_token, NATIVE, NULL, "grant_type=client_credentials");
	broker_call_expect(f, "unauthorized_client");
}

static void
a_disabled_user_gets_nothing(void **state)
{
	struct broker_call *f = *state;
	struct code c = {.grant.scope = "data"};
	char code[RANDOM_TEXT_SIZE], refresh[8192];

	broker_call_code(f, WEB, &c, code);
	broker_call_exchange(f, WEB, code);
	broker_call_member(f, "refresh_token", refresh);
	broker_call_code(f, WEB, &c, code);
	assert_int_equal(
	    user_set_disabled(f->broker.store, f->user, 1), STATUS_OK);
	broker_call(
	    f, endpoint_token, WEB, NULL, CALL_EXCHANGE "&code=%s", code);
	broker_call_expect(f, "invalid_grant");
	broker_call(f, endpoint_token, WEB, NULL,
	    "grant_type=refresh_token&refresh_token=%s", refresh);
	broker_call_expect(f, "invalid_grant");
	assert_int_equal(
	    user_set_disabled(f->broker.store, f->user, 0), STATUS_OK);
}

/* While the password was looked at, others were answered. */
static void
a_user_is_found_again_as_before(void **state)
{
	struct broker_call *f = *state;
	struct store *s = f->broker.store;
	struct user before, again;

	assert_int_equal(user_find_by_id(s, f->user, &before), STATUS_OK);
	assert_int_equal(user_find_again(s, &before, &again), STATUS_OK);
	assert_string_equal(again.name, before.name);
	assert_int_equal(user_set_disabled(s, f->user, 1), STATUS_OK);
	assert_int_equal(user_find_again(s, &before, &again), STATUS_FORBIDDEN);
	assert_int_equal(user_set_disabled(s, f->user, 0), STATUS_OK);
	assert_int_equal(user_find_again(s, &before, &again), STATUS_OK);
	assert_int_equal(user_set_password(s, f->user, "another"), STATUS_OK);
	assert_int_equal(user_find_again(s, &before, &again), STATUS_FORBIDDEN);
	before.id = 999;
	assert_int_equal(user_find_again(s, &before, &again), STATUS_NOT_FOUND);
}

static int64_t
count_tokens(struct store *s)
{
	_cleanup_(query_done) struct query q =
	    query_start(s, "SELECT count(*) FROM tokens");

	assert_int_equal(query_step(&q), STATUS_OK);
	return query_column_integer(&q, 0);
}

/* More than one piece of them, and the lock is free again. */
static void
what_is_old_goes_piece_by_piece(void **state)
{
	struct broker_call *f = *state;
	struct store *s = f->broker.store;
	struct code c = {.grant.scope = "data"};
	int64_t before = count_tokens(s), now = (int64_t)time(NULL);
	char code[RANDOM_TEXT_SIZE];
	bool more = false;

	broker_call_code(f, WEB, &c, code);
	for (int i = 0; i < 2; i++) {
		_cleanup_(query_done) struct query q = query_start(s,
		    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL"
		    " SELECT i + 1 FROM n WHERE i < ?)"
		    " INSERT INTO tokens (hash, kind, grant_id, scope, issued,"
		    " expires) SELECT randomblob(32), 1, ?, '', 1, 2 FROM n");

		query_integer(&q, TOKEN_STORE_PURGE + 1);
		query_integer(&q, c.grant.id);
		assert_int_equal(query_run(&q), STATUS_OK);
	}
	assert_int_equal(token_store_purge(s, 2, &more), STATUS_OK);
	assert_false(more);
	assert_int_equal(token_store_purge(s, 3, &more), STATUS_OK);
	assert_true(more);
	assert_int_equal(count_tokens(s), before + TOKEN_STORE_PURGE + 2);
	assert_int_equal(purge_old(&f->broker, now), STATUS_OK);
	assert_int_equal(count_tokens(s), before);
	assert_int_equal(pthread_mutex_trylock(&f->broker.lock), 0);
	(void)pthread_mutex_unlock(&f->broker.lock);
}

static int64_t
own_grant(struct broker_call *f, const char *scope, int64_t now)
{
	struct store *s = f->broker.store;
	struct grant g = {.app = f->apps[SIGNED].id};
	char token[RANDOM_TEXT_SIZE];

	memcpy(g.scope, scope, strlen(scope) + 1);
	memcpy(g.audience, CALL_AUDIENCE, sizeof(CALL_AUDIENCE));
	assert_int_equal(grant_add_own(s, &g, now), STATUS_OK);
	assert_int_equal(token_issue(s,
			     &(struct token_request){.grant = g.id,
				 .kind = TOKEN_ACCESS,
				 .scope = scope,
				 .now = now,
				 .expires = now + 3600},
			     token),
	    STATUS_OK);
	return g.id;
}

/* However often an app asks, it has as many grants as were good lately. */
static void
an_app_that_acts_for_itself_takes_bounded_room(void **state)
{
	struct broker_call *f = *state;
	int64_t later = 1000 + 3600 + GRANT_OWN_SECONDS;
	int64_t first = own_grant(f, "data", 1000), again;

	assert_int_not_equal(own_grant(f, "data", 1000), first);
	assert_int_not_equal(own_grant(f, "data", later), first);
	assert_int_not_equal(own_grant(f, "trading", later + 1), first);
	again = own_grant(f, "data", later + 1);
	assert_int_equal(again, first);
	/* What stands now is nobody else's, nor is what was revoked. */
	assert_int_not_equal(own_grant(f, "data", later + 1), first);
	assert_int_equal(
	    grant_revoke(f->broker.store, first, later + 2, "x"), STATUS_OK);
	assert_int_not_equal(
	    own_grant(f, "data", later + later + later), first);
}

static void
errors_are_kept_for_the_developer(void **state)
{
	struct broker_call *f = *state;
	struct app_error errors[APP_ERRORS_MAX];
	size_t found = 0;

	broker_call(f, endpoint_token, NATIVE, NULL, "grant_type=password");
	broker_call_expect(f, "unsupported_grant_type");
	assert_int_equal(app_error_list(f->broker.store, f->apps[NATIVE].id,
			     errors, ELEMENTS(errors), &found),
	    STATUS_OK);
	assert_true(found > 0);
	assert_string_equal(errors[0].error, "unsupported_grant_type");
	assert_string_equal(errors[0].endpoint, "/oauth/token");
	/* Of a caller who did not prove to be the app as well. */
	f->secrets[GATE][0] ^= 1;
	broker_call(f, endpoint_token, GATE, NULL, "grant_type=password");
	f->secrets[GATE][0] ^= 1;
	broker_call_expect(f, "invalid_client");
	assert_int_equal(app_error_list(f->broker.store, f->apps[GATE].id,
			     errors, ELEMENTS(errors), &found),
	    STATUS_OK);
	assert_string_equal(errors[0].error, "invalid_client");
}

static void
damaged_details_give_nothing(void **state)
{
	struct broker_call *f = *state;
	struct code c = {.grant.scope = "data", .grant.details = "[]"};
	char code[RANDOM_TEXT_SIZE];

	broker_call_code(f, SIGNED, &c, code);
	broker_call(
	    f, endpoint_token, SIGNED, NULL, CALL_EXCHANGE "&code=%s", code);
	broker_call_expect(f, "server_error");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(pkce_cannot_be_taken_away_or_added),
	    cmocka_unit_test(a_resource_is_the_granted_one_or_none),
	    cmocka_unit_test(details_may_only_be_said_again),
	    cmocka_unit_test(details_are_not_asked_for_later),
	    cmocka_unit_test(resources_are_those_that_apps_serve),
	    cmocka_unit_test(a_public_app_cannot_act_for_itself),
	    cmocka_unit_test(a_disabled_user_gets_nothing),
	    cmocka_unit_test(a_user_is_found_again_as_before),
	    cmocka_unit_test(what_is_old_goes_piece_by_piece),
	    cmocka_unit_test(an_app_that_acts_for_itself_takes_bounded_room),
	    cmocka_unit_test(errors_are_kept_for_the_developer),
	    cmocka_unit_test(damaged_details_give_nothing),
	};

	log_open("test", LOG_LEVEL_ERROR);
	return cmocka_run_group_tests_name(
	    "brokerd_refuse", tests, broker_call_make, broker_call_remove);
}
