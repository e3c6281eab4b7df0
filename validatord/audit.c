/* SPDX-License-Identifier: ISC */
/*
 * Writes the record without which nobody gets in. It is whole or absent: must
 * never leave half a line behind, nor go on after one as if nothing were.
 */
#include "audit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>

#include "audit_chain.h"
#include "scopegate/cleanup.h"
#include "scopegate/json.h"

struct audit {
	char *path;
	int fd; /* -1: lost, open again before the next record */
	struct audit_chain chain;
	EVP_MD_CTX *digest;
	struct buf line; /* kept between records */
	bool torn;     /* the log ends in octets that could not be taken back */
	time_t second; /* that second_text says */
	char second_text[32]; /* "": none yet */
};

static void
audit_freep(struct audit **a)
{
	audit_close(*a);
}

void
audit_close(struct audit *a)
{
	if (a == NULL)
		return;
	close_fd(&a->fd);
	EVP_MD_CTX_free(a->digest);
	buf_clear(&a->line);
	free(a->path);
	free(a);
}

uint64_t
audit_sequence(const struct audit *a)
{
	return a->chain.sequence;
}

/* RFC 3339, UTC, microseconds. The part down to seconds is kept, since many
 * records share it. */
static void
write_time(struct audit *a, struct json_writer *w, int64_t at_us)
{
	time_t second = (time_t)(at_us / 1000000);
	int64_t fraction = at_us % 1000000;
	char text[sizeof(a->second_text) + sizeof(".000000Z")];
	size_t length;
	struct tm tm = {0};

	if (second != a->second || a->second_text[0] == '\0') {
		(void)gmtime_r(&second, &tm);
		if (strftime(a->second_text, sizeof(a->second_text),
			"%Y-%m-%dT%H:%M:%S", &tm) == 0)
			a->second_text[0] = '\0';
		a->second = second;
	}
	length = strlen(a->second_text);
	memcpy(text, a->second_text, length);
	memcpy(text + length, ".000000Z", sizeof(".000000Z"));
	for (size_t i = length + 6; fraction > 0 && i > length; i--) {
		text[i] = (char)('0' + fraction % 10);
		fraction /= 10;
	}
	json_write_string(w, "ts", text);
}

static void
line_start(
    struct audit *a, struct json_writer *w, int64_t at_us, const char *ref)
{
	a->line.length = 0;
	json_writer_init(w, &a->line);
	json_write_begin_object(w, NULL);
	json_write_integer(w, "v", 1);
	json_write_integer(w, "seq", (int64_t)(a->chain.sequence + 1));
	write_time(a, w, at_us);
	if (ref != NULL)
		json_write_string(w, "ref", ref);
}

/* Puts prev and hash behind the members and ends the line. */
static enum status
line_finish(struct audit *a, char ret_hash[AUDIT_HASH_SIZE + 1])
{
	struct buf *line = &a->line;

	(void)buf_append(line, AUDIT_PREV, sizeof(AUDIT_PREV) - 1);
	(void)buf_append(line, a->chain.hash, AUDIT_HASH_SIZE);
	if (buf_append_byte(line, '"') != STATUS_OK)
		return line->error;
	if (!audit_digest(a->digest, line->data, line->length, ret_hash))
		return STATUS_NOMEM;
	/* The quote that ends prev is hashed already. */
	(void)buf_append(line, &AUDIT_HASH[1], sizeof(AUDIT_HASH) - 2);
	(void)buf_append(line, ret_hash, AUDIT_HASH_SIZE);
	return buf_append(line, AUDIT_END "\n", sizeof(AUDIT_END "\n") - 1);
}

/* All or nothing. What cannot be taken back makes the log torn, and the next
 * record waits until it is opened, and so recovered, anew. */
static enum status
append(struct audit *a, const char *before)
{
	size_t before_length = strlen(before);
	struct iovec parts[2] = {
	    {.iov_base = (void *)(uintptr_t)before, .iov_len = before_length},
	    {.iov_base = a->line.data, .iov_len = a->line.length},
	};
	ssize_t n;

	do
		n = writev(a->fd, parts, ELEMENTS(parts));
	while (n < 0 && errno == EINTR);
	if (n == (ssize_t)(before_length + a->line.length))
		return STATUS_OK;
	if (n > 0) {
		off_t end = lseek(a->fd, 0, SEEK_END);

		if (end < n || ftruncate(a->fd, end - n) < 0)
			a->torn = true;
	}
	return STATUS_IO;
}

static enum status
line_append(struct audit *a, const char *before)
{
	char hash[AUDIT_HASH_SIZE + 1];
	enum status status = line_finish(a, hash);

	if (status == STATUS_OK)
		status = append(a, before);
	if (status == STATUS_OK) {
		a->chain.sequence++;
		memcpy(a->chain.hash, hash, sizeof(hash));
	}
	if (a->line.error != STATUS_OK)
		buf_clear(&a->line);
	return status;
}

static int64_t
realtime_us(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

enum status
audit_write(struct audit *a, const struct audit_record *record)
{
	struct json_writer w;

	if (a->torn && audit_reopen(a) != STATUS_OK)
		return STATUS_IO;
	line_start(a, &w, record->at_us, record->ref);
	audit_members_write(a->digest, &w, record);
	return line_append(a, "");
}

enum status
audit_write_act(struct audit *a, const struct audit_act *act)
{
	struct json_writer w;

	if (a->torn && audit_reopen(a) != STATUS_OK)
		return STATUS_IO;
	line_start(a, &w, realtime_us(), act->ref);
	audit_act_members_write(a->digest, &w, act);
	return line_append(a, "");
}

/* A line that a crash cut short is ended, and the next record, in the same
 * write, says how long it was and what its digest is. */
static enum status
tail_recover(struct audit *a, const struct audit_tail *tail)
{
	struct json_writer w;

	if (!tail->newline_missing)
		return STATUS_OK;
	line_start(a, &w, realtime_us(), NULL);
	json_write_string(&w, "op", "recovered");
	json_write_integer(&w, "torn_octets", (int64_t)tail->torn_octets);
	json_write_string(&w, "torn_sha256", tail->torn_hash);
	return line_append(a, "\n");
}

static enum status
log_open_locked(const char *path, int *ret, struct conf_error *e)
{
	_cleanup_(close_fd) int fd = open(path,
	    O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NOFOLLOW |
		O_NONBLOCK,
	    0640);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0) {
		conf_error_set(e, path, 0,
		    "cannot be opened for appending (%s): create its folder, "
		    "owned by the daemon's user, or correct `audit_log`",
		    strerror(errno));
		return STATUS_IO;
	}
	if (!S_ISREG(st.st_mode)) {
		conf_error_set(
		    e, path, 0, "not a regular file: name one in `audit_log`");
		return STATUS_INVALID;
	}
	if (flock(fd, LOCK_EX | LOCK_NB) < 0) {
		conf_error_set(e, path, 0,
		    "another process writes to it: stop that one, or name "
		    "another file in `audit_log`");
		return STATUS_BUSY;
	}
	*ret = take_fd(&fd);
	return STATUS_OK;
}

enum status
audit_open(const char *path, struct audit **ret, struct conf_error *ret_error)
{
	_cleanup_(audit_freep) struct audit *a = calloc(1, sizeof(*a));
	struct audit_tail tail;
	enum status status;

	if (a == NULL)
		return STATUS_NOMEM;
	a->fd = -1;
	buf_init(&a->line, AUDIT_RECORD_MAX);
	a->path = strdup(path);
	a->digest = audit_digest_new();
	if (a->path == NULL || a->digest == NULL)
		return STATUS_NOMEM;
	status = log_open_locked(path, &a->fd, ret_error);
	if (status != STATUS_OK)
		return status;
	status = audit_tail_read(a->digest, a->fd, &tail);
	if (status == STATUS_OK) {
		a->chain = tail.chain;
		status = tail_recover(a, &tail);
	}
	if (status != STATUS_OK) {
		conf_error_set(ret_error, path, 0, "%s",
		    status == STATUS_MALFORMED
			? "its last line is no good audit record: move the "
			  "file away and keep it as evidence"
			: "cannot be read or written: check the disk");
		return status;
	}
	*ret = TAKE_PTR(a);
	return STATUS_OK;
}

static bool
same_file(const struct audit *a)
{
	struct stat now, ours;

	return lstat(a->path, &now) == 0 && fstat(a->fd, &ours) == 0 &&
	       now.st_dev == ours.st_dev && now.st_ino == ours.st_ino;
}

/*
 * The log at the path may be another one now: an empty file, where the chain
 * goes on, or one that ends where we stand. Anything else is not ours.
 */
enum status
audit_reopen(struct audit *a)
{
	_cleanup_(close_fd) int fd = -1;
	struct conf_error ignored;
	struct audit_tail tail;
	enum status status = STATUS_OK;
	bool same = same_file(a);

	if (same && !a->torn)
		return STATUS_OK;
	if (!same)
		status = log_open_locked(a->path, &fd, &ignored);
	if (status == STATUS_OK)
		status = audit_tail_read(a->digest, same ? a->fd : fd, &tail);
	if (status != STATUS_OK)
		return status;
	if (!same && tail.chain.sequence != 0 &&
	    strcmp(tail.chain.hash, a->chain.hash) != 0)
		return STATUS_MALFORMED;
	if (tail.chain.sequence != 0)
		a->chain = tail.chain;
	if (!same) {
		close_fd(&a->fd);
		a->fd = take_fd(&fd);
	}
	/* Until it is recovered, whole. */
	a->torn = true;
	status = tail_recover(a, &tail);
	if (status == STATUS_OK)
		a->torn = false;
	return status;
}
