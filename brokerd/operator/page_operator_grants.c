/* SPDX-License-Identifier: ISC */
/* Grants of a person or an app, and one of them, which can be revoked. */
#include <stdio.h>
#include <string.h>

#include "field.h"
#include "operator/app_view.h"
#include "operator/listing.h"
#include "operator/operator_page.h"
#include "page.h"
#include "page_files.h"
#include "scopegate/cleanup.h"

struct grant_search {
	const char *user, *app; /* as typed; "" */
	const char *user_problem, *app_problem;
	int64_t user_id, app_id;
};

/* Fills what was found; a name that nobody has becomes a problem. */
static enum status
look_up(struct store *s, struct grant_search *g)
{
	struct user u;
	struct app a;
	enum status status = STATUS_OK;

	if (g->user[0] != '\0') {
		status = user_find(s, g->user, &u);
		if (status == STATUS_OK)
			g->user_id = u.id;
		else if (status == STATUS_NOT_FOUND)
			g->user_problem = "Nobody has this name.";
		else
			return status;
	}
	if (g->app[0] != '\0') {
		status = app_find(s, g->app, &a);
		if (status == STATUS_OK)
			g->app_id = a.id;
		else if (status == STATUS_NOT_FOUND)
			g->app_problem = "No app has this client id.";
		else
			return status;
	}
	return STATUS_OK;
}

static void
add_search(struct fields *f, const struct grant_search *g)
{
	fields_add(f, &(struct field){.name = "user",
			  .label = "Person",
			  .type = "text",
			  .value = g->user,
			  .problem = g->user_problem,
			  .max = USER_NAME_SIZE - 1});
	fields_add(f, &(struct field){.name = "app",
			  .label = "Client id",
			  .type = "text",
			  .value = g->app,
			  .problem = g->app_problem,
			  .max = CLIENT_ID_SIZE - 1});
}

static void
add_rows(struct rows *rows, const struct grant_line *lines, size_t count)
{
	for (size_t i = 0; i < count && i < ROWS_SHOWN; i++) {
		const struct grant_line *g = &lines[i];

		rows_begin(rows);
		rows_integer(rows, "id", g->id);
		rows_text(rows, "user_name", g->user);
		rows_integer(rows, "app_id", g->app_id);
		rows_text(rows, "client_id", g->client_id);
		rows_text(rows, "scope", g->scope);
		rows_text(rows, "env", g->env);
		rows_time(rows, "created", g->created);
		rows_time(rows, "last_used", g->last_used);
	}
}

static void
show_list(struct visit *v, const struct grant_search *g, bool asked,
    const struct rows *rows, int64_t next)
{
	static const char *const keep[] = {"user", "app", NULL};
	_cleanup_(pager_clear) struct pager pager = {0};
	struct fields f = {0};

	add_search(&f, g);
	pager_fill(&pager, v, keep, "before", next);
	const struct template_value values[] = {
	    {.name = "fields", .rows = f.rows, .row_count = f.count},
	    {.name = "asked", .text = asked ? "yes" : NULL},
	    ROWS_VALUES("grants", rows),
	    PAGER_VALUES(pager),
	    {0},
	};
	operator_show(
	    v, TAB_GRANTS, "Grants", page_file_operator_grants, values);
}

void
page_operator_grants(struct visit *v)
{
	_cleanup_(rows_freep) struct rows *rows = rows_new();
	_cleanup_(free_ptr) struct grant_line *lines =
	    calloc(ROWS_SHOWN + 1, sizeof(*lines));
	struct grant_search g = {.user = operator_query_text(v, "user"),
	    .app = operator_query_text(v, "app")};
	struct store *s = v->broker->store;
	size_t count = 0;
	bool asked;

	if (rows == NULL || lines == NULL || look_up(s, &g) != STATUS_OK) {
		page_failed(v);
		return;
	}
	asked = g.user_problem == NULL && g.app_problem == NULL &&
		(g.user_id != 0 || g.app_id != 0);
	if (asked &&
	    grant_lines(s, g.user_id, g.app_id, operator_query_id(v, "before"),
		lines, ROWS_SHOWN + 1, &count) != STATUS_OK) {
		page_failed(v);
		return;
	}
	add_rows(rows, lines, count);
	show_list(v, &g, asked, rows,
	    count > ROWS_SHOWN ? lines[ROWS_SHOWN - 1].id : 0);
}

struct revocation {
	const char *reason, *problem; /* the problem is the reason's */
};

static void
show_grant(struct visit *v, const struct grant_line *g,
    const struct revocation *r, const struct rows *scopes)
{
	char user[24], app[24], id[24], title[32];
	char created[PAGE_TIME_SIZE], used[PAGE_TIME_SIZE],
	    revoked[PAGE_TIME_SIZE] = "";
	struct fields f = {0};

	fields_add(
	    &f, &(struct field){.name = "reason",
		    .label = "Reason",
		    .help = "It is kept with the grant and in the audit trail.",
		    .type = "text",
		    .value = r->reason,
		    .problem = r->problem,
		    .max = APP_REASON_SIZE - 1,
		    .required = true,
		    .focus = r->problem != NULL});
	(void)snprintf(id, sizeof(id), "%lld", (long long)g->id);
	(void)snprintf(user, sizeof(user), "%lld", (long long)g->user_id);
	(void)snprintf(app, sizeof(app), "%lld", (long long)g->app_id);
	(void)snprintf(title, sizeof(title), "Grant %s", id);
	page_time(g->created, created);
	page_time(g->last_used, used);
	if (g->revoked != 0)
		page_time(g->revoked, revoked);
	const struct template_value values[] = {
	    {.name = "problem", .text = g->revoked != 0 ? r->problem : NULL},
	    {.name = "id", .text = id},
	    {.name = "name", .text = g->user},
	    {.name = "user_id", .text = user},
	    {.name = "app_id", .text = app},
	    {.name = "client_id", .text = g->client_id},
	    {.name = "env", .text = g->env},
	    {.name = "account", .text = g->account},
	    {.name = "created", .text = created},
	    {.name = "last_used", .text = used},
	    {.name = "revoked", .text = revoked},
	    {.name = "why", .text = g->why},
	    {.name = "scopes",
		.rows = scopes->rows,
		.row_count = scopes->count},
	    {.name = "fields", .rows = f.rows, .row_count = f.count},
	    {0},
	};
	operator_show(v, TAB_GRANTS, title, page_file_operator_grant, values);
}

static void
show(struct visit *v, const struct revocation *r)
{
	_cleanup_(rows_freep) struct rows *scopes = rows_new();
	struct store *s = v->broker->store;
	struct grant_line g;
	enum status status =
	    scopes == NULL ? STATUS_NOMEM : grant_line_find(s, v->id, &g);

	if (status == STATUS_OK)
		status = app_view_scopes(s, g.scope, "", scopes);
	if (status == STATUS_OK)
		show_grant(v, &g, r, scopes);
	else if (status == STATUS_NOT_FOUND)
		page_not_found(v);
	else
		page_failed(v);
}

void
page_operator_grant(struct visit *v)
{
	const struct operator_who who = operator_who(v);
	struct revocation r = {.reason = visit_form(v, "reason")};
	enum status status;

	if (v->request->method == HTTP_GET) {
		show(v, &r);
		return;
	}
	status = operator_revoke_grant(
	    v->broker->store, v->id, r.reason, &who, &r.problem);
	if (status == STATUS_OK)
		visit_go_id(v, "/operator/grants/", v->id, "grant-revoked");
	else if (status == STATUS_FORBIDDEN || status == STATUS_NOT_FOUND)
		show(v, &r);
	else
		page_failed(v);
}
