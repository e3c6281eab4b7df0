/* SPDX-License-Identifier: ISC */
/*
 * Ownership by scope: a variable declared with _cleanup_() is released when it
 * leaves its block, so paths return early and nothing needs a goto.
 */
#ifndef SCOPEGATE_CLEANUP_H
#define SCOPEGATE_CLEANUP_H

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#define _cleanup_(f) __attribute__((cleanup(f)))

/* Hands the value of a pointer variable on and leaves NULL behind. */
#define TAKE_PTR(p) \
	__extension__({ \
		__typeof__(p) taken_ = (p); \
		(p) = NULL; \
		taken_; \
	})

/* The same for a descriptor; leaves -1 behind. */
static inline int
take_fd(int *fd)
{
	int taken = *fd;

	*fd = -1;
	return taken;
}

/* Closes *fd unless it is negative; errno is kept. */
static inline void
close_fd(int *fd)
{
	int saved = errno;

	if (*fd >= 0)
		(void)close(*fd);
	*fd = -1;
	errno = saved;
}

/* For _cleanup_(free_ptr) on any pointer from malloc. */
static inline void
free_ptr(void *p)
{
	free(*(void **)p);
	*(void **)p = NULL;
}

#define ELEMENTS(a) (sizeof(a) / sizeof((a)[0]))

#endif
