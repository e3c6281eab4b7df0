/* SPDX-License-Identifier: ISC */
#include "connection.h"

#include <errno.h>
#include <event2/event.h>
#include <string.h>
#include <sys/socket.h>

#include "connections.h"
#include "decide.h"
#include "dispatch.h"
#include "login_end.h"
#include "login_redeem.h"
#include "login_table.h"
#include "reload.h"
#include "scopegate/cleanup.h"
#include "server.h"

/*
 * The common case costs accept, getsockopt, recv, send, close: the request is
 * there by the time the connection is, and its answer is in the cache. Only a
 * client that keeps us waiting gets an event or a timer. The token's copy in
 * the receiving buffer never outlives the call that read it.
 */

#define US_PER_S INT64_C(1000000)

struct timeval
timeval_of_us(int64_t us)
{
	struct timeval t = {0};

	if (us > 0) {
		t.tv_sec = us / US_PER_S;
		t.tv_usec = us % US_PER_S;
	}
	return t;
}

/* Those whom a person keeps waiting are counted apart. */
static void
set_state(struct connection *c, enum connection_state state)
{
	c->server->connections->asking +=
	    (size_t)(state == CONNECTION_ASKING) -
	    (size_t)(c->state == CONNECTION_ASKING);
	c->state = state;
}

void
connection_end_login(struct connection *c)
{
	if (c->login == NULL)
		return;
	login_free(TAKE_PTR(c->login));
	c->unasked = c->state == CONNECTION_ASKING;
}

void
connection_close(struct connection *c)
{
	struct connections *all = c->server->connections;

	if (c->state == CONNECTION_IDLE)
		TAILQ_REMOVE(&all->idle, c, idle);
	if (c->state == CONNECTION_HOLDING)
		(void)event_del(&c->hold);
	if (c->state == CONNECTION_WORKING) {
		decide_cancel(&c->request);
		request_clear(&c->request);
		reload_forget(c->server->reload, c);
	}
	redeem_leave_visitor(c);
	if (c->login != NULL)
		login_left(c->login);
	connection_end_login(c);
	set_state(c, CONNECTION_IDLE);
	if (c->watched)
		(void)event_del(&c->readable);
	buf_clear(&c->reply);
	close_fd(&c->fd);
	TAILQ_REMOVE(&all->used, c, used);
	TAILQ_INSERT_HEAD(&all->unused, c, used);
	if (--all->count == 0 && all->draining)
		(void)event_base_loopbreak(c->server->base);
}

bool
connection_is_trusted(const struct connection *c)
{
	return c->uid == 0 || c->uid == c->server->owner ||
	       (c->kind == SOCKET_GATEWAY && c->uid != (uid_t)-1 &&
		   c->uid == c->server->gateway_uid);
}

/* Replies. */

static void
send_packet(struct connection *c, const struct buf *packet)
{
	ssize_t n = send(
	    c->fd, packet->data, packet->length, MSG_NOSIGNAL | MSG_DONTWAIT);

	if (n < 0)
		log_debug(
		    "a client did not take its reply: %s", strerror(errno));
}

void
connection_acknowledge(struct connection *c)
{
	_cleanup_(buf_clear) struct buf ack = {0};

	if (c->acked)
		return;
	c->acked = true;
	buf_init(&ack, MESSAGE_MAX);
	message_start(&ack, MESSAGE_ACK, c->id);
	if (message_finish(&ack) == STATUS_OK)
		send_packet(c, &ack);
}

void
connection_reply(struct connection *c, struct buf *reply)
{
	send_packet(c, reply);
	buf_clear(reply);
	connection_close(c);
}

void
connection_reply_error(struct connection *c, enum protocol_error error)
{
	struct buf reply;

	log_debug("a request was not taken: %s", protocol_error_text(error));
	buf_init(&reply, MESSAGE_MAX);
	message_start(&reply, MESSAGE_ERROR, c->id);
	message_put_u16(&reply, TAG_ERROR, (uint16_t)error);
	if (message_finish(&reply) == STATUS_OK)
		send_packet(c, &reply);
	buf_clear(&reply);
	connection_close(c);
}

static void readable_arrived(evutil_socket_t fd, short events, void *argument);

bool
connection_watch(struct connection *c)
{
	if (c->watched)
		return true;
	c->watched = event_assign(&c->readable, c->server->base, c->fd,
			 EV_READ | EV_PERSIST, readable_arrived, c) == 0 &&
		     event_add(&c->readable, NULL) == 0;
	return c->watched;
}

void
connection_wait(struct connection *c)
{
	connection_acknowledge(c);
	/* Unwatched, a client that leaves is noticed at the reply. */
	if (!connection_watch(c))
		log_debug("a waiting client cannot be watched, ignoring");
}

void
connection_decide(struct connection *c)
{
	if (decide(&c->request))
		connection_wait(c);
}

static void
hold_arrived(evutil_socket_t fd, short events, void *argument)
{
	struct connection *c = argument;

	(void)fd;
	(void)events;
	connection_reply(c, &c->reply);
}

void
connection_reply_at(struct connection *c, struct buf *reply, int64_t at_us)
{
	int64_t left_us = at_us - monotonic_us();
	struct timeval left = timeval_of_us(left_us);

	if (left_us <= 0) {
		connection_reply(c, reply);
		return;
	}
	connection_acknowledge(c);
	c->reply = *reply;
	buf_init(reply, MESSAGE_MAX);
	if (!connection_watch(c) ||
	    evtimer_assign(&c->hold, c->server->base, hold_arrived, c) != 0 ||
	    evtimer_add(&c->hold, &left) != 0) {
		connection_reply(c, &c->reply);
		return;
	}
	set_state(c, CONNECTION_HOLDING);
}

bool
connection_prompt(struct connection *c, struct buf *prompt)
{
	/* Who is told to go on must be able to. */
	if (c->server->connections->draining) {
		buf_clear(prompt);
		connection_reply_error(c, PROTOCOL_ERROR_ENDING);
		return false;
	}
	send_packet(c, prompt);
	buf_clear(prompt);
	if (!connection_watch(c)) {
		connection_close(c);
		return false;
	}
	c->acked = true; /* that request has its reply */
	set_state(c, CONNECTION_ASKING);
	return true;
}

/* Requests. */

/* The client leaves, or breaks the rule of one request at a time. */
static void
leave(struct connection *c)
{
	char octet;
	ssize_t n = recv(c->fd, &octet, sizeof(octet), MSG_DONTWAIT);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n > 0 && c->unasked) {
		c->unasked = false;
		return;
	}
	log_debug("a client %s before its reply",
	    n > 0 ? "sent another request" : "left");
	connection_close(c);
}

bool
connection_receive(struct connection *c)
{
	uint8_t *packet = c->server->connections->packet;
	ssize_t n = recv(c->fd, packet, MESSAGE_MAX + 1, MSG_DONTWAIT);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return false;
	if (n <= 0) {
		connection_close(c);
		return true;
	}
	if (c->state == CONNECTION_IDLE)
		TAILQ_REMOVE(&c->server->connections->idle, c, idle);
	set_state(c, CONNECTION_WORKING);
	c->acked = false;
	memset(&c->request, 0, sizeof(c->request));
	dispatch(c, packet, (size_t)n);
	explicit_bzero(packet, (size_t)n);
	return true;
}

static void
readable_arrived(evutil_socket_t fd, short events, void *argument)
{
	struct connection *c = argument;

	(void)fd;
	(void)events;
	if (c->state == CONNECTION_IDLE || c->state == CONNECTION_ASKING)
		(void)connection_receive(c);
	else
		leave(c);
}
