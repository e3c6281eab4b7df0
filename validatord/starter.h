/* SPDX-License-Identifier: ISC */
/*
 * The starter: a small process forked from decide before its sandbox, which
 * executes the role `fetch` each time it is asked. It reads nothing else.
 */
#ifndef VALIDATORD_STARTER_H
#define VALIDATORD_STARTER_H

#include <sys/types.h>

#include "scopegate/status.h"

/*
 * Forks it. *ret_fd is the socket to it: end of file there means that it has
 * ended; closing it ends it, once every fetch that it started has ended.
 */
enum status starter_fork(const char *config_path, int *ret_fd, pid_t *ret_pid);

/* Asks for a fetch that gets `channel_fd` as FETCH_CHANNEL_FD. The caller
 * closes its copy. STATUS_CLOSED: the starter is gone. */
enum status starter_start(int fd, int channel_fd);

#endif
