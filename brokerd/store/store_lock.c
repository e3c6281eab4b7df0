/* SPDX-License-Identifier: ISC */
#include "store/store_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "scopegate/buf.h"
#include "scopegate/cleanup.h"
#include "scopegate/log.h"

enum status
store_lock(const char *path, int *ret_fd)
{
	_cleanup_(buf_clear) struct buf name = {0};
	_cleanup_(close_fd) int fd = -1;

	if (access(path, F_OK) != 0)
		return STATUS_NOT_FOUND;
	buf_init(&name, 4096);
	buf_format(&name, "%s.lock", path);
	if (buf_string(&name) == NULL) {
		log_error("%s: %s", path, status_text(STATUS_TOO_BIG));
		return STATUS_TOO_BIG;
	}
	fd = open(buf_string(&name),
	    O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY, 0600);
	if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0) {
		*ret_fd = take_fd(&fd);
		return STATUS_OK;
	}
	if (fd >= 0 && errno == EWOULDBLOCK)
		return STATUS_BUSY;
	log_errno("%s", buf_string(&name));
	return STATUS_IO;
}
