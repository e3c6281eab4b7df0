/* SPDX-License-Identifier: ISC */
/* The operator's overview: what waits, and what was done last. */
#include <string.h>

#include "audit/audit_read.h"
#include "jose/key_ring.h"
#include "jose/key_store.h"
#include "operator/listing.h"
#include "operator/operator_page.h"
#include "page.h"
#include "page_files.h"
#include "scopegate/cleanup.h"

#define ENTRIES_SHOWN 10

struct overview {
	int64_t waiting;
	char in_review[COUNT_TEXT_SIZE], live_requests[COUNT_TEXT_SIZE],
	    suspended[COUNT_TEXT_SIZE], approved[COUNT_TEXT_SIZE];
	char key_since[PAGE_TIME_SIZE], key_days[COUNT_TEXT_SIZE];
	struct key_row keys[KEYS_PUBLISHED_MAX];
	const char *key;
};

static enum status
count_apps(struct store *s, enum app_state state, char ret[COUNT_TEXT_SIZE],
    int64_t *waiting)
{
	int64_t count = 0;
	enum status status = app_count(s, app_state_name(state), &count);

	operator_count_text(count, ret);
	if (waiting != NULL)
		*waiting += count;
	return status;
}

static enum status
count_all(struct store *s, struct overview *o)
{
	int64_t requests = 0;
	enum status status = live_request_count(s, &requests);

	operator_count_text(requests, o->live_requests);
	o->waiting = requests;
	if (status == STATUS_OK)
		status =
		    count_apps(s, APP_SUBMITTED, o->in_review, &o->waiting);
	if (status == STATUS_OK)
		status = count_apps(s, APP_SUSPENDED, o->suspended, NULL);
	if (status == STATUS_OK)
		status = count_apps(s, APP_APPROVED, o->approved, NULL);
	return status;
}

static enum status
find_key(struct visit *v, struct overview *o)
{
	size_t count = 0;
	enum status status = key_list(v->broker->store,
	    v->now - KEY_RETIRED_SECONDS, o->keys, ELEMENTS(o->keys), &count);

	for (size_t i = 0; status == STATUS_OK && i < count; i++) {
		const struct key_row *k = &o->keys[i];

		if (k->state != KEY_CURRENT)
			continue;
		o->key = k->id;
		page_time(k->activated, o->key_since);
		operator_count_text(
		    (v->now - k->activated) / 86400, o->key_days);
	}
	return status;
}

static bool
take_entry(void *context, const struct audit_record *r)
{
	struct rows *rows = context;

	if (rows->count == ENTRIES_SHOWN)
		return false;
	operator_record(rows, r);
	return true;
}

void
page_operator(struct visit *v)
{
	_cleanup_(rows_freep) struct rows *entries = rows_new();
	const struct audit_filter all = {0};
	struct store *s = v->broker->store;
	struct overview o = {0};
	int64_t next;

	if (entries == NULL || count_all(s, &o) != STATUS_OK ||
	    find_key(v, &o) != STATUS_OK ||
	    audit_scan(s, &all, false, 0, take_entry, entries, &next) !=
		STATUS_OK) {
		page_failed(v);
		return;
	}
	const struct template_value values[] = {
	    {.name = "in_review", .text = o.in_review},
	    {.name = "live_requests", .text = o.live_requests},
	    {.name = "suspended", .text = o.suspended},
	    {.name = "approved", .text = o.approved},
	    {.name = "waiting", .text = o.waiting > 0 ? "yes" : NULL},
	    {.name = "key", .text = o.key},
	    {.name = "key_since", .text = o.key_since},
	    {.name = "key_days", .text = o.key_days},
	    ROWS_VALUES("entries", entries),
	    {0},
	};
	operator_show(v, TAB_OVERVIEW, "Operator", page_file_operator, values);
}
