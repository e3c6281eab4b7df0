/* SPDX-License-Identifier: ISC */
/* What is known of a signed token that is good, and who may have signed it. */
#include <stdio.h>
#include <string.h>

#include "jwt_make.h"
#include "scopegate/cleanup.h"

#define MISSING REASON_CLAIM_MISSING

static void
test_accepted(void **state)
{
	const struct jws_key *const signers[] = {&jwt_rsa, &jwt_curve};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(signers); i++) {
		struct issuer issuer = jwt_issuer(JWT_STRICT);
		const struct jwt_token t = {.key = signers[i], .type = AT};
		struct jwt_result result;
		struct facts *f;

		assert_int_equal(
		    jwt_token_read(&issuer, &t, &result), REASON_NONE);
		assert_null(result.what);
		f = result.facts;
		assert_int_equal(f->method, FACTS_JWT);
		assert_true(f->active && f->scopes_known);
		assert_false(f->bound || f->wrong_use);
		assert_string_equal(f->key_id, signers[i]->kid);
		assert_string_equal(f->token_id, "t-1");
		assert_string_equal(f->subject, "s-1");
		assert_string_equal(f->client_id, "ssh-gate");
		assert_string_equal(f->issuer, issuer.url);
		assert_int_equal(f->expires_at, NOW + 600);
		assert_int_equal(f->issued_at, NOW);
		assert_int_equal(f->checked_at, NOW);
		assert_int_equal(f->scopes.count, 2);
		assert_true(word_list_has(&f->scopes, "trading"));
		assert_true(word_list_has(&f->audience, issuer.audience));
		facts_unref(f);
		issuer_done(&issuer);
	}
}

/* The client by each of its names, and under which profile that counts. */
static void
test_client_names(void **state)
{
	static const struct {
		int profile;
		const char *members;
		const char *client; /* NULL: it is missing */
	} rows[] = {
	    {JWT_LAX, "\"azp\":\"a\"", "a"},
	    {JWT_LAX, "\"appid\":\"b\"", "b"},
	    {JWT_LAX, "\"cid\":\"c\"", "c"},
	    {JWT_LAX, "\"cid\":\"c\",\"azp\":\"a\"", "a"},
	    {JWT_LAX, "\"client_id\":\"d\",\"azp\":\"a\"", "d"},
	    {JWT_LAX, "\"azp\":7", NULL},
	    {JWT_LAX, "\"azp\":\"\"", NULL},
	    {JWT_LAX, "\"client_id\":\"\"", NULL},
	    {JWT_STRICT, "\"jti\":\"t\",\"client_id\":\"d\"", "d"},
	    /* RFC 9068 section 2.2 has no other name for it. */
	    {JWT_STRICT, "\"jti\":\"t\",\"azp\":\"a\"", NULL},
	    {JWT_STRICT, "\"jti\":\"t\",\"client_id\":\"\"", NULL},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		struct issuer issuer = jwt_issuer(rows[i].profile);
		struct jwt_result result;
		enum reason reason = jwt_members_read(&issuer,
		    rows[i].profile == JWT_LAX ? "JWT" : AT, rows[i].members,
		    &result);

		if (reason != (rows[i].client != NULL ? REASON_NONE : MISSING))
			fail_msg("%s: %s", rows[i].members,
			    reason == REASON_NONE ? "accepted"
						  : reason_row(reason)->name);
		if (rows[i].client != NULL)
			assert_string_equal(
			    result.facts->client_id, rows[i].client);
		facts_unref(result.facts);
		issuer_done(&issuer);
	}
}

/* `scope`, or where it is absent `scp`. What is not stated is unknown, which
 * is not the same as none. */
static void
test_scopes(void **state)
{
	static const struct {
		const char *members;
		bool known;
		size_t count;
	} rows[] = {
	    {"\"scope\":\"trading data\"", true, 2},
	    {"\"scope\":\"trading trading\"", true, 1},
	    {"\"scope\":\"\"", true, 0},
	    {"\"scp\":\"trading data\"", true, 2},
	    {"\"scp\":[\"trading\",\"data\"]", true, 2},
	    {"\"scp\":[]", true, 0},
	    {"\"scope\":\"data\",\"scp\":[\"trading\",\"x\"]", true, 1},
	    {"\"x\":1", false, 0},
	};
	static const char *const bad[] = {"\"scp\":7", "\"scp\":[\"a b\"]",
	    "\"scp\":[[\"a\"]]", "\"scope\":null,\"scp\":\"trading\""};
	struct issuer issuer = jwt_issuer(JWT_LAX);
	struct jwt_result result;

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		assert_int_equal(
		    jwt_members_read(&issuer, AT, rows[i].members, &result),
		    REASON_NONE);
		assert_int_equal(result.facts->scopes_known, rows[i].known);
		assert_int_equal(result.facts->scopes.count, rows[i].count);
		facts_unref(result.facts);
	}
	for (size_t i = 0; i < ELEMENTS(bad); i++) {
		assert_int_equal(jwt_members_read(&issuer, AT, bad[i], &result),
		    REASON_TOKEN_NOT_JWT);
		assert_null(result.facts);
	}
	issuer_done(&issuer);
}

/* What claims.c refuses later has to be known. */
static void
test_marks(void **state)
{
	struct issuer issuer = jwt_issuer(JWT_LAX);
	struct jwt_result result;

	(void)state;
	assert_int_equal(jwt_members_read(&issuer, AT,
			     "\"cnf\":{\"jkt\":\"x\"},\"typ\":\"ID\","
			     "\"env\":\"paper\",\"auth_time\":1699999000,"
			     "\"nbf\":1700000000,\"groups\":[\"a\",\"b\"]",
			     &result),
	    REASON_NONE);
	assert_true(result.facts->bound && result.facts->wrong_use);
	assert_string_equal(result.facts->environment, "paper");
	assert_int_equal(result.facts->auth_time, 1699999000);
	assert_int_equal(result.facts->not_before, NOW);
	assert_int_equal(facts_claim(result.facts, "groups")->values.count, 2);
	facts_unref(result.facts);
	issuer_done(&issuer);
}

static void
test_signatures(void **state)
{
	static const struct {
		const struct jws_key *key;
		const char *kid;
		enum reason reason;
	} rows[] = {
	    {&jwt_curve, NULL, REASON_NONE},
	    {&jwt_stranger, NULL, REASON_SIGNATURE_INVALID},
	    {&jwt_curve, "e-2", REASON_KEY_UNKNOWN},
	    {&jwt_curve, "", REASON_KEY_UNKNOWN},
	    {&jwt_curve, "r-1", REASON_KEY_UNKNOWN}, /* for another alg */
	    {&jwt_rsa, "e-1", REASON_KEY_UNKNOWN},
	};
	struct issuer issuer = jwt_issuer(JWT_STRICT);

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		const struct jwt_token t = {
		    .key = rows[i].key, .type = AT, .kid = rows[i].kid};
		struct jwt_result result;

		assert_int_equal(
		    jwt_token_read(&issuer, &t, &result), rows[i].reason);
		if (rows[i].reason == REASON_KEY_UNKNOWN)
			assert_string_equal(result.kid, rows[i].kid);
		assert_int_equal(
		    result.what == NULL, rows[i].reason == REASON_NONE);
		facts_unref(result.facts);
	}
	issuer_done(&issuer);
}

static void
test_no_token(void **state)
{
	static const char *const texts[] = {"", "opaque", "a.b", "..",
	    "e30.e30.", "e30.e30.e30.e30.e30", "{}", "eyJ.e30.e30"};
	struct issuer issuer = jwt_issuer(JWT_LAX);
	struct jwt_result result;

	(void)state;
	for (size_t i = 0; i < ELEMENTS(texts); i++) {
		assert_int_equal(jwt_read(&issuer, jwt_keys, text_of(texts[i]),
				     NOW, &result),
		    REASON_TOKEN_NOT_JWT);
		assert_non_null(result.what);
		assert_null(result.facts);
	}
	issuer_done(&issuer);
}

/* Who is asked about it as well may give it any life; without a wanted
 * audience none need be stated. */
static void
test_issuer_rules(void **state)
{
	struct issuer issuer = jwt_issuer(JWT_STRICT);
	struct jwt_token t = {.key = &jwt_curve,
	    .type = AT,
	    .member = "exp",
	    .value = "1700086400"};
	struct jwt_result result;

	(void)state;
	assert_int_equal(
	    jwt_token_read(&issuer, &t, &result), REASON_LIFETIME_TOO_LONG);
	issuer.signing.max_lifetime_ms = INT64_C(86400) * 1000;
	assert_int_equal(jwt_token_read(&issuer, &t, &result), REASON_NONE);
	facts_unref(result.facts);
	issuer.signing.max_lifetime_ms = 60000;
	issuer.validation = VALIDATION_BOTH;
	assert_int_equal(jwt_token_read(&issuer, &t, &result), REASON_NONE);
	facts_unref(result.facts);
	make_replace(&issuer.audience, NULL);
	t.member = "aud";
	t.value = ABSENT;
	assert_int_equal(jwt_token_read(&issuer, &t, &result), REASON_NONE);
	facts_unref(result.facts);
	issuer_done(&issuer);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_accepted),
	    cmocka_unit_test(test_client_names),
	    cmocka_unit_test(test_scopes),
	    cmocka_unit_test(test_marks),
	    cmocka_unit_test(test_signatures),
	    cmocka_unit_test(test_no_token),
	    cmocka_unit_test(test_issuer_rules),
	};

	return cmocka_run_group_tests_name(
	    "jwt_facts", tests, jwt_keys_make, jwt_keys_free);
}
