/* SPDX-License-Identifier: ISC */
/* What the daemon gives up before it reads a byte from anybody. */
#ifndef VALIDATORD_PRIVILEGES_H
#define VALIDATORD_PRIVILEGES_H

#include "config.h"
#include "scopegate/status.h"

#define DESCRIPTORS_WANTED 4096

/* The environment, but for what log_open() reads; umask; limits. */
void privileges_harden(void);

/*
 * Started as root: becomes `user`, without supplementary groups, and makes
 * sure that there is no way back. Otherwise stays who it is. STATUS_INVALID:
 * the user does not exist or is root (*ret_error says so); STATUS_IO: a call
 * failed.
 */
enum status privileges_drop(
    const struct config *c, struct conf_error *ret_error);

#endif
