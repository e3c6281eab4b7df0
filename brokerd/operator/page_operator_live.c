/* SPDX-License-Identifier: ISC */
/* Requests for live accounts. */
#include <string.h>

#include "operator/listing.h"
#include "operator/operator_page.h"
#include "page.h"
#include "page_files.h"
#include "scopegate/cleanup.h"
#include "scopegate/conf.h"

/* What came back with a fault. */
struct refused {
	int64_t account; /* 0: none */
	const char *reason, *fault;
	bool shown;
};

static void
add_request(struct rows *rows, const struct live_line *l, const struct visit *v,
    struct refused *r)
{
	bool here = r->account == l->account.id;

	rows_begin(rows);
	rows_integer(rows, "id", l->account.id);
	rows_integer(rows, "user_id", l->account.user);
	rows_text(rows, "name", l->user);
	rows_text(rows, "number", l->account.number);
	rows_time(rows, "requested", l->account.requested);
	rows_text(
	    rows, "own", l->account.user == v->session.user ? "yes" : NULL);
	rows_text(rows, "reason", here && r->reason != NULL ? r->reason : "");
	rows_text(rows, "fault", here ? r->fault : NULL);
	r->shown |= here && l->account.user != v->session.user;
}

static void
show(struct visit *v, struct refused *r)
{
	static const char *const keep[] = {NULL};
	_cleanup_(rows_freep) struct rows *rows = rows_new();
	_cleanup_(pager_clear) struct pager pager = {0};
	struct live_line lines[ROWS_SHOWN + 1];
	size_t count = 0;

	if (rows == NULL ||
	    live_lines(v->broker->store, operator_query_id(v, "after"), lines,
		ELEMENTS(lines), &count) != STATUS_OK) {
		page_failed(v);
		return;
	}
	for (size_t i = 0; i < count && i < ROWS_SHOWN; i++)
		add_request(rows, &lines[i], v, r);
	pager_fill(&pager, v, keep, "after",
	    count > ROWS_SHOWN ? lines[ROWS_SHOWN - 1].account.id : 0);
	const struct template_value values[] = {
	    {.name = "problem", .text = r->shown ? NULL : r->fault},
	    ROWS_VALUES("requests", rows),
	    PAGER_VALUES(pager),
	    {0},
	};
	operator_show(v, TAB_LIVE, "Live accounts asked for",
	    page_file_operator_live, values);
}

void
page_operator_live(struct visit *v)
{
	const struct operator_who who = operator_who(v);
	const char *what = visit_form(v, "do");
	const char *account = visit_form(v, "account");
	struct refused r = {.reason = visit_form(v, "reason")};
	bool approve = what != NULL && strcmp(what, "approve") == 0;
	enum status status;

	if (v->request->method == HTTP_GET) {
		show(v, &r);
		return;
	}
	if (account == NULL || what == NULL ||
	    (!approve && strcmp(what, "refuse") != 0) ||
	    conf_parse_integer(account, 1, INT64_MAX, &r.account) !=
		STATUS_OK) {
		page_error(v, 400, "Nothing was done",
		    "The form did not say what to do. Go back and choose a "
		    "button.");
		return;
	}
	status = operator_decide_live(
	    v->broker->store, r.account, approve, r.reason, &who, &r.fault);
	if (status == STATUS_OK)
		visit_go(v, "/operator/live-accounts",
		    approve ? "live-approved" : "live-refused");
	else if (status == STATUS_FORBIDDEN)
		show(v, &r);
	else if (status == STATUS_NOT_FOUND)
		page_not_found(v);
	else
		page_failed(v);
}
