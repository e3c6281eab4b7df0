/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "login_flow.h"
#include "scopegate/cleanup.h"
#include "store.h"

#define TIMEOUT_DEFAULT "2m"
#define TIMEOUT_MAX_MS (15 * 60 * 1000)

struct arguments {
	const char *issuer, *timeout, *client_id, *scope;
	bool device, no_browser;
};

/* What the command line says of an issuer goes before what its section does. */
static int
apply(const struct arguments *a, struct issuer_settings *i)
{
	if (strcmp(i->source, "login") != 0)
		return usage_error("the tokens of %s come from its `source` "
				   "(%.*s), not from a login here",
		    i->name, (int)strcspn(i->source, ":"), i->source);
	if (a->client_id != NULL) {
		free(i->client_id);
		i->client_id = strdup(a->client_id);
		if (i->client_id == NULL)
			return cli_failed(STATUS_NOMEM, "out of memory");
	}
	if (a->scope != NULL) {
		word_list_clear(&i->scope);
		if (word_list_split(&i->scope, a->scope, false) != STATUS_OK)
			return usage_error("--scope has a scope twice");
	}
	return EXIT_DONE;
}

static void
print_done(const struct issuer_settings *i, const struct token_set *t,
    const char *where)
{
	(void)fprintf(
	    stderr, "Signed in at %s. The token is kept %s.\n", i->name, where);
	if (t->scope != NULL)
		(void)fprintf(stderr, "Scopes: %s\n", t->scope);
}

static enum status
sign_in(const struct cli *cli, const struct arguments *a,
    const struct issuer_settings *settings, int64_t timeout_ms,
    char ret_problem[PROBLEM_SIZE])
{
	_cleanup_(store_freep) struct store *store = store_open(
	    (enum storage)cli->settings->general.storage, ret_problem);
	_cleanup_(issuer_clear) struct issuer i = {0};
	_cleanup_(token_set_clear) struct token_set t = {0};
	struct login_options options = {
	    .browser = !a->no_browser, .deadline = deadline_in_ms(timeout_ms)};
	const char *where = NULL;
	enum status s;

	if (store == NULL)
		return STATUS_IO;
	s = issuer_find(settings,
	    a->device ? ENDPOINT_DEVICE : ENDPOINT_AUTHORIZATION, &i,
	    ret_problem);
	if (s == STATUS_OK && i.endpoints[ENDPOINT_TOKEN] == NULL) {
		(void)snprintf(ret_problem, PROBLEM_SIZE,
		    "%s has no token_endpoint: write it into its section",
		    settings->name);
		s = STATUS_INVALID;
	}
	if (s == STATUS_OK)
		s = (a->device ? login_by_device : login_by_browser)(
		    &i, &options, &t, ret_problem);
	if (s == STATUS_OK)
		t.client_id = strdup(settings->client_id);
	/* Whoever refreshes the old one just now must not overwrite ours. */
	if (s == STATUS_OK)
		s = store_lock(store, settings->name, ret_problem);
	if (s == STATUS_OK)
		s = store_put(store, settings->name, &t, &where, ret_problem);
	if (s == STATUS_OK)
		print_done(settings, &t, where);
	return s;
}

int
cmd_login(struct cli *cli, int argc, char **argv)
{
	struct arguments a = {.timeout = TIMEOUT_DEFAULT};
	const struct cli_option options[] = {
	    {"device", NULL, &a.device},
	    {"no-browser", NULL, &a.no_browser},
	    {"timeout", &a.timeout, NULL},
	    {"client-id", &a.client_id, NULL},
	    {"scope", &a.scope, NULL},
	    {NULL, NULL, NULL},
	};
	char problem[PROBLEM_SIZE] = "the login failed";
	struct issuer_settings *i;
	int64_t ms = 0;
	enum status s;
	int code = cli_options(argc, argv, options, &a.issuer, 1,
	    "an ISSUER: a name of your file, or a URL");

	if (code != EXIT_DONE)
		return code;
	if (conf_parse_duration_ms(a.timeout, &ms) != STATUS_OK || ms < 1000 ||
	    ms > TIMEOUT_MAX_MS)
		return usage_error(
		    "--timeout is 1s to 15m, with a unit, and not '%s'",
		    a.timeout);
	i = cli_issuer(cli, a.issuer, &code);
	if (i == NULL)
		return code;
	code = apply(&a, i);
	if (code != EXIT_DONE)
		return code;
	s = sign_in(cli, &a, i, ms, problem);
	return s == STATUS_OK ? EXIT_DONE : cli_failed(s, problem);
}
