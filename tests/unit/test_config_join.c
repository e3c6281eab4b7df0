/* SPDX-License-Identifier: ISC */
/* What shows only when every section is there. */
#include "config_make.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "scopegate/cleanup.h"

static void
load(const struct config_made *m, struct conf_error *e, bool good)
{
	_cleanup_(config_unrefp) struct config *c = NULL;

	*e = (struct conf_error){.text = ""};
	if ((config_make_load(m, &c, e) == STATUS_OK) != good)
		fail_msg("%s:%u: %s", e->file, e->line, e->text);
}

/* Of a line the map's own place is told, of the file that of its key. */
static const struct map_row {
	const char *map; /* NULL: there is none */
	mode_t mode;
	bool in_map;
	unsigned int line; /* 0: good */
	const char *wrong, *remedy;
} maps[] = {
    {"acme * s-1 alice\n", 0644, true, 0, NULL, NULL},
    {"# nobody yet\n", 0644, true, 0, NULL, NULL},
    {"acme * s-1 alice\nidle * s-2 bob\n", 0644, true, 0, NULL, NULL},
    {"acme * s-1 alice\nzacme * s-2 bob\nacne * s-3 eve\n", 0644, true, 2,
	"issuer zacme is not known", "(acme, idle)"},
    {"Acme * s-1 alice\n", 0644, true, 1, "issuer Acme is not known",
	"remove the line"},
    {"acme moon s-1 alice\n", 0644, true, 1, "unknown environment",
	"write paper"},
    {NULL, 0, false, LINE_USER_CLAIM, "cannot be read (No such file",
	"create it"},
    {"", 0666, false, LINE_USER_CLAIM, "written by others", "chmod go-w '"},
};

static void
test_maps(void **state)
{
	(void)state;
	for (size_t i = 0; i < ELEMENTS(maps); i++) {
		const struct map_row *r = &maps[i];
		struct config_made m;
		struct conf_error e;
		char path[256];

		config_make(&m);
		config_make_main(&m, LINE_USER_CLAIM, "user_map = $/users.map");
		config_make_file(&m, "policy.d/i.conf",
		    "[issuer idle]\nurl = https://b.example\nclient_id = a\n"
		    "client_secret_file = $/secret\naudience = a\n"
		    "user_claim = u\n",
		    0644);
		if (r->map != NULL)
			config_make_file(&m, "users.map", r->map, r->mode);
		(void)snprintf(path, sizeof(path), "%s/users.map", m.folder);
		load(&m, &e, r->line == 0);
		if (r->line != 0 &&
		    (e.line != r->line ||
			strcmp(e.file, r->in_map ? path : m.path) != 0 ||
			strstr(e.text, r->wrong) == NULL ||
			strstr(e.text, r->remedy) == NULL ||
			(!r->in_map && strstr(e.text, path) == NULL)))
			fail_msg(
			    "row %zu: %s:%u: %s", i, e.file, e.line, e.text);
		config_make_done(&m);
	}
}

/* More issuers than a message can list. */
static void
test_many_issuers(void **state)
{
	struct config_made m;
	struct conf_error e;
	char name[32], text[512];

	(void)state;
	config_make(&m);
	for (int i = 0; i < 20; i++) {
		(void)snprintf(name, sizeof(name), "policy.d/%d.conf", 10 + i);
		(void)snprintf(text, sizeof(text),
		    "[issuer a-name-of-some-length-%d]\nurl = "
		    "https://b.example\nclient_id = a\nclient_secret_file = "
		    "$/secret\naudience = a\nuser_claim = u\n",
		    i);
		config_make_file(&m, name, text, 0644);
	}
	config_make_file(&m, "users.map", "none * s bob\n", 0644);
	config_make_main(&m, LINE_USER_CLAIM, "user_map = $/users.map");
	load(&m, &e, false);
	assert_non_null(strstr(e.text, "(acme, a-name-of-some-length-0, "));
	assert_non_null(strstr(e.text, ", ...), or remove the line"));
	config_make_done(&m);
}

/* A profile's probes: what they can show, and what a policy wants. */
static const struct env_row {
	const char *probes, *validation, *env;
	bool good;
} envs[] = {
#define AT "url = https://b.example/me\nheader = A: {token}\n"
#define PAPER "[probe p]\nenv = paper\nsubject = /id\n" AT
#define LIVE "[probe l]\nenv = live\nsubject = /id\n" AT
#define ANY "[probe a]\nsubject = /id\n" AT
#define SCOPES "[probe s]\nenv = paper\nscopes = /s\n" AT
#define PROBE "probe\nallow_foreign_tokens = yes"
    {PAPER, "grant", "paper", true},
    {PAPER, "grant", "live", false},
    {PAPER LIVE, "grant", "live", true},
    {PAPER, "grant", "any", true},
    {ANY, "grant", "paper", false},
    {ANY PAPER, "grant", "paper", true},
    {ANY SCOPES, "grant", "paper", false},
    {"", "grant", "live", false},
    {"", "grant", "any", true},
    {LIVE, PROBE, "live", true},
    {LIVE, PROBE, "paper", false},
    {ANY, PROBE, "live", false},
    /* The server may say so, or not. */
    {"", "introspect\naudience = a", "paper", true},
    {LIVE, "introspect\naudience = a", "paper", true},
};

static void
test_environments(void **state)
{
	struct config_made m;

	(void)state;
	config_make(&m);
	for (size_t i = 0; i < ELEMENTS(envs); i++) {
		_cleanup_(config_unrefp) struct config *c = NULL;
		const struct env_row *r = &envs[i];
		char text[1024], warnings[8][256] = {""};
		bool introspects =
		    strncmp(r->validation, "introspect", 10) == 0;
		struct conf_error e;

		(void)snprintf(text, sizeof(text),
		    "[profile]\ntitle = A broker for tests\nsource = nowhere\n"
		    "status = from documents\nchecked = 2026-11-26\n"
		    "[issuer]\nvalidation = grant\n%s",
		    r->probes);
		config_make_file(&m, "fake.conf", text, 0644);
		(void)snprintf(text, sizeof(text),
		    "[validatord]\naudit_log = /a\nuser = nobody\n"
		    "profile_dir = $\n[issuer b]\nprofile = fake\n"
		    "url = https://b.example\nclient_id = a\n"
		    "client_secret_file = $/secret\nuser_claim = u\n"
		    "validation = %s\n"
		    "[policy p]\nservice = sshd\nissuer = b\nrequire = a\n"
		    "login = token\nenv = %s\n",
		    r->validation, r->env);
		config_make_file(&m, "v.conf", text, 0644);
		load(&m, &e, r->good);
		if (!r->good &&
		    (e.line != (strchr(r->validation, '\n') ? 18 : 17) ||
			strstr(e.text, "lets in nobody") == NULL ||
			strstr(e.text, "remove env") == NULL))
			fail_msg(
			    "row %zu: %s:%u: %s", i, e.file, e.line, e.text);
		if (!introspects)
			continue;
		c = config_make_good(&m);
		assert_true(config_warnings(c, warnings, 8) > 0);
		assert_non_null(strstr(warnings[0], "policy p: env lets in "));
	}
	config_make_done(&m);
}

/* By a claim anybody can ask; by the map only whoever has one. */
static void
test_ssh_keys(void **state)
{
	struct config_made m;
	struct conf_error e;

	(void)state;
	config_make(&m);
	config_make_main(&m, LINE_REQUIRE, "require = a\nssh_key = /cnf/keys");
	load(&m, &e, true);
	config_make_main(&m, LINE_REQUIRE, "require = a\nssh_key = two words");
	load(&m, &e, false);
	assert_int_equal(e.line, LINE_REQUIRE + 1);
	config_make_main(&m, LINE_REQUIRE, "ssh_key = k");
	load(&m, &e, false);
	assert_non_null(strstr(e.text, "any token would do"));
	config_make_main(&m, LINE_REQUIRE, "require = a\nssh_key = map");
	load(&m, &e, false);
	assert_int_equal(e.line, LINE_REQUIRE + 1);
	assert_non_null(strstr(e.text, "issuer acme has no user_map: give it"));
	config_make_done(&m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_maps),
	    cmocka_unit_test(test_many_issuers),
	    cmocka_unit_test(test_environments),
	    cmocka_unit_test(test_ssh_keys),
	};

	return cmocka_run_group_tests_name("config_join", tests, NULL, NULL);
}
