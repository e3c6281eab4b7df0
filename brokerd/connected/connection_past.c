/* SPDX-License-Identifier: ISC */
/* What a connection did, and those that have ended. */
#include "connected/connection.h"
#include "scopegate/cleanup.h"

static enum status
read_call(struct query *q, struct api_call *ret)
{
	enum status status = query_step(q);

	if (status != STATUS_OK)
		return status;
	ret->id = query_column_integer(q, 0);
	ret->grant = query_column_integer(q, 1);
	ret->at = query_column_integer(q, 2);
	ret->status = (unsigned int)query_column_integer(q, 5);
	if (query_copy_text(q, 3, ret->method, sizeof(ret->method)) !=
		STATUS_OK ||
	    query_copy_text(q, 4, ret->path, sizeof(ret->path)) != STATUS_OK)
		return STATUS_MALFORMED;
	return STATUS_OK;
}

enum status
connection_calls(struct store *s, int64_t user, const struct connection *c,
    int64_t before, struct api_call *ret, size_t size, size_t *ret_count)
{
	/* The index is named: to walk all calls by id would look cheaper to
	 * SQLite, and is not when they are other people's. */
	_cleanup_(query_done) struct query q =
	    query_start(s, "SELECT id, grant_id, at, method, path, status"
			   " FROM api_calls INDEXED BY api_calls_by_grant"
			   " WHERE grant_id IN (SELECT id FROM grants"
			   " INDEXED BY grants_by_user"
			   " WHERE user = ?1 AND app = ?2 AND env = ?3"
			   " ORDER BY id DESC LIMIT ?4)"
			   " AND id < ?5 ORDER BY id DESC LIMIT ?6");
	enum status status = STATUS_OK;
	size_t count = 0;

	query_integer(&q, user);
	query_integer(&q, c->app);
	query_text(&q, c->env);
	query_integer(&q, CONNECTION_CALL_GRANTS);
	query_integer(&q, before);
	query_integer(&q, (int64_t)size);
	while (
	    count < size && (status = read_call(&q, &ret[count])) == STATUS_OK)
		count++;
	if (status != STATUS_OK && status != STATUS_NOT_FOUND)
		return status;
	*ret_count = count;
	return STATUS_OK;
}

static enum status
read_past(struct query *q, struct connection_past *ret)
{
	enum status status = query_step(q);

	if (status != STATUS_OK)
		return status;
	ret->at = query_column_integer(q, 2);
	if (query_copy_text(q, 0, ret->title, sizeof(ret->title)) !=
		STATUS_OK ||
	    query_copy_text(q, 1, ret->env, sizeof(ret->env)) != STATUS_OK ||
	    query_copy_text(q, 3, ret->why, sizeof(ret->why)) != STATUS_OK)
		return STATUS_MALFORMED;
	return STATUS_OK;
}

enum status
connection_history(struct store *s, int64_t user, int64_t since,
    struct connection_past *ret, size_t size, size_t *ret_count)
{
	/* Many grants that ended in one act are one line. */
	_cleanup_(query_done) struct query q = query_start(s,
	    "SELECT a.title, g.env, g.revoked, g.revoked_why"
	    " FROM grants g INDEXED BY grants_ended"
	    " JOIN apps a ON a.id = g.app"
	    " WHERE g.user = ? AND g.revoked > 0 AND g.revoked >= ?"
	    " GROUP BY g.revoked, g.app, g.env, g.revoked_why"
	    " ORDER BY g.revoked DESC, g.app LIMIT ?");
	enum status status = STATUS_OK;
	size_t count = 0;

	query_integer(&q, user);
	query_integer(&q, since);
	query_integer(&q, (int64_t)size);
	while (
	    count < size && (status = read_past(&q, &ret[count])) == STATUS_OK)
		count++;
	if (status != STATUS_OK && status != STATUS_NOT_FOUND)
		return status;
	*ret_count = count;
	return STATUS_OK;
}
