/* SPDX-License-Identifier: ISC */
/* The subcommands, and what they share. */
#ifndef BROKERD_COMMAND_H
#define BROKERD_COMMAND_H

#include <stddef.h>
#include <stdint.h>

#include "command/options.h"
#include "command/verbs.h"
#include "scopegate/buf.h"
#include "scopegate/status.h"
#include "store/store.h"

/* Each takes what follows its name and returns the exit code. */
int command_init(int argc, char **argv);
int command_serve(int argc, char **argv);
int command_token(int argc, char **argv);
int command_revoke(int argc, char **argv);

/* These have verbs. */
extern const struct noun noun_user, noun_app, noun_live, noun_grant, noun_audit,
    noun_key, noun_receiver, noun_fault;

int64_t wall_clock(void); /* seconds since the epoch */

/* Reads a whole small file or, for "-", standard input, into a sensitive buf;
 * logs a failure. STATUS_TOO_BIG over the buf's maximum. */
enum status input_read(const char *path, struct buf *ret);
/* Takes the end of line off; STATUS_INVALID if lines remain or none is. */
enum status input_single_line(struct buf *b);
/* Writes `text` and a newline to a new file, 0600, in place of an old one;
 * logs a failure. */
enum status secret_file_write(const char *path, const char *text);

#endif
