/* SPDX-License-Identifier: ISC */
/*
 * A host that signs people in with a broker: what its configuration may say,
 * and one fault a row, told with line, what is wrong and how to mend it.
 */
#include "config_make.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "scopegate/buf.h"
#include "scopegate/cleanup.h"

enum line {
	NO_LINE,
	VALIDATORD,
	AUDIT_LOG,
	USER,
	GATEWAY,
	ISSUER,
	URL,
	VALIDATION,
	CLIENT_ID,
	SECRET,
	USER_CLAIM,
	POLICY,
	SERVICE,
	POLICY_ISSUER,
	REQUIRE,
	LOGIN,
	LINES,
};

static const char *const good[LINES] = {
    [VALIDATORD] = "[validatord]",
    [AUDIT_LOG] = "audit_log = /var/log/scopegate/audit.jsonl",
    [USER] = "user = nobody",
    [GATEWAY] = "gateway_url = https://gate.example.com",
    [ISSUER] = "[issuer broker]",
    [URL] = "url = https://broker.example.com",
    [VALIDATION] = "validation = grant",
    [CLIENT_ID] = "client_id = gate",
    [SECRET] = "client_secret_file = $/secret",
    [USER_CLAIM] = "user_claim = account",
    [POLICY] = "[policy paper-hosts]",
    [SERVICE] = "service = sshd",
    [POLICY_ISSUER] = "issuer = broker",
    [REQUIRE] = "require = trading",
    [LOGIN] = "login = browser token",
};

/* A second issuer, from line 16 on. */
#define OTHER(redirect, login)                                                 \
	"login = browser token\n[issuer last]\nurl = https://l.example\n"      \
	"validation = grant\nclient_id = gate\n"                               \
	"client_secret_file = $/secret\nuser_claim = account\n" redirect       \
	"[policy more]\nservice = login\nissuer = last\nrequire = data\n"      \
	"login = " login

struct change {
	enum line line;
	const char *text; /* what stands there instead */
};

static const struct row {
	struct change first, second;
	unsigned int line;
	const char *wrong, *remedy; /* parts of the message */
} rows[] = {
    /* [validatord] */
    {{GATEWAY, "gateway_url = http://gate.example.com"}, {0}, 4, "plain http",
	"https://"},
    {{GATEWAY, "gateway_url = http://localhost:8080"}, {0}, 4, "plain http",
	"https://"},
    {{GATEWAY, "gateway_url = gate.example.com"}, {0}, 4, "no https:// URL",
	"write https://"},
    {{GATEWAY, "gateway_url = https://gate.example.com/?a=b"}, {0}, 4, "query",
	"without"},
    {{GATEWAY, "gateway_url = https://a@gate.example.com"}, {0}, 4, "user info",
	"alone"},
    {{USER, "user = nobody\nhost_name = my_host"}, {0}, 4, "host_name is no",
	"letters, digits"},
    {{USER, "user = nobody\nhost_name = -h"}, {0}, 4, "host_name is no",
	"letters, digits"},
    {{USER, "user = nobody\nhost_name = a b"}, {0}, 4, "holds a blank",
	"one word"},
    {{USER, "user = nobody\nstate_dir = lib"}, {0}, 4, "not good", "absolute"},
    {{USER, "user = nobody\ngateway_user = A"}, {0}, 4, "no account's name",
	"^[a-z_]"},
    /* What each validation needs. */
    {{CLIENT_ID, ""}, {0}, 5, "[issuer broker] lacks client_id",
	"add client_id ="},
    {{SECRET, ""}, {0}, 5, "lacks client_secret_file",
	"add client_secret_file ="},
    {{VALIDATION, "validation = introspect"}, {0}, 5, "lacks audience",
	"add audience ="},
    {{VALIDATION, "validation = grant\naudience = https://h.example"}, {0}, 8,
	"audience says nothing", "remove it"},
    {{VALIDATION, "validation = probe"}, {LOGIN, ""}, 7,
	"= probe cannot tell to which app", "allow_foreign_tokens = yes"},
    {{VALIDATION, "validation = probe\nallow_foreign_tokens = yes"},
	{LOGIN, ""}, 8, "needs a call of the broker's API", "profile = NAME"},
    {{VALIDATION, "validation = grant\nallow_foreign_tokens = yes"}, {0}, 8,
	"needs a call of the broker's API", "profile = NAME"},
    {{VALIDATION, "audience = none\nallow_foreign_tokens = yes"}, {0}, 8,
	"says nothing with introspection", "remove it"},
    /* The client. */
    {{CLIENT_ID, "client_id = a\nclient_auth = none"}, {0}, 10,
	"stands beside `client_auth = none`", "remove one"},
    {{SECRET, "client_auth = none\nvalidation = introspect\naudience = none"},
	{VALIDATION, ""}, 9, "cannot introspect", "validation = grant"},
    {{SECRET, "client_auth = none\npkce = no"}, {0}, 10, "public client's code",
	"give the client a secret"},
    {{SECRET, "client_auth = none\nexchange = kite"}, {0}, 9,
	"without the secret", "remove it"},
    {{SECRET, "client_secret_file = $/none"}, {0}, 9, "does not exist",
	"install -m 0600"},
    /* URLs. */
    {{URL, "url = https://b.example\nauthorization_endpoint = /auth"}, {0}, 7,
	"authorization_endpoint is no https:// URL", "write https://"},
    {{URL, "url = https://b.example\ntoken_endpoint = http://b.example/t"}, {0},
	7, "token_endpoint is plain http", "write https://"},
    {{URL, "url = https://b.example\ntoken_endpoint = http://127.0.0.1/t"}, {0},
	7, "token_endpoint is plain http", "insecure_loopback = yes"},
    {{URL, "url = https://b.example\ntoken_endpoint = https://b.example/?t"},
	{0}, 7, "token_endpoint holds a query", "without"},
    {{URL, "url = https://b.example\ndevice_authorization_endpoint = d"}, {0},
	7, "device_authorization_endpoint is no https", "write https://"},
    {{URL, "url = https://b.example\nrevocation_endpoint = ftp://b.example"},
	{0}, 7, "revocation_endpoint is no https", "write https://"},
    {{URL, "url = https://b.example\napi_url = http://api.example"}, {0}, 7,
	"api_url is plain http", "write https://"},
    {{URL, "url = https://b.example\npaper_api_url = api.example"}, {0}, 7,
	"paper_api_url is no https", "write https://"},
    {{URL, "url = https://b.example\nredirect_uri = http://gate.example/c"},
	{0}, 7, "redirect_uri is plain http", "write https://"},
    {{URL, "url = https://b.example\nredirect_uri = http://localhost.evil/c"},
	{0}, 7, "redirect_uri is plain http", "write https://"},
    {{URL, "url = https://b.example\nredirect_uri = https://g.example/c?a#b"},
	{0}, 7, "redirect_uri holds a character", "escape"},
    {{URL, "url = https://b.example\nredirect_uri = app:/callback"}, {0}, 7,
	"redirect_uri is no https", "write https://"},
    /* The request. */
    {{URL, "url = https://b.example\nscope = a\\b"}, {0}, 7,
	"scope cannot have", "blanks"},
    {{URL, "url = https://b.example\nscope_separator = semicolon"}, {0}, 7,
	"not good", "space comma"},
    {{URL, "url = https://b.example\npkce = plain"}, {0}, 7, "not good",
	"yes or no"},
    {{URL, "url = https://b.example\nauthorize_parameters = prompt"}, {0}, 7,
	"no NAME=VALUE", "prompt=login"},
    {{URL, "url = https://b.example\nauthorize_parameters = =login"}, {0}, 7,
	"no NAME=VALUE", "prompt=login"},
    {{URL, "url = https://b.example\nauthorize_parameters = env={env} state=x"},
	{0}, 7, "every request has anyway", "remove it"},
    {{URL, "url = https://b.example\nauthorize_parameters = redirect_uri=x"},
	{0}, 7, "every request has anyway", "remove it"},
    {{URL, "url = https://b.example\nauthorize_parameters = a={user}"}, {0}, 7,
	"a brace that is not of {env}", "escape"},
    {{URL, "url = https://b.example\nauthorize_parameters = a={env}}"}, {0}, 7,
	"a brace that is not of {env}", "escape"},
    {{URL, "url = https://b.example\nexchange = post"}, {0}, 7, "not good",
	"standard kite"},
    /* The end of a grant. */
    {{URL, "url = https://b.example\ngrant_expiry = none"}, {0}, 7,
	"count for ever", "grant_max_age = 12h"},
    {{URL, "url = https://b.example\ngrant_expiry = never"}, {0}, 7,
	"neither stated, none nor a time", "06:00 Asia/Kolkata"},
    {{URL, "url = https://b.example\ngrant_expiry = 24:00 UTC"}, {0}, 7,
	"neither stated, none nor a time", "06:00 Asia/Kolkata"},
    {{URL, "url = https://b.example\ngrant_expiry = 06:60 UTC"}, {0}, 7,
	"neither stated, none nor a time", "06:00 Asia/Kolkata"},
    {{URL, "url = https://b.example\ngrant_expiry = 6:00 UTC"}, {0}, 7,
	"neither stated, none nor a time", "06:00 Asia/Kolkata"},
    {{URL, "url = https://b.example\ngrant_expiry = 06:00"}, {0}, 7,
	"neither stated, none nor a time", "06:00 Asia/Kolkata"},
    {{URL, "url = https://b.example\ngrant_expiry = 06:00 Asia/Nowhere"}, {0},
	7, "a time zone that is not below", "tzdata"},
    {{URL, "url = https://b.example\ngrant_expiry = 06:00 ../zoneinfo/UTC"},
	{0}, 7, "a time zone that is not below", "Asia/Kolkata"},
    {{URL, "url = https://b.example\ngrant_expiry = 06:00 /etc/localtime"}, {0},
	7, "a time zone that is not below", "Asia/Kolkata"},
    {{URL, "url = https://b.example\ngrant_expiry = 06:00 Asia"}, {0}, 7,
	"a time zone that is not below", "Asia/Kolkata"},
    {{URL, "url = https://b.example\ngrant_max_age = 59s"}, {0}, 7, "not good",
	"from 1m"},
    {{URL, "url = https://b.example\nprobe_budget = 0"}, {0}, 7, "not good",
	"from 1 to 6000"},
    /* What a policy asks of its issuer. */
    {{GATEWAY, ""}, {0}, 15, "nowhere for it to end", "gateway_url"},
    {{GATEWAY, ""}, {LOGIN, "login = device browser"}, 15, "nowhere for it",
	"redirect_uri"},
    {{LOGIN, "login = device"},
	{URL, "url = https://b.example\nexchange = kite"}, 16,
	"has no device grant", "remove it"},
    {{LOGIN, "login = browser\ndevice_remote = yes"}, {0}, 15,
	"device_remote says nothing", "add the one"},
    {{LOGIN, "login = token\nqr = yes"}, {0}, 15, "qr says nothing",
	"remove qr"},
    {{LOGIN, "qr = yes"}, {0}, 11, "qr says nothing", "remove qr"},
    /* Whose code is it? */
    {{LOGIN, OTHER("", "browser")}, {0}, 16,
	"[issuer last] has the redirect URI of [issuer broker]",
	"redirect_uri = https://gate.example.com/callback/last"},
    {{LOGIN, OTHER("redirect_uri = https://gate.example.com/callback\n",
		 "device browser")},
	{0}, 16, "has the redirect URI of", "/callback/last"},
    {{LOGIN, OTHER("redirect_uri = http://127.0.0.1/c?a=b\n", "browser")},
	{URL, "url = https://b.example\nredirect_uri = http://127.0.0.1/c"}, 17,
	"has the redirect URI of", "/callback/last"},
    {{LOGIN, "login = telepathy"}, {0}, 15, "no way to sign in", "browser"},
};

static void
write_config(const struct config_made *m, const struct change *first,
    const struct change *second)
{
	_cleanup_(buf_clear) struct buf b;

	buf_init(&b, CONF_FILE_MAX);
	for (enum line i = VALIDATORD; i < LINES; i++) {
		const char *text = good[i];

		if (i == first->line)
			text = first->text;
		else if (i == second->line)
			text = second->text;
		(void)buf_append_string(&b, text);
		(void)buf_append_byte(&b, '\n');
	}
	config_make_file(m, "v.conf", buf_string(&b), 0644);
}

static void
test_rows(void **state)
{
	struct config_made m;

	(void)state;
	config_make(&m);
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		const struct row *r = &rows[i];
		struct config *c = NULL;
		struct conf_error e = {.text = ""};

		write_config(&m, &r->first, &r->second);
		if (config_make_load(&m, &c, &e) == STATUS_OK)
			fail_msg("`%s` passes", r->first.text);
		assert_null(c);
		if (e.line != r->line || strcmp(e.file, m.path) != 0 ||
		    strstr(e.text, r->wrong) == NULL ||
		    strstr(e.text, r->remedy) == NULL)
			fail_msg("`%s`: %s:%u: %s", r->first.text, e.file,
			    e.line, e.text);
	}
	config_make_done(&m);
}

static const struct change passing[] = {
    {NO_LINE, ""},
    {GATEWAY, "gateway_url = http://127.0.0.1:8080"},
    {GATEWAY, "gateway_url = http://[::1]:8080"},
    {GATEWAY, "gateway_url = https://gate.example.com/broker"},
    {SECRET, "client_auth = none"},
    {SECRET, "client_secret_file = $/secret\nexchange = kite\npkce = no"},
    {VALIDATION, "validation = grant\naudience = none"},
    {VALIDATION, "validation = introspect\naudience = none"},
    {URL, "url = https://b.example\ntoken_endpoint = https://t.example/t"},
    {URL, "url = https://b.example\nredirect_uri = http://localhost:4711/c"},
    {URL, "url = https://b.example\nredirect_uri = http://localhost"},
    {URL, "url = https://b.example\nredirect_uri = http://127.0.0.1/c"},
    {URL, "url = https://b.example\nredirect_uri = https://a.example/c?a=b"},
    {URL, "url = https://b.example\nauthorize_parameters = env={env} a=b=c"},
    {URL, "url = https://b.example\nauthorize_parameters = nonce=x"},
    {URL, "url = http://127.0.0.1:8080\ninsecure_loopback = yes\n"
	  "token_endpoint = http://127.0.0.1:8081/t"},
    {LOGIN, OTHER("", "device token")},
    {LOGIN, OTHER("redirect_uri = https://gate.example.com/callback/last\n",
		"browser")},
    {LOGIN, OTHER("redirect_uri = http://127.0.0.1/c\n", "browser")},
    {LOGIN, "login = device\ndevice_remote = yes\nqr = yes"},
};

static void
test_passing(void **state)
{
	static const struct change none;
	struct config_made m;

	(void)state;
	config_make(&m);
	for (size_t i = 0; i < ELEMENTS(passing); i++) {
		_cleanup_(config_unrefp) struct config *c = NULL;
		struct conf_error e = {.text = ""};

		write_config(&m, &passing[i], &none);
		if (config_make_load(&m, &c, &e) != STATUS_OK)
			fail_msg("`%s`: %s:%u: %s", passing[i].text, e.file,
			    e.line, e.text);
	}
	config_make_done(&m);
}

static struct config *
load_with(const struct config_made *m, enum line line, const char *text)
{
	static const struct change none;
	const struct change change = {line, text};

	write_config(m, &change, &none);
	return config_make_good(m);
}

static void
test_values(void **state)
{
	_cleanup_(config_unrefp) struct config *c = NULL;
	struct config_made m;
	char name[256] = "";
	const struct sign_in *s;

	(void)state;
	config_make(&m);
	c = load_with(&m, GATEWAY, "gateway_url = https://gate.example.com/");
	assert_string_equal(c->gateway_url, "https://gate.example.com");
	assert_string_equal(c->gateway_user, "scopegate-gw");
	assert_string_equal(c->state_dir, SCOPEGATE_STATEDIR);
	assert_int_equal(gethostname(name, sizeof(name) - 1), 0);
	assert_string_equal(c->host_name, name);
	assert_int_equal(c->policies[0].login, LOGIN_BROWSER | LOGIN_TOKEN);
	assert_false(c->policies[0].device_remote);
	assert_false(c->policies[0].qr);
	s = &c->issuers[0].sign_in;
	assert_null(c->issuers[0].audience);
	assert_int_equal(s->expiry, GRANT_EXPIRY_STATED);
	assert_int_equal(s->grant_max_age_ms, 0);
	assert_true(s->pkce);
	assert_false(s->allow_foreign_tokens);
	assert_int_equal(s->probe_budget, 30);
	config_unref(c);
	c = load_with(&m, URL,
	    "url = https://b.example\n"
	    "grant_expiry = 06:05 Asia/Kolkata\ngrant_max_age = 12h");
	s = &c->issuers[0].sign_in;
	assert_int_equal(s->expiry, GRANT_EXPIRY_CLOCK);
	assert_int_equal(s->expiry_minute, 6 * 60 + 5);
	assert_string_equal(s->expiry_zone, "Asia/Kolkata");
	assert_int_equal(s->grant_max_age_ms, 12 * 3600 * 1000);
	config_unref(c);
	c = load_with(&m, USER, "user = nobody\nhost_name = db1.example.com");
	assert_string_equal(c->host_name, "db1.example.com");
	config_make_done(&m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_rows),
	    cmocka_unit_test(test_passing),
	    cmocka_unit_test(test_values),
	};

	return cmocka_run_group_tests_name("config_sign_in", tests, NULL, NULL);
}
