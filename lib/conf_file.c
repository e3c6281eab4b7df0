/* SPDX-License-Identifier: ISC */
/*
 * A configuration file through libinih. That library cuts long lines and names
 * silently and tells neither line numbers nor empty sections, so the reader
 * that feeds it looks at every line first.
 */
#include "conf_file.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <ini.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

#include "conf_line.h"
#include "scopegate/buf.h"
#include "scopegate/cleanup.h"

void
conf_error_set(struct conf_error *e, const char *file, unsigned int line,
    const char *format, ...)
{
	va_list arguments;

	(void)snprintf(e->file, sizeof(e->file), "%s", file);
	e->line = line;
	va_start(arguments, format);
	(void)vsnprintf(e->text, sizeof(e->text), format, arguments);
	va_end(arguments);
}

/* Root's or ours, and nobody else's to write: it decides who gets in. */
static enum status
check_trust(int fd, const char *path, size_t most, struct conf_error *e)
{
	struct stat st;

	if (fstat(fd, &st) != 0) {
		conf_error_set(
		    e, path, 0, "cannot be looked at: %s", strerror(errno));
		return STATUS_IO;
	}
	if (!S_ISREG(st.st_mode)) {
		conf_error_set(
		    e, path, 0, "is not a regular file: name a file that is");
		return STATUS_INVALID;
	}
	if (st.st_uid != 0 && st.st_uid != geteuid()) {
		conf_error_set(e, path, 0, "belongs to uid %u: chown root '%s'",
		    (unsigned int)st.st_uid, path);
		return STATUS_INVALID;
	}
	if ((st.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
		conf_error_set(
		    e, path, 0, "others may write it: chmod go-w '%s'", path);
		return STATUS_INVALID;
	}
	if (st.st_size > (off_t)most) {
		conf_error_set(e, path, 0,
		    "is larger than %zu octets: split or shorten it", most);
		return STATUS_TOO_BIG;
	}
	return STATUS_OK;
}

enum status
conf_load_trusted(
    const char *path, size_t most, struct buf *ret, struct conf_error *e)
{
	/* O_NONBLOCK: a fifo in its place must not hang the start. */
	_cleanup_(close_fd) int fd =
	    open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	char chunk[4096];
	ssize_t n;
	enum status s;

	if (fd < 0) {
		conf_error_set(
		    e, path, 0, "cannot be opened: %s", strerror(errno));
		return errno == ENOENT ? STATUS_NOT_FOUND : STATUS_IO;
	}
	s = check_trust(fd, path, most, e);
	if (s != STATUS_OK)
		return s;
	while ((n = read(fd, chunk, sizeof(chunk))) > 0)
		if (buf_append(ret, chunk, (size_t)n) != STATUS_OK)
			break;
	if (n < 0 || ret->error != STATUS_OK) {
		conf_error_set(e, path, 0, "cannot be read: %s",
		    n < 0 ? strerror(errno) : status_text(ret->error));
		return n < 0 ? STATUS_IO : ret->error;
	}
	if (ret->length > 0 && memchr(ret->data, '\0', ret->length) != NULL) {
		conf_error_set(
		    e, path, 0, "holds a NUL octet: it is not a text file");
		return STATUS_INVALID;
	}
	return STATUS_OK;
}

struct reader {
	const char *path;
	const char *at; /* what is left of the text */
	unsigned int number;
	bool continuation;
	conf_line_handler *handler;
	void *context;
	struct conf_error *error;
	enum status status; /* the first failure */
};

static void
stop(struct reader *r, const char *text)
{
	conf_error_set(r->error, r->path, r->number, "%s", text);
	r->status = STATUS_INVALID;
}

/* A header's name to the handler, which libinih would not call for it. */
static void
announce_section(struct reader *r, const char *line)
{
	char name[CONF_LINE_MAX];
	struct conf_line header = {.number = r->number, .section = name};

	(void)snprintf(
	    name, sizeof(name), "%.*s", (int)strcspn(line + 1, "]"), line + 1);
	r->status = r->handler(&header, r->context, r->error);
}

static void
look_at(struct reader *r, const char *line, size_t length)
{
	enum conf_line_kind kind = CONF_LINE_EMPTY;
	const char *fault = conf_line_fault(line, length, &kind);

	if (fault != NULL)
		return stop(r, fault);
	r->continuation = kind == CONF_LINE_CONTINUATION;
	if (kind == CONF_LINE_HEADER)
		announce_section(r, line);
}

/* libinih's fgets(): one line, looked at before it is handed over. */
static char *
next_line(char *ret, int size, void *stream)
{
	struct reader *r = stream;
	size_t length;

	if (r->status != STATUS_OK || *r->at == '\0')
		return NULL;
	length = strcspn(r->at, "\n");
	r->number++;
	look_at(r, r->at, length);
	if (r->status != STATUS_OK)
		return NULL;
	(void)snprintf(ret, (size_t)size, "%.*s\n",
	    (int)conf_line_body(r->at, length), r->at);
	r->at += length + (r->at[length] == '\n');
	return ret;
}

static int
take_line(void *user, const char *section, const char *name, const char *value)
{
	struct reader *r = user;
	struct conf_line line = {.number = r->number,
	    .section = section,
	    .key = name,
	    .value = value,
	    .continuation = r->continuation};

	if (r->status == STATUS_OK)
		r->status = r->handler(&line, r->context, r->error);
	return r->status == STATUS_OK;
}

enum status
conf_file_read(const char *path, conf_line_handler *handler, void *context,
    struct conf_error *ret_error)
{
	_cleanup_(buf_clear) struct buf text;
	struct reader r = {.path = path,
	    .handler = handler,
	    .context = context,
	    .error = ret_error};
	enum status s;
	int bad_line;

	buf_init(&text, CONF_FILE_MAX);
	s = conf_load_trusted(path, CONF_FILE_MAX, &text, ret_error);
	if (s != STATUS_OK)
		return s;
	r.at = buf_string(&text);
	bad_line = ini_parse_stream(next_line, &r, take_line, &r);
	if (r.status == STATUS_OK && bad_line != 0) {
		r.number = bad_line > 0 ? (unsigned int)bad_line : 0;
		stop(&r, "is neither a section, nor key = value, nor a "
			 "comment: mend or remove the line");
	}
	return r.status;
}
