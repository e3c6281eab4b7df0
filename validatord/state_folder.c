/* SPDX-License-Identifier: ISC */
#include "state_folder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "folders.h"
#include "scopegate/cleanup.h"

#define DRAFT_SIZE 128

enum status
state_folder_look(const char *state_dir, int *ret)
{
	_cleanup_(close_fd) int fd = open(
	    state_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	struct stat st;

	if (fd < 0 && errno == ENOENT)
		return STATUS_NOT_FOUND;
	if (fd < 0 || fstat(fd, &st) != 0 ||
	    !folder_closed(&st, geteuid(), 077))
		return STATUS_FORBIDDEN;
	*ret = take_fd(&fd);
	return STATUS_OK;
}

enum status
state_folder_open(const char *state_dir, int *ret, struct conf_error *ret_error)
{
	/* Its parent belongs to root on a real host; in a test it may not. */
	if (mkdir(state_dir, 0700) != 0 && errno != EEXIST) {
		conf_error_set(ret_error, state_dir, 0,
		    "does not exist and cannot be made (%s): make it for the "
		    "daemon's user with mode 0700 (install -d -m 0700 -o USER)",
		    strerror(errno));
		return STATUS_FORBIDDEN;
	}
	if (state_folder_look(state_dir, ret) == STATUS_OK)
		return STATUS_OK;
	conf_error_set(ret_error, state_dir, 0,
	    "must be a folder of the daemon's user alone: chown it to that "
	    "user and chmod 0700");
	return STATUS_FORBIDDEN;
}

enum status
state_file_read(int folder, const char *name, struct buf *ret)
{
	_cleanup_(close_fd) int fd = openat(
	    folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	char chunk[4096];
	ssize_t n;

	if (fd < 0)
		return errno == ENOENT ? STATUS_NOT_FOUND : STATUS_IO;
	while ((n = read(fd, chunk, sizeof(chunk))) > 0)
		(void)buf_append(ret, chunk, (size_t)n);
	explicit_bzero(chunk, sizeof(chunk));
	return n < 0 ? STATUS_IO : buf_append(ret, "", 0);
}

static enum status
write_draft(int folder, const char *draft, struct text content)
{
	_cleanup_(close_fd) int fd = -1;

	/* What a process left that died here. */
	if (unlinkat(folder, draft, 0) != 0 && errno != ENOENT)
		return STATUS_IO;
	fd = openat(folder, draft,
	    O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0 ||
	    write(fd, content.bytes, content.length) !=
		(ssize_t)content.length ||
	    fsync(fd) != 0)
		return STATUS_IO;
	return STATUS_OK;
}

enum status
state_file_write(int folder, const char *name, struct text content)
{
	char draft[DRAFT_SIZE];
	int n = snprintf(draft, sizeof(draft), "%s.new", name);
	enum status s;

	if (n < 0 || (size_t)n >= sizeof(draft))
		return STATUS_IO;
	s = write_draft(folder, draft, content);
	if (s == STATUS_OK && (renameat(folder, draft, folder, name) != 0 ||
				  fsync(folder) != 0))
		s = STATUS_IO;
	return s;
}
