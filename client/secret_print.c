/* SPDX-License-Identifier: ISC */
#include "secret_print.h"

#include <errno.h>
#include <unistd.h>

static bool
write_all(const char *text, size_t length)
{
	while (length > 0) {
		ssize_t n = write(STDOUT_FILENO, text, length);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		text += n;
		length -= (size_t)n;
	}
	return true;
}

bool
secret_print(const struct secret *s)
{
	return write_all(s->bytes, s->length) && write_all("\n", 1);
}
