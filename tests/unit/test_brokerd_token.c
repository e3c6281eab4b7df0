/* SPDX-License-Identifier: ISC */
/* What the token endpoint gives for a code or a refresh token, to which kind
 * of app, and when it gives nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "broker_call.h"
#include "oauth/grant.h"
#include "oauth/issue.h"
#include "scopegate/cleanup.h"
#include "scopegate/log.h"

static bool
is_active(struct broker_call *f, const char *token)
{
	broker_call(f, endpoint_introspect, GATE, NULL, "token=%s", token);
	assert_int_equal(f->status, 200);
	if (strstr(f->body, "\"active\":true") != NULL)
		return true;
	assert_string_equal(f->body, "{\"active\":false}");
	return false;
}

static int64_t
count(struct broker_call *f, int app)
{
	_cleanup_(query_done) struct query q = query_start(f->broker.store,
	    "SELECT count(*) FROM audit WHERE action = 'grant.revoke'"
	    " AND actor = 'app ' || ?");

	query_text(&q, f->apps[app].client_id);
	assert_int_equal(query_step(&q), STATUS_OK);
	return query_column_integer(&q, 0);
}

static void
an_id_token_says_who_signed_in_and_when(void **state)
{
	struct broker_call *f = *state;
	struct code c = {
	    .nonce = "n-0S6_WzA2Mj \"", .grant.scope = "openid data"};
	char code[RANDOM_TEXT_SIZE], token[8192], claims[8192], wanted[512];

	broker_call_code(f, WEB, &c, code);
	broker_call_exchange(f, WEB, code);
	broker_call_member(f, "id_token", token);
	broker_call_verify(f, token, "JWT", claims);
	(void)snprintf(wanted, sizeof(wanted),
	    "\"auth_time\":%lld,\"acr\":\"urn:brokerd:acr:password\","
	    "\"amr\":[\"pwd\"],\"nonce\":\"n-0S6_WzA2Mj \\\"\",\"at_hash\":\"",
	    (long long)c.grant.auth_time);
	assert_non_null(strstr(claims, wanted));
	assert_non_null(strstr(claims, "\"aud\":\"web\""));
	assert_non_null(strstr(claims, "\"iss\":\"" CALL_ISSUER "\""));
	assert_null(strstr(claims, CALL_AUDIENCE));

	/* Again with a refresh, but then without the nonce; and none at all
	 * once openid is left out. */
	broker_call_member(f, "refresh_token", token);
	broker_call(f, endpoint_token, WEB, NULL,
	    "grant_type=refresh_token&refresh_token=%s", token);
	broker_call_member(f, "id_token", claims);
	broker_call_verify(f, claims, "JWT", token);
	assert_null(strstr(token, "nonce"));
	assert_non_null(strstr(token, "\"auth_time\""));
	broker_call_member(f, "refresh_token", token);
	broker_call(f, endpoint_token, WEB, NULL,
	    "grant_type=refresh_token&scope=data&refresh_token=%s", token);
	assert_int_equal(f->status, 200);
	assert_null(strstr(f->body, "id_token"));
	assert_non_null(strstr(f->body, "\"scope\":\"data\""));
	/* What was left out once is not lost. */
	broker_call_member(f, "refresh_token", token);
	broker_call(f, endpoint_token, WEB, NULL,
	    "grant_type=refresh_token&refresh_token=%s", token);
	assert_non_null(strstr(f->body, "\"scope\":\"openid data\""));
}

static void
without_openid_there_is_no_id_token(void **state)
{
	struct broker_call *f = *state;
	struct code c = {.grant.scope = "data"};
	char code[RANDOM_TEXT_SIZE];

	broker_call_code(f, WEB, &c, code);
	broker_call_exchange(f, WEB, code);
	assert_null(strstr(f->body, "id_token"));
	assert_null(strstr(f->body, "authorization_details"));
}

static void
a_signed_token_and_its_introspection_agree(void **state)
{
	struct broker_call *f = *state;
	struct code c = {.grant.scope = "trading", .grant.details = CALL_LOGIN};
	char code[RANDOM_TEXT_SIZE], token[8192], claims[8192], wanted[8192];

	broker_call_code(f, SIGNED, &c, code);
	broker_call_exchange(f, SIGNED, code);
	assert_non_null(
	    strstr(f->body, "\"authorization_details\":" CALL_LOGIN));
	broker_call_member(f, "access_token", token);
	broker_call_verify(f, token, "at+jwt", claims);
	(void)snprintf(wanted, sizeof(wanted),
	    "\"env\":\"paper\",\"account\":\"%s\","
	    "\"authorization_details\":" CALL_LOGIN "}",
	    f->account.uuid);
	assert_non_null(strstr(claims, wanted));
	assert_non_null(strstr(claims, "\"jti\":\""));
	assert_non_null(strstr(claims, "\"acr\":\"urn:brokerd:acr:password\""));
	assert_true(is_active(f, token));
	(void)snprintf(wanted, sizeof(wanted),
	    "{\"active\":true,%.*s,\"token_type\":\"Bearer\","
	    "\"username\":\"alice\"}",
	    (int)strlen(claims) - 2, claims + 1);
	assert_string_equal(f->body, wanted);

	broker_call(f, endpoint_revoke, SIGNED, NULL, "token=%s", token);
	assert_int_equal(f->status, 200);
	assert_false(is_active(f, token));
	assert_int_equal(count(f, SIGNED), 1);
	/* A second time there is nothing left to end, or to record. */
	broker_call(f, endpoint_revoke, SIGNED, NULL, "token=%s", token);
	assert_int_equal(f->status, 200);
	assert_int_equal(count(f, SIGNED), 1);
}

static int64_t
last_use(struct broker_call *f, const char *token)
{
	struct token t;

	assert_int_equal(token_find(f->broker.store, token, &t), STATUS_OK);
	return t.grant.last_used;
}

static void
asking_about_a_token_is_a_use_of_it(void **state)
{
	struct broker_call *f = *state;
	struct code c = {.grant.scope = "data"};
	char code[RANDOM_TEXT_SIZE], token[8192];
	struct token t;
	int64_t used;

	broker_call_code(f, WEB, &c, code);
	broker_call_exchange(f, WEB, code);
	broker_call_member(f, "access_token", token);
	assert_int_equal(last_use(f, token), 0);
	assert_true(is_active(f, token));
	used = last_use(f, token);
	assert_true(used >= c.grant.auth_time);
	assert_int_equal(token_find(f->broker.store, token, &t), STATUS_OK);
	assert_int_equal(
	    grant_note_use(f->broker.store, &t.grant, used + 59), STATUS_OK);
	assert_int_equal(last_use(f, token), used);
	assert_int_equal(
	    grant_note_use(f->broker.store, &t.grant, used + 60), STATUS_OK);
	assert_int_equal(last_use(f, token), used + 60);
}

static void
nobody_is_signed_in_without_a_user(void **state)
{
	static const int apps[] = {WEB, ALPACA};
	struct broker_call *f = *state;

	for (size_t i = 0; i < ELEMENTS(apps); i++) {
		_cleanup_(issued_wipe) struct issued issued = {0};
		struct issue issue = {.grant = {.app = f->apps[apps[i]].id,
					  .scope = "openid",
					  .audience = CALL_AUDIENCE}};

		assert_int_equal(
		    word_set_parse("openid", &issue.scope), STATUS_OK);
		/* To Alpaca's kind nobody is, even with one. */
		if (apps[i] == ALPACA) {
			issue.grant.user = f->user;
			issue.refresh = true;
		}
		assert_int_equal(
		    grant_add(f->broker.store, &issue.grant, 1), STATUS_OK);
		assert_int_equal(issue_tokens(&f->broker, &f->apps[apps[i]],
				     &issue, time(NULL), &issued),
		    STATUS_OK);
		assert_int_equal(issued.id_token.length, 0);
		assert_string_equal(issued.refresh, "");
		if (apps[i] == ALPACA)
			continue;
		broker_call(f, endpoint_userinfo, WEB, NULL, "access_token=%s",
		    buf_string(&issued.access));
		broker_call_expect(f, "insufficient_scope");
	}
}

static void
an_opaque_token_is_named_by_its_digest(void **state)
{
	struct broker_call *f = *state;
	struct code c = {.grant.scope = "data"};
	char code[RANDOM_TEXT_SIZE], token[8192], jti[8192];
	char text[RANDOM_TEXT_SIZE];
	struct digest d;

	broker_call_code(f, WEB, &c, code);
	broker_call_exchange(f, WEB, code);
	broker_call_member(f, "access_token", token);
	assert_true(is_active(f, token));
	broker_call_member(f, "jti", jti);
	assert_int_equal(digest_of_text(token, &d), STATUS_OK);
	digest_text(&d, text);
	assert_string_equal(jti, text);
}

static void
alpaca_is_answered_byte_for_byte(void **state)
{
	static const char *const scopes[] = {"account:write trading", ""};
	struct broker_call *f = *state;

	for (size_t i = 0; i < ELEMENTS(scopes); i++) {
		char code[RANDOM_TEXT_SIZE], token[8192], wanted[16384];
		struct token t;
		struct code c = {0};

		memcpy(c.grant.scope, scopes[i], strlen(scopes[i]) + 1);
		broker_call_code(f, ALPACA, &c, code);
		broker_call_exchange(f, ALPACA, code);
		broker_call_member(f, "access_token", token);
		(void)snprintf(wanted, sizeof(wanted),
		    "{\"access_token\":\"%s\",\"token_type\":\"bearer\","
		    "\"scope\":\"%s\"}",
		    token, scopes[i]);
		assert_string_equal(f->body, wanted);
		assert_int_equal(strlen(token), UUID_SIZE - 1);
		assert_int_equal(token[14], '4');

		/* It stands for ever, and can be asked about nowhere. */
		assert_int_equal(
		    token_find(f->broker.store, token, &t), STATUS_OK);
		assert_true(grant_token_is_active(&t, TOKEN_FOR_EVER - 1));
		assert_false(is_active(f, token));
		broker_call(
		    f, endpoint_revoke, ALPACA, NULL, "token=%s", token);
		broker_call_expect(f, "unsupported_token_type");
		assert_int_equal(
		    token_find(f->broker.store, token, &t), STATUS_OK);
		assert_int_equal(t.grant.revoked, 0);
	}
	broker_call(
	    f, endpoint_token, ALPACA, NULL, "grant_type=client_credentials");
	broker_call_expect(f, "unsupported_grant_type");
	broker_call(f, endpoint_token, ALPACA, NULL,
	    "grant_type=refresh_token&refresh_token=x");
	broker_call_expect(f, "unsupported_grant_type");
}

static void
a_code_of_another_app_is_refused_and_not_spent(void **state)
{
	struct broker_call *f = *state;
	struct code c = {.grant.scope = "data"};
	char code[RANDOM_TEXT_SIZE], token[8192];

	broker_call_code(f, WEB, &c, code);
	broker_call(
	    f, endpoint_token, SIGNED, NULL, CALL_EXCHANGE "&code=%s", code);
	broker_call_expect(f, "invalid_grant");
	broker_call_exchange(f, WEB, code);
	broker_call_member(f, "access_token", token);

	/* Used by now: its app may not end the grant of another. */
	broker_call(
	    f, endpoint_token, SIGNED, NULL, CALL_EXCHANGE "&code=%s", code);
	broker_call_expect(f, "invalid_grant");
	assert_true(is_active(f, token));
}

static void
a_replay_ends_all_and_is_recorded(void **state)
{
	struct broker_call *f = *state;
	struct code c = {.grant.scope = "data"};
	char code[RANDOM_TEXT_SIZE], token[8192], refresh[8192];
	int64_t before = count(f, WEB);

	broker_call_code(f, WEB, &c, code);
	broker_call_exchange(f, WEB, code);
	broker_call_member(f, "access_token", token);
	broker_call_member(f, "refresh_token", refresh);
	broker_call(
	    f, endpoint_token, WEB, NULL, CALL_EXCHANGE "&code=%s", code);
	broker_call_expect(f, "invalid_grant");
	assert_false(is_active(f, token));
	assert_int_equal(count(f, WEB), before + 1);
	broker_call(f, endpoint_token, WEB, NULL,
	    "grant_type=refresh_token&refresh_token=%s", refresh);
	broker_call_expect(f, "invalid_grant");
}

/* Read as the gate reads it, which takes no name twice. */
static void
the_metadata_is_one_clean_document(void **state)
{
	struct broker_call *f = *state;
	char issuer[8192];

	broker_call(f, endpoint_metadata, WEB, NULL, "x=1");
	assert_int_equal(f->status, 200);
	broker_call_member(f, "issuer", issuer);
	assert_string_equal(issuer, CALL_ISSUER);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_id_token_says_who_signed_in_and_when),
	    cmocka_unit_test(without_openid_there_is_no_id_token),
	    cmocka_unit_test(a_signed_token_and_its_introspection_agree),
	    cmocka_unit_test(asking_about_a_token_is_a_use_of_it),
	    cmocka_unit_test(nobody_is_signed_in_without_a_user),
	    cmocka_unit_test(an_opaque_token_is_named_by_its_digest),
	    cmocka_unit_test(alpaca_is_answered_byte_for_byte),
	    cmocka_unit_test(a_code_of_another_app_is_refused_and_not_spent),
	    cmocka_unit_test(the_metadata_is_one_clean_document),
	    cmocka_unit_test(a_replay_ends_all_and_is_recorded),
	};

	log_open("test", LOG_LEVEL_ERROR);
	return cmocka_run_group_tests_name(
	    "brokerd_token", tests, broker_call_make, broker_call_remove);
}
