/* SPDX-License-Identifier: ISC */
/*
 * The broker's SQLite file: schema, opening, statements and transactions. The
 * only user of <sqlite3.h>. Statements are prepared once and kept; the caller
 * serialises the use of one store.
 */
#ifndef BROKERD_STORE_H
#define BROKERD_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "scopegate/buf.h"
#include "scopegate/status.h"

#define STORE_STATEMENTS_MAX 512
#define STORE_BUSY_MS 5000

struct store;
struct sqlite3_stmt;

/* Makes a new file, 0600; STATUS_FORBIDDEN if it exists. Logs a failure. */
enum status store_create(const char *path, struct store **ret);
/* Opens one that store_create() made; brings its schema up to date. Refuses a
 * file that others may read and one that is not a broker's. Logs a failure. */
enum status store_open(const char *path, struct store **ret);
void store_free(struct store *s); /* NULL is fine */
void store_freep(struct store **s);

/*
 * One use of a kept statement. `sql` must be a string literal: its address is
 * the key. Bind in order, then step; errors stick and come out of the step.
 */
struct query {
	struct store *store;
	struct sqlite3_stmt *statement;
	int bound;
	int error;
};

struct query query_start(struct store *s, const char *sql);
void query_done(struct query *q);                   /* for _cleanup_() */
void query_text(struct query *q, const char *text); /* NULL binds NULL */
void query_integer(struct query *q, int64_t value);
void query_blob(struct query *q, const void *data, size_t size);
void query_null(struct query *q);

/* STATUS_OK: a row; STATUS_NOT_FOUND: no (further) row; BUSY; IO. */
enum status query_step(struct query *q);
/* For statements without rows. STATUS_FORBIDDEN: a constraint says no. */
enum status query_run(struct query *q);
/* The one number that the statement gives. */
enum status query_number(struct query *q, int64_t *ret);

int64_t query_column_integer(struct query *q, int column);
/* Borrowed until the next step; "" for NULL. */
const char *query_column_text(struct query *q, int column);
/* Into a fixed array; STATUS_TOO_BIG instead of cutting. */
enum status query_copy_text(
    struct query *q, int column, char *ret, size_t size);
/* A blob of exactly `size` bytes; STATUS_MALFORMED if it is another. */
enum status query_copy_blob(
    struct query *q, int column, void *ret, size_t size);
/* A blob of any size that fits. */
enum status query_append_blob(struct query *q, int column, struct buf *ret);

/* Has an event been written since this was last asked? */
bool store_took_event(struct store *s);

int64_t store_last_id(struct store *s);
int64_t store_changes(struct store *s);

/* Rolled back when it leaves its scope, unless committed. */
struct transaction {
	struct store *store;
};
enum status transaction_read(struct store *s, struct transaction *ret);
enum status transaction_write(struct store *s, struct transaction *ret);
enum status transaction_commit(struct transaction *t);
void transaction_end(struct transaction *t); /* for _cleanup_() */
/* They do not nest: what may be called inside one asks first. */
bool transaction_is_open(struct store *s);

/* Named values of the store as a whole. */
enum status store_setting_get(
    struct store *s, const char *name, char *ret, size_t size);
enum status store_setting_set(
    struct store *s, const char *name, const char *value);

#endif
