/* SPDX-License-Identifier: ISC */
/* Every app that may use the user's accounts now, and those that could until
 * lately. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "connected/connection_card.h"
#include "page_files.h"
#include "routes.h"
#include "scopegate/cleanup.h"
#include "scopegate/conf.h"

#define CARDS_A_PAGE 20
#define HISTORY_MAX 50
#define HISTORY_SECONDS (30 * (int64_t)86400)

struct past_line {
	struct connection_past past;
	char at[PAGE_TIME_SIZE];
	struct template_value values[6];
};

/* The whole page; too large for a stack. */
struct connected {
	struct connection_card cards[CARDS_A_PAGE];
	struct template_row rows[CARDS_A_PAGE];
	struct past_line past[HISTORY_MAX];
	struct template_row past_rows[HISTORY_MAX];
	size_t count, past_count;
	char next[CONNECTION_ID_SIZE]; /* "" on the last page */
};

static enum status
fill_cards(struct visit *v, int64_t before, struct connected *page)
{
	struct connection list[CARDS_A_PAGE + 1];
	size_t count = 0;
	enum status status = connection_list(v->broker->store, v->session.user,
	    before, v->now, list, CARDS_A_PAGE + 1, &count);

	if (count > CARDS_A_PAGE) {
		count = CARDS_A_PAGE;
		(void)snprintf(page->next, sizeof(page->next), "%lld",
		    (long long)list[count - 1].id);
	}
	for (size_t i = 0; i < count && status == STATUS_OK; i++) {
		page->cards[i].connection = list[i];
		status = connection_card_fill(v, &page->cards[i]);
		page->rows[i].values = page->cards[i].values;
	}
	page->count = count;
	return status;
}

/* As the reader is told who it was. */
static const char *
why_in_words(const char *why)
{
	if (strcmp(why, "by the user") == 0)
		return "by you";
	return why[0] == '\0' ? "not noted" : why;
}

static enum status
fill_past(struct visit *v, struct connected *page)
{
	struct connection_past list[HISTORY_MAX];
	enum status status =
	    connection_history(v->broker->store, v->session.user,
		v->now - HISTORY_SECONDS, list, HISTORY_MAX, &page->past_count);

	for (size_t i = 0; i < page->past_count && status == STATUS_OK; i++) {
		struct past_line *l = &page->past[i];

		l->past = list[i];
		page_time(l->past.at, l->at);
		const struct template_value values[] = {
		    {.name = "name", .text = l->past.title},
		    {.name = "env", .text = l->past.env},
		    {.name = "at", .text = l->at},
		    {.name = "why", .text = why_in_words(l->past.why)},
		    {0},
		};
		_Static_assert(sizeof(values) <= sizeof(l->values), "values");
		memcpy(l->values, values, sizeof(values));
		page->past_rows[i].values = l->values;
	}
	return status;
}

void
page_connected(struct visit *v)
{
	_cleanup_(free_ptr) struct connected *page = calloc(1, sizeof(*page));
	const char *after = visit_query(v, "after");
	int64_t before = INT64_MAX;

	if (after != NULL &&
	    conf_parse_integer(after, 1, INT64_MAX, &before) != STATUS_OK) {
		page_not_found(v);
		return;
	}
	/* If it fails the page is a little behind, and no worse. */
	(void)call_log_flush(&v->broker->calls, v->broker->store, v->now);
	if (page == NULL || fill_cards(v, before, page) != STATUS_OK ||
	    fill_past(v, page) != STATUS_OK) {
		page_failed(v);
		return;
	}
	const struct template_value values[] = {
	    {.name = "connections",
		.rows = page->rows,
		.row_count = page->count},
	    {.name = "any", .text = page->count > 0 ? "yes" : NULL},
	    {.name = "past", .text = page->past_count > 0 ? "yes" : NULL},
	    {.name = "past_rows",
		.rows = page->past_rows,
		.row_count = page->past_count},
	    {.name = "next", .text = page->next},
	    {.name = "earlier", .text = after},
	    {0},
	};
	page_show(v, &(struct page){.status = 200,
			 .title = "Connected apps",
			 .body = page_file_connected,
			 .values = values,
			 .place = PLACE_CONNECTED});
}
