/* SPDX-License-Identifier: ISC */
/*
 * Actor and subject have an index; the rest of the filter is applied to what
 * that finds, and never to more than AUDIT_SCAN_MAX records: whoever waits for
 * the store does not wait for an operator's curiosity.
 */
#include "audit/audit_read.h"

#include <string.h>
#include <time.h>

#include "scopegate/cleanup.h"

static bool
is_set(const char *text)
{
	return text != NULL && text[0] != '\0';
}

enum status
audit_day_parse(const char *text, int64_t *ret)
{
	struct tm tm = {0}, again;
	const char *end = strptime(text, "%Y-%m-%d", &tm);
	char back[16];
	time_t at;

	if (end == NULL || *end != '\0')
		return STATUS_MALFORMED;
	at = timegm(&tm);
	/* What timegm() had to repair, such as February 30, is no day. */
	if (gmtime_r(&at, &again) == NULL ||
	    strftime(back, sizeof(back), "%Y-%m-%d", &again) == 0 ||
	    strcmp(back, text) != 0)
		return STATUS_MALFORMED;
	*ret = (int64_t)at;
	return STATUS_OK;
}

bool
audit_filter_passes(const struct audit_filter *f, const struct audit_record *r)
{
	if (is_set(f->actor) && strcmp(f->actor, r->actor) != 0)
		return false;
	if (is_set(f->subject) && strcmp(f->subject, r->subject) != 0)
		return false;
	if (is_set(f->action) &&
	    strncmp(f->action, r->action, strlen(f->action)) != 0)
		return false;
	return r->at >= f->from && (f->until == 0 || r->at < f->until);
}

enum status
audit_record_read(struct query *q, struct audit_record *ret)
{
	ret->seq = query_column_integer(q, 0);
	ret->at = query_column_integer(q, 1);
	if (query_copy_text(q, 2, ret->actor, AUDIT_TEXT_SIZE) != STATUS_OK ||
	    query_copy_text(q, 3, ret->action, AUDIT_TEXT_SIZE) != STATUS_OK ||
	    query_copy_text(q, 4, ret->subject, AUDIT_TEXT_SIZE) != STATUS_OK ||
	    query_copy_text(q, 5, ret->detail, AUDIT_TEXT_SIZE) != STATUS_OK ||
	    query_copy_blob(q, 6, ret->previous.bytes, DIGEST_SIZE) !=
		STATUS_OK ||
	    query_copy_blob(q, 7, ret->hash.bytes, DIGEST_SIZE) != STATUS_OK)
		return STATUS_MALFORMED;
	return STATUS_OK;
}

#define AUDIT_SELECT                                                           \
	"SELECT seq, at, actor, action, subject, detail, previous, hash"       \
	" FROM audit WHERE "

static struct query
start_scan(struct store *s, const struct audit_filter *f, bool forward)
{
	struct query q;

	if (is_set(f->subject)) {
		q = forward
			? query_start(s, AUDIT_SELECT "subject = ? AND seq > ?"
						      " ORDER BY seq LIMIT ?")
			: query_start(s,
			      AUDIT_SELECT "subject = ? AND seq < ?"
					   " ORDER BY seq DESC LIMIT ?");
		query_text(&q, f->subject);
	} else if (is_set(f->actor)) {
		q = forward
			? query_start(s, AUDIT_SELECT "actor = ? AND seq > ?"
						      " ORDER BY seq LIMIT ?")
			: query_start(s,
			      AUDIT_SELECT "actor = ? AND seq < ?"
					   " ORDER BY seq DESC LIMIT ?");
		query_text(&q, f->actor);
	} else {
		q = forward ? query_start(s,
				  AUDIT_SELECT "seq > ? ORDER BY seq LIMIT ?")
			    : query_start(s,
				  AUDIT_SELECT "seq < ?"
					       " ORDER BY seq DESC LIMIT ?");
	}
	return q;
}

enum status
audit_scan(struct store *s, const struct audit_filter *f, bool forward,
    int64_t start, audit_taker *take, void *context, int64_t *ret_next)
{
	_cleanup_(query_done) struct query q = start_scan(s, f, forward);
	struct audit_record r;
	int64_t looked = 0;
	enum status status;

	query_integer(&q, start == 0 && !forward ? INT64_MAX : start);
	query_integer(&q, AUDIT_SCAN_MAX);
	while ((status = query_step(&q)) == STATUS_OK) {
		status = audit_record_read(&q, &r);
		if (status != STATUS_OK)
			return status;
		looked++;
		if (audit_filter_passes(f, &r) && !take(context, &r)) {
			*ret_next = forward ? r.seq - 1 : r.seq + 1;
			return STATUS_OK;
		}
	}
	if (status != STATUS_NOT_FOUND)
		return status;
	*ret_next = looked == AUDIT_SCAN_MAX ? r.seq : 0;
	return STATUS_OK;
}
