/* SPDX-License-Identifier: ISC */
/* A file without a name stands in for standard error. */
#include "captured.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

void
capture_begin(struct captured *c)
{
	c->saved = dup(STDERR_FILENO);
	c->file = memfd_create("captured", MFD_CLOEXEC);
	assert_true(c->saved >= 0 && c->file >= 0);
	assert_int_equal(dup2(c->file, STDERR_FILENO), STDERR_FILENO);
}

void
capture_end(struct captured *c)
{
	ssize_t n;

	(void)dup2(c->saved, STDERR_FILENO);
	n = pread(c->file, c->text, sizeof(c->text) - 1, 0);
	(void)close(c->saved);
	(void)close(c->file);
	assert_true(n >= 0);
	c->length = (size_t)n;
	c->text[c->length] = '\0';
}
