/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <unistd.h>

#include "ctl.h"

/* One octet past the limit is enough to see that it is too long. */
enum status
ctl_read(int fd, struct buf *ret)
{
	char chunk[4096];
	ssize_t n;

	while ((n = read(fd, chunk, sizeof(chunk))) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return STATUS_IO;
		if (buf_append(ret, chunk, (size_t)n) != STATUS_OK)
			return ret->error;
	}
	return buf_append(ret, "", 0);
}
