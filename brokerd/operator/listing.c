/* SPDX-License-Identifier: ISC */
/* Lists of people, live-account requests and grants. */
#include "operator/listing.h"

#include <string.h>

#include "scopegate/cleanup.h"

/* What a loop over rows came to: `status` of the last step. */
static enum status
end_lines(size_t count, size_t max, enum status status, size_t *ret_count)
{
	if (count < max && status != STATUS_NOT_FOUND)
		return status;
	*ret_count = count;
	return STATUS_OK;
}

enum status
user_lines(struct store *s, const char *prefix, int64_t after,
    struct user_line *ret, size_t max, size_t *ret_count)
{
	_cleanup_(query_done) struct query q = query_start(s,
	    "SELECT id, created, disabled, operator, name FROM users"
	    " WHERE name >= ?1 AND name < ?1 || '~'"
	    " AND name > coalesce((SELECT u.name FROM users u"
	    " WHERE u.id = ?2), '') ORDER BY name LIMIT ?3");
	enum status status = STATUS_NOT_FOUND;
	size_t count = 0;

	query_text(&q, prefix == NULL ? "" : prefix);
	query_integer(&q, after);
	query_integer(&q, (int64_t)max);
	while (count < max && (status = query_step(&q)) == STATUS_OK) {
		struct user_line *u = &ret[count++];

		u->id = query_column_integer(&q, 0);
		u->created = query_column_integer(&q, 1);
		u->disabled = query_column_integer(&q, 2);
		u->is_operator = query_column_integer(&q, 3) != 0;
		if (query_copy_text(&q, 4, u->name, sizeof(u->name)) !=
		    STATUS_OK)
			return STATUS_MALFORMED;
	}
	return end_lines(count, max, status, ret_count);
}

enum status
live_lines(struct store *s, int64_t after, struct live_line *ret, size_t max,
    size_t *ret_count)
{
	_cleanup_(query_done) struct query q = query_start(s,
	    "SELECT a.id, a.user, a.requested, a.number, u.name"
	    " FROM accounts a JOIN users u ON u.id = a.user"
	    " WHERE a.state = 'requested' AND a.id > ? ORDER BY a.id LIMIT ?");
	enum status status = STATUS_NOT_FOUND;
	size_t count = 0;

	query_integer(&q, after);
	query_integer(&q, (int64_t)max);
	while (count < max && (status = query_step(&q)) == STATUS_OK) {
		struct live_line *l = &ret[count++];

		*l = (struct live_line){.account.env = "live"};
		l->account.id = query_column_integer(&q, 0);
		l->account.user = query_column_integer(&q, 1);
		l->account.requested = query_column_integer(&q, 2);
		if (query_copy_text(&q, 3, l->account.number,
			sizeof(l->account.number)) != STATUS_OK ||
		    query_copy_text(&q, 4, l->user, sizeof(l->user)) !=
			STATUS_OK)
			return STATUS_MALFORMED;
	}
	return end_lines(count, max, status, ret_count);
}

#define GRANT_SELECT                                                           \
	"SELECT g.id, coalesce(g.user, 0), g.app, g.created, g.last_used,"     \
	" g.revoked, coalesce(u.name, ''), a.client_id, g.scope, g.env,"       \
	" coalesce(c.number, ''), g.revoked_why FROM grants g"                 \
	" JOIN apps a ON a.id = g.app LEFT JOIN users u ON u.id = g.user"      \
	" LEFT JOIN accounts c ON c.id = g.account WHERE "

static enum status
read_grant(struct query *q, struct grant_line *ret)
{
	ret->id = query_column_integer(q, 0);
	ret->user_id = query_column_integer(q, 1);
	ret->app_id = query_column_integer(q, 2);
	ret->created = query_column_integer(q, 3);
	ret->last_used = query_column_integer(q, 4);
	ret->revoked = query_column_integer(q, 5);
	if (query_copy_text(q, 6, ret->user, sizeof(ret->user)) != STATUS_OK ||
	    query_copy_text(q, 7, ret->client_id, sizeof(ret->client_id)) !=
		STATUS_OK ||
	    query_copy_text(q, 8, ret->scope, sizeof(ret->scope)) !=
		STATUS_OK ||
	    query_copy_text(q, 9, ret->env, sizeof(ret->env)) != STATUS_OK ||
	    query_copy_text(q, 10, ret->account, sizeof(ret->account)) !=
		STATUS_OK ||
	    query_copy_text(q, 11, ret->why, sizeof(ret->why)) != STATUS_OK)
		return STATUS_MALFORMED;
	return STATUS_OK;
}

static struct query
start_grants(struct store *s, int64_t user, int64_t app)
{
	struct query q;

	if (user != 0 && app != 0)
		q = query_start(s,
		    GRANT_SELECT "g.user = ? AND g.app = ? AND g.revoked = 0"
				 " AND g.id < ? ORDER BY g.id DESC LIMIT ?");
	else if (user != 0)
		q = query_start(s,
		    GRANT_SELECT "g.user = ? AND g.revoked = 0"
				 " AND g.id < ? ORDER BY g.id DESC LIMIT ?");
	else
		q = query_start(s,
		    GRANT_SELECT "g.app = ? AND g.revoked = 0"
				 " AND g.id < ? ORDER BY g.id DESC LIMIT ?");
	if (user != 0)
		query_integer(&q, user);
	if (app != 0)
		query_integer(&q, app);
	return q;
}

enum status
grant_lines(struct store *s, int64_t user, int64_t app, int64_t before,
    struct grant_line *ret, size_t max, size_t *ret_count)
{
	_cleanup_(query_done) struct query q = start_grants(s, user, app);
	enum status status = STATUS_NOT_FOUND;
	size_t count = 0;

	query_integer(&q, before == 0 ? INT64_MAX : before);
	query_integer(&q, (int64_t)max);
	while (count < max && (status = query_step(&q)) == STATUS_OK) {
		status = read_grant(&q, &ret[count++]);
		if (status != STATUS_OK)
			return status;
	}
	return end_lines(count, max, status, ret_count);
}

enum status
grant_line_find(struct store *s, int64_t id, struct grant_line *ret)
{
	_cleanup_(query_done) struct query q =
	    query_start(s, GRANT_SELECT "g.id = ?");
	enum status status;

	query_integer(&q, id);
	status = query_step(&q);
	return status == STATUS_OK ? read_grant(&q, ret) : status;
}

enum status
grant_count(struct store *s, int64_t app, int64_t *ret)
{
	_cleanup_(query_done) struct query q =
	    query_start(s, "SELECT count(*) FROM (SELECT 1 FROM grants"
			   " WHERE app = ? AND revoked = 0 LIMIT ?)");

	query_integer(&q, app);
	query_integer(&q, LISTING_COUNT_MAX);
	return query_number(&q, ret);
}

enum status
live_request_count(struct store *s, int64_t *ret)
{
	_cleanup_(query_done) struct query q =
	    query_start(s, "SELECT count(*) FROM (SELECT 1 FROM accounts"
			   " WHERE state = 'requested' LIMIT ?)");

	query_integer(&q, LISTING_COUNT_MAX);
	return query_number(&q, ret);
}
