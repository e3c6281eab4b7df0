/* SPDX-License-Identifier: ISC */
#include "signals.h"

#include <event2/event.h>
#include <signal.h>

#include "connections.h"
#include "listener.h"
#include "notify.h"
#include "reload.h"
#include "scopegate/cleanup.h"
#include "server.h"

/* They arrive by the event loop, so nothing is ever cut in two. */

static void
end_arrived(evutil_socket_t number, short events, void *argument)
{
	struct signals *s = argument;

	(void)events;
	log_info("signal %d: answering what is being worked on, then ending",
	    (int)number);
	notify_stopping();
	listener_stop(TAKE_PTR(*s->listener));
	connections_drain(s->server->connections);
}

static void
hang_up_arrived(evutil_socket_t number, short events, void *argument)
{
	struct signals *s = argument;

	(void)number;
	(void)events;
	reload_begin(s->server->reload, NULL, NULL);
}

enum status
signals_start(
    struct signals *s, struct server *server, struct listener **listener)
{
	struct event_base *base = server->base;

	s->server = server;
	s->listener = listener;
	if (evsignal_assign(&s->terminate, base, SIGTERM, end_arrived, s) !=
		0 ||
	    evsignal_assign(&s->interrupt, base, SIGINT, end_arrived, s) != 0 ||
	    evsignal_assign(&s->hang_up, base, SIGHUP, hang_up_arrived, s) !=
		0 ||
	    event_add(&s->terminate, NULL) != 0 ||
	    event_add(&s->interrupt, NULL) != 0 ||
	    event_add(&s->hang_up, NULL) != 0)
		return STATUS_NOMEM;
	return STATUS_OK;
}

void
signals_stop(struct signals *s)
{
	(void)event_del(&s->terminate);
	(void)event_del(&s->interrupt);
	(void)event_del(&s->hang_up);
}
