/* SPDX-License-Identifier: ISC */
/* A good configuration means what it says, and defaults are the table's. */
#include "config_make.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "policy.h"
#include "scopegate/cleanup.h"
#include "scopegate/log.h"
#include "user_map.h"

static void
assert_words(const struct word_list *l, const char *joined)
{
	char text[512] = "";
	size_t at = 0;

	for (size_t i = 0; i < l->count; i++)
		at += (size_t)snprintf(text + at, sizeof(text) - at, "%s%s",
		    i > 0 ? " " : "", l->words[i]);
	assert_string_equal(text, joined);
}

static void
test_defaults(void **state)
{
	_cleanup_(config_unrefp) struct config *c = NULL;
	struct config_made m;
	const struct issuer *i;
	const struct policy *p;

	(void)state;
	config_make(&m);
	c = config_make_good(&m);
	assert_string_equal(c->path, m.path);
	assert_int_equal(c->references, 1);
	assert_string_equal(c->audit_log, "/var/log/scopegate/audit.jsonl");
	assert_string_equal(c->runtime_dir, SCOPEGATE_RUNDIR);
	assert_string_equal(c->tools_group, "scopegate");
	assert_int_equal(c->failure_floor_ms, 300);
	assert_int_equal(c->log_level, LOG_LEVEL_INFO);
	assert_int_equal(c->cache_entries, 16384);
	assert_int_equal(c->issuer_count, 1);
	i = config_issuer(c, "acme");
	assert_ptr_equal(i, &c->issuers[0]);
	assert_null(config_issuer(c, "acm"));
	assert_string_equal(i->url, "https://sso.example.com/realms/trading");
	assert_int_equal(i->introspection_endpoints.count, 0);
	assert_int_equal(i->validation, VALIDATION_INTROSPECT);
	assert_int_equal(i->client_auth, CLIENT_AUTH_BASIC);
	assert_string_equal(i->audience, "https://hosts.example.com");
	assert_int_equal(i->expiry, STATED);
	assert_string_equal(i->user_claim, "preferred_username");
	assert_null(i->user_map);
	assert_int_equal(i->allowed_clients.count, 0);
	assert_int_equal(i->cache_ms, 10000);
	assert_int_equal(i->leeway_ms, 10000);
	assert_true(i->breaker);
	assert_false(i->insecure_loopback);
	assert_true(i->send_token_type_hint);
	assert_non_null(i->ca_file);
	assert_int_equal(i->line, LINE_ISSUER);
	assert_string_equal(i->file, m.path);
	assert_int_equal(c->policy_count, 1);
	p = &c->policies[0];
	assert_ptr_equal(p->issuer, i);
	assert_words(&p->services, "sshd");
	assert_words(&p->require, "trading account:write");
	assert_int_equal(p->users.count + p->rhost_count + p->claim_count +
			     p->require_any.count + p->refuse.count,
	    0);
	assert_int_equal(p->environment, ENVIRONMENT_ANY);
	assert_int_equal(p->max_age_ms, 0);
	assert_int_equal(p->login, LOGIN_TOKEN);
	assert_int_equal(p->line, LINE_POLICY);
	assert_int_equal(config_warnings(c, NULL, 0), 0);
	config_make_done(&m);
}

/* Every key with a value of its own, in the forms that are allowed. */
static const char everything[] =
    "# a comment\r\n"
    "; another\r\n"
    "[validatord]\r\n"
    "audit_log = /a/b.jsonl ; with a comment\r\n"
    "runtime_dir=/run/x\r\n"
    "user\t=\tnobody\r\n"
    "tools_group = tools\r\n"
    "failure_floor = 5s\r\n"
    "log_level = debug\r\n"
    "cache_entries = 16\r\n"
    "\r\n"
    "[issuer a_1-x] ; the only one\n"
    "url = https://SSO.example.com:8443/a/\n"
    "introspection_endpoint = https://other.example.com/introspect\n"
    "endpoint_origins = https://other.example.com:443/\n"
    "  https://[2001:db8::1]:9443 ; and more\n"
    "validation = introspect\n"
    "client_id = ssh gate\n"
    "client_secret_file = $/secret\n"
    "client_auth = client_secret_post\n"
    "audience = none\n"
    "expiry = none\n"
    "user_map = $/users.map\n"
    "allowed_clients = a b\n"
    "cache = 300s\n"
    "leeway = 1m\n"
    "breaker = off\n"
    "ca_file = $/ca.pem\n"
    "insecure_loopback = yes\n"
    "token_type_hint = false\n"
    "[policy p]\n"
    "service = sshd sudo-i\n"
    "user = alice bob\n"
    "rhost = 10.0.0.0/8 ::1 gate.example\n"
    "issuer = a_1-x\n"
    "require = a\n"
    "\tb:c\n"
    "\n"
    " # in between\n"
    "  d\n"
    "require_any = e f\n"
    "refuse = g e\n"
    "claim = acr in gold silver\n"
    "claim = amr in hwk\n"
    "env = live\n"
    "max_age = 12h\n"
    "login = token\n";

static void
test_everything(void **state)
{
	_cleanup_(config_unrefp) struct config *c = NULL;
	struct config_made m;
	const struct issuer *i;
	const struct policy *p;

	(void)state;
	config_make(&m);
	config_make_file(&m, "users.map", "a_1-x * s-1 alice\n", 0644);
	config_make_file(&m, "ca.pem", "-\n", 0644);
	config_make_file(&m, "v.conf", everything, 0644);
	c = config_make_good(&m);
	assert_string_equal(c->audit_log, "/a/b.jsonl");
	assert_string_equal(c->runtime_dir, "/run/x");
	assert_string_equal(c->user, "nobody");
	assert_string_equal(c->tools_group, "tools");
	assert_int_equal(c->failure_floor_ms, 5000);
	assert_int_equal(c->log_level, LOG_LEVEL_DEBUG);
	assert_int_equal(c->cache_entries, 16);
	i = &c->issuers[0];
	assert_string_equal(i->url, "https://SSO.example.com:8443/a/");
	assert_string_equal(i->client_id, "ssh gate");
	assert_words(&i->endpoint_origins,
	    "https://other.example.com:443/ https://[2001:db8::1]:9443");
	assert_int_equal(i->client_auth, CLIENT_AUTH_POST);
	assert_null(i->audience);
	assert_int_equal(i->expiry, NONE);
	assert_null(i->user_claim);
	assert_int_equal(user_map_look_up(i->user_map, "a_1-x", NULL, "s-1",
			     text_of("alice")),
	    USER_MAP_SAME);
	assert_words(&i->allowed_clients, "a b");
	assert_int_equal(i->cache_ms, 300000);
	assert_int_equal(i->leeway_ms, 60000);
	assert_false(i->breaker);
	assert_true(i->insecure_loopback);
	assert_false(i->send_token_type_hint);
	p = &c->policies[0];
	assert_words(&p->services, "sshd sudo-i");
	assert_words(&p->users, "alice bob");
	assert_int_equal(p->rhost_count, 3);
	assert_int_equal(p->rhosts[0].family, AF_INET);
	assert_int_equal(p->rhosts[1].family, AF_INET6);
	assert_string_equal(p->rhosts[2].name, "gate.example");
	assert_words(&p->require, "a b:c d");
	assert_words(&p->require_any, "e f");
	assert_words(&p->refuse, "g e");
	assert_int_equal(p->claim_count, 2);
	assert_string_equal(p->claims[0].name, "acr");
	assert_words(&p->claims[0].values, "gold silver");
	assert_string_equal(p->claims[1].name, "amr");
	assert_words(&p->claims[1].values, "hwk");
	assert_int_equal(p->environment, ENVIRONMENT_LIVE);
	assert_int_equal(p->max_age_ms, 12 * 3600 * 1000);
	config_make_done(&m);
}

/* URLs that pass, most of them by a hair. */
static void
test_urls(void **state)
{
	static const char *const urls[] = {
	    "url = https://sso.example.com",
	    "url = https://sso.example.com:443/",
	    "url = https://192.0.2.1:1/x",
	    "url = https://[::1]:65535",
	    "url = http://127.0.0.1:8080\ninsecure_loopback = yes",
	    "url = http://127.9.9.9\ninsecure_loopback = yes",
	    "url = http://[::1]:80/x\ninsecure_loopback = yes",
	    "url = https://sso.example.com\n"
	    "introspection_endpoint = https://SSO.EXAMPLE.COM:443/i",
	    "url = https://sso.example.com\n"
	    "introspection_endpoint = https://x.example/i\n"
	    "endpoint_origins = https://y.example https://x.example",
	};
	struct config_made m;

	(void)state;
	config_make(&m);
	for (size_t i = 0; i < ELEMENTS(urls); i++) {
		config_make_main(&m, LINE_URL, urls[i]);
		config_unref(config_make_good(&m));
	}
	config_make_done(&m);
}

static const char other_policy[] = "[policy %s]\nservice = sshd\n"
				   "issuer = acme\nrequire = x\n";

static void
add_policy(const struct config_made *m, const char *file, const char *name)
{
	char text[256];

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	(void)snprintf(text, sizeof(text), other_policy, name);
#pragma GCC diagnostic pop
	config_make_file(m, file, text, 0644);
}

/* The main file first, then *.conf by the bytes of their names. */
static void
test_order(void **state)
{
	static const char *const names[] = {
	    "trading-hosts", "p10", "p9", "upper", "lower"};
	_cleanup_(config_unrefp) struct config *c = NULL;
	struct config_made m;

	(void)state;
	config_make(&m);
	add_policy(&m, "policy.d/9.conf", "p9");
	add_policy(&m, "policy.d/a.conf", "lower");
	add_policy(&m, "policy.d/10.conf", "p10");
	add_policy(&m, "policy.d/Z.conf", "upper");
	add_policy(&m, "policy.d/a.conf~", "no-1");
	add_policy(&m, "policy.d/.b.conf", "no-2");
	add_policy(&m, "policy.d/b.conf.bak", "no-3");
	add_policy(&m, "policy.d/.conf", "no-4");
	c = config_make_good(&m);
	assert_int_equal(c->policy_count, ELEMENTS(names));
	for (size_t i = 0; i < ELEMENTS(names); i++) {
		assert_string_equal(c->policies[i].name, names[i]);
		assert_int_equal(c->policies[i].order, i);
	}
	assert_int_equal(c->files.count, 5);
	assert_string_equal(policy_choose(c, text_of("sshd"), text_of("alice"),
				(struct text){NULL, 0}, (struct text){NULL, 0})
				->name,
	    "trading-hosts");
	config_make_done(&m);
}

/* However the folder hands them out: hardly ever so by chance. */
static void
test_many_files(void **state)
{
	_cleanup_(config_unrefp) struct config *c = NULL;
	struct config_made m;
	char file[64], name[16];

	(void)state;
	config_make(&m);
	for (unsigned int i = 0; i < 20; i++) {
		unsigned int scattered = i * 7 % 20;

		(void)snprintf(
		    file, sizeof(file), "policy.d/%02u.conf", scattered);
		(void)snprintf(name, sizeof(name), "p%02u", scattered);
		add_policy(&m, file, name);
	}
	c = config_make_good(&m);
	assert_int_equal(c->policy_count, 21);
	for (unsigned int i = 0; i < 20; i++) {
		(void)snprintf(name, sizeof(name), "p%02u", i);
		assert_string_equal(c->policies[i + 1].name, name);
	}
	config_make_done(&m);
}

/* What is wrong in policy.d is told by that file's name and line. */
static void
test_fault_in_folder(void **state)
{
	struct config_made m;
	struct config *c = NULL;
	struct conf_error e;
	char path[256];

	(void)state;
	config_make(&m);
	add_policy(&m, "policy.d/a.conf", "trading-hosts");
	assert_int_not_equal(config_make_load(&m, &c, &e), STATUS_OK);
	(void)snprintf(path, sizeof(path), "%s/policy.d/a.conf", m.folder);
	assert_string_equal(e.file, path);
	assert_int_equal(e.line, 1);
	config_make_file(&m, "policy.d/a.conf",
	    "[policy x]\nservice = a\nissuer = none\nrequire = a\n", 0644);
	assert_int_not_equal(config_make_load(&m, &c, &e), STATUS_OK);
	assert_string_equal(e.file, path);
	assert_int_equal(e.line, 3);
	config_make_done(&m);
}

/* A request keeps the snapshot that it began with. */
static void
test_references(void **state)
{
	struct config_made m;
	struct config *first, *second, *kept;

	(void)state;
	config_make(&m);
	first = config_make_good(&m);
	second = config_make_good(&m);
	assert_true(second->generation > first->generation);
	kept = config_ref(first);
	config_unref(first);
	assert_string_equal(kept->issuers[0].name, "acme");
	config_unrefp(&kept);
	assert_null(kept);
	config_unref(second);
	config_unref(NULL);
	config_make_done(&m);
}

/* Every option of the tables has what `config defaults` and the manual need. */
static void
test_tables(void **state)
{
	(void)state;
	for (const struct conf_section *s = config_sections; s->name != NULL;
	     s++) {
		for (const struct conf_option *o = s->options; o->name != NULL;
		     o++) {
			assert_non_null(o->help);
			assert_int_equal(o->help[strlen(o->help) - 1], '.');
			assert_false(o->required && o->fallback != NULL);
			assert_true(
			    (o->type == CONF_CHOICE) == (o->choices != NULL));
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_defaults),
	    cmocka_unit_test(test_everything),
	    cmocka_unit_test(test_urls),
	    cmocka_unit_test(test_order),
	    cmocka_unit_test(test_many_files),
	    cmocka_unit_test(test_fault_in_folder),
	    cmocka_unit_test(test_references),
	    cmocka_unit_test(test_tables),
	};

	return cmocka_run_group_tests_name("config", tests, NULL, NULL);
}
