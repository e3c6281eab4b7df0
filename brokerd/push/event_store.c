/* SPDX-License-Identifier: ISC */
/*
 * Events in the store: a queue that survives a crash. An event is sent at
 * least once; its `jti` tells a receiver when it has it already. What it says
 * is put together when it is due, since a trigger of a schema that is not
 * trusted may not call SQLite's JSON functions.
 */
#include <stdio.h>
#include <string.h>

#include "push/receiver_store.h"
#include "scopegate/cleanup.h"

enum status
event_token_revoked(struct store *s, const struct token *t, int64_t now)
{
	_cleanup_(query_done) struct query q = query_start(s,
	    "INSERT INTO events (receiver, jti, type, object, detail, created,"
	    " next_try)"
	    " SELECT r.id, lower(hex(randomblob(16))), 'token.revoked', ?1,"
	    " ?2, ?3, ?3 FROM receivers r WHERE r.enabled"
	    " AND ' ' || r.events || ' ' LIKE '% token.revoked %'");
	char hash[RANDOM_TEXT_SIZE];

	digest_text(&t->hash, hash);
	query_integer(&q, t->grant.id);
	query_text(&q, hash);
	query_integer(&q, now);
	return query_run(&q);
}

enum status
event_due(struct store *s, int64_t now, struct event *ret)
{
	_cleanup_(query_done) struct query q = query_start(s,
	    "SELECT e.id, e.receiver, e.attempts, e.created, e.jti, e.type,"
	    " json_patch('{}', CASE e.type"
	    " WHEN 'token.revoked' THEN json_object('token_sha256', e.detail,"
	    " 'grant', g.id, 'client_id', a.client_id, 'sub', u.sub)"
	    " WHEN 'grant.revoked' THEN json_object('grant', g.id,"
	    " 'client_id', a.client_id, 'sub', u.sub, 'username', u.name,"
	    " 'env', nullif(g.env, ''), 'account', c.uuid, 'scope', g.scope,"
	    " 'reason', g.revoked_why)"
	    " ELSE json_object('client_id', a.client_id, 'reason',"
	    " a.state_reason) END),"
	    " r.url, r.audience, r.bearer FROM events e"
	    " JOIN receivers r ON r.id = e.receiver"
	    " LEFT JOIN grants g ON g.id = e.object"
	    " AND e.type <> 'app.suspended'"
	    " LEFT JOIN apps a ON a.id = coalesce(g.app, e.object)"
	    " LEFT JOIN users u ON u.id = g.user"
	    " LEFT JOIN accounts c ON c.id = g.account"
	    " WHERE e.delivered = 0 AND e.failed = 0 AND e.next_try <= ?"
	    " ORDER BY e.next_try, e.id LIMIT 1");
	enum status status;

	query_integer(&q, now);
	status = query_step(&q);
	if (status != STATUS_OK)
		return status;
	ret->id = query_column_integer(&q, 0);
	ret->receiver = query_column_integer(&q, 1);
	ret->attempts = query_column_integer(&q, 2);
	ret->created = query_column_integer(&q, 3);
	if (query_copy_text(&q, 4, ret->jti, sizeof(ret->jti)) != STATUS_OK ||
	    query_copy_text(&q, 5, ret->type, sizeof(ret->type)) != STATUS_OK ||
	    query_copy_text(&q, 6, ret->claims, sizeof(ret->claims)) !=
		STATUS_OK ||
	    query_copy_text(&q, 7, ret->url, sizeof(ret->url)) != STATUS_OK ||
	    query_copy_text(&q, 8, ret->audience, sizeof(ret->audience)) !=
		STATUS_OK ||
	    query_copy_text(&q, 9, ret->bearer, sizeof(ret->bearer)) !=
		STATUS_OK)
		return STATUS_MALFORMED;
	return STATUS_OK;
}

enum status
event_delivered(struct store *s, const struct event *e, int64_t now)
{
	_cleanup_(query_done) struct query q = query_start(s,
	    "UPDATE events SET delivered = ?, attempts = attempts + 1,"
	    " last_error = '' WHERE id = ?");

	query_integer(&q, now);
	query_integer(&q, e->id);
	return query_run(&q);
}

static enum status
mark_failure(
    struct store *s, const struct event *e, const char *error, int64_t now)
{
	_cleanup_(query_done) struct query q = query_start(s,
	    "UPDATE events SET attempts = attempts + 1, last_error = ?,"
	    " failed = CASE WHEN attempts + 1 >= ? THEN ? ELSE 0 END"
	    " WHERE id = ?");

	query_text(&q, error);
	query_integer(&q, EVENT_ATTEMPTS_MAX);
	query_integer(&q, now);
	query_integer(&q, e->id);
	return query_run(&q);
}

enum status
event_postponed(
    struct store *s, const struct event *e, const char *error, int64_t now)
{
	_cleanup_(query_done) struct query q = query_start(s,
	    "UPDATE events SET next_try = ? WHERE receiver = ?"
	    " AND delivered = 0 AND failed = 0 AND next_try < ?");
	int64_t wait = EVENT_WAIT_MAX;
	enum status status = mark_failure(s, e, error, now);

	if (e->attempts < 12 && (INT64_C(1) << e->attempts) < wait)
		wait = INT64_C(1) << e->attempts;
	query_integer(&q, now + wait);
	query_integer(&q, e->receiver);
	query_integer(&q, now + wait);
	return status == STATUS_OK ? query_run(&q) : status;
}

enum status
event_purge(struct store *s, int64_t before)
{
	_cleanup_(query_done) struct query q = query_start(s,
	    "DELETE FROM events WHERE (delivered <> 0 AND delivered < ?1)"
	    " OR (failed <> 0 AND failed < ?1)");

	query_integer(&q, before);
	return query_run(&q);
}
