/* SPDX-License-Identifier: ISC */
#include "secret_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fd_text.h"
#include "scopegate/cleanup.h"
#include "scopegate/protocol.h"

static const char *
file_fault(int fd)
{
	struct stat st;

	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
		return "is no regular file: name the file itself";
	if (st.st_uid != geteuid() && st.st_uid != 0)
		return "belongs to another user: make it your own";
	if ((st.st_mode & 077) != 0)
		return "can be read by others: chmod 600 it, and have a new "
		       "secret or token made if others could read it";
	return NULL;
}

enum status
secret_file_read(
    const char *path, struct secret *ret, char ret_problem[PROBLEM_SIZE])
{
	_cleanup_(buf_clear) struct buf text = {0};
	_cleanup_(close_fd) int fd =
	    open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	const char *fault = fd < 0 ? strerror(errno) : file_fault(fd);
	enum status s = STATUS_OK;
	size_t n;

	if (fd >= 0 && fault == NULL) {
		buf_init_sensitive(&text, TOKEN_MAX + 64);
		s = fd_read(fd, &text);
		if (s != STATUS_OK)
			fault = s == STATUS_TOO_BIG
				    ? "is too large for a secret"
				    : "cannot be read";
		else if (text.length == 0)
			fault = "is empty: put the secret there";
	}
	if (fault != NULL) {
		(void)snprintf(ret_problem, PROBLEM_SIZE, "%s %s%s", path,
		    fd < 0 ? "cannot be opened: " : "", fault);
		return STATUS_INVALID;
	}
	n = text.length;
	while (n > 0 && strchr(" \t\r\n", text.data[n - 1]) != NULL)
		n--;
	if (n == 0 || memchr(text.data, '\0', n) != NULL) {
		(void)snprintf(ret_problem, PROBLEM_SIZE,
		    "%s holds no secret: put it there, as text", path);
		return STATUS_INVALID;
	}
	return secret_set(ret, (const char *)text.data, n);
}
