/* SPDX-License-Identifier: ISC */
/* The set of all clients, and its limits. */
#ifndef VALIDATORD_CONNECTIONS_H
#define VALIDATORD_CONNECTIONS_H

#include <event2/event_struct.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#include "connection.h"

/* Those that ask a person something come on top: LOGINS_MAX of login.h. */
#define CONNECTIONS_MAX 1024
#define CONNECTIONS_SPARE 16    /* above the maximum, for ctl.sock alone */
#define CONNECTIONS_UID_MAX 256 /* from one uid on tools.sock or gateway.sock  \
				 */
#define CONNECTION_IDLE_MS 2000 /* until the request must be here */
#define CONNECTIONS_DRAIN_MS 5000

TAILQ_HEAD(connection_list, connection);

struct connections {
	struct server *server;
	struct connection_list used, idle, unused;
	size_t count;
	size_t asking; /* of them: conversations that wait for a person */
	bool draining;
	struct event idle_timer; /* pending only while somebody is idle */
	struct event drain_timer;
	uint8_t packet[MESSAGE_MAX + 1]; /* one more shows what is too big */
};

struct connections *connections_new(struct server *server);
void connections_free(struct connections *c); /* NULL is fine; closes all */
/* A new client; takes the descriptor. */
void connections_add(struct connections *c, enum socket_kind kind, int fd);
/* Takes no more and breaks the event loop when the last one is closed, at the
 * latest after CONNECTIONS_DRAIN_MS. */
void connections_drain(struct connections *c);

#endif
