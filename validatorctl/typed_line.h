/* SPDX-License-Identifier: ISC */
/* A line of standard input, unseen on a terminal: it may be a token. */
#ifndef VALIDATORCTL_TYPED_LINE_H
#define VALIDATORCTL_TYPED_LINE_H

#include "scopegate/deadline.h"
#include "scopegate/secret.h"
#include "scopegate/status.h"

/*
 * Reads at most ANSWER_MAX octets up to a newline, which is left out; `daemon`
 * is the connection that the line is for. STATUS_BUSY: the daemon has something
 * to say before. STATUS_CLOSED: the end of input, or a signal such as that of
 * ^C. STATUS_TIMEOUT, STATUS_TOO_BIG, STATUS_NOMEM, STATUS_IO. The terminal is
 * then as it was.
 */
enum status typed_line_read(
    int daemon, struct deadline deadline, struct secret *ret);

#endif
