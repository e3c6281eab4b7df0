/* SPDX-License-Identifier: ISC */
/*
 * Connections as the store knows them. The partial index grants_connected holds
 * only grants that are not revoked, so that the work is that of the user's own
 * standing grants, however many there ever were.
 */
#include "connected/connection.h"

#include <string.h>

#include "scopegate/cleanup.h"

#define STANDING                                                               \
	" FROM grants INDEXED BY grants_connected"                             \
	" WHERE user = ?1 AND revoked = 0 AND (ends > ?2 OR auth_time > 0)"

/* ?1 the user, ?2 now, ?3 an id that all are under, ?4 how many at most. */
#define CONNECTION_SELECT(condition)                                           \
	"WITH c AS (SELECT max(id) AS id, app, env, count(*) AS grants,"       \
	" min(created) AS first, max(created) AS latest,"                      \
	" max(last_used) AS used, max(ends) > ?2 AS alive" STANDING condition  \
	" GROUP BY app, env HAVING max(id) < ?3"                               \
	" ORDER BY max(id) DESC LIMIT ?4)"                                     \
	" SELECT c.id, c.app, a.client_id, a.title, coalesce(u.name, ''),"     \
	" a.enabled AND a.state <> 'suspended' AND a.deleted = 0,"             \
	" EXISTS (SELECT 1 FROM app_logos l WHERE l.app = a.id), c.env,"       \
	" coalesce(t.number, ''), c.grants, c.first, c.latest, c.used, "       \
	"c.alive"                                                              \
	" FROM c JOIN apps a ON a.id = c.app"                                  \
	" LEFT JOIN users u ON u.id = a.owner"                                 \
	" LEFT JOIN accounts t ON t.user = ?1 AND t.env = c.env"               \
	" ORDER BY c.id DESC"

static enum status
read_connection(struct query *q, struct connection *ret)
{
	enum status status = query_step(q);

	if (status != STATUS_OK)
		return status;
	ret->id = query_column_integer(q, 0);
	ret->app = query_column_integer(q, 1);
	ret->usable = query_column_integer(q, 5) != 0;
	ret->has_logo = query_column_integer(q, 6) != 0;
	ret->grants = query_column_integer(q, 9);
	ret->first = query_column_integer(q, 10);
	ret->latest = query_column_integer(q, 11);
	ret->last_used = query_column_integer(q, 12);
	ret->alive = query_column_integer(q, 13) != 0;
	if (query_copy_text(q, 2, ret->client_id, sizeof(ret->client_id)) !=
		STATUS_OK ||
	    query_copy_text(q, 3, ret->title, sizeof(ret->title)) !=
		STATUS_OK ||
	    query_copy_text(q, 4, ret->owner, sizeof(ret->owner)) !=
		STATUS_OK ||
	    query_copy_text(q, 7, ret->env, sizeof(ret->env)) != STATUS_OK ||
	    query_copy_text(q, 8, ret->number, sizeof(ret->number)) !=
		STATUS_OK)
		return STATUS_MALFORMED;
	return STATUS_OK;
}

enum status
connection_list(struct store *s, int64_t user, int64_t before, int64_t now,
    struct connection *ret, size_t size, size_t *ret_count)
{
	_cleanup_(query_done) struct query q =
	    query_start(s, CONNECTION_SELECT(""));
	enum status status = STATUS_OK;
	size_t count = 0;

	query_integer(&q, user);
	query_integer(&q, now);
	query_integer(&q, before);
	query_integer(&q, (int64_t)size);
	while (count < size &&
	       (status = read_connection(&q, &ret[count])) == STATUS_OK)
		count++;
	if (status != STATUS_OK && status != STATUS_NOT_FOUND)
		return status;
	*ret_count = count;
	return STATUS_OK;
}

static enum status
find_group(struct store *s, int64_t user, int64_t grant, int64_t now,
    int64_t *ret_app, char ret_env[ENV_SIZE])
{
	_cleanup_(query_done) struct query q = query_start(s,
	    "SELECT app, env FROM grants"
	    " WHERE user = ?1 AND revoked = 0 AND (ends > ?2 OR auth_time > 0)"
	    " AND id = ?3");
	enum status status;

	query_integer(&q, user);
	query_integer(&q, now);
	query_integer(&q, grant);
	status = query_step(&q);
	if (status != STATUS_OK)
		return status;
	*ret_app = query_column_integer(&q, 0);
	return query_copy_text(&q, 1, ret_env, ENV_SIZE);
}

enum status
connection_find(struct store *s, int64_t user, int64_t grant, int64_t now,
    struct connection *ret)
{
	_cleanup_(query_done) struct query q =
	    query_start(s, CONNECTION_SELECT(" AND app = ?5 AND env = ?6"));
	char env[ENV_SIZE];
	int64_t app;
	enum status status = find_group(s, user, grant, now, &app, env);

	if (status != STATUS_OK)
		return status;
	query_integer(&q, user);
	query_integer(&q, now);
	query_integer(&q, INT64_MAX);
	query_integer(&q, 1);
	query_integer(&q, app);
	query_text(&q, env);
	return read_connection(&q, ret);
}

/* Binds what STANDING and the group's condition ask for. */
static void
bind_group(
    struct query *q, int64_t user, const struct connection *c, int64_t now)
{
	query_integer(q, user);
	query_integer(q, now);
	query_integer(q, c->app);
	query_text(q, c->env);
}

#define IN_GROUP STANDING " AND app = ?3 AND env = ?4"

/* Adds the words of `scope`; what does not fit into a set is left out: an
 * app's scopes are one, but they may change from grant to grant. */
static void
add_scope(char all[WORD_SET_TEXT_SIZE], const char *scope)
{
	char both[2 * WORD_SET_TEXT_SIZE];
	size_t length = strlen(all), more = strlen(scope);
	struct word_set set;

	if (more >= WORD_SET_TEXT_SIZE)
		return;
	memcpy(both, all, length);
	both[length] = ' ';
	memcpy(both + length + 1, scope, more + 1);
	if (word_set_parse(both, &set) == STATUS_OK)
		word_set_print(&set, all);
}

enum status
connection_scopes(struct store *s, int64_t user, const struct connection *c,
    int64_t now, char ret[WORD_SET_TEXT_SIZE])
{
	_cleanup_(query_done) struct query q =
	    query_start(s, "SELECT DISTINCT scope" IN_GROUP);
	enum status status;

	bind_group(&q, user, c, now);
	ret[0] = '\0';
	while ((status = query_step(&q)) == STATUS_OK)
		add_scope(ret, query_column_text(&q, 0));
	return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

enum status
connection_details(struct store *s, int64_t user, const struct connection *c,
    int64_t now, char ret[CONNECTION_LOGINS_MAX][GRANT_DETAILS_SIZE],
    size_t *ret_count)
{
	_cleanup_(query_done) struct query q = query_start(s,
	    "SELECT DISTINCT details" IN_GROUP " AND details <> '' LIMIT ?5");
	enum status status = STATUS_OK;
	size_t count = 0;

	bind_group(&q, user, c, now);
	query_integer(&q, CONNECTION_LOGINS_MAX);
	while (count < CONNECTION_LOGINS_MAX &&
	       (status = query_step(&q)) == STATUS_OK) {
		if (query_copy_text(&q, 0, ret[count], GRANT_DETAILS_SIZE) !=
		    STATUS_OK)
			return STATUS_MALFORMED;
		count++;
	}
	if (status != STATUS_OK && status != STATUS_NOT_FOUND)
		return status;
	*ret_count = count;
	return STATUS_OK;
}

/* Some of the group's grants; 0 when none is left. Those that are good for
 * nothing go, too, so that nothing can ever come back. */
#define REVOKE_AT_ONCE 64

static enum status
some_grants(struct store *s, int64_t user, const struct connection *c,
    int64_t ret[REVOKE_AT_ONCE], size_t *ret_count)
{
	_cleanup_(query_done) struct query q = query_start(s,
	    "SELECT id FROM grants INDEXED BY grants_connected"
	    " WHERE user = ? AND revoked = 0 AND app = ? AND env = ?"
	    " LIMIT ?");
	enum status status = STATUS_OK;
	size_t count = 0;

	query_integer(&q, user);
	query_integer(&q, c->app);
	query_text(&q, c->env);
	query_integer(&q, REVOKE_AT_ONCE);
	while (count < REVOKE_AT_ONCE && (status = query_step(&q)) == STATUS_OK)
		ret[count++] = query_column_integer(&q, 0);
	if (status != STATUS_OK && status != STATUS_NOT_FOUND)
		return status;
	*ret_count = count;
	return STATUS_OK;
}

enum status
connection_revoke(struct store *s, int64_t user, const struct connection *c,
    int64_t now, int64_t *ret_count)
{
	int64_t ids[REVOKE_AT_ONCE], revoked = 0;
	size_t count = 0;
	enum status status;

	do {
		status = some_grants(s, user, c, ids, &count);
		for (size_t i = 0; i < count && status == STATUS_OK; i++)
			status = grant_revoke(s, ids[i], now, "by the user");
		revoked += (int64_t)count;
	} while (status == STATUS_OK && count > 0);
	if (status == STATUS_OK)
		*ret_count = revoked;
	return status;
}
