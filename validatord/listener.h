/* SPDX-License-Identifier: ISC */
/* Accepts clients on the listening sockets. */
#ifndef VALIDATORD_LISTENER_H
#define VALIDATORD_LISTENER_H

#include "scopegate/status.h"
#include "sockets.h"

struct listener;
struct server;

/* Takes the descriptors. */
enum status listener_start(
    struct server *server, struct sockets *sockets, struct listener **ret);
/* Closes the sockets; clients already accepted stay. NULL is fine. */
void listener_stop(struct listener *l);

#endif
