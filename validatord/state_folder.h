/* SPDX-License-Identifier: ISC */
/* `state_dir`: of the daemon's user alone, and written in whole files. */
#ifndef VALIDATORD_STATE_FOLDER_H
#define VALIDATORD_STATE_FOLDER_H

#include "scopegate/buf.h"
#include "scopegate/conf.h"
#include "scopegate/message.h"
#include "scopegate/status.h"

/* Opens it, and makes it where it is missing. STATUS_FORBIDDEN: it cannot be
 * made, or others may enter; *ret_error says how to mend it. */
enum status state_folder_open(
    const char *state_dir, int *ret, struct conf_error *ret_error);
/* Opens it as it is. STATUS_NOT_FOUND, STATUS_FORBIDDEN. */
enum status state_folder_look(const char *state_dir, int *ret);
/* Appends a file's octets. STATUS_NOT_FOUND, _IO, _TOO_BIG, _NOMEM. */
enum status state_file_read(int folder, const char *name, struct buf *ret);
/* A reader finds the old file or the new one, and never a part; it is on disk
 * when this returns. Mode 0600. STATUS_IO. */
enum status state_file_write(int folder, const char *name, struct text content);

#endif
