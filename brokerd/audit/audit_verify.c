/* SPDX-License-Identifier: ISC */
/* Walks the chain and stops at the first fault. */
#include "audit/audit_verify.h"

#include <string.h>

#include "audit/audit_read.h"
#include "scopegate/cleanup.h"

const char *
audit_fault_text(enum audit_fault f)
{
	switch (f) {
#define X(name, text)                                                          \
	case AUDIT_##name:                                                     \
		return text;
		AUDIT_FAULT_LIST(X)
#undef X
	}
	return "the trail is damaged";
}

struct walk {
	struct audit_check *check;
	const struct audit_mark *noted; /* NULL: none, or seen */
	bool partial; /* what the first record follows is not looked at */
};

static bool
fail(struct walk *w, enum audit_fault fault, int64_t at)
{
	w->check->fault = fault;
	w->check->at = at;
	return false;
}

/* False: a fault, and no further record is of interest. */
static bool
check_record(struct walk *w, const struct audit_record *r)
{
	struct audit_check *c = w->check;
	struct digest hash;
	bool linked = w->partial && c->count == 0;

	if (r->seq != c->last.seq + 1)
		return fail(w, AUDIT_MISSING, c->last.seq + 1);
	if (audit_record_hash(r, &hash) != STATUS_OK ||
	    !digest_equal(&hash, &r->hash))
		return fail(w, AUDIT_ALTERED, r->seq);
	if (!linked && !digest_equal(&r->previous, &c->last.hash))
		return fail(w, AUDIT_UNLINKED, r->seq);
	c->count++;
	c->last = (struct audit_mark){r->seq, r->hash};
	if (w->noted == NULL || w->noted->seq != r->seq)
		return true;
	if (!digest_equal(&w->noted->hash, &r->hash))
		return fail(w, AUDIT_UNKNOWN_MARK, r->seq);
	w->noted = NULL;
	return true;
}

static enum status
check_records(struct store *s, struct walk *w)
{
	_cleanup_(query_done) struct query q = query_start(s,
	    "SELECT seq, at, actor, action, subject, detail, previous, hash"
	    " FROM audit WHERE seq > ? ORDER BY seq");
	struct audit_record r;
	enum status status;

	query_integer(&q, w->check->last.seq);
	while ((status = query_step(&q)) == STATUS_OK) {
		if (audit_record_read(&q, &r) != STATUS_OK) {
			(void)fail(
			    w, AUDIT_ALTERED, query_column_integer(&q, 0));
			return STATUS_OK;
		}
		if (!check_record(w, &r))
			return STATUS_OK;
	}
	return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

/* Does the trail end where the last append says? */
static enum status
check_end(struct store *s, struct walk *w)
{
	const struct audit_mark *last = &w->check->last;
	struct audit_mark end = {0};
	char text[AUDIT_MARK_SIZE];
	enum status status =
	    store_setting_get(s, AUDIT_MARK_SETTING, text, sizeof(text));

	if (status == STATUS_NOT_FOUND && last->seq == 0)
		return STATUS_OK;
	if (status == STATUS_NOT_FOUND || status == STATUS_TOO_BIG ||
	    (status == STATUS_OK && audit_mark_parse(text, &end) != STATUS_OK))
		return (void)fail(w, AUDIT_NO_END, last->seq), STATUS_OK;
	if (status != STATUS_OK)
		return status;
	if (end.seq > last->seq)
		(void)fail(w, AUDIT_CUT, last->seq + 1);
	else if (end.seq < last->seq || !digest_equal(&end.hash, &last->hash))
		(void)fail(w, AUDIT_OTHER_END, end.seq);
	return STATUS_OK;
}

enum status
audit_verify(struct store *s, int64_t limit, const struct audit_mark *noted,
    struct audit_check *ret)
{
	_cleanup_(transaction_end) struct transaction t = {NULL};
	struct audit_check c = {.first = 1};
	struct audit_mark last = {0};
	struct walk w = {.check = &c, .noted = noted};
	enum status status = transaction_read(s, &t);

	if (status == STATUS_OK && limit != 0) {
		status = audit_last(s, &last);
		if (status == STATUS_NOT_FOUND || status == STATUS_MALFORMED)
			status = STATUS_OK;
	}
	if (limit != 0 && last.seq > limit) {
		w.partial = true;
		c.last.seq = last.seq - limit;
		c.first = c.last.seq + 1;
	}
	if (status == STATUS_OK)
		status = check_records(s, &w);
	if (status == STATUS_OK && c.fault == AUDIT_INTACT)
		status = check_end(s, &w);
	if (status == STATUS_OK && c.fault == AUDIT_INTACT && w.noted != NULL)
		(void)fail(&w, AUDIT_UNKNOWN_MARK, w.noted->seq);
	if (status == STATUS_OK)
		*ret = c;
	return status;
}
