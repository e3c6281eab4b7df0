/* SPDX-License-Identifier: ISC */
/*
 * One sink for daemons and tools. Library code does not log; who handles an
 * error logs it, once. A line is one line: bytes outside printable ASCII are
 * written as \xNN, and a line is cut at LOG_LINE_MAX with a visible "...".
 */
#ifndef SCOPEGATE_LOG_H
#define SCOPEGATE_LOG_H

#include <stdbool.h>

enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARNING, LOG_LEVEL_INFO,
	LOG_LEVEL_DEBUG };

#define LOG_LINE_MAX 1024

/*
 * To standard error ("program: warning: text"), with "<N>" priority prefixes
 * when $JOURNAL_STREAM says that the journal reads it. `program` is kept by
 * reference.
 */
void log_open(const char *program, enum log_level most);
void log_set_level(enum log_level most);
bool log_enabled(enum log_level level);

void log_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_warning(const char *format, ...)
    __attribute__((format(printf, 1, 2)));
void log_info(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_debug(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Appends ": strerror(errno)". */
void log_errno(const char *format, ...) __attribute__((format(printf, 1, 2)));

/*
 * true at most once per `every_ms` for one `struct log_limit`, so that a
 * repeated failure fills no disk; *ret_skipped tells how many were swallowed.
 */
struct log_limit {
	long long next_us;
	unsigned int skipped;
};
bool log_limit_pass(struct log_limit *l, int every_ms,
    unsigned int *ret_skipped);

#endif
