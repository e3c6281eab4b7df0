/* SPDX-License-Identifier: ISC */
/* What is written to standard error between two calls. */
#ifndef SCOPEGATE_TESTS_CAPTURED_H
#define SCOPEGATE_TESTS_CAPTURED_H

#include <stddef.h>

struct captured {
	int file; /* takes the place of standard error */
	int saved;
	char text[65536];
	size_t length;
};

void capture_begin(struct captured *c);
/* Standard error is itself again; c->text ends with NUL. */
void capture_end(struct captured *c);

#endif
