/* SPDX-License-Identifier: ISC */
/* The folders that the daemon works in, as its start finds them. */
#ifndef VALIDATORD_FOLDERS_H
#define VALIDATORD_FOLDERS_H

#include <stdbool.h>
#include <sys/stat.h>

#include "config.h"

/* Is it a folder of `uid`'s in which others have no right of `closed`? */
bool folder_closed(const struct stat *st, uid_t uid, mode_t closed);

/*
 * What a start demands of them; nothing is made. `_runtime` as who starts the
 * daemon, `_own` as who the daemon is in the end. STATUS_INVALID: *ret_error
 * says which line names the folder, what is wrong and the command to run.
 */
enum status folders_check_runtime(
    const struct config *c, struct conf_error *ret_error);
enum status folders_check_own(
    const struct config *c, struct conf_error *ret_error);

/* Both, for a program that starts nothing: root becomes the daemon's user in
 * it, for good, since only that user can tell what is open to it. */
enum status folders_test(const struct config *c, struct conf_error *ret_error);

#endif
