/* SPDX-License-Identifier: ISC */
/* The operator's page of receivers: who is told, and whether they hear it. */
#include "push/page_receivers.h"

#include <stdio.h>
#include <string.h>

#include "confirm.h"
#include "field.h"
#include "word_set.h"
#include "operator/operator_page.h"
#include "page.h"
#include "page_files.h"
#include "push/receiver_store.h"
#include "scopegate/cleanup.h"

#define RECEIVERS_SHOWN 50
#define RECEIVER_VALUES 9
#define COUNT_SIZE 24
#define PROBLEM_SIZE 128

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
	const char *problem; /* begins with the name of its field */
	char shown[PROBLEM_SIZE];
};

#define EVENTS 3
static const struct {
	const char *name, *words;
} events[EVENTS] = {
    {EVENT_TOKEN_REVOKED, "a token is revoked"},
    {EVENT_GRANT_REVOKED, "a grant is revoked, with all its tokens"},
    {EVENT_APP_SUSPENDED, "an app is suspended"},
};
_Static_assert(sizeof(EVENT_ALL) <= RECEIVER_EVENTS_SIZE, "they fit");

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

/* What is wrong with this field, as a sentence; NULL if it is another, or
 * nothing is. */
static const char *
problem_of(struct draft *d, const char *name)
{
	size_t length = strlen(name);

	if (d->problem == NULL || strncmp(d->problem, name, length) != 0 ||
	    d->problem[length] != ':')
		return NULL;
	(void)snprintf(
	    d->shown, sizeof(d->shown), "%s.", d->problem + length + 2);
	if (d->shown[0] >= 'a' && d->shown[0] <= 'z')
		d->shown[0] = (char)(d->shown[0] - 'a' + 'A');
	return d->shown;
}

static void
add_fields(struct fields *f, struct draft *d)
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

		field.problem = problem_of(d, field.name);
		field.focus = field.problem != NULL;
		fields_add(f, &field);
	}
}

/* Those to tick. */
struct event_rows {
	struct template_value values[EVENTS][4];
	struct template_row rows[EVENTS];
};

static void
fill_events(struct event_rows *e, const struct draft *d)
{
	for (size_t i = 0; i < EVENTS; i++) {
		const bool ticked =
		    word_set_text_has(d->receiver.events, events[i].name);
		const struct template_value values[] = {
		    {.name = "event", .text = events[i].name},
		    {.name = "words", .text = events[i].words},
		    {.name = "ticked", .text = ticked ? "yes" : NULL},
		    {0},
		};

		memcpy(e->values[i], values, sizeof(values));
		e->rows[i].values = e->values[i];
	}
}

static void
show(struct visit *v, struct draft *d)
{
	struct event_rows choices;
	_cleanup_(free_ptr) struct receiver_rows *rows =
	    calloc(1, sizeof(*rows));
	struct fields f = {0};

	if (rows == NULL || read_rows(v->broker->store, rows) != STATUS_OK) {
		page_failed(v);
		return;
	}
	add_fields(&f, d);
	fill_events(&choices, d);
	const struct template_value values[] = {
	    {.name = "receivers",
		.rows = rows->shown,
		.row_count = rows->count},
	    {.name = "fields", .rows = f.rows, .row_count = f.count},
	    {.name = "choices", .rows = choices.rows, .row_count = EVENTS},
	    {.name = "events_problem", .text = problem_of(d, "events")},
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

static bool
is_ticked(const struct form *form, const char *event)
{
	for (size_t i = 0; i < form->count; i++) {
		if (strcmp(form->fields[i].name, "event") == 0 &&
		    strcmp(form->fields[i].value, event) == 0)
			return true;
	}
	return false;
}

/* Those that are ticked, in our order. */
static void
read_events(const struct visit *v, struct draft *d)
{
	const struct form *form = &v->request->form;
	char *ret = d->receiver.events;
	size_t used = 0;

	for (size_t i = 0; i < EVENTS; i++) {
		size_t length = strlen(events[i].name);

		if (!is_ticked(form, events[i].name))
			continue;
		if (used > 0)
			ret[used++] = ' ';
		memcpy(ret + used, events[i].name, length + 1);
		used += length;
	}
	for (size_t i = 0; i < form->count && d->problem == NULL; i++) {
		if (strcmp(form->fields[i].name, "event") == 0 &&
		    !word_set_text_has(EVENT_ALL, form->fields[i].value))
			d->problem = "events: one of them does not exist here";
	}
	if (d->problem == NULL && used == 0)
		d->problem = "events: tick at least one";
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
	read_events(v, d);
}

static enum status
store_receiver(struct visit *v, const struct receiver *r)
{
	_cleanup_(transaction_end) struct transaction t = {NULL};
	struct store *s = v->broker->store;
	enum status status = transaction_write(s, &t);

	if (status == STATUS_OK)
		status = receiver_add(s, r, v->session.user_name, v->now);
	return status == STATUS_OK ? transaction_commit(&t) : status;
}

/* The form keeps an empty audience, so that another URL is another one. */
static enum status
add_draft(struct visit *v, struct draft *d)
{
	struct receiver r = d->receiver;
	enum status status = STATUS_INVALID;

	if (r.audience[0] == '\0')
		memcpy(r.audience, r.url, sizeof(r.audience));
	if (d->problem == NULL)
		d->problem = receiver_problem(&r);
	if (d->problem == NULL)
		status = store_receiver(v, &r);
	explicit_bzero(&r.bearer, sizeof(r.bearer));
	return status;
}

void
page_receivers(struct visit *v)
{
	struct draft d = {0};
	enum status status;

	if (v->request->method == HTTP_GET) {
		memcpy(d.receiver.events, EVENT_ALL, sizeof(EVENT_ALL));
		show(v, &d);
		return;
	}
	read_draft(v, &d);
	status = add_draft(v, &d);
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

/* STATUS_NOT_FOUND: there is none of that name. */
static enum status
ask_to_remove(struct visit *v, const char *name)
{
	char title[RECEIVER_NAME_SIZE + 32], action[RECEIVER_NAME_SIZE + 48];
	struct receiver r = {0};
	enum status status;

	do {
		status = receiver_next(v->broker->store, r.id, &r);
	} while (status == STATUS_OK && strcmp(r.name, name) != 0);
	if (status != STATUS_OK)
		return status;
	(void)snprintf(title, sizeof(title), "Remove the receiver %s?", name);
	(void)snprintf(
	    action, sizeof(action), "/operator/receivers/remove?name=%s", name);
	confirm_ask(
	    v, &(struct confirmation){.title = title,
		   .text = "It is told of nothing any more, nor of what "
			   "waits for it now. To bring it back you need "
			   "its bearer token, which is not shown.",
		   .action = action,
		   .name = "name",
		   .value = name,
		   .button = "Remove the receiver",
		   .back = "/operator/receivers",
		   .place = PLACE_OPERATOR});
	return STATUS_OK;
}

static enum status
remove_it(struct visit *v, const char *name)
{
	_cleanup_(transaction_end) struct transaction t = {NULL};
	struct store *s = v->broker->store;
	enum status status = transaction_write(s, &t);

	if (status == STATUS_OK)
		status = receiver_remove(s, name, v->session.user_name, v->now);
	return status == STATUS_OK ? transaction_commit(&t) : status;
}

void
page_receiver_remove(struct visit *v)
{
	bool get = v->request->method == HTTP_GET;
	const char *name = get ? visit_query(v, "name") : visit_form(v, "name");
	enum status status = STATUS_NOT_FOUND;

	if (name != NULL)
		status = get ? ask_to_remove(v, name) : remove_it(v, name);
	if (status == STATUS_NOT_FOUND)
		page_not_found(v);
	else if (status != STATUS_OK)
		page_failed(v);
	else if (!get)
		visit_go(v, "/operator/receivers", "receiver-removed");
}
