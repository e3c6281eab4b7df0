/* SPDX-License-Identifier: ISC */
/* Private to lib/: is a line one that two readers understand alike? */
#ifndef SCOPEGATE_CONF_LINE_H
#define SCOPEGATE_CONF_LINE_H

#include <stdbool.h>
#include <stddef.h>

enum conf_line_kind {
	CONF_LINE_EMPTY, /* or a comment */
	CONF_LINE_HEADER,
	CONF_LINE_KEY,
	CONF_LINE_CONTINUATION,
};

/* The line has no newline. NULL: fine, and *ret_kind is set; else a static
 * sentence: what is wrong and how to mend it. */
const char *conf_line_fault(
    const char *line, size_t length, enum conf_line_kind *ret_kind);

/* How much of the line stands before a comment that follows a value. */
size_t conf_line_body(const char *line, size_t length);

/* Has the value a quote at both ends, as if it were shell? */
bool conf_value_quoted(const char *value);

#endif
