/* SPDX-License-Identifier: ISC */
/*
 * Grants, codes and tokens in the store, found by digest only. Whether one is
 * good is not decided here but in grant.c.
 */
#include "oauth/token_store.h"

#include <string.h>

#include "scopegate/cleanup.h"

#define GRANT_COLUMNS                                                          \
	" g.id, coalesce(g.user, 0), g.app, g.scope, g.env, g.audience,"       \
	" g.auth_time, g.revoked, coalesce(g.account, 0), g.details,"          \
	" g.last_used"

/* Of apps a and users u. */
#define USABLE                                                                 \
	" a.enabled AND a.state <> 'suspended' AND a.deleted = 0"              \
	" AND coalesce(u.disabled, 0) = 0"

static enum status
read_grant(struct query *q, int column, struct grant *ret)
{
	ret->id = query_column_integer(q, column);
	ret->user = query_column_integer(q, column + 1);
	ret->app = query_column_integer(q, column + 2);
	ret->auth_time = query_column_integer(q, column + 6);
	ret->revoked = query_column_integer(q, column + 7);
	ret->account = query_column_integer(q, column + 8);
	ret->last_used = query_column_integer(q, column + 10);
	if (query_copy_text(q, column + 3, ret->scope, sizeof(ret->scope)) !=
		STATUS_OK ||
	    query_copy_text(q, column + 4, ret->env, sizeof(ret->env)) !=
		STATUS_OK ||
	    query_copy_text(q, column + 5, ret->audience,
		sizeof(ret->audience)) != STATUS_OK ||
	    query_copy_text(
		q, column + 9, ret->details, sizeof(ret->details)) != STATUS_OK)
		return STATUS_MALFORMED;
	return STATUS_OK;
}

enum status
grant_add(struct store *s, struct grant *g, int64_t now)
{
	_cleanup_(query_done) struct query q = query_start(s,
	    "INSERT INTO grants (user, app, account, scope, env, audience,"
	    " auth_time, details, created)"
	    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
	enum status status;

	if (g->user != 0)
		query_integer(&q, g->user);
	else
		query_null(&q);
	query_integer(&q, g->app);
	if (g->account != 0)
		query_integer(&q, g->account);
	else
		query_null(&q);
	query_text(&q, g->scope);
	query_text(&q, g->env);
	query_text(&q, g->audience);
	query_integer(&q, g->auth_time);
	query_text(&q, g->details);
	query_integer(&q, now);
	status = query_run(&q);
	if (status == STATUS_OK)
		g->id = store_last_id(s);
	return status;
}

/* Its tokens are gone from the store, too, so that none of them can be taken
 * for the new one's. A few are looked at: most apps ask for the same always. */
static enum status
take_ended(struct store *s, struct grant *g, int64_t now)
{
	_cleanup_(query_done) struct query q = query_start(s,
	    "UPDATE grants SET created = ?1, last_used = 0 WHERE id ="
	    " (SELECT id FROM (SELECT id, scope, audience FROM grants"
	    " INDEXED BY grants_connected WHERE user IS NULL AND app = ?2"
	    " AND env = '' AND revoked = 0 AND ends < ?3 LIMIT 16)"
	    " WHERE scope = ?4 AND audience = ?5 LIMIT 1) RETURNING id");
	enum status status;

	query_integer(&q, now);
	query_integer(&q, g->app);
	query_integer(&q, now - GRANT_OWN_SECONDS);
	query_text(&q, g->scope);
	query_text(&q, g->audience);
	status = query_step(&q);
	if (status != STATUS_OK)
		return status;
	g->id = query_column_integer(&q, 0);
	/* To its end, so that the change is made. */
	return query_run(&q);
}

enum status
grant_add_own(struct store *s, struct grant *g, int64_t now)
{
	enum status status = take_ended(s, g, now);

	return status == STATUS_NOT_FOUND ? grant_add(s, g, now) : status;
}

enum status
grant_find(struct store *s, int64_t id, struct grant *ret, bool *ret_usable)
{
	_cleanup_(query_done) struct query q =
	    query_start(s, "SELECT" USABLE "," GRANT_COLUMNS
			   " FROM grants g JOIN apps a ON a.id = g.app"
			   " LEFT JOIN users u ON u.id = g.user"
			   " WHERE g.id = ?");
	enum status status;

	query_integer(&q, id);
	status = query_step(&q);
	if (status != STATUS_OK)
		return status;
	*ret_usable = query_column_integer(&q, 0) != 0;
	return read_grant(&q, 1, ret);
}

enum status
grant_revoke(struct store *s, int64_t id, int64_t now, const char *why)
{
	_cleanup_(query_done) struct query q =
	    query_start(s, "UPDATE grants SET revoked = ?, revoked_why = ?"
			   " WHERE id = ? AND revoked = 0");

	query_integer(&q, now);
	query_text(&q, why);
	query_integer(&q, id);
	return query_run(&q);
}

enum status
grant_note_use(struct store *s, const struct grant *g, int64_t now)
{
	_cleanup_(query_done) struct query q =
	    query_start(s, "UPDATE grants SET last_used = ?1"
			   " WHERE id = ?2 AND last_used < ?1");

	if (now - g->last_used < 60)
		return STATUS_OK;
	query_integer(&q, now);
	query_integer(&q, g->id);
	return query_run(&q);
}

static enum status
run_counted(struct query *q, int64_t *ret_count)
{
	enum status status = query_run(q);

	if (status == STATUS_OK)
		*ret_count = store_changes(q->store);
	return status;
}

enum status
grant_revoke_all(struct store *s, int64_t user, int64_t app, int64_t now,
    const char *why, int64_t *ret_count)
{
	_cleanup_(query_done) struct query q =
	    query_start(s, "UPDATE grants SET revoked = ?, revoked_why = ?"
			   " WHERE user = ? AND app = ? AND revoked = 0");

	query_integer(&q, now);
	query_text(&q, why);
	query_integer(&q, user);
	query_integer(&q, app);
	return run_counted(&q, ret_count);
}

enum status
grant_revoke_app(struct store *s, int64_t app, int64_t now, const char *why,
    int64_t *ret_count)
{
	_cleanup_(query_done) struct query q =
	    query_start(s, "UPDATE grants SET revoked = ?, revoked_why = ?"
			   " WHERE app = ? AND revoked = 0");

	query_integer(&q, now);
	query_text(&q, why);
	query_integer(&q, app);
	return run_counted(&q, ret_count);
}

enum status
token_add(
    struct store *s, const struct token_request *request, const char *text)
{
	_cleanup_(query_done) struct query q = query_start(s,
	    "INSERT INTO tokens (hash, kind, grant_id, scope, issued, expires)"
	    " VALUES (?, ?, ?, ?, ?, ?)");
	struct digest hash;
	enum status status = digest_of_text(text, &hash);

	if (status != STATUS_OK)
		return status;
	query_blob(&q, hash.bytes, DIGEST_SIZE);
	query_integer(&q, request->kind);
	query_integer(&q, request->grant);
	query_text(&q, request->scope);
	query_integer(&q, request->now);
	query_integer(&q, request->expires);
	return query_run(&q);
}

enum status
token_issue(struct store *s, const struct token_request *request,
    char ret[RANDOM_TEXT_SIZE])
{
	char text[RANDOM_TEXT_SIZE];
	enum status status = random_text(text);

	if (status == STATUS_OK)
		status = token_add(s, request, text);
	if (status == STATUS_OK)
		memcpy(ret, text, sizeof(text));
	explicit_bzero(text, sizeof(text));
	return status;
}

/* To the row of a token or code, which is kept by its digest alone. */
static enum status
step_to(struct query *q, const char *text, struct digest *ret_hash)
{
	enum status status = digest_of_text(text, ret_hash);

	if (status != STATUS_OK)
		return status;
	query_blob(q, ret_hash->bytes, DIGEST_SIZE);
	return query_step(q);
}

enum status
token_find(struct store *s, const char *text, struct token *ret)
{
	_cleanup_(query_done) struct query q = query_start(s,
	    "SELECT t.kind, t.scope, t.issued, t.expires, t.used,"
	    " a.client_id, coalesce(u.name, ''), coalesce(u.sub, '')," USABLE
	    ", coalesce(c.uuid, ''), a.kind = 'alpaca'," GRANT_COLUMNS
	    " FROM tokens t JOIN grants g ON g.id = t.grant_id"
	    " JOIN apps a ON a.id = g.app"
	    " LEFT JOIN users u ON u.id = g.user"
	    " LEFT JOIN accounts c ON c.id = g.account"
	    " WHERE t.hash = ?");
	enum status status = step_to(&q, text, &ret->hash);

	if (status != STATUS_OK)
		return status;
	ret->kind = query_column_integer(&q, 0) == TOKEN_REFRESH ? TOKEN_REFRESH
								 : TOKEN_ACCESS;
	ret->issued = query_column_integer(&q, 2);
	ret->expires = query_column_integer(&q, 3);
	ret->used = query_column_integer(&q, 4) != 0;
	ret->usable = query_column_integer(&q, 8) != 0;
	ret->app_kind =
	    query_column_integer(&q, 10) != 0 ? APP_ALPACA : APP_STANDARD;
	if (query_copy_text(&q, 1, ret->scope, sizeof(ret->scope)) !=
		STATUS_OK ||
	    query_copy_text(&q, 5, ret->client_id, sizeof(ret->client_id)) !=
		STATUS_OK ||
	    query_copy_text(&q, 6, ret->user_name, sizeof(ret->user_name)) !=
		STATUS_OK ||
	    query_copy_text(&q, 7, ret->sub, sizeof(ret->sub)) != STATUS_OK ||
	    query_copy_text(&q, 9, ret->account, sizeof(ret->account)) !=
		STATUS_OK)
		return STATUS_MALFORMED;
	return read_grant(&q, 11, &ret->grant);
}

enum status
token_mark_used(struct store *s, const struct digest *hash)
{
	_cleanup_(query_done) struct query q =
	    query_start(s, "UPDATE tokens SET used = 1 WHERE hash = ?");

	query_blob(&q, hash->bytes, DIGEST_SIZE);
	return query_run(&q);
}

enum status
code_issue(struct store *s, struct code *c, char ret[RANDOM_TEXT_SIZE])
{
	_cleanup_(query_done) struct query q = query_start(s,
	    "INSERT INTO codes (hash, grant_id, redirect_uri, challenge,"
	    " nonce, expires) VALUES (?, ?, ?, ?, ?, ?)");
	char text[RANDOM_TEXT_SIZE];
	enum status status = c->as_uuid ? random_uuid(text) : random_text(text);

	if (status == STATUS_OK)
		status = digest_of_text(text, &c->hash);
	if (status != STATUS_OK)
		return status;
	query_blob(&q, c->hash.bytes, DIGEST_SIZE);
	query_integer(&q, c->grant.id);
	query_text(&q, c->redirect_uri);
	query_text(&q, c->challenge);
	query_text(&q, c->nonce);
	query_integer(&q, c->expires);
	status = query_run(&q);
	if (status == STATUS_OK)
		memcpy(ret, text, sizeof(text));
	explicit_bzero(text, sizeof(text));
	return status;
}

enum status
code_find(struct store *s, const char *text, struct code *ret)
{
	_cleanup_(query_done) struct query q =
	    query_start(s, "SELECT c.redirect_uri, c.challenge, c.expires,"
			   " c.used, c.nonce," USABLE "," GRANT_COLUMNS
			   " FROM codes c JOIN grants g ON g.id = c.grant_id"
			   " JOIN apps a ON a.id = g.app"
			   " LEFT JOIN users u ON u.id = g.user"
			   " WHERE c.hash = ?");
	enum status status = step_to(&q, text, &ret->hash);

	if (status != STATUS_OK)
		return status;
	ret->expires = query_column_integer(&q, 2);
	ret->used = query_column_integer(&q, 3) != 0;
	ret->usable = query_column_integer(&q, 5) != 0;
	if (query_copy_text(&q, 0, ret->redirect_uri,
		sizeof(ret->redirect_uri)) != STATUS_OK ||
	    query_copy_text(&q, 1, ret->challenge, sizeof(ret->challenge)) !=
		STATUS_OK ||
	    query_copy_text(&q, 4, ret->nonce, sizeof(ret->nonce)) != STATUS_OK)
		return STATUS_MALFORMED;
	return read_grant(&q, 6, &ret->grant);
}

enum status
code_mark_used(struct store *s, const struct digest *hash)
{
	_cleanup_(query_done) struct query q =
	    query_start(s, "UPDATE codes SET used = 1 WHERE hash = ?");

	query_blob(&q, hash->bytes, DIGEST_SIZE);
	return query_run(&q);
}

#define PURGE(table)                                                           \
	"DELETE FROM " table " WHERE hash IN (SELECT hash FROM " table         \
	" WHERE expires < ? ORDER BY expires LIMIT ?)"

static enum status
purge_one(struct store *s, const char *sql, int64_t before, bool *more)
{
	_cleanup_(query_done) struct query q = query_start(s, sql);
	enum status status;

	query_integer(&q, before);
	query_integer(&q, TOKEN_STORE_PURGE);
	status = query_run(&q);
	*more |= status == STATUS_OK && store_changes(s) == TOKEN_STORE_PURGE;
	return status;
}

enum status
token_store_purge(struct store *s, int64_t before, bool *ret_more)
{
	static const char *const tables[] = {PURGE("codes"),
	    PURGE("device_codes"), PURGE("tokens"), PURGE("sessions")};
	_cleanup_(transaction_end) struct transaction t = {NULL};
	bool more = false;
	enum status status = transaction_write(s, &t);

	for (size_t i = 0; i < ELEMENTS(tables) && status == STATUS_OK; i++)
		status = purge_one(s, tables[i], before, &more);
	if (status == STATUS_OK)
		status = transaction_commit(&t);
	if (status == STATUS_OK)
		*ret_more = more;
	return status;
}
