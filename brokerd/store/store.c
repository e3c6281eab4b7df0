/* SPDX-License-Identifier: ISC */
/*
 * Opening, migrating and asking the SQLite file. It knows no user, app or
 * token; it must never accept a file that somebody else can read or has made
 * for another purpose.
 */
#include "store/store.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sqlite3.h>

#include "scopegate/buf.h"
#include "scopegate/cleanup.h"
#include "scopegate/log.h"
#include "store/store_private.h"
#include "store/store_schema.h"

static enum status
execute(struct store *s, const char *sql)
{
	return store_status_of(sqlite3_exec(s->db, sql, NULL, NULL, NULL));
}

static enum status
pragma_read(struct store *s, const char *sql, int64_t *ret)
{
	sqlite3_stmt *statement = NULL;
	int code = sqlite3_prepare_v2(s->db, sql, -1, &statement, NULL);

	if (code == SQLITE_OK)
		code = sqlite3_step(statement);
	if (code == SQLITE_ROW)
		*ret = sqlite3_column_int64(statement, 0);
	(void)sqlite3_finalize(statement);
	return code == SQLITE_ROW ? STATUS_OK : store_status_of(code);
}

/* SQLite's pragmas take no parameters, so the numbers are formatted in. */
static enum status
pragma_write(struct store *s, const char *name, int64_t value)
{
	_cleanup_(buf_clear) struct buf sql = {0};

	buf_init(&sql, 128);
	buf_format(&sql, "PRAGMA %s = %lld", name, (long long)value);
	if (buf_string(&sql) == NULL)
		return STATUS_NOMEM;
	return execute(s, buf_string(&sql));
}

static enum status
migrate(struct store *s)
{
	_cleanup_(transaction_end) struct transaction t = {NULL};
	int64_t version = 0;
	enum status status = transaction_write(s, &t);

	if (status == STATUS_OK)
		status = pragma_read(s, "PRAGMA user_version", &version);
	if (status == STATUS_OK &&
	    (version < 0 || version > (int64_t)store_schema_step_count))
		status = STATUS_VERSION;
	for (;
	     status == STATUS_OK && version < (int64_t)store_schema_step_count;
	     version++)
		status = execute(s, store_schema_steps[version]);
	if (status == STATUS_OK)
		status = pragma_write(s, "user_version", version);
	return status == STATUS_OK ? transaction_commit(&t) : status;
}

/* Triggers write events, so nothing but SQLite knows when. */
static void
on_change(void *context, int what, const char *database, const char *table,
    sqlite3_int64 id)
{
	struct store *s = context;

	(void)database;
	(void)id;
	if (what == SQLITE_INSERT && strcmp(table, "events") == 0)
		s->took_event = true;
}

static enum status
connect_file(const char *path, struct store **ret)
{
	_cleanup_(store_freep) struct store *s = calloc(1, sizeof(*s));
	int flags =
	    SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW;
	int code;
	enum status status;

	if (s == NULL)
		return STATUS_NOMEM;
	code = sqlite3_open_v2(path, &s->db, flags, NULL);
	if (code != SQLITE_OK)
		return store_status_of(code);
	(void)sqlite3_busy_timeout(s->db, STORE_BUSY_MS);
	(void)sqlite3_update_hook(s->db, on_change, s);
	(void)sqlite3_db_config(s->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	/* FULL: a token that has been handed out survives a power cut. */
	status = execute(s,
	    "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
	    "PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF;");
	if (status == STATUS_OK)
		*ret = TAKE_PTR(s);
	return status;
}

enum status
store_create(const char *path, struct store **ret)
{
	_cleanup_(store_freep) struct store *s = NULL;
	_cleanup_(close_fd) int fd = open(
	    path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	enum status status;

	if (fd < 0) {
		log_errno("%s", path);
		return errno == EEXIST ? STATUS_FORBIDDEN : STATUS_IO;
	}
	status = connect_file(path, &s);
	if (status == STATUS_OK)
		status =
		    pragma_write(s, "application_id", STORE_APPLICATION_ID);
	if (status == STATUS_OK)
		status = migrate(s);
	if (status != STATUS_OK) {
		log_error("%s: %s", path, status_text(status));
		return status;
	}
	*ret = TAKE_PTR(s);
	return STATUS_OK;
}

/* By the head of the file. Whose database it is stands in its log at first,
 * so any will do. Not for a file that this process has open: closing it here
 * would drop the locks that SQLite holds. */
static bool
is_database(const char *path)
{
	static const char magic[] = "SQLite format 3";
	char head[sizeof(magic)];
	_cleanup_(close_fd) int fd =
	    open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY);

	return fd >= 0 &&
	       read(fd, head, sizeof(head)) == (ssize_t)sizeof(head) &&
	       memcmp(head, magic, sizeof(magic)) == 0;
}

static enum status
check_file(const char *path)
{
	struct stat st;

	if (lstat(path, &st) != 0) {
		log_errno("%s", path);
		return STATUS_NOT_FOUND;
	}
	if (!S_ISREG(st.st_mode)) {
		log_error("%s: not a regular file", path);
		return STATUS_UNTRUSTED;
	}
	if ((st.st_mode & 077) != 0) {
		/* Nobody should be led to lock up a file of another kind. */
		if (!is_database(path)) {
			log_error(
			    "%s: not a store that `brokerd init` made", path);
			return STATUS_MALFORMED;
		}
		log_error("%s: others may read or write it: "
			  "chmod 0600 it",
		    path);
		return STATUS_UNTRUSTED;
	}
	return STATUS_OK;
}

enum status
store_open(const char *path, struct store **ret)
{
	_cleanup_(store_freep) struct store *s = NULL;
	int64_t id = 0;
	enum status status = check_file(path);

	if (status != STATUS_OK)
		return status;
	status = connect_file(path, &s);
	if (status == STATUS_OK)
		status = pragma_read(s, "PRAGMA application_id", &id);
	if (status == STATUS_MALFORMED ||
	    (status == STATUS_OK && id != STORE_APPLICATION_ID)) {
		log_error("%s: not a store that `brokerd init` made", path);
		return STATUS_MALFORMED;
	}
	if (status == STATUS_OK)
		status = migrate(s);
	if (status == STATUS_VERSION)
		log_error("%s: made by a newer brokerd", path);
	else if (status != STATUS_OK)
		log_error("%s: %s", path, status_text(status));
	if (status == STATUS_OK)
		*ret = TAKE_PTR(s);
	return status;
}

void
store_free(struct store *s)
{
	if (s == NULL)
		return;
	for (size_t i = 0; i < s->kept_count; i++)
		(void)sqlite3_finalize(s->kept[i].statement);
	(void)sqlite3_close(s->db);
	free(s);
}

void
store_freep(struct store **s)
{
	store_free(*s);
	*s = NULL;
}

bool
store_took_event(struct store *s)
{
	bool took = s->took_event;

	s->took_event = false;
	return took;
}

int64_t
store_last_id(struct store *s)
{
	return sqlite3_last_insert_rowid(s->db);
}

int64_t
store_changes(struct store *s)
{
	return sqlite3_changes64(s->db);
}
