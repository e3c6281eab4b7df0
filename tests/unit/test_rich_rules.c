/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "config_make.h"
#include "details.h"
#include "facts_read.h"
#include "policy.h"
#include "scopegate/cleanup.h"

/* Rules on more than scopes: what lies inside objects, what was granted in
 * detail (RFC 9396), how the user authenticated (RFC 9470), and ${host}. */

#define NOW 1000000

static struct facts *
read_facts(const char *members)
{
	_cleanup_(json_freep) struct json *document = NULL;
	_cleanup_(facts_unrefp) struct facts *f = facts_new();
	_cleanup_(buf_clear) struct buf text;
	const char *why = NULL;

	buf_init(&text, 65536);
	(void)buf_format(&text, "{%s}", members);
	assert_int_equal(json_parse(buf_string(&text), text.length, &document,
			     &why),
	    STATUS_OK);
	assert_non_null(f);
	f->active = true;
	return facts_members_read(json_top(document), f, &why) == STATUS_OK
		   ? TAKE_PTR(f)
		   : NULL;
}

/* A policy of this host whose section has these lines. */
static enum status
load(const char *lines, struct config **ret, struct conf_error *e)
{
	struct config_made m;
	_cleanup_(buf_clear) struct buf b;
	enum status s;

	config_make(&m);
	buf_init(&b, 8192);
	(void)buf_format(&b,
	    "[validatord]\naudit_log = /var/log/x\nhost_name = h1.example.com\n"
	    "user = nobody\n"
	    "[issuer as]\nurl = https://as.example\nclient_id = gate\n"
	    "introspection_endpoint = https://as.example/i\n"
	    "client_secret_file = $/secret\naudience = ssh:${host}\n"
	    "user_claim = name\n"
	    "[policy p]\nservice = sshd\nissuer = as\n%s\n",
	    lines);
	config_make_file(&m, "v.conf", buf_string(&b), 0644);
	s = config_make_load(&m, ret, e);
	config_make_done(&m);
	return s;
}

static enum reason
judge(const char *lines, const char *members, char *detail)
{
	_cleanup_(config_unrefp) struct config *c = NULL;
	_cleanup_(facts_unrefp) struct facts *f = read_facts(members);
	struct conf_error e = {.text = ""};

	if (load(lines, &c, &e) != STATUS_OK)
		fail_msg("%s: %s", lines, e.text);
	assert_non_null(f);
	return policy_check(&c->policies[0], f, LOGIN_TOKEN, NOW, detail, NULL);
}

static const struct {
	const char *lines, *members;
	enum reason reason;
	const char *detail;
} rows[] = {
    {"claim = /realm_access/roles in trader",
	"\"realm_access\":{\"roles\":[\"a\",\"trader\"]}", REASON_NONE, ""},
    {"claim = /realm_access/roles in trader",
	"\"realm_access\":{\"roles\":[\"trader2\"]}", REASON_CLAIM_MISMATCH,
	"/realm_access/roles"},
    /* Not the member that only looks like it. */
    {"claim = /realm_access/roles in trader",
	"\"realm_access.roles\":[\"trader\"],\"roles\":[\"trader\"]",
	REASON_CLAIM_MISMATCH, "/realm_access/roles"},
    {"claim = /a/b/c/d in 1", "\"a\":{\"b\":{\"c\":{\"d\":1}}}", REASON_NONE,
	""},
    {"claim = /x~1y/z~0 in v", "\"x/y\":{\"z~\":\"v\"}", REASON_NONE, ""},
    {"claim = /a/b in 1", "\"a\":{\"b\":{\"c\":1}}", REASON_CLAIM_MISMATCH,
	"/a/b"},
    {"claim = a in 1", "\"a\":{\"b\":1}", REASON_CLAIM_MISMATCH, "a"},

    {"require = s\nacr = gold silver", "\"scope\":\"s\",\"acr\":\"silver\"",
	REASON_NONE, ""},
    {"require = s\nacr = gold silver", "\"scope\":\"s\",\"acr\":\"tin\"",
	REASON_AUTHENTICATION_TOO_WEAK, "acr gold silver"},
    {"require = s\nacr = gold", "\"scope\":\"s\"",
	REASON_AUTHENTICATION_TOO_WEAK, "acr gold"},
    {"require = s\namr = otp hwk", "\"scope\":\"s\",\"amr\":[\"pwd\",\"otp\"]",
	REASON_NONE, ""},
    {"require = s\namr = otp hwk", "\"scope\":\"s\",\"amr\":[\"pwd\"]",
	REASON_AUTHENTICATION_TOO_WEAK, "amr otp hwk"},

    {"require = login:${host}", "\"scope\":\"login:h1.example.com\"",
	REASON_NONE, ""},
    {"require = login:${host}", "\"scope\":\"login:${host}\"",
	REASON_SCOPE_MISSING, "login:h1.example.com"},
    {"require = login:${host}", "\"scope\":\"login:h2.example.com\"",
	REASON_SCOPE_MISSING, "login:h1.example.com"},
    {"require_any = a ${host}/${host}",
	"\"scope\":\"h1.example.com/h1.example.com\"", REASON_NONE, ""},
    {"require = s\nrefuse = not:${host}",
	"\"scope\":\"s not:h1.example.com\"", REASON_SCOPE_REFUSED,
	"not:h1.example.com"},
    {"claim = hosts in ${host}", "\"hosts\":[\"h1.example.com\"]",
	REASON_NONE, ""},

    {"details = host_login actions=login locations=https://${host}",
	"\"authorization_details\":[{\"type\":\"other\"},"
	"{\"type\":\"host_login\",\"actions\":[\"sudo\",\"login\"],"
	"\"locations\":[\"https://h1.example.com\"]}]",
	REASON_NONE, ""},
    /* One object has to have it all. */
    {"details = host_login actions=login locations=https://${host}",
	"\"authorization_details\":[{\"type\":\"host_login\",\"actions\":"
	"[\"login\"]},{\"type\":\"host_login\",\"locations\":"
	"[\"https://h1.example.com\"]}]",
	REASON_DETAILS_MISSING, "host_login"},
    {"details = host_login", "\"scope\":\"s\"", REASON_DETAILS_MISSING,
	"host_login"},
    {"details = host_login",
	"\"authorization_details\":[{\"type\":\"Host_login\"}]",
	REASON_DETAILS_MISSING, "host_login"},
    {"details = a identifier=7 privileges=p datatypes=d",
	"\"authorization_details\":[{\"type\":\"a\",\"identifier\":\"7\","
	"\"privileges\":[\"p\"],\"datatypes\":[\"d\"],\"more\":{}}]",
	REASON_NONE, ""},
};

static void
rules_say(void **state)
{
	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		char detail[DETAIL_MAX + 1] = "";
		enum reason reason =
		    judge(rows[i].lines, rows[i].members, detail);

		if (reason != rows[i].reason ||
		    strcmp(detail, rows[i].detail) != 0)
			fail_msg("%s with %s: %d, \"%s\"", rows[i].lines,
			    rows[i].members, (int)reason, detail);
	}
}

/* RFC 9396 section 2: what is not understood is not half understood. */
static void
malformed_details_are_no_facts(void **state)
{
	static const char *const bad[] = {"{}", "\"host_login\"", "[[]]",
	    "[\"a\"]", "[{}]", "[{\"type\":7}]", "[{\"type\":\"\"}]",
	    "[{\"type\":\"a\",\"actions\":\"login\"}]",
	    "[{\"type\":\"a\",\"actions\":[1]}]",
	    "[{\"type\":\"a\",\"identifier\":[\"x\"]}]", "true"};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(bad); i++) {
		char members[256];

		(void)snprintf(members, sizeof(members),
		    "\"authorization_details\":%s", bad[i]);
		if (read_facts(members) != NULL)
			fail_msg("%s", members);
	}
}

/* Copies are what a grant and a join are made of. */
static void
a_copy_has_it_all(void **state)
{
	_cleanup_(facts_unrefp) struct facts *copy = NULL;
	_cleanup_(facts_unrefp) struct facts *f = read_facts(
	    "\"jti\":\"j\",\"a\":{\"b\":\"c\"},\"authorization_details\":"
	    "[{\"type\":\"t\",\"actions\":[\"x\",\"y\"]}]");

	(void)state;
	assert_non_null(f);
	copy = facts_copy(f);
	assert_non_null(copy);
	assert_string_equal(copy->token_id, "j");
	assert_non_null(facts_claim(copy, "/a/b"));
	assert_int_equal(copy->detail_count, 1);
	assert_string_equal(copy->details[0].type, "t");
	assert_true(word_list_has(
	    &copy->details[0].fields[DETAIL_ACTIONS], "y"));
	assert_true(copy->details != f->details);
}

/* Nobody can make a token whose claims take the memory of the host. */
static void
deep_and_many_are_left_out(void **state)
{
	_cleanup_(facts_unrefp) struct facts *f = NULL;
	_cleanup_(buf_clear) struct buf b;

	(void)state;
	buf_init(&b, 65536);
	for (unsigned int i = 0; i < 40; i++) {
		(void)buf_format(&b, "%s\"o%u\":{", i > 0 ? "," : "", i);
		for (unsigned int k = 0; k < 40; k++)
			(void)buf_format(
			    &b, "%s\"m%u\":\"v\"", k > 0 ? "," : "", k);
		(void)buf_append_string(&b, "}");
	}
	(void)buf_append_string(
	    &b, ",\"a\":{\"b\":{\"c\":{\"d\":{\"e\":\"v\"}}}}");
	f = read_facts(buf_string(&b));
	assert_non_null(f);
	assert_int_equal(f->claim_count, 512);
	assert_null(facts_claim(f, "/a/b/c/d/e"));
	facts_unref(f);
	f = read_facts("\"a\":{\"b\":{\"c\":{\"d\":{\"e\":{\"f\":1}}}}}");
	assert_int_equal(f->claim_count, 0);
}

static void
faults_name_the_remedy(void **state)
{
	static const struct {
		const char *lines, *said;
	} bad[] = {
	    {"require = login:${hots}", "${host} alone"},
	    {"require = a\nrefuse = ${user}", "${host} alone"},
	    {"claim = a in ${service}", "${host} alone"},
	    {"details = actions=login", "without a type"},
	    {"details = host_login login", "TYPE FIELD=VALUE"},
	    {"details = host_login actions=", "TYPE FIELD=VALUE"},
	    {"details = host_login action=x", "TYPE FIELD=VALUE"},
	    {"acr = gold", "any token"},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(bad); i++) {
		_cleanup_(config_unrefp) struct config *c = NULL;
		struct conf_error e = {.text = ""};

		if (load(bad[i].lines, &c, &e) == STATUS_OK ||
		    strstr(e.text, bad[i].said) == NULL)
			fail_msg("%s: %s", bad[i].lines, e.text);
	}
}

static void
the_audience_is_of_the_host(void **state)
{
	_cleanup_(config_unrefp) struct config *c = NULL;
	struct conf_error e = {.text = ""};

	(void)state;
	assert_int_equal(load("require = s", &c, &e), STATUS_OK);
	assert_string_equal(c->issuers[0].audience, "ssh:h1.example.com");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(rules_say),
	    cmocka_unit_test(malformed_details_are_no_facts),
	    cmocka_unit_test(a_copy_has_it_all),
	    cmocka_unit_test(deep_and_many_are_left_out),
	    cmocka_unit_test(faults_name_the_remedy),
	    cmocka_unit_test(the_audience_is_of_the_host),
	};

	return cmocka_run_group_tests_name("rich_rules", tests, NULL, NULL);
}
