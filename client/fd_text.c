/* SPDX-License-Identifier: ISC */
#include "fd_text.h"

#include <string.h>
#include <unistd.h>

enum status
fd_read(int fd, struct buf *ret)
{
	char chunk[4096];
	ssize_t n;

	while ((n = read(fd, chunk, sizeof(chunk))) > 0)
		if (buf_append(ret, chunk, (size_t)n) != STATUS_OK)
			break;
	explicit_bzero(chunk, sizeof(chunk));
	return n < 0 ? STATUS_IO : ret->error;
}
