/* SPDX-License-Identifier: ISC */
/* SIGTERM and SIGINT end the daemon in order, SIGHUP has it read its
 * configuration again. */
#ifndef VALIDATORD_SIGNALS_H
#define VALIDATORD_SIGNALS_H

#include <event2/event_struct.h>

#include "scopegate/status.h"

struct listener;
struct server;

struct signals {
	struct server *server;
	struct listener **listener; /* stopped when the end begins */
	struct event terminate, interrupt, hang_up;
};

enum status signals_start(
    struct signals *s, struct server *server, struct listener **listener);
void signals_stop(struct signals *s);

#endif
