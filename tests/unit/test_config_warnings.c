/* SPDX-License-Identifier: ISC */
/* What is allowed, but not without a word. */
#include "config_make.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "scopegate/cleanup.h"

#define MOST 8

static const struct row {
	unsigned int replaced;
	const char *text;
	const char *warning; /* a part; NULL: none at all */
	unsigned int line;
} rows[] = {
    {0, "", NULL, 0},
    {LINE_AUDIENCE, "audience = none", "audience = none", LINE_ISSUER},
    {LINE_AUDIENCE, "audience = a\nexpiry = none", "expiry = none",
	LINE_ISSUER},
    {LINE_AUDIENCE, "audience = a\ninsecure_loopback = yes",
	"insecure_loopback = yes", LINE_ISSUER},
    {LINE_AUDIENCE, "audience = a\nbreaker = off", "breaker = off",
	LINE_ISSUER},
    {LINE_BLANK_TOO,
	"[issuer idle]\nurl = https://b.example\nclient_id = a\n"
	"client_secret_file = $/secret\naudience = a\nuser_claim = u",
	"no policy names it", 11},
};

static void
test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		_cleanup_(config_unrefp) struct config *c = NULL;
		struct config_made m;
		char warnings[MOST][256] = {""}, place[160];
		size_t count;

		config_make(&m);
		config_make_main(&m, rows[i].replaced, rows[i].text);
		c = config_make_good(&m);
		count = config_warnings(c, warnings, MOST);
		assert_int_equal(count, rows[i].warning != NULL ? 1 : 0);
		(void)snprintf(
		    place, sizeof(place), "%s:%u: ", m.path, rows[i].line);
		if (rows[i].warning != NULL &&
		    (strstr(warnings[0], rows[i].warning) == NULL ||
			strncmp(warnings[0], place, strlen(place)) != 0))
			fail_msg("%s", warnings[0]);
		config_make_done(&m);
	}
}

/* A host that is an OAuth client: what stands there instead of its parts. */
static const struct sign_in_row {
	const char *head, *issuer, *policy;
	const char *warning; /* a part; NULL: none at all */
} sign_in_rows[] = {
#define GATE "gateway_url = https://gate.example.com"
#define BROWSER "login = browser token"
    {GATE, "", BROWSER, NULL},
    {GATE, "redirect_uri = https://gate.example.com/callback", BROWSER, NULL},
    {"", "redirect_uri = https://a.example/c", BROWSER, NULL},
    {GATE, "redirect_uri = https://gate.example.com/callback2", BROWSER,
	"redirect_uri is not gateway_url"},
    {GATE, "redirect_uri = https://a.example/callback", BROWSER,
	"redirect_uri is not gateway_url"},
    {GATE, "redirect_uri = https://a.example/callback", "login = device", NULL},
    {"gateway_url = http://127.0.0.1:8080", "", BROWSER,
	"gateway_url is plain http"},
    {GATE, "", "login = token", "there will be no grants"},
    {GATE, "", "login = device", NULL},
    {GATE, "", "login = device\ndevice_remote = yes", "device_remote = yes"},
    {GATE, "profile = fake\nallow_foreign_tokens = yes", BROWSER,
	"allow_foreign_tokens = yes"},
    {GATE, "profile = fake\nvalidation = probe\nallow_foreign_tokens = yes",
	"login = token", "identity only"},
};

/* An address that is given to somebody else lets them in as the first one. */
static void
test_mutable_claim(void **state)
{
	static const struct {
		const char *claim;
		size_t count;
	} each[] = {{"upn", 1}, {"email", 1}, {"oid", 0}};
	struct config_made m;

	(void)state;
	config_make(&m);
	config_make_file(&m, "fake.conf",
	    "[profile]\ntitle = A server for tests\nsource = nowhere\n"
	    "status = from documents\nchecked = 2026-11-26\n"
	    "mutable_claims = email upn\n[issuer]\nvalidation = jwt\n",
	    0644);
	for (size_t i = 0; i < ELEMENTS(each); i++) {
		_cleanup_(config_unrefp) struct config *c = NULL;
		char warnings[MOST][256] = {""}, text[512];

		(void)snprintf(text, sizeof(text),
		    "[validatord]\naudit_log = /a\nuser = nobody\n"
		    "profile_dir = $\n[issuer a]\nprofile = fake\n"
		    "url = https://a.example\naudience = a\nuser_claim = %s\n"
		    "[policy p]\nservice = s\nissuer = a\nrequire = r\n",
		    each[i].claim);
		config_make_file(&m, "v.conf", text, 0644);
		c = config_make_good(&m);
		assert_int_equal(
		    config_warnings(c, warnings, MOST), each[i].count);
		if (each[i].count > 0 &&
		    (strstr(warnings[0], each[i].claim) == NULL ||
			strstr(warnings[0], "write user_map") == NULL ||
			strstr(warnings[0], "v.conf:5: ") == NULL))
			fail_msg("%s", warnings[0]);
	}
	config_make_done(&m);
}

static void
test_sign_in_rows(void **state)
{
	struct config_made m;

	(void)state;
	config_make(&m);
	config_make_file(&m, "fake.conf",
	    "[profile]\ntitle = A broker for tests\nsource = nowhere\n"
	    "status = from documents\nchecked = 2026-11-26\n"
	    "[issuer]\nvalidation = grant\n"
	    "[probe one]\nurl = https://b.example/me\n"
	    "header = Authorization: Bearer {token}\nsubject = /id\n",
	    0644);
	for (size_t i = 0; i < ELEMENTS(sign_in_rows); i++) {
		const struct sign_in_row *r = &sign_in_rows[i];
		_cleanup_(config_unrefp) struct config *c = NULL;
		char warnings[MOST][256] = {""}, text[1024], place[160];
		size_t count;

		(void)snprintf(text, sizeof(text),
		    "[validatord]\naudit_log = /a\nuser = nobody\n"
		    "profile_dir = $\n%s\n"
		    "[issuer broker]\nurl = https://b.example\n%s%s\n"
		    "client_id = a\nclient_secret_file = $/secret\n"
		    "user_claim = u\n[policy p]\nservice = sshd\n"
		    "issuer = broker\nrequire = trading\n%s\n",
		    r->head,
		    strstr(r->issuer, "validation") != NULL ||
			    strstr(r->issuer, "profile") != NULL
			? ""
			: "validation = grant\n",
		    r->issuer, r->policy);
		config_make_file(&m, "v.conf", text, 0644);
		c = config_make_good(&m);
		count = config_warnings(c, warnings, MOST);
		if (count != (r->warning != NULL ? 1 : 0) ||
		    (r->warning != NULL &&
			strstr(warnings[0], r->warning) == NULL))
			fail_msg("row %zu: %zu: %s", i, count, warnings[0]);
		/* Where its key stands, though it is of no section's own. */
		(void)snprintf(place, sizeof(place), "%s:5: ", m.path);
		if (strncmp(r->head, "gateway_url = http:", 19) == 0 &&
		    strncmp(warnings[0], place, strlen(place)) != 0)
			fail_msg("%s", warnings[0]);
	}
	config_make_done(&m);
}

/* An earlier and a later policy: does the later one ever decide? */
static const struct pair {
	const char *earlier, *later;
	bool shadowed;
} pairs[] = {
    {"service = sshd", "service = sshd", true},
    {"service = sshd sudo", "service = sshd", true},
    {"service = sshd", "service = sshd sudo", false},
    {"service = sshd", "service = sudo", false},
    {"service = sshd", "service = sshd\nuser = bob", true},
    {"service = sshd\nuser = bob", "service = sshd", false},
    {"service = sshd\nuser = bob", "service = sshd\nuser = bob", true},
    {"service = sshd\nuser = bob al", "service = sshd\nuser = al", true},
    {"service = sshd\nuser = bob", "service = sshd\nuser = al bob", false},
    {"service = sshd\nrhost = 10.0.0.0/8", "service = sshd", false},
    {"service = sshd\nrhost = 10.0.0.0/8",
	"service = sshd\nrhost = 10.1.0.0/16", true},
    {"service = sshd\nrhost = 10.0.0.0/8", "service = sshd\nrhost = 10.1.2.3",
	true},
    {"service = sshd\nrhost = 10.1.0.0/16",
	"service = sshd\nrhost = 10.0.0.0/8", false},
    {"service = sshd\nrhost = 10.0.0.0/16",
	"service = sshd\nrhost = 10.0.0.0/8", false},
    {"service = sshd\nrhost = 10.0.0.0/8",
	"service = sshd\nrhost = 10.1.0.0/16 ::1", false},
    {"service = sshd\nrhost = 10.0.0.0/8 ::1",
	"service = sshd\nrhost = 10.1.0.0/16 ::1", true},
    {"service = sshd\nrhost = a.example", "service = sshd\nrhost = a.example",
	true},
    {"service = sshd\nrhost = a.example", "service = sshd\nrhost = b.example",
	false},
    {"service = sshd\nrhost = 10.0.0.0/8", "service = sshd\nrhost = a.example",
	false},
};

static void
test_shadows(void **state)
{
	(void)state;
	for (size_t i = 0; i < ELEMENTS(pairs); i++) {
		_cleanup_(config_unrefp) struct config *c = NULL;
		struct config_made m;
		char warnings[MOST][256] = {""}, text[512];
		size_t count;

		config_make(&m);
		(void)snprintf(text, sizeof(text),
		    "%s\nissuer = acme\nrequire = a\n[policy later]\n%s",
		    pairs[i].earlier, pairs[i].later);
		config_make_main(&m, LINE_SERVICE, text);
		c = config_make_good(&m);
		count = config_warnings(c, warnings, MOST);
		if (count != (pairs[i].shadowed ? 1 : 0))
			fail_msg("%s / %s: %s", pairs[i].earlier,
			    pairs[i].later, warnings[0]);
		if (pairs[i].shadowed)
			assert_non_null(strstr(warnings[0],
			    "later never decides, for "
			    "trading-hosts stands before it"));
		config_make_done(&m);
	}
}

/* Two earlier policies may shadow it together, service by service. */
static void
test_shadowed_together(void **state)
{
	_cleanup_(config_unrefp) struct config *c = NULL;
	struct config_made m;
	char warnings[MOST][256];

	(void)state;
	config_make(&m);
	config_make_file(&m, "policy.d/a.conf",
	    "[policy b]\nservice = sudo\nissuer = acme\nrequire = a\n"
	    "[policy c]\nservice = sudo sshd\nissuer = acme\nrequire = a\n",
	    0644);
	c = config_make_good(&m);
	assert_int_equal(config_warnings(c, warnings, MOST), 1);
	assert_non_null(strstr(warnings[0], "policy c never decides"));
	/* No more than there is room for. */
	assert_int_equal(config_warnings(c, warnings, 0), 0);
	config_make_done(&m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_rows),
	    cmocka_unit_test(test_mutable_claim),
	    cmocka_unit_test(test_sign_in_rows),
	    cmocka_unit_test(test_shadows),
	    cmocka_unit_test(test_shadowed_together),
	};

	return cmocka_run_group_tests_name(
	    "config_warnings", tests, NULL, NULL);
}
