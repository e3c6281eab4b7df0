/* SPDX-License-Identifier: ISC */
/* What a record says, and that it always fits. */
#include "audit_make.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scopegate/json.h"

#define ZEROS "0000000000000000000000000000000000000000000000000000000000000000"

static void
plain_record_octet_by_octet(void **state)
{
	static const char expected[] =
	    "{\"v\":1,\"seq\":1,\"ts\":\"2023-11-14T22:13:20.000007Z\","
	    "\"ref\":\"K7Q2-9XYZ\",\"op\":\"login\",\"decision\":\"deny\","
	    "\"reason\":\"scope_missing\",\"service\":\"sshd\","
	    "\"user\":\"alice\",\"detail\":\"trading\",\"cache\":\"miss\","
	    "\"as_us\":1500,\"total_us\":2500,\"peer_pid\":4711,"
	    "\"peer_uid\":0,\"prev\":\"" ZEROS "\",\"hash\":\"";
	struct audit_record r = make_record();
	char *line = record_line(&r);

	(void)state;
	assert_memory_equal(line, expected, sizeof(expected) - 1);
	assert_int_equal(strlen(line), sizeof(expected) - 1 + 64 + 2);
	assert_string_equal(line + sizeof(expected) - 1 + 64, "\"}");
	free(line);
}

/* All members there are, by their names. */
static void
full_record(void **state)
{
	static const char expected[] =
	    "\"op\":\"account\",\"decision\":\"allow\","
	    "\"reason\":\"granted\",\"service\":\"sudo\",\"user\":\"alice\","
	    "\"uid\":1000,\"rhost\":\"192.0.2.1\",\"tty\":\"pts/3\","
	    "\"ruser\":\"bob\",\"ssh_key\":\"SHA256:x\",\"issuer\":\"acme\","
	    "\"iss\":\"https://as.example.com\",\"sub\":\"subject-1\","
	    "\"client_id\":\"ssh-gate\",\"policy\":\"hosts\","
	    "\"scopes_matched\":[\"trading\",\"data\"],"
	    "\"opt_outs\":[\"audience=none\",\"expiry=none\"],"
	    "\"token\":\"00ab0ff0\",\"cache\":\"hit\",\"cache_age_ms\":77,"
	    "\"as_us\":0,";
	struct issuer issuer = {.audience = NULL, .expiry = NONE};
	char name[] = "hosts";
	struct policy policy = {.name = name,
	    .issuer = &issuer,
	    .require = make_words("trading absent"),
	    .require_any = make_words("data other")};
	struct facts *f = make_facts();
	struct audit_record r = make_record();
	char *line;

	(void)state;
	r.operation = "account";
	r.verdict = VERDICT_ALLOW;
	r.reason = REASON_GRANTED;
	r.service = text_of("sudo");
	r.has_uid = true;
	r.uid = 1000;
	r.rhost = text_of("192.0.2.1");
	r.tty = text_of("pts/3");
	r.ruser = text_of("bob");
	r.ssh_key = "SHA256:x";
	r.issuer = "acme";
	r.facts = f;
	r.policy = &policy;
	r.detail = "";
	r.fingerprint = "00ab0ff0";
	r.cache = CACHE_HIT;
	r.cache_age_ms = 77;
	r.as_us = 0;
	line = record_line(&r);
	if (strstr(line, expected) == NULL)
		print_error("%s\n", line);
	assert_non_null(strstr(line, expected));
	assert_null(strstr(line, "detail"));
	json_free(record_json(line));
	free(line);
	facts_unref(f);
	word_list_clear(&policy.require);
	word_list_clear(&policy.require_any);
}

/* What an operator did says who and how many, and of each grant whose it is;
 * a name that is no name stays inside its string. */
static void
acts_of_operators(void **state)
{
	static const char hostile[] = "a\",\"op\":\"login\x1b";
	struct facts *f = make_facts();
	struct audit_act act = {.ref = "K7Q2M9XP",
	    .operation = "revoke",
	    .user = text_of(hostile),
	    .grants = 2,
	    .sign_ins = 1,
	    .peer_pid = 4711,
	    .peer_uid = 1000};
	char *line = act_line(&act);

	(void)state;
	assert_non_null(strstr(line,
	    "\"ref\":\"K7Q2M9XP\",\"op\":\"revoke\",\"user\":\"a\\\","
	    "\\\"op\\\":\\\"login\\u001b\",\"grants\":2,\"sign_ins\":1,"
	    "\"peer_pid\":4711,\"peer_uid\":1000,\"prev\":"));
	free(line);
	act.operation = "revoked";
	act.user = text_of("alice");
	act.grant_id = "0123456789abcdef";
	act.service = text_of("sshd");
	act.issuer = "acme";
	act.facts = f;
	line = act_line(&act);
	assert_non_null(strstr(line,
	    "\"op\":\"revoked\",\"user\":\"alice\","
	    "\"grant\":\"0123456789abcdef\",\"service\":\"sshd\","
	    "\"issuer\":\"acme\",\"iss\":\"https://as.example.com\","
	    "\"sub\":\"subject-1\",\"client_id\":\"ssh-gate\","
	    "\"peer_pid\":4711,\"peer_uid\":1000,\"prev\":"));
	free(line);
	facts_unref(f);
}

/* Opt-outs are named when there are some, each for itself. */
static void
opt_outs_are_named(void **state)
{
	static const struct {
		const char *audience;
		int expiry;
		int validation;
		bool foreign;
		const char *said; /* NULL: no member */
	} rows[] = {
	    {"x", STATED, VALIDATION_INTROSPECT, false, NULL},
	    {NULL, STATED, VALIDATION_INTROSPECT, false,
		"\"opt_outs\":[\"audience=none\"]"},
	    {"x", NONE, VALIDATION_INTROSPECT, false,
		"\"opt_outs\":[\"expiry=none\"]"},
	    {NULL, STATED, VALIDATION_GRANT, false, NULL},
	    {NULL, STATED, VALIDATION_GRANT, true,
		"\"opt_outs\":[\"audience=none\",\"allow_foreign_tokens="
		"yes\"]"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct issuer issuer = {
		    .expiry = rows[i].expiry,
		    .validation = rows[i].validation,
		    .sign_in.allow_foreign_tokens = rows[i].foreign,
		};
		char name[] = "p";
		struct policy policy = {.name = name, .issuer = &issuer};
		struct audit_record r = make_record();
		char *line;

		make_replace(&issuer.audience, rows[i].audience);
		r.policy = &policy;
		line = record_line(&r);
		if (rows[i].said != NULL)
			assert_non_null(strstr(line, rows[i].said));
		else
			assert_null(strstr(line, "opt_outs"));
		free(line);
		free(issuer.audience);
	}
}

static void
unknown_scopes_match_nothing(void **state)
{
	char name[] = "p";
	struct policy policy = {.name = name, .require = make_words("trading")};
	struct facts *f = make_facts();
	struct audit_record r = make_record();
	char *line;

	(void)state;
	f->scopes_known = false;
	r.facts = f;
	r.policy = &policy;
	line = record_line(&r);
	assert_null(strstr(line, "scopes_matched"));
	free(line);
	facts_unref(f);
	word_list_clear(&policy.require);
}

/* Seven words of 100 octets find room for four; the rest is counted. */
static void
matched_scopes_are_bounded(void **state)
{
	char name[] = "p", all[8 * 101] = "";
	struct policy policy = {.name = name};
	struct facts *f = make_facts();
	struct audit_record r = make_record();
	const struct json_value *v;
	struct json *j;
	char *line;
	int64_t more = 0;

	(void)state;
	for (size_t i = 0; i < 7; i++)
		snprintf(all + i * 101, sizeof(all) - i * 101, "%0100zu ", i);
	all[7 * 101 - 1] = '\0';
	policy.require = make_words(all);
	make_scopes(f, all);
	r.facts = f;
	r.policy = &policy;
	line = record_line(&r);
	j = record_json(line);
	v = json_top(j);
	assert_int_equal(json_count(json_get(v, "scopes_matched")), 4);
	assert_int_equal(
	    json_integer(json_get(v, "scopes_matched_more"), 0, 100, &more),
	    STATUS_OK);
	assert_int_equal(more, 3);
	json_free(j);
	free(line);
	facts_unref(f);
	word_list_clear(&policy.require);
}

/* The name of a member whose text has `octets` octets and stands as digest. */
static void
assert_digest(const struct json_value *top, const char *name, int64_t octets)
{
	const struct json_value *v = json_get(top, name);
	const char *hash = NULL;
	int64_t got = 0;

	assert_non_null(v);
	assert_int_equal(json_type(v), JSON_OBJECT);
	assert_int_equal(
	    json_integer(json_get(v, "octets"), 0, 100000, &got), STATUS_OK);
	assert_int_equal(got, octets);
	assert_int_equal(json_string(json_get(v, "sha256"), &hash), STATUS_OK);
	assert_int_equal(strlen(hash), 64);
}

/* A text is whole or named by length and digest: at n, and at n + 1. */
static void
long_texts_are_never_cut(void **state)
{
	(void)state;
	for (size_t length = 320; length <= 321; length++) {
		struct facts *f = make_facts();
		struct audit_record r = make_record();
		const char *got = NULL;
		struct json *j;
		char *line;

		free(f->subject);
		f->subject = make_string('s', length);
		r.facts = f;
		line = record_line(&r);
		j = record_json(line);
		if (length == 320) {
			assert_int_equal(
			    json_string(json_get(json_top(j), "sub"), &got),
			    STATUS_OK);
			assert_string_equal(got, f->subject);
		} else {
			assert_digest(json_top(j), "sub", 321);
		}
		json_free(j);
		free(line);
		facts_unref(f);
	}
}

/* The digest is of the text itself: sha256sum says the same. */
static void
digest_is_of_the_text(void **state)
{
	struct facts *f = make_facts();
	struct audit_record r = make_record();
	char *line;

	(void)state;
	free(f->subject);
	f->subject = make_string('a', 1000);
	r.facts = f;
	line = record_line(&r);
	assert_non_null(strstr(line,
	    "\"sub\":{\"octets\":1000,\"sha256\":\"41edece42d63e8d9bf515a9b"
	    "a6932e1c20cbc9f5a5d134645adb5db1b9737ea3\"}"));
	free(line);
	facts_unref(f);
}

static void
hostile_texts_stay_inside_their_strings(void **state)
{
	static const char user[] = "a\",\"decision\":\"allow\n\x1b[2J\\";
	struct audit_record r = make_record();
	const char *got = NULL;
	struct json *j;
	char *line;

	(void)state;
	r.user = text_of(user);
	line = record_line(&r);
	j = record_json(line);
	assert_int_equal(
	    json_string(json_get(json_top(j), "user"), &got), STATUS_OK);
	assert_string_equal(got, user);
	assert_int_equal(
	    json_string(json_get(json_top(j), "decision"), &got), STATUS_OK);
	assert_string_equal(got, "deny");
	json_free(j);
	free(line);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(plain_record_octet_by_octet),
	    cmocka_unit_test(full_record),
	    cmocka_unit_test(acts_of_operators),
	    cmocka_unit_test(opt_outs_are_named),
	    cmocka_unit_test(unknown_scopes_match_nothing),
	    cmocka_unit_test(matched_scopes_are_bounded),
	    cmocka_unit_test(long_texts_are_never_cut),
	    cmocka_unit_test(digest_is_of_the_text),
	    cmocka_unit_test(hostile_texts_stay_inside_their_strings),
	};

	return cmocka_run_group_tests_name("audit_record", tests, NULL, NULL);
}
