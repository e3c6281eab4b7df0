/* SPDX-License-Identifier: ISC */
/* Records and logs for the tests of the audit. */
#ifndef TESTS_AUDIT_MAKE_H
#define TESTS_AUDIT_MAKE_H

#include "audit.h"
#include "scopegate/json.h"
#include "stages_make.h"

/* A plain record of a refused login. */
struct audit_record make_record(void);
struct audit *audit_make(const struct make_dir *d);
/* Writes `count` plain records. */
void audit_add(struct audit *a, unsigned int count);

/* The one line that it makes in a log of its own, without its newline; fails
 * if that does not fit. free(). */
char *record_line(const struct audit_record *record);
char *act_line(const struct audit_act *act);
struct json *record_json(const char *line); /* of it; json_free() */

/* The whole file, NUL-terminated; free(). */
char *log_read(const char *path, size_t *ret_length);
enum status log_verify(const char *path, uint64_t *ret_records,
    uint64_t *ret_line, const char **ret_what);
/* Where line n (from 0) starts. */
size_t line_start(const char *log, unsigned int n);
/* Verify says fine, with that many records. */
void assert_log_good(const char *path, uint64_t records);
/* Verify says that this line is the first bad one. */
void assert_log_bad(const char *path, uint64_t line);

#endif
