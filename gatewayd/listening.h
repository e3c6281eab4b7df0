/* SPDX-License-Identifier: ISC */
/* The sockets that we listen on: passed by the service manager, or bound. */
#ifndef GATEWAYD_LISTENING_H
#define GATEWAYD_LISTENING_H

#include "settings.h"

#define LISTENING_NAME_SIZE (ADDRESS_TEXT_SIZE + 10)

struct listening {
	int fds[SETTINGS_LISTEN_MAX];
	size_t count;
};

/* $LISTEN_FDS if it is for this process, else `listen`. Failures are logged;
 * STATUS_INVALID: what was passed is of no use here. */
enum status listening_open(const struct settings *s, struct listening *ret);
void listening_close(struct listening *l);
/* "192.0.2.1:443" of a socket. */
void listening_name(int fd, char ret[LISTENING_NAME_SIZE]);

#endif
