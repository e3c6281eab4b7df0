/* SPDX-License-Identifier: ISC */
/* Lists of apps: those in review, and all. */
#include <string.h>

#include "app/review.h"
#include "operator/listing.h"
#include "operator/operator_page.h"
#include "page.h"
#include "page_files.h"
#include "scopegate/cleanup.h"

struct app_page {
	struct app_line lines[ROWS_SHOWN + 1];
	size_t count; /* of the lines to show */
	int64_t next;
};

/* One more than is shown was asked for. */
static void
settle(struct app_page *p)
{
	p->next = 0;
	if (p->count > ROWS_SHOWN) {
		p->count = ROWS_SHOWN;
		p->next = p->lines[ROWS_SHOWN - 1].id;
	}
}

static void
add_rows(struct rows *rows, const struct app_page *p, const char *user)
{
	for (size_t i = 0; i < p->count; i++) {
		const struct app_line *a = &p->lines[i];
		bool own = a->owner[0] != '\0' && strcmp(a->owner, user) == 0;

		rows_begin(rows);
		rows_integer(rows, "id", a->id);
		rows_text(rows, "app_title", a->title);
		rows_text(rows, "client_id", a->client_id);
		rows_text(rows, "owner", a->owner);
		rows_text(rows, "state", app_state_name(a->state));
		rows_text(rows, "state_words", app_state_words(a->state));
		rows_text(rows, "off", a->enabled ? NULL : "yes");
		rows_time(rows, "submitted", a->submitted);
		rows_integer(rows, "approvals", a->approvals);
		rows_text(rows, "own", own ? "yes" : NULL);
	}
}

void
page_operator_reviews(struct visit *v)
{
	static const char *const keep[] = {NULL};
	_cleanup_(rows_freep) struct rows *rows = rows_new();
	_cleanup_(pager_clear) struct pager pager = {0};
	struct app_page p;

	if (rows == NULL ||
	    app_queue(v->broker->store, operator_query_id(v, "after"), p.lines,
		ELEMENTS(p.lines), &p.count) != STATUS_OK) {
		page_failed(v);
		return;
	}
	settle(&p);
	add_rows(rows, &p, v->session.user_name);
	pager_fill(&pager, v, keep, "after", p.next);
	const struct template_value values[] = {
	    ROWS_VALUES("apps", rows),
	    PAGER_VALUES(pager),
	    {0},
	};
	operator_show(v, TAB_REVIEWS, "Apps in review",
	    page_file_operator_reviews, values);
}

/* The choices of state, with the one that was chosen. */
static void
add_states(struct rows *states, const char *chosen)
{
	static const enum app_state all[] = {
#define X(name, text, words) APP_##name,
	    APP_STATE_LIST(X)
#undef X
	};

	rows_begin(states);
	rows_text(states, "value", "");
	rows_text(states, "words", "Any");
	rows_text(states, "selected", NULL);
	for (size_t i = 0; i < ELEMENTS(all); i++) {
		const char *name = app_state_name(all[i]);

		rows_begin(states);
		rows_text(states, "value", name);
		rows_text(states, "words", app_state_words(all[i]));
		rows_text(states, "selected",
		    strcmp(name, chosen) == 0 ? "yes" : NULL);
	}
}

void
page_operator_apps(struct visit *v)
{
	static const char *const keep[] = {"state", "client", "owner", NULL};
	_cleanup_(rows_freep) struct rows *rows = rows_new();
	_cleanup_(rows_freep) struct rows *states = rows_new();
	_cleanup_(pager_clear) struct pager pager = {0};
	const struct app_filter f = {
	    .state = operator_query_text(v, "state"),
	    .client = operator_query_text(v, "client"),
	    .owner = operator_query_text(v, "owner"),
	};
	bool both = f.client[0] != '\0' && f.owner[0] != '\0';
	struct app_page p;

	if (rows == NULL || states == NULL ||
	    app_lines(v->broker->store, &f, operator_query_id(v, "after"),
		p.lines, ELEMENTS(p.lines), &p.count) != STATUS_OK) {
		page_failed(v);
		return;
	}
	settle(&p);
	add_rows(rows, &p, v->session.user_name);
	add_states(states, f.state);
	pager_fill(&pager, v, keep, "after", p.next);
	const struct template_value values[] = {
	    {.name = "states",
		.rows = states->rows,
		.row_count = states->count},
	    {.name = "client", .text = f.client},
	    {.name = "owner_begins", .text = f.owner},
	    {.name = "both", .text = both ? "yes" : NULL},
	    ROWS_VALUES("apps", rows),
	    PAGER_VALUES(pager),
	    {0},
	};
	operator_show(v, TAB_APPS, "Apps", page_file_operator_apps, values);
}
