/* SPDX-License-Identifier: ISC */
/*
 * One request, one final reply. The daemon says ACK or answers within
 * CLIENT_ACK_MS, which tells a dead daemon from a slow authorization server.
 */
#include "scopegate/client.h"

#include <poll.h>

#include "channel.h"
#include "scopegate/cleanup.h"

#define RETRY_PAUSE_MS 100

/* Is this the reply that a request of this type gets at the end? A second ACK
 * is none. */
static bool
answers(const struct message *request, const struct message *reply)
{
	if (reply->type == MESSAGE_ERROR)
		return true;
	return reply->type == (request->type == MESSAGE_CONTROL ||
					      request->type == MESSAGE_GATEWAY
				      ? MESSAGE_DOCUMENT
				      : MESSAGE_VERDICT);
}

static enum status
receive(int fd, const struct message *request, struct deadline deadline,
    struct buf *storage, struct message *ret)
{
	enum status s = packet_receive(fd, deadline, storage);

	if (s != STATUS_OK)
		return s;
	s = message_open(storage->data, storage->length, DIRECTION_REPLY, ret);
	if (s != STATUS_OK)
		return s;
	return ret->id == request->id ? STATUS_OK : STATUS_MALFORMED;
}

/* *ret_received tells whether anything came, so that a retry is out. */
static enum status
exchange(const struct client_server *server, const struct buf *packet,
    const struct message *request, struct deadline deadline,
    struct buf *storage, struct message *ret, bool *ret_received)
{
	struct deadline ack_deadline =
	    deadline_earlier(deadline, deadline_in_ms(CLIENT_ACK_MS));
	_cleanup_(close_fd) int fd = -1;
	struct message reply;
	enum status s = channel_connect(server, ack_deadline, &fd);

	if (s == STATUS_OK)
		s = packet_send(fd, packet, ack_deadline);
	if (s == STATUS_OK)
		s = receive(fd, request, ack_deadline, storage, &reply);
	*ret_received = s == STATUS_OK;
	if (s == STATUS_OK && reply.type == MESSAGE_ACK)
		s = receive(fd, request, deadline, storage, &reply);
	if (s != STATUS_OK)
		return s;
	if (!answers(request, &reply))
		return STATUS_MALFORMED;
	*ret = reply;
	if (reply.type != MESSAGE_ERROR)
		return STATUS_OK;
	return message_u16(&reply, TAG_ERROR, 0) == PROTOCOL_ERROR_VERSION
		   ? STATUS_VERSION
		   : STATUS_FORBIDDEN;
}

enum status
client_call(const struct client_server *server, const struct buf *request,
    struct deadline deadline, struct buf *reply_storage, struct message *ret)
{
	struct message opened;
	bool received = false;
	enum status s = request->error;

	if (s != STATUS_OK)
		return s;
	if (message_open(request->data, request->length, DIRECTION_REQUEST,
		&opened) != STATUS_OK)
		return STATUS_INVALID;
	s = exchange(
	    server, request, &opened, deadline, reply_storage, ret, &received);
	if ((s != STATUS_ABSENT && s != STATUS_CLOSED) || received ||
	    deadline_left_ms(deadline) <= RETRY_PAUSE_MS)
		return s;
	/* A daemon that is being restarted is back in a moment. */
	(void)poll(NULL, 0, RETRY_PAUSE_MS);
	return exchange(
	    server, request, &opened, deadline, reply_storage, ret, &received);
}
