/* SPDX-License-Identifier: ISC */
/* The listening sockets: passed by the service manager, or bound here. */
#ifndef VALIDATORD_SOCKETS_H
#define VALIDATORD_SOCKETS_H

#include <stdbool.h>

#include "config.h"
#include "scopegate/status.h"

#define SOCKET_BACKLOG 1024

/* Which socket a message came by is what it may ask. */
enum socket_kind {
	SOCKET_LOGIN,
	SOCKET_TOOLS,
	SOCKET_CTL,
	SOCKET_GATEWAY,
	SOCKET_KINDS
};

struct sockets {
	int fd[SOCKET_KINDS]; /* -1: there is none */
};

/*
 * $LISTEN_FDS and $LISTEN_FDNAMES if they are for this process: then nothing
 * is bound. STATUS_NOT_FOUND: nothing was passed. STATUS_INVALID: what was
 * passed is not what we serve; said in the log.
 */
enum status sockets_passed(struct sockets *ret);

/*
 * Binds and listens in runtime_dir. The caller's credentials at listen() are
 * what a client sees, so call it before privileges are dropped. STATUS_BUSY:
 * another daemon answers there. STATUS_FORBIDDEN: what lies in runtime_dir must
 * be mended by hand. Failures are logged.
 */
enum status sockets_bind(const struct config *c, struct sockets *ret);
/* The account of `gateway_user`; (uid_t)-1: there is none. Call it before the
 * sandbox is shut. */
uid_t sockets_gateway_uid(const struct config *c);
void sockets_close(struct sockets *s);

#endif
