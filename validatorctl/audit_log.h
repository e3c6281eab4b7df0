/* SPDX-License-Identifier: ISC */
/* Reading the audit log, also while the daemon is down. */
#ifndef VALIDATORCTL_AUDIT_LOG_H
#define VALIDATORCTL_AUDIT_LOG_H

#include <stdio.h>

#include "ctl.h"

/* Opens `path`, or the configuration's log if NULL. NULL: said why, and
 * *ret_code is the exit code. */
FILE *audit_log_open(const struct ctl *ctl, const char *path, int *ret_code);
void audit_log_close(FILE **log); /* for _cleanup_() */
/* The record with this reference: its text is appended to ret_line. */
bool audit_log_find(
    FILE *log, const char *ref, struct buf *ret_line, struct json **ret);

#endif
