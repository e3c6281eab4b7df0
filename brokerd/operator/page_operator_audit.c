/* SPDX-License-Identifier: ISC */
/*
 * The audit trail: filtered, a page at a time, and as a file of JSON lines, as
 * many as an answer may hold, with a link to those that follow.
 */
#include "audit/audit_read.h"
#include "audit/audit_verify.h"
#include "field.h"
#include "operator/operator_page.h"
#include "page.h"
#include "page_files.h"
#include "scopegate/cleanup.h"

#define VERIFIED_MAX 10000 /* records that a page walks */
#define FILE_MAX (200 * 1024)

static const char *const kept[] = {
    "actor", "action", "subject", "from", "until", NULL};

struct audit_search {
	struct audit_filter filter;
	const char *from, *until; /* as typed */
	const char *from_problem, *until_problem;
};

static void
read_search(const struct visit *v, struct audit_search *ret)
{
	static const char wrong[] = "Write a day as 2026-11-26.";
	struct audit_filter *f = &ret->filter;

	*ret = (struct audit_search){
	    .filter = {.actor = operator_query_text(v, "actor"),
		.action = operator_query_text(v, "action"),
		.subject = operator_query_text(v, "subject")},
	    .from = visit_query(v, "from"),
	    .until = visit_query(v, "until"),
	};
	if (ret->from != NULL &&
	    audit_day_parse(ret->from, &f->from) != STATUS_OK)
		ret->from_problem = wrong;
	if (ret->until == NULL)
		return;
	if (audit_day_parse(ret->until, &f->until) == STATUS_OK)
		f->until += AUDIT_DAY_SECONDS; /* the whole day */
	else
		ret->until_problem = wrong;
}

static void
add_fields(struct fields *f, const struct audit_search *s)
{
	const struct field fields[] = {
	    {.name = "actor",
		.label = "Who",
		.type = "text",
		.value = s->filter.actor},
	    {.name = "action",
		.label = "Action begins",
		.type = "text",
		.value = s->filter.action},
	    {.name = "subject",
		.label = "To what",
		.type = "text",
		.value = s->filter.subject},
	    {.name = "from",
		.label = "From day",
		.type = "date",
		.value = s->from,
		.problem = s->from_problem},
	    {.name = "until",
		.label = "To day",
		.type = "date",
		.value = s->until,
		.problem = s->until_problem},
	};

	for (size_t i = 0; i < ELEMENTS(fields); i++)
		fields_add(f, &fields[i]);
}

static bool
take_entry(void *context, const struct audit_record *r)
{
	struct rows *rows = context;

	if (rows->count == ROWS_SHOWN)
		return false;
	operator_record(rows, r);
	return true;
}

static enum status
verify(struct store *s, struct buf *intact, struct buf *damaged)
{
	struct audit_check c;
	enum status status = audit_verify(s, VERIFIED_MAX, NULL, &c);

	if (status != STATUS_OK)
		return status;
	buf_init(intact, 512);
	buf_init(damaged, 512);
	if (c.fault != AUDIT_INTACT)
		return buf_format(damaged,
		    "The audit trail is damaged at record %lld: %s. Keep a "
		    "copy of the store and find out who could write it.",
		    (long long)c.at, audit_fault_text(c.fault));
	if (c.count == 0)
		return STATUS_OK;
	return buf_format(intact,
	    "Records %lld to %lld are in their places and unaltered.%s",
	    (long long)c.first, (long long)c.last.seq,
	    c.first > 1 ? " `brokerd audit verify` checks the older ones, too."
			: "");
}

void
page_operator_audit(struct visit *v)
{
	_cleanup_(rows_freep) struct rows *rows = rows_new();
	_cleanup_(pager_clear) struct pager pager = {0};
	_cleanup_(buf_clear) struct buf intact = {0}, damaged = {0}, file = {0};
	struct store *store = v->broker->store;
	struct audit_search s;
	struct fields f = {0};
	int64_t next = 0;
	enum status status = rows == NULL ? STATUS_NOMEM : STATUS_OK;

	read_search(v, &s);
	if (status == STATUS_OK)
		status = verify(store, &intact, &damaged);
	/* A damaged record cannot be listed, but it is told. */
	if (status == STATUS_OK && s.from_problem == NULL &&
	    s.until_problem == NULL) {
		status = audit_scan(store, &s.filter, false,
		    operator_query_id(v, "before"), take_entry, rows, &next);
		if (status == STATUS_MALFORMED)
			status = STATUS_OK;
	}
	if (status != STATUS_OK) {
		page_failed(v);
		return;
	}
	add_fields(&f, &s);
	pager_fill(&pager, v, kept, "before", next);
	operator_link(&file, v, "/operator/audit.jsonl", kept);
	const struct template_value values[] = {
	    {.name = "intact", .text = buf_string(&intact)},
	    {.name = "damaged", .text = buf_string(&damaged)},
	    {.name = "fields", .rows = f.rows, .row_count = f.count},
	    ROWS_VALUES("entries", rows),
	    {.name = "file", .text = buf_string(&file)},
	    PAGER_VALUES(pager),
	    {0},
	};
	operator_show(
	    v, TAB_AUDIT, "Audit trail", page_file_operator_audit, values);
}

static bool
take_line(void *context, const struct audit_record *r)
{
	struct buf *out = context;
	_cleanup_(buf_clear) struct buf line = {0};

	buf_init(&line, FILE_MAX);
	if (audit_record_write(r, &line) != STATUS_OK ||
	    out->length + line.length + 1 > FILE_MAX)
		return false;
	buf_append(out, line.data, line.length);
	return buf_append_byte(out, '\n') == STATUS_OK;
}

static void
link_next(struct visit *v, int64_t next)
{
	_cleanup_(pager_clear) struct pager pager = {0};
	_cleanup_(buf_clear) struct buf header = {0};

	pager_fill(&pager, v, kept, "after", next);
	if (buf_string(&pager.more) == NULL)
		return;
	buf_init(&header, 8192);
	/* RFC 8288 */
	buf_format(&header, "<%s>; rel=\"next\"", buf_string(&pager.more));
	if (buf_string(&header) != NULL)
		http_response_header(v->response, "Link", buf_string(&header));
}

void
page_operator_audit_file(struct visit *v)
{
	struct http_response *r = v->response;
	struct audit_search s;
	int64_t next = 0;

	read_search(v, &s);
	if (s.from_problem != NULL || s.until_problem != NULL) {
		page_error(v, 400, "This day cannot be read",
		    "Write from and until as 2026-11-26.");
		return;
	}
	if (audit_scan(v->broker->store, &s.filter, true,
		operator_query_id(v, "after"), take_line, &r->body,
		&next) != STATUS_OK) {
		buf_clear(&r->body);
		page_failed(v);
		return;
	}
	r->status = 200;
	http_response_header(r, "Content-Type", "application/x-ndjson");
	http_response_header(
	    r, "Content-Disposition", "attachment; filename=\"audit.jsonl\"");
	http_response_header(r, "Cache-Control", "no-store");
	if (next != 0)
		link_next(v, next);
}
