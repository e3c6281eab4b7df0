/* SPDX-License-Identifier: ISC */
/*
 * What the subcommands share: secrets come in by files or standard input and
 * go out by files or standard output, never by arguments.
 */
#include "command/command.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "scopegate/cleanup.h"
#include "scopegate/log.h"

int64_t
wall_clock(void)
{
	return (int64_t)time(NULL);
}

enum status
input_read(const char *path, struct buf *ret)
{
	_cleanup_(close_fd) int fd =
	    strcmp(path, "-") == 0
		? dup(STDIN_FILENO)
		: open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	enum status status = STATUS_OK;
	char chunk[1024];
	ssize_t got = 0;

	if (fd < 0) {
		log_errno("%s", path);
		return STATUS_IO;
	}
	while (status == STATUS_OK) {
		got = read(fd, chunk, sizeof(chunk));
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		status = buf_append(ret, chunk, (size_t)got);
	}
	explicit_bzero(chunk, sizeof(chunk));
	if (got < 0) {
		log_errno("%s", path);
		return STATUS_IO;
	}
	if (status != STATUS_OK)
		log_error("%s: %s", path, status_text(status));
	return status;
}

enum status
input_single_line(struct buf *b)
{
	if (b->length > 0 && b->data[b->length - 1] == '\n')
		b->data[--b->length] = '\0';
	if (b->length > 0 && b->data[b->length - 1] == '\r')
		b->data[--b->length] = '\0';
	if (b->length == 0 || memchr(b->data, '\n', b->length) != NULL ||
	    memchr(b->data, '\0', b->length) != NULL)
		return STATUS_INVALID;
	return STATUS_OK;
}

enum status
secret_file_write(const char *path, const char *text)
{
	_cleanup_(buf_clear) struct buf line = {0};
	_cleanup_(close_fd) int fd = -1;

	/* Made anew, so that nobody who has the old one open reads this. */
	if (unlink(path) != 0 && errno != ENOENT) {
		log_errno("%s", path);
		return STATUS_IO;
	}
	fd = open(
	    path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	buf_init_sensitive(&line, 1024);
	buf_append_string(&line, text);
	if (fd < 0 || buf_append_byte(&line, '\n') != STATUS_OK ||
	    write(fd, line.data, line.length) != (ssize_t)line.length) {
		log_errno("%s", path);
		return STATUS_IO;
	}
	return STATUS_OK;
}
