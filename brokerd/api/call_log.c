/* SPDX-License-Identifier: ISC */
/* Calls on their way from memory to the store. */
#include "api/call_log.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "scopegate/cleanup.h"
#include "scopegate/log.h"

static enum status
insert(struct store *s, const struct api_call *c)
{
	_cleanup_(query_done) struct query q =
	    query_start(s, "INSERT INTO api_calls (grant_id, at, method, path,"
			   " status) VALUES (?, ?, ?, ?, ?)");
	enum status status;

	query_integer(&q, c->grant);
	query_integer(&q, c->at);
	query_text(&q, c->method);
	query_text(&q, c->path);
	query_integer(&q, c->status);
	status = query_run(&q);
	/* No such grant any more: nobody is left to be told. */
	return status == STATUS_FORBIDDEN ? STATUS_OK : status;
}

static enum status
note_use(struct store *s, const struct api_call *c)
{
	_cleanup_(query_done) struct query q = query_start(
	    s, "UPDATE grants SET last_used = max(last_used, ?) WHERE id = ?");

	query_integer(&q, c->at);
	query_integer(&q, c->grant);
	return query_run(&q);
}

static enum status
trim(struct store *s, int64_t grant)
{
	_cleanup_(query_done) struct query q = query_start(s,
	    "DELETE FROM api_calls WHERE grant_id = ?1 AND id <= ("
	    "SELECT id FROM api_calls INDEXED BY api_calls_by_grant"
	    " WHERE grant_id = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)");

	query_integer(&q, grant);
	query_integer(&q, CALL_LOG_PER_GRANT);
	return query_run(&q);
}

/* Is this the grant's latest call of those that wait? */
static bool
is_last(const struct call_log *l, size_t i)
{
	for (size_t j = i + 1; j < l->count; j++) {
		if (l->waiting[j].grant == l->waiting[i].grant)
			return false;
	}
	return true;
}

static enum status
write_all(struct call_log *l, struct store *s)
{
	_cleanup_(transaction_end) struct transaction t = {NULL};
	enum status status = transaction_write(s, &t);

	for (size_t i = 0; i < l->count && status == STATUS_OK; i++) {
		const struct api_call *c = &l->waiting[i];

		status = insert(s, c);
		if (status != STATUS_OK || !is_last(l, i))
			continue;
		status = note_use(s, c);
		if (status == STATUS_OK)
			status = trim(s, c->grant);
	}
	return status == STATUS_OK ? transaction_commit(&t) : status;
}

enum status
call_log_flush(struct call_log *l, struct store *s, int64_t now)
{
	enum status status;

	if (l->count == 0)
		return STATUS_OK;
	status = write_all(l, s);
	if (status == STATUS_OK) {
		l->count = 0;
		l->written = now;
	}
	return status;
}

void
call_log_add(struct call_log *l, struct store *s, int64_t grant,
    const char *method, const char *path, unsigned int status, int64_t now)
{
	enum status written = STATUS_OK;
	struct api_call *c;

	if (l->count == CALL_LOG_WAITING) {
		written = call_log_flush(l, s, now);
		if (written != STATUS_OK) {
			log_warning("%zu API calls could not be noted: %s",
			    l->count, status_text(written));
			l->count = 0;
		}
	}
	c = &l->waiting[l->count++];
	*c = (struct api_call){.grant = grant, .at = now, .status = status};
	(void)snprintf(c->method, sizeof(c->method), "%s", method);
	(void)snprintf(c->path, sizeof(c->path), "%s", path);
	/* On failure it waits, and is tried again a second later. */
	if (now != l->written && call_log_flush(l, s, now) != STATUS_OK)
		l->written = now;
}

enum status
call_log_purge(struct store *s, int64_t now, bool *ret_more)
{
	_cleanup_(query_done) struct query q = query_start(s,
	    "DELETE FROM api_calls WHERE id IN (SELECT id FROM api_calls"
	    " WHERE at < ? ORDER BY at LIMIT ?)");
	enum status status;

	query_integer(&q, now - CALL_LOG_DAYS * (int64_t)86400);
	query_integer(&q, CALL_LOG_PURGE);
	status = query_run(&q);
	if (status == STATUS_OK)
		*ret_more = store_changes(s) == CALL_LOG_PURGE;
	return status;
}
