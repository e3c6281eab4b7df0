/* SPDX-License-Identifier: ISC */
#include "allocations.h"

#include <malloc.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

void *__real_malloc(size_t size);
void *__real_realloc(void *p, size_t size);
void __real_free(void *p);
void *__wrap_malloc(size_t size);
void *__wrap_realloc(void *p, size_t size);
void __wrap_free(void *p);

static bool fail_next;
static const char *watched;
static unsigned int seen, with_text;

void
allocation_fail_next(void)
{
	fail_next = true;
}

void
frees_watch(const char *text)
{
	watched = text;
	seen = 0;
	with_text = 0;
}

unsigned int
frees_with_text(void)
{
	return with_text;
}

unsigned int
frees_seen(void)
{
	return seen;
}

static bool
fails_now(void)
{
	bool fails = fail_next;

	fail_next = false;
	return fails;
}

void *
__wrap_malloc(size_t size)
{
	return fails_now() ? NULL : __real_malloc(size);
}

/* A block that moves leaves its old place as free() would. */
void *
__wrap_realloc(void *p, size_t size)
{
	void *moved;

	if (fails_now())
		return NULL;
	if (p == NULL || watched == NULL)
		return __real_realloc(p, size);
	moved = __real_malloc(size);
	if (moved == NULL)
		return NULL;
	memcpy(moved, p,
	    malloc_usable_size(p) < size ? malloc_usable_size(p) : size);
	__wrap_free(p);
	return moved;
}

void
__wrap_free(void *p)
{
	if (p != NULL && watched != NULL) {
		seen++;
		if (memmem(p, malloc_usable_size(p), watched,
			strlen(watched)) != NULL)
			with_text++;
	}
	__real_free(p);
}
