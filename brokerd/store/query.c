/* SPDX-License-Identifier: ISC */
/*
 * Statements and transactions on the store. Values are always bound, never
 * written into SQL.
 */
#include "store/store.h"

#include <string.h>

#include "scopegate/cleanup.h"
#include "store/store_private.h"

enum status
store_status_of(int code)
{
	switch (code & 0xff) {
	case SQLITE_OK:
	case SQLITE_DONE:
	case SQLITE_ROW:
		return STATUS_OK;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return STATUS_BUSY;
	case SQLITE_CONSTRAINT:
		return STATUS_FORBIDDEN;
	case SQLITE_NOMEM:
		return STATUS_NOMEM;
	case SQLITE_NOTADB:
	case SQLITE_CORRUPT:
		return STATUS_MALFORMED;
	default:
		return STATUS_IO;
	}
}

struct query
query_start(struct store *s, const char *sql)
{
	struct query q = {.store = s};
	struct kept_statement *k;

	for (size_t i = 0; i < s->kept_count; i++) {
		if (s->kept[i].sql == sql) {
			q.statement = s->kept[i].statement;
			return q;
		}
	}
	if (s->kept_count == STORE_STATEMENTS_MAX) {
		q.error = SQLITE_FULL;
		return q;
	}
	k = &s->kept[s->kept_count];
	q.error = sqlite3_prepare_v3(
	    s->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &k->statement, NULL);
	if (q.error == SQLITE_OK) {
		k->sql = sql;
		q.statement = k->statement;
		s->kept_count++;
	}
	return q;
}

void
query_done(struct query *q)
{
	if (q->statement == NULL)
		return;
	(void)sqlite3_reset(q->statement);
	(void)sqlite3_clear_bindings(q->statement);
}

static void
bound(struct query *q, int code)
{
	if (q->error == SQLITE_OK)
		q->error = code;
}

void
query_text(struct query *q, const char *text)
{
	if (q->error == SQLITE_OK)
		bound(q, sqlite3_bind_text(q->statement, ++q->bound, text, -1,
			     SQLITE_TRANSIENT));
}

void
query_integer(struct query *q, int64_t value)
{
	if (q->error == SQLITE_OK)
		bound(q, sqlite3_bind_int64(q->statement, ++q->bound, value));
}

void
query_blob(struct query *q, const void *data, size_t size)
{
	if (q->error == SQLITE_OK)
		bound(q, sqlite3_bind_blob64(q->statement, ++q->bound, data,
			     size, SQLITE_TRANSIENT));
}

void
query_null(struct query *q)
{
	if (q->error == SQLITE_OK)
		bound(q, sqlite3_bind_null(q->statement, ++q->bound));
}

enum status
query_step(struct query *q)
{
	int code = q->error;

	if (code == SQLITE_OK)
		code = sqlite3_step(q->statement);
	if (code == SQLITE_DONE)
		return STATUS_NOT_FOUND;
	return store_status_of(code);
}

enum status
query_run(struct query *q)
{
	enum status status = query_step(q);

	return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

enum status
query_number(struct query *q, int64_t *ret)
{
	enum status status = query_step(q);

	if (status == STATUS_OK)
		*ret = query_column_integer(q, 0);
	return status;
}

int64_t
query_column_integer(struct query *q, int column)
{
	return sqlite3_column_int64(q->statement, column);
}

const char *
query_column_text(struct query *q, int column)
{
	const unsigned char *text = sqlite3_column_text(q->statement, column);

	return text == NULL ? "" : (const char *)text;
}

enum status
query_copy_text(struct query *q, int column, char *ret, size_t size)
{
	const char *text = query_column_text(q, column);
	size_t length = strlen(text);

	if (length >= size)
		return STATUS_TOO_BIG;
	memcpy(ret, text, length + 1);
	return STATUS_OK;
}

enum status
query_copy_blob(struct query *q, int column, void *ret, size_t size)
{
	const void *data = sqlite3_column_blob(q->statement, column);

	if (data == NULL ||
	    (size_t)sqlite3_column_bytes(q->statement, column) != size)
		return STATUS_MALFORMED;
	memcpy(ret, data, size);
	return STATUS_OK;
}

enum status
query_append_blob(struct query *q, int column, struct buf *ret)
{
	const void *data = sqlite3_column_blob(q->statement, column);
	int size = sqlite3_column_bytes(q->statement, column);

	return data == NULL ? STATUS_MALFORMED
			    : buf_append(ret, data, (size_t)size);
}

static enum status
transaction_begin(struct store *s, const char *sql, struct transaction *ret)
{
	_cleanup_(query_done) struct query q = query_start(s, sql);
	enum status status = query_run(&q);

	if (status == STATUS_OK)
		ret->store = s;
	return status;
}

enum status
transaction_read(struct store *s, struct transaction *ret)
{
	return transaction_begin(s, "BEGIN", ret);
}

/* IMMEDIATE: a later upgrade from read to write could fail as busy. */
enum status
transaction_write(struct store *s, struct transaction *ret)
{
	return transaction_begin(s, "BEGIN IMMEDIATE", ret);
}

enum status
transaction_commit(struct transaction *t)
{
	_cleanup_(query_done) struct query q = query_start(t->store, "COMMIT");
	enum status status = query_run(&q);

	if (status == STATUS_OK)
		t->store = NULL;
	return status;
}

void
transaction_end(struct transaction *t)
{
	if (t->store == NULL)
		return;
	_cleanup_(query_done) struct query q =
	    query_start(t->store, "ROLLBACK");
	(void)query_run(&q);
	t->store = NULL;
}

bool
transaction_is_open(struct store *s)
{
	return sqlite3_get_autocommit(s->db) == 0;
}

enum status
store_setting_get(struct store *s, const char *name, char *ret, size_t size)
{
	_cleanup_(query_done) struct query q =
	    query_start(s, "SELECT value FROM settings WHERE name = ?");
	enum status status;

	query_text(&q, name);
	status = query_step(&q);
	return status == STATUS_OK ? query_copy_text(&q, 0, ret, size) : status;
}

enum status
store_setting_set(struct store *s, const char *name, const char *value)
{
	_cleanup_(query_done) struct query q = query_start(
	    s, "INSERT OR REPLACE INTO settings (name, value) VALUES (?, ?)");

	query_text(&q, name);
	query_text(&q, value);
	return query_run(&q);
}
