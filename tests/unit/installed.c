/* SPDX-License-Identifier: ISC */
#include "installed.h"

/* The cmocka headers need these before them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "config_make.h"
#include "fixture.h"
#include "scopegate/cleanup.h"

static char folder[512]; /* of the profiles */
struct word_list installed_names;

void
installed_read(const char *name, struct profile *ret)
{
	struct conf_error e = {.text = ""};
	char path[1024];

	(void)snprintf(path, sizeof(path), "%s/%s.conf", folder, name);
	*ret = (struct profile){0};
	if (profile_read(path, ret, &e) != STATUS_OK)
		fail_msg("%s:%u: %s", e.file, e.line, e.text);
}

/* What a site cannot do without, beside the usual. */
static const struct {
	const char *name, *more;
} sites[] = {
    {"oanda", "allow_foreign_tokens = yes\n"},
    {"plaid", "audience = https://hosts.example.com\n"},
    {"auth0", "url = https://as.example.com/\n"
	      "audience = https://hosts.example.com\n"},
    {"authentik", "url = https://as.example.com/application/o/hosts/\n"
		  "audience = CLIENT\n"},
    {"dex", "url = https://as.example.com/dex\naudience = hosts\n"},
    {"entra", "url = https://as.example.com/"
	      "9b9bfdf5-90c2-4f86-8f4e-b8e8a2a4bd13/v2.0\n"
	      "audience = 6e74172b-be56-4843-9ff4-e66a39bb12e3\n"},
    {"hydra", "url = https://as.example.com/\n"
	      "audience = https://hosts.example.com\n"},
    {"keycloak", "url = https://as.example.com/realms/trading\n"
		 "audience = https://hosts.example.com\n"},
    {"oidc-provider", "url = https://as.example.com\n"
		      "audience = https://hosts.example.com\n"},
    {"okta", "url = https://as.example.com/oauth2/default\n"
	     "audience = https://hosts.example.com\n"},
};

static const char *
more_of(const char *name)
{
	for (size_t i = 0; i < ELEMENTS(sites); i++) {
		if (strcmp(sites[i].name, name) == 0)
			return sites[i].more;
	}
	return "";
}

enum status
installed_load(const char *name, struct config **ret, struct conf_error *e)
{
	_cleanup_(profile_clear) struct profile p = {0};
	struct config_made m;
	char text[2048];
	enum status s;

	installed_read(name, &p);
	config_make(&m);
	(void)snprintf(text, sizeof(text),
	    "[validatord]\naudit_log = /var/log/a\nuser = nobody\n"
	    "profile_dir = %s\ngateway_url = https://gate.example.com\n"
	    "[issuer broker]\nprofile = %s\nclient_id = CLIENT\n"
	    "client_secret_file = $/secret\n%s%s"
	    "[policy p]\nservice = sshd\nissuer = broker\n"
	    "claim = sub in someone\n",
	    folder, name,
	    p.issuer.user_claim == NULL ? "user_claim = sub\n" : "",
	    more_of(name));
	config_make_file(&m, "v.conf", text, 0644);
	s = config_make_load(&m, ret, e);
	config_make_done(&m);
	return s;
}

struct config *
installed_load_good(const char *name)
{
	struct config *c = NULL;
	struct conf_error e = {.text = ""};

	if (installed_load(name, &c, &e) != STATUS_OK)
		fail_msg("%s: %s:%u: %s", name, e.file, e.line, e.text);
	return c;
}

int
installed_find(void **state)
{
	_cleanup_(word_list_clear) struct word_list files = {0};

	(void)state;
	source_path(folder, sizeof(folder), "profiles");
	names_in(folder, &files);
	for (size_t i = 0; i < files.count; i++) {
		size_t n = strlen(files.words[i]);

		if (n > 5 && strcmp(files.words[i] + n - 5, ".conf") == 0 &&
		    word_list_add(&installed_names, files.words[i], n - 5) !=
			STATUS_OK)
			return -1;
	}
	return 0;
}
