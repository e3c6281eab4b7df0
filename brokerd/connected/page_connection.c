/* SPDX-License-Identifier: ISC */
/* One connected app: what it may do, what it did, and the button that ends
 * it. {id} is a grant's; whoever did not give it finds nothing here. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "audit/audit_log.h"
#include "connected/connection_card.h"
#include "page_files.h"
#include "routes.h"
#include "scopegate/cleanup.h"
#include "scopegate/conf.h"

#define CALLS_A_PAGE 50

struct call_line {
	struct api_call call;
	char at[PAGE_TIME_SIZE], status[8];
	struct template_value values[6];
};

/* The whole page; too large for a stack. */
struct connection_page {
	struct connection_card card;
	struct template_row row;
	struct call_line calls[CALLS_A_PAGE];
	struct template_row call_rows[CALLS_A_PAGE];
	size_t count;
	char next[CONNECTION_ID_SIZE]; /* "" on the last page */
};

/* With the second: an app may call often. */
static void
call_time(int64_t when, char ret[PAGE_TIME_SIZE])
{
	time_t t = (time_t)when;
	struct tm tm;

	if (gmtime_r(&t, &tm) == NULL ||
	    strftime(ret, PAGE_TIME_SIZE, "%Y-%m-%d %H:%M:%S", &tm) == 0)
		ret[0] = '\0';
}

static enum status
fill_calls(struct visit *v, int64_t before, struct connection_page *page)
{
	struct api_call list[CALLS_A_PAGE + 1];
	size_t count = 0;
	enum status status = connection_calls(v->broker->store, v->session.user,
	    &page->card.connection, before, list, CALLS_A_PAGE + 1, &count);

	if (count > CALLS_A_PAGE) {
		count = CALLS_A_PAGE;
		(void)snprintf(page->next, sizeof(page->next), "%lld",
		    (long long)list[count - 1].id);
	}
	for (size_t i = 0; i < count; i++) {
		struct call_line *l = &page->calls[i];

		l->call = list[i];
		call_time(l->call.at, l->at);
		(void)snprintf(
		    l->status, sizeof(l->status), "%u", l->call.status);
		const struct template_value values[] = {
		    {.name = "at", .text = l->at},
		    {.name = "method", .text = l->call.method},
		    {.name = "path", .text = l->call.path},
		    {.name = "status", .text = l->status},
		    {.name = "refused",
			.text = l->call.status >= 400 ? "yes" : NULL},
		    {0},
		};
		_Static_assert(sizeof(values) <= sizeof(l->values), "values");
		memcpy(l->values, values, sizeof(values));
		page->call_rows[i].values = l->values;
	}
	page->count = count;
	return status;
}

static void
show(struct visit *v, const struct connection_page *page, const char *after)
{
	const struct template_value values[] = {
	    {.name = "connection", .rows = &page->row, .row_count = 1},
	    {.name = "any_calls", .text = page->count > 0 ? "yes" : NULL},
	    {.name = "calls",
		.rows = page->call_rows,
		.row_count = page->count},
	    {.name = "next", .text = page->next},
	    {.name = "earlier", .text = after},
	    {0},
	};

	page_show(v, &(struct page){.status = 200,
			 .title = page->card.connection.title,
			 .body = page_file_connection,
			 .values = values,
			 .place = PLACE_CONNECTED});
}

void
page_connection(struct visit *v)
{
	_cleanup_(free_ptr) struct connection_page *page =
	    calloc(1, sizeof(*page));
	const char *after = visit_query(v, "after");
	int64_t before = INT64_MAX;
	enum status status;

	if (after != NULL &&
	    conf_parse_integer(after, 1, INT64_MAX, &before) != STATUS_OK) {
		page_not_found(v);
		return;
	}
	/* If it fails the page is a little behind, and no worse. */
	(void)call_log_flush(&v->broker->calls, v->broker->store, v->now);
	status = page == NULL
		     ? STATUS_NOMEM
		     : connection_find(v->broker->store, v->session.user, v->id,
			   v->now, &page->card.connection);
	if (status == STATUS_OK)
		status = connection_card_fill(v, &page->card);
	if (status == STATUS_OK)
		status = fill_calls(v, before, page);
	if (status == STATUS_NOT_FOUND) {
		page_not_found(v);
		return;
	}
	if (status != STATUS_OK) {
		page_failed(v);
		return;
	}
	page->row.values = page->card.values;
	show(v, page, after);
}

static enum status
end_access(struct visit *v)
{
	_cleanup_(transaction_end) struct transaction t = {NULL};
	char subject[CLIENT_ID_SIZE + 8], detail[128];
	struct store *s = v->broker->store;
	struct connection c;
	int64_t count = 0;
	enum status status = transaction_write(s, &t);

	if (status == STATUS_OK)
		status = connection_find(s, v->session.user, v->id, v->now, &c);
	if (status == STATUS_OK)
		status =
		    connection_revoke(s, v->session.user, &c, v->now, &count);
	if (status != STATUS_OK)
		return status;
	(void)snprintf(subject, sizeof(subject), "app %s", c.client_id);
	(void)snprintf(detail, sizeof(detail), "user %s, %s%s%lld grants",
	    v->session.user_name, c.env, c.env[0] == '\0' ? "" : ", ",
	    (long long)count);
	status = audit_append(s, v->now,
	    &(struct audit_entry){
		v->session.user_name, "grant.revoke_all", subject, detail});
	return status == STATUS_OK ? transaction_commit(&t) : status;
}

void
page_connection_revoke(struct visit *v)
{
	enum status status = end_access(v);

	if (status == STATUS_OK)
		visit_go(v, "/connected", "access-revoked");
	else if (status == STATUS_NOT_FOUND)
		page_not_found(v);
	else
		page_failed(v);
}
