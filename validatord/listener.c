/* SPDX-License-Identifier: ISC */
#include "listener.h"

#include <errno.h>
#include <event2/event.h>
#include <event2/event_struct.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "connections.h"
#include "scopegate/cleanup.h"
#include "server.h"

/* It must neither spin nor end when descriptors run out: it looks away for a
 * moment, while clients that are being served give theirs back. */

#define ACCEPT_BATCH 64 /* then others get their turn */
#define PAUSE_MS 100
#define PAUSE_LOG_MS 10000

struct listening {
	struct listener *listener;
	enum socket_kind kind;
	int fd;
	struct event readable;
};

struct listener {
	struct server *server;
	struct listening sockets[SOCKET_KINDS];
	struct event pause;
	struct log_limit pause_log;
};

static void
set_accepting(struct listener *l, bool accepting)
{
	for (size_t i = 0; i < SOCKET_KINDS; i++) {
		struct listening *s = &l->sockets[i];

		if (s->fd >= 0)
			(void)(accepting ? event_add(&s->readable, NULL)
					 : event_del(&s->readable));
	}
}

static void
pause_over(evutil_socket_t fd, short events, void *argument)
{
	(void)fd;
	(void)events;
	set_accepting(argument, true);
}

static void
take_pause(struct listener *l)
{
	const struct timeval pause = {.tv_usec = PAUSE_MS * 1000};
	unsigned int skipped = 0;

	if (log_limit_pass(&l->pause_log, PAUSE_LOG_MS, &skipped))
		log_errno("cannot accept clients for a moment (%u times more "
			  "before)",
		    skipped);
	if (evtimer_add(&l->pause, &pause) == 0)
		set_accepting(l, false);
}

static void
client_arrived(evutil_socket_t listening, short events, void *argument)
{
	struct listening *s = argument;
	struct listener *l = s->listener;

	(void)events;
	for (int i = 0; i < ACCEPT_BATCH; i++) {
		int fd = accept4(
		    (int)listening, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

		if (fd >= 0) {
			connections_add(l->server->connections, s->kind, fd);
			continue;
		}
		if (errno == ECONNABORTED || errno == EINTR)
			continue;
		if (errno != EAGAIN)
			take_pause(l);
		return;
	}
}

enum status
listener_start(
    struct server *server, struct sockets *sockets, struct listener **ret)
{
	struct listener *l = calloc(1, sizeof(*l));

	if (l == NULL)
		return STATUS_NOMEM;
	l->server = server;
	for (size_t i = 0; i < SOCKET_KINDS; i++) {
		struct listening *s = &l->sockets[i];

		s->listener = l;
		s->kind = (enum socket_kind)i;
		s->fd = take_fd(&sockets->fd[i]);
		if (event_assign(&s->readable, server->base, s->fd,
			EV_READ | EV_PERSIST, client_arrived, s) != 0) {
			close_fd(&s->fd);
			s->fd = -1;
		}
	}
	(void)evtimer_assign(&l->pause, server->base, pause_over, l);
	set_accepting(l, true);
	*ret = l;
	return STATUS_OK;
}

void
listener_stop(struct listener *l)
{
	if (l == NULL)
		return;
	set_accepting(l, false);
	(void)event_del(&l->pause);
	for (size_t i = 0; i < SOCKET_KINDS; i++)
		close_fd(&l->sockets[i].fd);
	free(l);
}
