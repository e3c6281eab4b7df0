/* SPDX-License-Identifier: ISC */
#include "grant_store.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "scopegate/buf.h"
#include "scopegate/cleanup.h"

/*
 * The only user of SQLite in the gate. Every commit waits for the disk
 * (synchronous = FULL), since a refresh token that was rotated and then lost
 * cannot be had again. Rows lie in the order of their random ids, so not even
 * the order in which people signed in can be seen.
 */

#define APPLICATION_ID 0x53674772 /* "SgGr" */

struct grant_store {
	sqlite3 *db;
	sqlite3_stmt *put, *drop;
};

static enum status
status_of(int code)
{
	switch (code & 0xff) {
	case SQLITE_OK:
	case SQLITE_ROW:
	case SQLITE_DONE:
		return STATUS_OK;
	case SQLITE_NOMEM:
		return STATUS_NOMEM;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return STATUS_BUSY;
	case SQLITE_NOTADB:
	case SQLITE_CORRUPT:
		return STATUS_MALFORMED;
	default:
		return STATUS_IO;
	}
}

static enum status
execute(struct grant_store *s, const char *sql)
{
	return status_of(sqlite3_exec(s->db, sql, NULL, NULL, NULL));
}

static enum status
number_of(struct grant_store *s, const char *sql, int64_t *ret)
{
	sqlite3_stmt *statement = NULL;
	int code = sqlite3_prepare_v2(s->db, sql, -1, &statement, NULL);

	if (code == SQLITE_OK)
		code = sqlite3_step(statement);
	if (code == SQLITE_ROW)
		*ret = sqlite3_column_int64(statement, 0);
	(void)sqlite3_finalize(statement);
	return status_of(code);
}

static void
store_freep(struct grant_store **s)
{
	grant_store_close(*s);
	*s = NULL;
}

void
grant_store_close(struct grant_store *s)
{
	if (s == NULL)
		return;
	(void)sqlite3_finalize(s->put);
	(void)sqlite3_finalize(s->drop);
	(void)sqlite3_close(s->db);
	free(s);
}

/* A new file is made here, so that its mode is right from the first moment;
 * what SQLite lays beside it gets the same. */
static enum status
check_file(const char *path, struct conf_error *e)
{
	_cleanup_(close_fd) int fd = open(
	    path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) != 0) {
		conf_error_set(e, path, 0,
		    "cannot be opened (%s): the daemon's user must own it and "
		    "its folder",
		    strerror(errno));
		return errno == EACCES || errno == ELOOP ? STATUS_FORBIDDEN
							 : STATUS_IO;
	}
	if (!S_ISREG(st.st_mode) || st.st_uid != geteuid() ||
	    (st.st_mode & 077) != 0) {
		conf_error_set(e, path, 0,
		    "is not the daemon's user's alone: chown it to that user "
		    "and chmod 0600");
		return STATUS_FORBIDDEN;
	}
	return STATUS_OK;
}

static enum status
make_tables(struct grant_store *s)
{
	char sql[256];
	enum status status = grant_store_begin(s);

	(void)snprintf(sql, sizeof(sql),
	    "CREATE TABLE grants (id TEXT PRIMARY KEY, key INTEGER NOT NULL, "
	    "sealed BLOB NOT NULL) WITHOUT ROWID;"
	    "PRAGMA application_id = %d; PRAGMA user_version = %d",
	    APPLICATION_ID, GRANT_STORE_VERSION);
	if (status == STATUS_OK)
		status = execute(s, sql);
	if (status == STATUS_OK)
		return grant_store_commit(s);
	grant_store_rollback(s);
	return status;
}

/* Ours, and of a version that this program can read? An empty file is new. */
static enum status
check_version(struct grant_store *s, const char *path, struct conf_error *e)
{
	int64_t application = 0, version = 0, tables = 0;
	enum status status =
	    number_of(s, "PRAGMA application_id", &application);

	if (status == STATUS_OK)
		status = number_of(s, "PRAGMA user_version", &version);
	if (status == STATUS_OK)
		status =
		    number_of(s, "SELECT count(*) FROM sqlite_schema", &tables);
	if (status != STATUS_OK)
		return status;
	if (application == 0 && version == 0 && tables == 0)
		return make_tables(s);
	if (application != APPLICATION_ID)
		return STATUS_MALFORMED;
	if (version == GRANT_STORE_VERSION)
		return STATUS_OK;
	conf_error_set(e, path, 0,
	    "holds grants in version %lld, and this program reads version %d: "
	    "run the program that wrote it, or move the file away, and "
	    "everybody signs in anew",
	    (long long)version, GRANT_STORE_VERSION);
	return STATUS_VERSION;
}

static enum status
connect_file(const char *path, struct grant_store **ret, struct conf_error *e)
{
	_cleanup_(store_freep) struct grant_store *s = calloc(1, sizeof(*s));
	enum status status;

	if (s == NULL)
		return STATUS_NOMEM;
	status = status_of(sqlite3_open_v2(path, &s->db,
	    SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW,
	    NULL));
	if (status != STATUS_OK)
		return status;
	(void)sqlite3_db_config(s->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	/* EXCLUSIVE: a second daemon must not write beside this one's memory.
	 * secure_delete: what is purged is gone, even if the key gets out. */
	status = execute(s,
	    "PRAGMA locking_mode = EXCLUSIVE; PRAGMA secure_delete = ON;"
	    "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
	    "PRAGMA trusted_schema = OFF; BEGIN IMMEDIATE; COMMIT");
	if (status == STATUS_OK)
		status = check_version(s, path, e);
	if (status == STATUS_OK)
		status = status_of(sqlite3_prepare_v3(s->db,
		    "INSERT OR REPLACE INTO grants (id, key, sealed) "
		    "VALUES (?1, ?2, ?3)",
		    -1, SQLITE_PREPARE_PERSISTENT, &s->put, NULL));
	if (status == STATUS_OK)
		status = status_of(sqlite3_prepare_v3(s->db,
		    "DELETE FROM grants WHERE id = ?1", -1,
		    SQLITE_PREPARE_PERSISTENT, &s->drop, NULL));
	if (status == STATUS_OK)
		*ret = TAKE_PTR(s);
	return status;
}

enum status
grant_store_open(const char *state_dir, struct grant_store **ret,
    struct conf_error *ret_error)
{
	char path[sizeof(ret_error->file)];
	int n = snprintf(path, sizeof(path), "%s/" GRANT_STORE_FILE, state_dir);
	enum status status;

	if (n < 0 || (size_t)n >= sizeof(path))
		return STATUS_TOO_BIG;
	status = check_file(path, ret_error);
	if (status != STATUS_OK)
		return status;
	status = connect_file(path, ret, ret_error);
	if (status == STATUS_BUSY)
		conf_error_set(ret_error, path, 0,
		    "is in use by another process: is a validatord running "
		    "already?");
	else if (status == STATUS_MALFORMED)
		conf_error_set(ret_error, path, 0,
		    "is no database of grants, or is damaged: put a copy back, "
		    "or move it away, and everybody signs in anew");
	else if (status != STATUS_OK && status != STATUS_VERSION)
		conf_error_set(ret_error, path, 0,
		    "cannot be used (%s): check the disk", status_text(status));
	return status;
}

enum status
grant_store_each(struct grant_store *s, grant_store_row *row, void *argument)
{
	sqlite3_stmt *rows = NULL;
	enum status status = status_of(sqlite3_prepare_v2(
	    s->db, "SELECT id, key, sealed FROM grants", -1, &rows, NULL));

	while (status == STATUS_OK) {
		int code = sqlite3_step(rows);
		struct text id, sealed;

		status = status_of(code);
		if (code != SQLITE_ROW)
			break;
		id.bytes = (const char *)sqlite3_column_text(rows, 0);
		id.length = (size_t)sqlite3_column_bytes(rows, 0);
		sealed.bytes = sqlite3_column_blob(rows, 2);
		sealed.length = (size_t)sqlite3_column_bytes(rows, 2);
		status = row(id, (uint32_t)sqlite3_column_int64(rows, 1),
		    sealed, argument);
	}
	(void)sqlite3_finalize(rows);
	return status;
}

static enum status
run(sqlite3_stmt *statement, int code)
{
	if (code == SQLITE_OK)
		code = sqlite3_step(statement);
	(void)sqlite3_reset(statement);
	(void)sqlite3_clear_bindings(statement);
	return status_of(code);
}

enum status
grant_store_put(
    struct grant_store *s, const char *id, uint32_t key, struct text sealed)
{
	int code = sqlite3_bind_text(s->put, 1, id, -1, SQLITE_STATIC);

	if (code == SQLITE_OK)
		code = sqlite3_bind_int64(s->put, 2, (sqlite3_int64)key);
	if (code == SQLITE_OK)
		code = sqlite3_bind_blob(
		    s->put, 3, sealed.bytes, (int)sealed.length, SQLITE_STATIC);
	return run(s->put, code);
}

enum status
grant_store_drop(struct grant_store *s, const char *id)
{
	return run(
	    s->drop, sqlite3_bind_text(s->drop, 1, id, -1, SQLITE_STATIC));
}

enum status
grant_store_begin(struct grant_store *s)
{
	return execute(s, "BEGIN IMMEDIATE");
}

enum status
grant_store_commit(struct grant_store *s)
{
	return execute(s, "COMMIT");
}

enum status
grant_store_forget(struct grant_store *s)
{
	return status_of(sqlite3_wal_checkpoint_v2(
	    s->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL));
}

void
grant_store_rollback(struct grant_store *s)
{
	(void)execute(s, "ROLLBACK");
}
