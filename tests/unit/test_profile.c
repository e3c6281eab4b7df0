/* SPDX-License-Identifier: ISC */
/* Reading a profile, and what it gives to a section. */
#include "config_make.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "config_table.h"
#include "probe_make.h"
#include "scopegate/cleanup.h"

#define GOOD_PROBE                                                             \
	"[probe one]\nurl = https://api.example.com/me\n"                      \
	"header = Authorization: Bearer {token}\nsubject = /id\n"

static const char profile[] = PROFILE_HEAD
    "[issuer]\nurl = https://broker.example.com\n"
    "endpoint_origins = https://a.example.com\n"
    "validation = grant\nclient_auth = client_secret_post\n"
    "pkce = no\nprobe_budget = 7\ngrant_max_age = 12h\n"
    "grant_expiry = none\nscope = a b\n"
    "token_endpoint = https://broker.example.com/token\n" GOOD_PROBE;

static void
make(struct config_made *m)
{
	char path[160];

	config_make(m);
	(void)snprintf(path, sizeof(path), "%s/profiles", m->folder);
	assert_int_equal(mkdir(path, 0755), 0);
	config_make_file(m, "profiles/broker.conf", profile, 0644);
}

/* Beside a profile that names no claim, its notes say more than an example. */
static void
test_without_user(void **state)
{
	struct config_made m;
	struct config *c = NULL;
	struct conf_error e = {.text = ""};

	(void)state;
	make(&m);
	config_make_file(&m, "v.conf",
	    "[validatord]\naudit_log = /var/log/a\nuser = nobody\n"
	    "profile_dir = $/profiles\ngateway_url = https://g.example.com\n"
	    "[issuer acme]\nprofile = broker\n"
	    "client_id = gate\nclient_secret_file = $/secret\n"
	    "[policy p]\nservice = sshd\nissuer = acme\nrequire = a\n",
	    0644);
	assert_int_not_equal(config_make_load(&m, &c, &e), STATUS_OK);
	assert_int_equal(e.line, 6);
	assert_non_null(strstr(e.text, "`validatorctl config profiles broker`"));
	assert_null(strstr(e.text, "preferred_username"));
	config_make_done(&m);
}

/* A configuration beside that folder, with the issuer's own rows. */
static enum status
load(const struct config_made *m, const char *rows, struct config **ret,
    struct conf_error *e)
{
	char text[1024];

	(void)snprintf(text, sizeof(text),
	    "[validatord]\naudit_log = /var/log/a\nuser = nobody\n"
	    "profile_dir = $/profiles\ngateway_url = https://g.example.com\n"
	    "[issuer acme]\n%s"
	    "client_id = gate\nclient_secret_file = $/secret\n"
	    "user_claim = sub\n"
	    "[policy p]\nservice = sshd\nissuer = acme\nrequire = a\n",
	    rows);
	config_make_file(m, "v.conf", text, 0644);
	return config_make_load(m, ret, e);
}

#define PROFILE_LINE 7 /* of rows' first */

static struct config *
load_good(const struct config_made *m, const char *rows)
{
	struct config *c = NULL;
	struct conf_error e = {.text = ""};

	if (load(m, rows, &c, &e) != STATUS_OK)
		fail_msg("%s:%u: %s", e.file, e.line, e.text);
	return c;
}

static void
load_bad(const struct config_made *m, const char *rows, const char *file,
    unsigned int line, const char *text)
{
	struct config *c = NULL;
	struct conf_error e = {.text = ""};

	assert_int_not_equal(load(m, rows, &c, &e), STATUS_OK);
	assert_null(c);
	if (strstr(e.file, file) == NULL || e.line != line ||
	    strstr(e.text, text) == NULL)
		fail_msg("%s:%u: %s", e.file, e.line, e.text);
}

static void
test_gives(void **state)
{
	_cleanup_(config_unrefp) struct config *c = NULL;
	struct config_made m;
	const struct issuer *i;

	(void)state;
	make(&m);
	c = load_good(&m, "profile = broker\n");
	i = &c->issuers[0];
	assert_string_equal(i->url, "https://broker.example.com");
	assert_int_equal(i->endpoint_origins.count, 1);
	assert_int_equal(i->validation, VALIDATION_GRANT);
	assert_int_equal(i->client_auth, CLIENT_AUTH_POST);
	assert_false(i->sign_in.pkce);
	assert_int_equal(i->sign_in.probe_budget, 7);
	assert_int_equal(i->sign_in.grant_max_age_ms, 12 * 3600 * 1000);
	assert_int_equal(i->sign_in.expiry, GRANT_EXPIRY_NONE);
	assert_int_equal(i->sign_in.scope.count, 2);
	/* What it does not say comes from the table. */
	assert_int_equal(i->leeway_ms, 10000);
	assert_int_equal(i->probe_count, 1);
	assert_string_equal(i->probes[0].name, "one");
	config_make_done(&m);
}

/* The section's own values win, whole: lists are not joined. */
static void
test_section_wins(void **state)
{
	_cleanup_(config_unrefp) struct config *c = NULL;
	struct config_made m;
	const struct issuer *i;

	(void)state;
	make(&m);
	c = load_good(&m, "profile = broker\nurl = https://other.example.com\n"
			  "endpoint_origins = https://b.example.com\n"
			  "client_auth = client_secret_basic\npkce = yes\n"
			  "probe_budget = 9\ngrant_max_age = 1h\nscope = c\n");
	i = &c->issuers[0];
	assert_string_equal(i->url, "https://other.example.com");
	assert_int_equal(i->endpoint_origins.count, 1);
	assert_string_equal(
	    i->endpoint_origins.words[0], "https://b.example.com");
	assert_int_equal(i->client_auth, CLIENT_AUTH_BASIC);
	assert_true(i->sign_in.pkce);
	assert_int_equal(i->sign_in.probe_budget, 9);
	assert_int_equal(i->sign_in.grant_max_age_ms, 3600 * 1000);
	assert_int_equal(i->sign_in.scope.count, 1);
	config_make_done(&m);
}

/* Two issuers with one profile have each their own. */
static void
test_two_issuers(void **state)
{
	_cleanup_(config_unrefp) struct config *c = NULL;
	struct config_made m;

	(void)state;
	make(&m);
	c = load_good(&m,
	    "profile = broker\nclient_id = one\nuser_claim = sub\n"
	    "client_secret_file = $/secret\n[issuer more]\n"
	    "profile = broker\n");
	assert_int_equal(c->issuer_count, 2);
	assert_string_equal(c->issuers[1].url, c->issuers[0].url);
	assert_ptr_not_equal(c->issuers[1].probes, c->issuers[0].probes);
	config_make_done(&m);
}

static void
test_errors(void **state)
{
	struct config_made m;

	(void)state;
	make(&m);
	config_make_file(&m, "profiles/other.conf", profile, 0644);
	load_bad(&m, "profile = brokre\n", "v.conf", PROFILE_LINE,
	    "profile = brokre is not known: name one of broker other, or put "
	    "its file into");
	load_bad(&m, "profile = ../secret\n", "v.conf", PROFILE_LINE,
	    "is not known");
	/* A fault of the two together is the section's. */
	load_bad(&m, "profile = broker\naudience = x\n", "v.conf",
	    PROFILE_LINE + 1, "audience says nothing");
	load_bad(&m,
	    "profile = broker\ninsecure_loopback = yes\n"
	    "url = http://example.com\n",
	    "v.conf", PROFILE_LINE + 2, "url");
	config_make_file(&m, "profiles/broker.conf",
	    PROFILE_HEAD "[issuer]\nurl = https://b.example.com\n"
			 "clint_auth = none\n",
	    0644);
	load_bad(&m, "profile = broker\n", "broker.conf", 8,
	    "unknown key clint_auth in [issuer]: see scopegate-profiles(5)");
	/* A file that others may write decides for nobody. */
	config_make_file(&m, "profiles/broker.conf", profile, 0666);
	load_bad(&m, "profile = broker\n", "broker.conf", 0, "chmod go-w");
	config_make_file(&m, "profiles/broker.conf",
	    PROFILE_HEAD "unsupported = It is not.\nunsupported = Take x.\n",
	    0644);
	load_bad(&m, "profile = broker\n", "v.conf", PROFILE_LINE,
	    "profile = broker cannot be used: It is not. Take x.");
	config_make_done(&m);
}

static void
test_folder_trust(void **state)
{
	struct config_made m;
	char path[160];

	(void)state;
	make(&m);
	(void)snprintf(path, sizeof(path), "%s/profiles", m.folder);
	assert_int_equal(chmod(path, 0777), 0);
	load_bad(&m, "profile = broker\n", "profiles", 0, "chmod go-w");
	config_make_done(&m);
}

static void
test_no_folder(void **state)
{
	struct config_made m;

	(void)state;
	config_make(&m);
	load_bad(&m, "profile = broker\n", "v.conf", PROFILE_LINE,
	    "is not known: there is none, or put its file into");
	config_make_done(&m);
}

/* The addresses that probes stand on. */
static void
test_addresses(void **state)
{
	struct config_made m;

	(void)state;
	make(&m);
	config_make_file(&m, "profiles/broker.conf",
	    PROFILE_HEAD "[issuer]\nurl = https://b.example.com\n"
			 "validation = grant\n"
			 "[probe one]\nurl = {paper_api_url}/me\n"
			 "header = A: {token}\nsubject = /id\n",
	    0644);
	load_bad(&m, "profile = broker\n", "v.conf", PROFILE_LINE,
	    "needs paper_api_url");
	config_make_file(&m, "profiles/broker.conf",
	    PROFILE_HEAD "[issuer]\nurl = https://b.example.com\n"
			 "validation = grant\n"
			 "[probe one]\nurl = {api_url}/me\n"
			 "header = A: {token}\nsubject = /id\n",
	    0644);
	load_bad(
	    &m, "profile = broker\n", "v.conf", PROFILE_LINE, "needs api_url");
	config_make_done(&m);
}

/* Whatever [issuer] has is either here, or the site's alone. A new key has to
 * be thought about. */
static void
test_what_a_profile_may_set(void **state)
{
	static const char *const allowed[] = {"url", "introspection_endpoint",
	    "endpoint_origins", "validation", "client_auth", "audience",
	    "expiry", "cache", "leeway", "token_type_hint",
	    "introspection_signed", "user_claim", "jwks_uri", "jwks_refresh",
	    "jwks_stale", "jwt_algorithms", "jwt_profile", "max_lifetime",
	    "authorization_endpoint", "token_endpoint",
	    "device_authorization_endpoint", "revocation_endpoint", "scope",
	    "scope_separator", "pkce", "authorize_parameters", "exchange",
	    "grant_expiry", "grant_max_age", "probe_budget", "api_url",
	    "paper_api_url", "api_url_member", "basic_encoding",
	    "client_assertion_alg", "client_assertion_audience",
	    "bearer_client_auth"};

	(void)state;
	for (const struct conf_option *o = config_issuer_options;
	     o->name != NULL; o++) {
		_cleanup_(profile_clear) struct profile p;
		struct conf_error e = {.text = ""};
		char text[128];
		bool mine = false;

		for (size_t i = 0; i < ELEMENTS(allowed); i++)
			mine = mine || strcmp(allowed[i], o->name) == 0;
		(void)snprintf(
		    text, sizeof(text), "[issuer]\n%s = /x\n", o->name);
		(void)probe_make(text, &p, &e);
		if ((strstr(e.text, "site's own") == NULL) != mine)
			fail_msg("%s: %s", o->name, e.text);
	}
}

/* What the manual and the guide show can be copied. */
static void
test_examples(void **state)
{
	static const struct {
		const char *file, *end;
		size_t probes;
	} rows[] = {
	    {"doc/profiles.md", "\n```", 2},
	    {"man/scopegate-profiles.5", "\n.Ed", 1},
	};
	static char text[32 * 1024];
	const char *top = getenv("top_srcdir");

	(void)state;
	for (size_t k = 0; k < ELEMENTS(rows); k++) {
		_cleanup_(config_unrefp) struct config *c = NULL;
		struct config_made m;
		char path[512], *start, *end;
		size_t n;
		FILE *f;

		(void)snprintf(path, sizeof(path), "%s/%s",
		    top != NULL ? top : ".", rows[k].file);
		f = fopen(path, "re");
		assert_non_null(f);
		n = fread(text, 1, sizeof(text) - 1, f);
		(void)fclose(f);
		text[n] = '\0';
		start = strstr(text, "[profile]\ntitle = Example Broker");
		assert_non_null(start);
		end = strstr(start, rows[k].end);
		assert_non_null(end);
		end[1] = '\0';
		make(&m);
		config_make_file(&m, "profiles/example.conf", start, 0644);
		c = load_good(&m, "profile = example\n");
		assert_int_equal(c->issuers[0].probe_count, rows[k].probes);
		config_make_done(&m);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_gives),
	    cmocka_unit_test(test_section_wins),
	    cmocka_unit_test(test_two_issuers),
	    cmocka_unit_test(test_errors),
	    cmocka_unit_test(test_folder_trust),
	    cmocka_unit_test(test_no_folder),
	    cmocka_unit_test(test_addresses),
	    cmocka_unit_test(test_what_a_profile_may_set),
	    cmocka_unit_test(test_without_user),
	    cmocka_unit_test(test_examples),
	};

	return cmocka_run_group_tests_name("profile", tests, NULL, NULL);
}
