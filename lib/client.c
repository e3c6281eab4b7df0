/* SPDX-License-Identifier: ISC */
/*
 * One request, one final reply; in a conversation, another request after it.
 * The daemon says ACK or answers within CLIENT_ACK_MS, which tells a dead
 * daemon from a slow authorization server.
 */
#include "scopegate/client.h"

#include <poll.h>

#include "channel.h"
#include "scopegate/cleanup.h"

#define RETRY_PAUSE_MS 100

/* One request on its way. */
struct round {
	const struct buf *packet;
	struct message request;
	bool has_earlier; /* a request went before on this connection */
	uint32_t earlier; /* its id */
	struct deadline deadline;
	struct deadline ack_deadline;
	struct buf *storage;
};

/* Is this the reply that a request of this type gets at the end? A second ACK
 * is none. */
static bool
answers(const struct message *request, const struct message *reply)
{
	if (reply->type == MESSAGE_ERROR)
		return true;
	switch (request->type) {
	case MESSAGE_CONTROL:
	case MESSAGE_GATEWAY:
		return reply->type == MESSAGE_DOCUMENT;
	case MESSAGE_LOGIN_BEGIN:
	case MESSAGE_LOGIN_ANSWER:
		return reply->type == MESSAGE_VERDICT ||
		       reply->type == MESSAGE_PROMPT;
	default:
		return reply->type == MESSAGE_VERDICT;
	}
}

/* The end of a conversation may have crossed our request on the way. */
static bool
belongs(const struct round *r, const struct message *reply)
{
	if (reply->id == r->request.id)
		return true;
	return r->has_earlier && reply->id == r->earlier &&
	       (reply->type == MESSAGE_VERDICT || reply->type == MESSAGE_ERROR);
}

static enum status
receive(int fd, const struct round *r, struct deadline deadline,
    struct message *ret)
{
	enum status s = packet_receive(fd, deadline, r->storage);

	/* Who closes with our request unread leaves us an error to take first,
	 * and then what it had said before. */
	if (s == STATUS_CLOSED && r->has_earlier)
		s = packet_receive(fd, deadline, r->storage);
	if (s != STATUS_OK)
		return s;
	s = message_open(
	    r->storage->data, r->storage->length, DIRECTION_REPLY, ret);
	if (s != STATUS_OK)
		return s;
	return belongs(r, ret) ? STATUS_OK : STATUS_MALFORMED;
}

/* *ret_received tells whether anything came, so that a retry is out. */
static enum status
exchange(int fd, const struct round *r, struct message *ret, bool *ret_received)
{
	struct message reply;
	enum status s = packet_send(fd, r->packet, r->ack_deadline);

	if (s == STATUS_OK || (s == STATUS_CLOSED && r->has_earlier))
		s = receive(fd, r, r->ack_deadline, &reply);
	*ret_received = s == STATUS_OK;
	if (s == STATUS_OK && reply.type == MESSAGE_ACK)
		s = receive(fd, r, r->deadline, &reply);
	if (s != STATUS_OK)
		return s;
	if (!answers(&r->request, &reply))
		return STATUS_MALFORMED;
	*ret = reply;
	if (reply.type != MESSAGE_ERROR)
		return STATUS_OK;
	return message_u16(&reply, TAG_ERROR, 0) == PROTOCOL_ERROR_VERSION
		   ? STATUS_VERSION
		   : STATUS_FORBIDDEN;
}

/* Sets *ret_fd where the server has answered well. */
static enum status
connect_and_exchange(const struct client_server *server, struct round *r,
    struct message *ret, bool *ret_received, int *ret_fd)
{
	_cleanup_(close_fd) int fd = -1;
	enum status s;

	r->ack_deadline =
	    deadline_earlier(r->deadline, deadline_in_ms(CLIENT_ACK_MS));
	s = channel_connect(server, r->ack_deadline, &fd);
	if (s == STATUS_OK)
		s = exchange(fd, r, ret, ret_received);
	if (s == STATUS_OK)
		*ret_fd = take_fd(&fd);
	return s;
}

static enum status
open_round(struct round *r)
{
	if (r->packet->error != STATUS_OK)
		return r->packet->error;
	return message_open(r->packet->data, r->packet->length,
		   DIRECTION_REQUEST, &r->request) == STATUS_OK
		   ? STATUS_OK
		   : STATUS_INVALID;
}

static enum status
start(const struct client_server *server, struct round *r, struct message *ret,
    int *ret_fd)
{
	bool received = false;
	enum status s = connect_and_exchange(server, r, ret, &received, ret_fd);

	if ((s != STATUS_ABSENT && s != STATUS_CLOSED) || received ||
	    deadline_left_ms(r->deadline) <= RETRY_PAUSE_MS)
		return s;
	/* A daemon that is being restarted is back in a moment. */
	(void)poll(NULL, 0, RETRY_PAUSE_MS);
	return connect_and_exchange(server, r, ret, &received, ret_fd);
}

enum status
client_call(const struct client_server *server, const struct buf *request,
    struct deadline deadline, struct buf *reply_storage, struct message *ret)
{
	_cleanup_(close_fd) int fd = -1;
	struct round r = {
	    .packet = request, .deadline = deadline, .storage = reply_storage};
	enum status s = open_round(&r);

	return s == STATUS_OK ? start(server, &r, ret, &fd) : s;
}

enum status
client_begin(const struct client_server *server, const struct buf *request,
    struct deadline deadline, struct buf *reply_storage, struct message *ret,
    struct client_conversation *c)
{
	_cleanup_(close_fd) int fd = -1;
	struct round r = {
	    .packet = request, .deadline = deadline, .storage = reply_storage};
	enum status s = open_round(&r);

	client_end(c);
	if (s == STATUS_OK && r.request.type != MESSAGE_LOGIN_BEGIN)
		s = STATUS_INVALID;
	if (s == STATUS_OK)
		s = start(server, &r, ret, &fd);
	if (s == STATUS_OK && ret->type == MESSAGE_PROMPT)
		*c = (struct client_conversation){take_fd(&fd), r.request.id};
	return s;
}

enum status
client_answer(struct client_conversation *c, const struct buf *request,
    struct deadline deadline, struct buf *reply_storage, struct message *ret)
{
	struct round r = {.packet = request,
	    .has_earlier = true,
	    .earlier = c->id,
	    .deadline = deadline,
	    .ack_deadline =
		deadline_earlier(deadline, deadline_in_ms(CLIENT_ACK_MS)),
	    .storage = reply_storage};
	enum status s = open_round(&r);
	bool received;

	if (s == STATUS_OK &&
	    (c->fd < 0 || r.request.type != MESSAGE_LOGIN_ANSWER))
		s = STATUS_INVALID;
	if (s == STATUS_OK)
		s = exchange(c->fd, &r, ret, &received);
	c->id = r.request.id;
	if (s != STATUS_OK || ret->type != MESSAGE_PROMPT)
		client_end(c);
	return s;
}

void
client_end(struct client_conversation *c)
{
	close_fd(&c->fd);
}
