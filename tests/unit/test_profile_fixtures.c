/* SPDX-License-Identifier: ISC */
/*
 * Every fixture of every profile, read by the code that reads real answers;
 * and none of success, refusal and outage is left out.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "account.h"
#include "claims.h"
#include "facts.h"
#include "fixture.h"
#include "installed.h"
#include "introspect.h"
#include "jose/sign.h"
#include "jwt.h"
#include "metadata.h"
#include "probe.h"
#include "scopegate/cleanup.h"
#include "token_answer.h"

#define NOW 1790000000 /* when all tokens of the fixtures were issued */

static struct rsa_key *signing_key;
static struct jwks *signing_keys;

static const struct probe *
find_probe(const struct issuer *i, const char *name)
{
	for (size_t k = 0; k < i->probe_count; k++) {
		if (strcmp(i->probes[k].name, name) == 0)
			return &i->probes[k];
	}
	return NULL;
}

/* What would be sent, to the octet, with TOKEN for the token. */
static void
check_request(
    const struct fixture *f, const struct issuer *i, const struct probe *p)
{
	static const char *const methods[] = {"GET", "POST"};
	_cleanup_(buf_clear) struct buf headers, body;
	_cleanup_(free_ptr) char *url = NULL;
	char request[1024];

	buf_init_sensitive(&headers, 8192);
	buf_init_sensitive(&body, 8192);
	assert_int_equal(probe_url(p, i, f->api_base, &url), STATUS_OK);
	(void)snprintf(
	    request, sizeof(request), "%s %s", methods[p->method], url);
	assert_string_equal(request, f->request);
	assert_int_equal(
	    probe_fill(p, i, text_of("TOKEN"), &headers, &body), STATUS_OK);
	assert_string_equal(buf_string(&headers), f->headers);
}

static void
check_scopes(
    const struct fixture *f, bool known, const struct word_list *scopes)
{
	char text[512] = "unknown";

	if (f->scopes == NULL)
		return;
	if (known)
		text[0] = '\0';
	for (size_t i = 0; i < scopes->count; i++)
		(void)snprintf(text + strlen(text), sizeof(text) - strlen(text),
		    "%s%s", i > 0 ? " " : "", scopes->words[i]);
	assert_string_equal(text, f->scopes);
}

static const char *
reason_name(enum reason reason)
{
	const struct reason_row *row = reason_row(reason);

	return row != NULL ? row->name : "";
}

static void
check_probe(const struct fixture *f, const struct issuer *i)
{
	static const char *const results[] = {
	    [PROBE_UNAVAILABLE] = "unavailable",
	    [PROBE_VALID] = "valid",
	    [PROBE_INVALID] = "invalid",
	    [PROBE_ELSEWHERE] = "elsewhere",
	    [PROBE_REFUSED] = "refused"};
	_cleanup_(probe_answer_clear) struct probe_answer a = {0};
	const struct probe *p = find_probe(i, f->probe);
	char is[128];

	if (p == NULL)
		fail_msg("%s: no probe %s", f->path, f->probe);
	if (f->request != NULL)
		check_request(f, i, p);
	probe_read(p, i, &f->reply, &a);
	(void)snprintf(is, sizeof(is), "%s%s%s", results[a.result],
	    a.reason != REASON_NONE ? " " : "", reason_name(a.reason));
	if (strcmp(is, f->expect) != 0)
		fail_msg("%s: is %s (%s)", f->path, is, a.what);
	if (f->subject != NULL)
		assert_string_equal(a.subject, f->subject);
	if (f->display != NULL)
		assert_string_equal(a.display, f->display);
	check_scopes(f, a.scopes_known, &a.scopes);
}

/* By the issuer's rules, and the profile's user_claim where it has one. */
static void
check_facts(
    const struct fixture *f, const struct issuer *i, struct facts *facts)
{
	char user[USER_MAX + 1];

	if (f->subject != NULL)
		assert_string_equal(facts->subject, f->subject);
	if (f->client != NULL)
		assert_string_equal(facts->client_id, f->client);
	check_scopes(f, facts->scopes_known, &facts->scopes);
	if (f->user == NULL)
		return;
	assert_int_equal(account_user(i, facts, user, NULL), REASON_NONE);
	assert_string_equal(user, f->user);
}

static void
check_introspection(const struct fixture *f, const struct issuer *i)
{
	_cleanup_(facts_unrefp) struct facts *facts = NULL;
	const char *what = NULL;
	enum reason reason = introspect_read(&f->reply, NOW, &facts, &what);
	char is[128] = "invalid";

	if (reason != REASON_NONE) {
		(void)snprintf(
		    is, sizeof(is), "unavailable %s", reason_name(reason));
	} else if (facts->active) {
		reason = claims_check(facts, i, NOW, NULL);
		(void)snprintf(is, sizeof(is), "%s%s",
		    reason == REASON_NONE ? "valid" : "refused ",
		    reason_name(reason));
	}
	if (strcmp(is, f->expect) != 0)
		fail_msg("%s: is %s (%s)", f->path, is, what);
	if (strcmp(is, "valid") == 0)
		check_facts(f, i, facts);
}

/* The shape of a real token, signed by a key of our own. */
static void
check_jwt(const struct fixture *f, const struct issuer *i)
{
	_cleanup_(facts_unrefp) struct facts *facts = NULL;
	_cleanup_(buf_clear) struct buf token;
	const struct jws_header header = {
	    .typ = strcmp(f->jwt, "-") != 0 ? f->jwt : NULL};
	struct jwt_result result;
	enum reason reason;
	char is[128];

	buf_init(&token, JWS_MAX);
	assert_int_equal(
	    jws_sign(signing_key, &header, f->body, strlen(f->body), &token),
	    STATUS_OK);
	reason = jwt_read(i, signing_keys,
	    (struct text){buf_string(&token), token.length}, NOW, &result);
	facts = result.facts;
	if (reason == REASON_NONE)
		reason = claims_check(facts, i, NOW, NULL);
	(void)snprintf(is, sizeof(is), "%s%s",
	    reason == REASON_NONE ? "valid" : "refused ", reason_name(reason));
	if (strcmp(is, f->expect) != 0)
		fail_msg("%s: is %s (%s)", f->path, is, result.what);
	if (reason == REASON_NONE)
		check_facts(f, i, facts);
}

static void
check_metadata(const struct fixture *f, const struct issuer *i)
{
	_cleanup_(metadata_clear) struct metadata m = {0};
	const char *what = NULL;
	enum reason reason = metadata_read(&f->reply, i, &m, &what);
	char is[128] = "valid";

	if (reason != REASON_NONE)
		(void)snprintf(
		    is, sizeof(is), "unavailable %s", reason_name(reason));
	if (strcmp(is, f->expect) != 0)
		fail_msg("%s: is %s (%s)", f->path, is, what);
	if (reason == REASON_NONE)
		assert_non_null(m.endpoints[ENDPOINT_JWKS]);
}

static void
check_token(const struct fixture *f, const struct issuer *i)
{
	_cleanup_(token_answer_clear) struct token_answer a = {0};
	char error[TOKEN_ERROR_SIZE], is[128] = "valid", seconds[32];
	const char *what = NULL;
	enum reason reason = token_answer_read(&f->reply, i, &a, error, &what);

	if (reason != REASON_NONE)
		(void)snprintf(is, sizeof(is), "%s %s",
		    reason_row(reason)->verdict == VERDICT_DENY ? "refused"
								: "unavailable",
		    reason_name(reason));
	if (strcmp(is, f->expect) != 0)
		fail_msg("%s: is %s (%s)", f->path, is, what);
	(void)snprintf(
	    seconds, sizeof(seconds), "%lld", (long long)a.expires_in);
	if (f->expires_in != NULL)
		assert_string_equal(seconds, f->expires_in);
	if (f->api_base != NULL)
		assert_string_equal(a.api_base, f->api_base);
	assert_int_equal(a.token.length > 0, reason == REASON_NONE);
	check_scopes(f, a.scopes_known, &a.scopes);
}

/* Success, refusal and outage of every probe. */
struct kinds {
	unsigned int success, refusal, outage;
	unsigned int requests;
};

static void
count_kind(struct kinds *k, const struct fixture *f)
{
	if (strcmp(f->kind, "success") == 0)
		k->success++;
	else if (strcmp(f->kind, "refusal") == 0)
		k->refusal++;
	else if (strcmp(f->kind, "outage") == 0)
		k->outage++;
	else
		fail_msg("%s: kind %s", f->path, f->kind);
	/* An outage is never a no, and a refusal never a yes. */
	if (strcmp(f->kind, "outage") == 0)
		assert_int_equal(strncmp(f->expect, "unavailable ", 12), 0);
	else
		assert_int_equal(strcmp(f->kind, "success") == 0,
		    strcmp(f->expect, "valid") == 0);
	k->requests += f->request != NULL;
}

/* A signature is good or not; what fails is how its keys come. */
static void
require_jwt(
    const char *name, const struct kinds *jwt, const struct kinds *metadata)
{
	if (jwt->success == 0 || jwt->refusal == 0 || metadata->success == 0 ||
	    metadata->outage < 3)
		fail_msg(
		    "%s: fixtures of tokens or metadata are missing", name);
}

static void
require_kinds(const char *name, const char *of, const struct kinds *k)
{
	if (k->success == 0 || k->refusal == 0 || k->outage < 3)
		fail_msg("%s, %s: fixtures of success, refusal or outage are "
			 "missing",
		    name, of);
}

static void
check_fixtures(const char *name, const struct issuer *i)
{
	_cleanup_(word_list_clear) struct word_list cases = {0};
	struct kinds probes[PROBES_MAX] = {0}, introspection = {0};
	struct kinds token = {0}, jwt = {0}, metadata = {0};
	static struct fixture f;
	char path[1024], in[512];

	source_path(in, sizeof(in), "tests/profiles/");
	(void)snprintf(in + strlen(in), sizeof(in) - strlen(in), "%s", name);
	names_in(in, &cases);
	for (size_t k = 0; k < cases.count; k++) {
		(void)snprintf(path, sizeof(path), "%s/%s", in, cases.words[k]);
		fixture_read(path, &f);
		if (f.probe != NULL) {
			check_probe(&f, i);
			count_kind(
			    &probes[find_probe(i, f.probe) - i->probes], &f);
		} else if (f.introspection != NULL) {
			check_introspection(&f, i);
			count_kind(&introspection, &f);
		} else if (f.jwt != NULL) {
			check_jwt(&f, i);
			count_kind(&jwt, &f);
		} else if (f.metadata != NULL) {
			check_metadata(&f, i);
			count_kind(&metadata, &f);
		} else {
			assert_non_null(f.token);
			check_token(&f, i);
			count_kind(&token, &f);
		}
	}
	for (size_t k = 0; k < i->probe_count; k++) {
		require_kinds(name, i->probes[k].name, &probes[k]);
		assert_int_not_equal(probes[k].requests, 0);
	}
	if (i->validation == VALIDATION_GRANT)
		require_kinds(name, "token", &token);
	if (i->validation == VALIDATION_INTROSPECT)
		require_kinds(name, "introspection", &introspection);
	else if (i->validation == VALIDATION_JWT)
		require_jwt(name, &jwt, &metadata);
	else
		assert_int_not_equal(i->probe_count, 0);
}

static void
test_fixtures(void **state)
{
	(void)state;
	for (size_t k = 0; k < installed_names.count; k++) {
		_cleanup_(profile_clear) struct profile p;
		_cleanup_(config_unrefp) struct config *c = NULL;

		installed_read(installed_names.words[k], &p);
		if (p.unsupported.count > 0)
			continue;
		c = installed_load_good(installed_names.words[k]);
		check_fixtures(installed_names.words[k], &c->issuers[0]);
	}
}

static int
start(void **state)
{
	static const struct word_list defaults = {0};
	_cleanup_(buf_clear) struct buf document;
	struct jws_algorithms algorithms;
	struct json_writer w;
	const char *why = NULL;

	buf_init(&document, 8192);
	if (rsa_key_generate(&signing_key) != STATUS_OK)
		return -1;
	json_writer_init(&w, &document);
	json_write_begin_object(&w, NULL);
	json_write_begin_array(&w, "keys");
	rsa_key_write_public(signing_key, &w);
	json_write_end_array(&w);
	json_write_end_object(&w);
	if (jws_algorithms_read(&defaults, &algorithms, &why) != STATUS_OK ||
	    jwks_read((struct text){buf_string(&document), document.length},
		&algorithms, NULL, &signing_keys, &why) != STATUS_OK)
		return -1;
	return installed_find(state);
}

static int
end(void **state)
{
	(void)state;
	rsa_key_free(signing_key);
	jwks_free(signing_keys);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_fixtures),
	};

	return cmocka_run_group_tests_name(
	    "profile_fixtures", tests, start, end);
}
