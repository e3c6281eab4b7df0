/* SPDX-License-Identifier: ISC */
/* The operator's page of receivers: who is told, and whether they hear it. */
#include "push/page_receivers.h"

#include <stdio.h>
#include <string.h>

#include "field.h"
#include "operator/operator_page.h"
#include "page.h"
#include "page_files.h"
#include "push/receiver_store.h"
#include "scopegate/cleanup.h"

#define RECEIVERS_SHOWN 50
#define RECEIVER_VALUES 9
#define COUNT_SIZE 24

struct receiver_row {
	struct receiver receiver;
	char waiting[COUNT_SIZE], delivered[COUNT_SIZE], failed[COUNT_SIZE];
	struct template_value values[RECEIVER_VALUES];
};

struct receiver_rows {
	size_t count;
	struct receiver_row rows[RECEIVERS_SHOWN];
	struct template_row shown[RECEIVERS_SHOWN];
};

/* What the form of a new one holds. */
struct draft {
	struct receiver receiver;
	const char *problem;
};

static void
count_text(int64_t n, char ret[COUNT_SIZE])
{
	(void)snprintf(ret, COUNT_SIZE, "%lld", (long long)n);
}

static void
fill_row(struct receiver_row *row)
{
	const struct receiver *r = &row->receiver;
	const struct template_value values[RECEIVER_VALUES] = {
	    {.name = "name", .text = r->name},
	    {.name = "url", .text = r->url},
	    {.name = "audience", .text = r->audience},
	    {.name = "events", .text = r->events},
	    {.name = "waiting", .text = row->waiting},
	    {.name = "delivered", .text = row->delivered},
	    {.name = "failed", .text = row->failed},
	    {.name = "fault", .text = r->last_error},
	    {0},
	};

	count_text(r->waiting, row->waiting);
	count_text(r->delivered, row->delivered);
	count_text(r->failed, row->failed);
	memcpy(row->values, values, sizeof(values));
}

static enum status
read_rows(struct store *s, struct receiver_rows *ret)
{
	enum status status = STATUS_OK;
	int64_t after = 0;

	while (ret->count < RECEIVERS_SHOWN) {
		struct receiver_row *row = &ret->rows[ret->count];

		status = receiver_next(s, after, &row->receiver);
		if (status != STATUS_OK)
			break;
		after = row->receiver.id;
		fill_row(row);
		ret->shown[ret->count++].values = row->values;
	}
	return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

static void
add_fields(struct fields *f, const struct draft *d)
{
	const struct receiver *r = &d->receiver;
	const struct field fields[] = {
	    {.name = "name",
		.label = "Name",
		.help = "a-z, 0-9, . _ -",
		.type = "text",
		.value = r->name,
		.max = RECEIVER_NAME_SIZE - 1,
		.required = true},
	    {.name = "url",
		.label = "URL",
		.help = "Where events are posted: https, or http on a loopback "
			"address.",
		.type = "url",
		.value = r->url,
		.max = RECEIVER_URL_SIZE - 1,
		.required = true},
	    {.name = "audience",
		.label = "Audience",
		.help = "Whom the events name as their audience; the URL if "
			"you leave it empty.",
		.type = "text",
		.value = r->audience,
		.max = RECEIVER_AUDIENCE_SIZE - 1},
	    {.name = "bearer",
		.label = "Bearer token that it asks for",
		.help = "Sent to this URL alone, and never shown again.",
		.type = "password",
		.autocomplete = "new-password",
		.max = RECEIVER_BEARER_SIZE - 1},
	};

	for (size_t i = 0; i < ELEMENTS(fields); i++) {
		struct field field = fields[i];
		size_t length = strlen(field.name);

		/* A problem begins with the name of the field it is about. */
		if (d->problem != NULL &&
		    strncmp(d->problem, field.name, length) == 0 &&
		    d->problem[length] == ':')
			field.problem = d->problem + length + 2;
		fields_add(f, &field);
	}
}

static void
show(struct visit *v, const struct draft *d)
{
	_cleanup_(free_ptr) struct receiver_rows *rows =
	    calloc(1, sizeof(*rows));
	struct fields f = {0};

	if (rows == NULL || read_rows(v->broker->store, rows) != STATUS_OK) {
		page_failed(v);
		return;
	}
	add_fields(&f, d);
	const struct template_value values[] = {
	    {.name = "receivers",
		.rows = rows->shown,
		.row_count = rows->count},
	    {.name = "fields", .rows = f.rows, .row_count = f.count},
	    {0},
	};
	operator_show(v, TAB_RECEIVERS, "Receivers of events",
	    page_file_receivers, values);
}

static bool
copy_field(struct visit *v, const char *name, char *ret, size_t size)
{
	const char *text = visit_form(v, name);

	if (text == NULL)
		return true;
	if (strlen(text) >= size)
		return false;
	memcpy(ret, text, strlen(text) + 1);
	return true;
}

static void
read_draft(struct visit *v, struct draft *d)
{
	struct receiver *r = &d->receiver;

	if (!copy_field(v, "name", r->name, sizeof(r->name)))
		d->problem = "name: it is too long";
	else if (!copy_field(v, "url", r->url, sizeof(r->url)))
		d->problem = "url: it is too long";
	else if (!copy_field(v, "audience", r->audience, sizeof(r->audience)))
		d->problem = "audience: it is too long";
	else if (!copy_field(v, "bearer", r->bearer, sizeof(r->bearer)))
		d->problem = "bearer: it is too long";
	if (r->audience[0] == '\0')
		memcpy(r->audience, r->url, sizeof(r->audience));
	memcpy(r->events, EVENT_ALL, sizeof(EVENT_ALL));
	if (d->problem == NULL)
		d->problem = receiver_problem(r);
}

static enum status
store_draft(struct visit *v, const struct draft *d)
{
	_cleanup_(transaction_end) struct transaction t = {NULL};
	struct store *s = v->broker->store;
	enum status status = transaction_write(s, &t);

	if (status == STATUS_OK)
		status =
		    receiver_add(s, &d->receiver, v->session.user_name, v->now);
	return status == STATUS_OK ? transaction_commit(&t) : status;
}

void
page_receivers(struct visit *v)
{
	struct draft d = {0};
	enum status status;

	if (v->request->method == HTTP_GET) {
		show(v, &d);
		return;
	}
	read_draft(v, &d);
	status = d.problem == NULL ? store_draft(v, &d) : STATUS_INVALID;
	if (status == STATUS_OK)
		visit_go(v, "/operator/receivers", "receiver-added");
	else if (status == STATUS_INVALID || status == STATUS_FORBIDDEN) {
		if (status == STATUS_FORBIDDEN)
			d.problem = "name: there is a receiver of that name";
		show(v, &d);
	} else {
		page_failed(v);
	}
	explicit_bzero(&d.receiver.bearer, sizeof(d.receiver.bearer));
}

void
page_receiver_remove(struct visit *v)
{
	_cleanup_(transaction_end) struct transaction t = {NULL};
	struct store *s = v->broker->store;
	const char *name = visit_form(v, "name");
	enum status status = transaction_write(s, &t);

	if (status == STATUS_OK)
		status = receiver_remove(
		    s, name == NULL ? "" : name, v->session.user_name, v->now);
	if (status == STATUS_OK)
		status = transaction_commit(&t);
	if (status == STATUS_NOT_FOUND)
		page_not_found(v);
	else if (status != STATUS_OK)
		page_failed(v);
	else
		visit_go(v, "/operator/receivers", "receiver-removed");
}
