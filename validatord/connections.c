/* SPDX-License-Identifier: ISC */
#include "connections.h"

#include <event2/event.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "decide.h"
#include "scopegate/cleanup.h"
#include "server.h"

/*
 * How many clients there may be, and who has to go when there are too many:
 * never one that is being worked for, first the one that has been silent for
 * longest. No timer runs while nobody is idle.
 */

static void idle_arrived(evutil_socket_t fd, short events, void *argument);
static void drain_arrived(evutil_socket_t fd, short events, void *argument);

struct connections *
connections_new(struct server *server)
{
	struct connections *c = calloc(1, sizeof(*c));

	if (c == NULL)
		return NULL;
	c->server = server;
	TAILQ_INIT(&c->used);
	TAILQ_INIT(&c->idle);
	TAILQ_INIT(&c->unused);
	if (evtimer_assign(&c->idle_timer, server->base, idle_arrived, c) !=
		0 ||
	    evtimer_assign(&c->drain_timer, server->base, drain_arrived, c) !=
		0) {
		free(c);
		return NULL;
	}
	return c;
}

void
connections_free(struct connections *c)
{
	struct connection *each;

	if (c == NULL)
		return;
	while ((each = TAILQ_FIRST(&c->used)) != NULL)
		connection_close(each);
	while ((each = TAILQ_FIRST(&c->unused)) != NULL) {
		TAILQ_REMOVE(&c->unused, each, used);
		free(each);
	}
	(void)event_del(&c->idle_timer);
	(void)event_del(&c->drain_timer);
	free(c);
}

/* All wait equally long, so the list is in the order of their time and one
 * timer, for its head, serves all. */
static void
arm_idle_timer(struct connections *all)
{
	const struct connection *oldest = TAILQ_FIRST(&all->idle);
	struct timeval left;

	if (oldest == NULL || evtimer_pending(&all->idle_timer, NULL))
		return;
	left = timeval_of_us(
	    oldest->opened_us + CONNECTION_IDLE_MS * 1000 - monotonic_us());
	(void)evtimer_add(&all->idle_timer, &left);
}

static void
idle_arrived(evutil_socket_t fd, short events, void *argument)
{
	struct connections *all = argument;
	int64_t opened_before = monotonic_us() - CONNECTION_IDLE_MS * 1000;
	struct connection *c;

	(void)fd;
	(void)events;
	while ((c = TAILQ_FIRST(&all->idle)) != NULL &&
	       c->opened_us <= opened_before) {
		log_debug(
		    "a client sent nothing for %d ms", CONNECTION_IDLE_MS);
		connection_close(c);
	}
	arm_idle_timer(all);
}

/* Limits. */

static size_t
count_like(const struct connections *all, const struct connection *one)
{
	const struct connection *c;
	size_t count = 0;

	TAILQ_FOREACH(c, &all->used, used)
	count += c->uid == one->uid && c->kind == one->kind;
	return count;
}

/* Closes the client that has sent nothing for longest: of one uid and socket,
 * or of all (any). A flood of silent clients then shuts nobody out. */
static bool
make_room(struct connections *all, bool any, const struct connection *but)
{
	struct connection *c;

	TAILQ_FOREACH(c, &all->idle, idle)
	{
		if (c != but &&
		    (any || (c->uid == but->uid && c->kind == but->kind))) {
			connection_close(c);
			return true;
		}
	}
	return false;
}

static bool
within_limits(struct connections *all, const struct connection *c)
{
	size_t most =
	    CONNECTIONS_MAX + (c->kind == SOCKET_CTL ? CONNECTIONS_SPARE : 0);

	if ((c->kind == SOCKET_TOOLS || c->kind == SOCKET_GATEWAY ||
		!connection_is_trusted(c)) &&
	    count_like(all, c) > CONNECTIONS_UID_MAX &&
	    !make_room(all, false, c))
		return false;
	return all->count - all->asking <= most || make_room(all, true, c);
}

static struct connection *
new_connection(struct connections *all)
{
	struct connection *c = TAILQ_FIRST(&all->unused);

	if (c != NULL)
		TAILQ_REMOVE(&all->unused, c, used);
	else
		c = malloc(sizeof(*c));
	return c;
}

void
connections_add(struct connections *all, enum socket_kind kind, int fd)
{
	struct connection *c = new_connection(all);
	struct ucred peer = {.uid = (uid_t)-1};
	socklen_t size = sizeof(peer);

	if (c == NULL ||
	    getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) {
		if (c != NULL)
			TAILQ_INSERT_HEAD(&all->unused, c, used);
		close_fd(&fd);
		return;
	}
	memset(c, 0, offsetof(struct connection, readable));
	buf_init(&c->reply, MESSAGE_MAX);
	c->server = all->server;
	c->fd = fd;
	c->kind = kind;
	c->pid = peer.pid;
	c->uid = peer.uid;
	c->opened_us = monotonic_us();
	TAILQ_INSERT_TAIL(&all->used, c, used);
	TAILQ_INSERT_TAIL(&all->idle, c, idle);
	all->count++;
	c->refused = !within_limits(all, c);
	if (connection_receive(c))
		return;
	if (!connection_watch(c)) {
		connection_close(c);
		return;
	}
	arm_idle_timer(all);
}

/* The end. */

static void
drain_arrived(evutil_socket_t fd, short events, void *argument)
{
	struct connections *all = argument;
	struct connection *c, *next;

	(void)fd;
	(void)events;
	for (c = TAILQ_FIRST(&all->used); c != NULL; c = next) {
		next = TAILQ_NEXT(c, used);
		if (c->request.waiting)
			decide_interrupt(&c->request, REASON_INTERRUPTED);
	}
	(void)event_base_loopbreak(all->server->base);
}

void
connections_drain(struct connections *all)
{
	struct timeval most =
	    timeval_of_us(CONNECTIONS_DRAIN_MS * INT64_C(1000));
	struct connection *c, *next;

	all->draining = true;
	while ((c = TAILQ_FIRST(&all->idle)) != NULL) {
		/* One last look: it may have sent just now. */
		if (!connection_receive(c))
			connection_close(c);
	}
	/* Nobody waits for persons. */
	for (c = TAILQ_FIRST(&all->used); c != NULL; c = next) {
		next = TAILQ_NEXT(c, used);
		if (c->state == CONNECTION_ASKING)
			connection_reply_error(c, PROTOCOL_ERROR_ENDING);
	}
	if (all->count == 0 || evtimer_add(&all->drain_timer, &most) != 0)
		(void)event_base_loopbreak(all->server->base);
}
