/* SPDX-License-Identifier: ISC */
/* What a daemon gives up before it reads a byte from anybody. */
#ifndef LIB_PRIVILEGES_H
#define LIB_PRIVILEGES_H

#include "scopegate/conf.h"
#include "scopegate/status.h"

#define DESCRIPTORS_WANTED 4096

/* The environment, but for what log_open() reads; umask; limits. */
void privileges_harden(void);

/*
 * Started as root: becomes `user`, without supplementary groups, and makes
 * sure that there is no way back. Otherwise stays who it is. STATUS_INVALID:
 * the user does not exist or is root (*ret_error says so of the configuration
 * `file`); STATUS_IO: a call failed.
 */
enum status privileges_drop(
    const char *user, const char *file, struct conf_error *ret_error);

#endif
