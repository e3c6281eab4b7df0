/* SPDX-License-Identifier: ISC */
/* `brokerd grant ...`: what people have let apps do. */
#include <stdio.h>

#include "command/command.h"
#include "command/verbs.h"
#include "operator/acts.h"
#include "operator/listing.h"
#include "page.h"
#include "scopegate/cleanup.h"
#include "scopegate/log.h"

#define LINES 50

static void
print_grant(const struct grant_line *g, bool json)
{
	_cleanup_(buf_clear) struct buf line = {0};
	char created[PAGE_TIME_SIZE];
	struct json_writer w;

	if (!json) {
		page_time(g->created, created);
		printf("%-8lld  %-16s  %-24s  %-5s  %-20s  %s\n",
		    (long long)g->id, g->user[0] == '\0' ? "-" : g->user,
		    g->client_id, g->env[0] == '\0' ? "-" : g->env, created,
		    g->scope[0] == '\0' ? "none" : g->scope);
		return;
	}
	verb_json_begin(&line, &w);
	json_write_integer(&w, "grant", g->id);
	json_write_string(&w, "user", g->user);
	json_write_string(&w, "app", g->client_id);
	json_write_string(&w, "scope", g->scope);
	json_write_string(&w, "env", g->env);
	json_write_string(&w, "account", g->account);
	json_write_integer(&w, "created", g->created);
	json_write_integer(&w, "last_used", g->last_used);
	verb_json_end(&line, &w);
}

static enum status
print_grants(const struct verb_request *r, int64_t user, int64_t app,
    struct verb_list *shown)
{
	_cleanup_(free_ptr) struct grant_line *lines =
	    calloc(LINES, sizeof(*lines));
	size_t count = LINES;
	int64_t before = 0;
	enum status status = lines == NULL ? STATUS_NOMEM : STATUS_OK;

	while (status == STATUS_OK && count == LINES) {
		status = grant_lines(
		    r->store, user, app, before, lines, LINES, &count);
		for (size_t i = 0; status == STATUS_OK && i < count; i++) {
			verb_list_line(shown);
			print_grant(&lines[i], r->flag[OPTION_JSON]);
			before = lines[i].id;
		}
	}
	return status;
}

static int
list(const struct verb_request *r)
{
	const char *user = r->text[OPTION_USER], *app = r->text[OPTION_APP];
	struct verb_list shown = {.request = r, .what = "grants that stand"};
	char header[128];
	struct user u = {0};
	struct app a = {0};
	enum status status = STATUS_OK;

	if (user == NULL && app == NULL) {
		log_error("--user, --app or both are needed");
		return EXIT_USAGE;
	}
	if (user != NULL)
		status = user_find(r->store, user, &u);
	if (status != STATUS_OK)
		return verb_end(user, status, NULL);
	if (app != NULL)
		status = app_find(r->store, app, &a);
	if (status != STATUS_OK)
		return verb_end(app, status, NULL);
	(void)snprintf(header, sizeof(header),
	    "%-8s  %-16s  %-24s  %-5s  %-20s  %s", "GRANT", "USER", "APP",
	    "ENV", "SINCE", "SCOPE");
	shown.header = header;
	status = print_grants(r, u.id, a.id, &shown);
	return verb_list_end(&shown, status, NULL);
}

static int
revoke_one(const struct verb_request *r)
{
	const struct operator_who who = {0, "shell", wall_clock()};
	const char *fault = NULL;
	int64_t id = 0;
	enum status status;

	if (!verb_number("grant", r->text[OPTION_GRANT], &id))
		return EXIT_USAGE;
	status = operator_revoke_grant(
	    r->store, id, r->text[OPTION_REASON], &who, &fault);
	if (status == STATUS_OK)
		printf("grant %lld: revoked\n", (long long)id);
	return verb_end("grant", status, fault);
}

static const struct verb verbs[] = {
    {.name = "list",
	.run = list,
	.takes = TAKES(USER) | TAKES(APP) | TAKES(JSON),
	.help = "grants that stand, of a user, an app or both, the newest "
		"first"},
    {.name = "revoke",
	.run = revoke_one,
	.needs = TAKES(GRANT) | TAKES(REASON),
	.help = "end a grant and all its tokens"},
    {0},
};
const struct noun noun_grant = {"grant", verbs};
