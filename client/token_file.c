/* SPDX-License-Identifier: ISC */
#include "token_file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "fd_text.h"
#include "scopegate/cleanup.h"
#include "token_folder.h"
#include "token_set.h"
#include "url.h"

#define ENDING ".token"
#define LOCK_ENDING ".lock"
#define FILE_NAME_MAX 255

/* The name with everything but letters, digits and -._~ as %XX: no slash, and
 * never "." or ".." because of the ending. */
static bool
file_name(const char *name, const char *ending, char ret[FILE_NAME_MAX + 1])
{
	_cleanup_(buf_clear) struct buf b = {0};

	buf_init(&b, FILE_NAME_MAX);
	url_encode(&b, name);
	buf_append_string(&b, ending);
	if (buf_string(&b) == NULL)
		return false;
	(void)snprintf(ret, FILE_NAME_MAX + 1, "%s", buf_string(&b));
	return true;
}

static const char *
file_fault(int fd)
{
	struct stat st;

	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
		return "is no regular file: remove it and log in again";
	if (st.st_uid != geteuid())
		return "belongs to another user: remove it and log in again";
	if ((st.st_mode & 077) != 0)
		return "could be read by others: remove it, log in again, and "
		       "have the old token revoked";
	return NULL;
}

enum status
token_file_get(int folder, const char *name, struct buf *ret,
    char ret_problem[PROBLEM_SIZE])
{
	char file[FILE_NAME_MAX + 1];
	_cleanup_(close_fd) int fd = -1;
	const char *fault;

	if (!file_name(name, ENDING, file))
		return STATUS_NOT_FOUND;
	fd = openat(
	    folder, file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0 && errno == ENOENT)
		return STATUS_NOT_FOUND;
	fault = fd < 0 ? strerror(errno) : file_fault(fd);
	if (fault == NULL && fd_read(fd, ret) != STATUS_OK)
		fault = "cannot be read";
	if (fault == NULL)
		return STATUS_OK;
	(void)snprintf(ret_problem, PROBLEM_SIZE, "%s in %s %s", file,
	    token_folder_path(), fault);
	return STATUS_IO;
}

static enum status
write_all(int fd, const struct buf *text)
{
	size_t done = 0;

	while (done < text->length) {
		ssize_t n = write(fd, text->data + done, text->length - done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return STATUS_IO;
		done += (size_t)n;
	}
	return fsync(fd) == 0 ? STATUS_OK : STATUS_IO;
}

enum status
token_file_put(int folder, const char *name, const struct buf *text,
    char ret_problem[PROBLEM_SIZE])
{
	char file[FILE_NAME_MAX + 1], fresh[FILE_NAME_MAX + 1];
	_cleanup_(close_fd) int fd = -1;
	enum status s = STATUS_IO;

	if (!file_name(name, ENDING, file) || !file_name(name, ".new", fresh)) {
		(void)snprintf(ret_problem, PROBLEM_SIZE,
		    "this URL is too long for the name of a file: give the "
		    "issuer a section");
		return STATUS_TOO_BIG;
	}
	/* Left by one that was killed; the lock says that nobody writes it. */
	(void)unlinkat(folder, fresh, 0);
	fd = openat(folder, fresh,
	    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd >= 0)
		s = write_all(fd, text);
	if (s == STATUS_OK && renameat(folder, fresh, folder, file) == 0 &&
	    fsync(folder) == 0)
		return STATUS_OK;
	(void)snprintf(ret_problem, PROBLEM_SIZE,
	    "the token cannot be kept in %s: %s", token_folder_path(),
	    strerror(errno));
	(void)unlinkat(folder, fresh, 0);
	return STATUS_IO;
}

enum status
token_file_remove(int folder, const char *name)
{
	char file[FILE_NAME_MAX + 1];

	if (!file_name(name, ENDING, file))
		return STATUS_NOT_FOUND;
	if (unlinkat(folder, file, 0) == 0)
		return STATUS_OK;
	return errno == ENOENT ? STATUS_NOT_FOUND : STATUS_IO;
}

static enum status
add_name(const char *file, struct word_list *ret)
{
	size_t length = strlen(file), ending = sizeof(ENDING) - 1;
	_cleanup_(buf_clear) struct buf query = {0};
	_cleanup_(buf_clear) struct buf name = {0};

	if (length <= ending || strcmp(file + length - ending, ENDING) != 0)
		return STATUS_OK;
	buf_init(&query, FILE_NAME_MAX + 8);
	buf_init(&name, FILE_NAME_MAX);
	buf_format(&query, "n=%.*s", (int)(length - ending), file);
	if (buf_string(&query) == NULL ||
	    query_get(buf_string(&query), "n", &name) != STATUS_OK)
		return STATUS_OK;
	return word_list_add(ret, buf_string(&name), name.length);
}

static void
release_folder(DIR **d)
{
	if (*d != NULL)
		(void)closedir(*d);
}

enum status
token_file_names(int folder, struct word_list *ret)
{
	int fd = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	_cleanup_(release_folder) DIR *d = fd >= 0 ? fdopendir(fd) : NULL;
	const struct dirent *entry;
	enum status s = STATUS_OK;

	if (d == NULL) {
		close_fd(&fd);
		return STATUS_IO;
	}
	while (s == STATUS_OK && (entry = readdir(d)) != NULL)
		s = add_name(entry->d_name, ret);
	return s;
}

int
token_file_lock(int folder, const char *name)
{
	char file[FILE_NAME_MAX + 1];
	_cleanup_(close_fd) int fd = -1;
	int result;

	if (!file_name(name, LOCK_ENDING, file))
		return -1;
	fd = openat(
	    folder, file, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return -1;
	do
		result = flock(fd, LOCK_EX);
	while (result != 0 && errno == EINTR);
	return result == 0 ? take_fd(&fd) : -1;
}
