/* SPDX-License-Identifier: ISC */
#include "frame.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "scopegate/cleanup.h"

/*
 * The door between the process that decides and the one that has the network.
 * A frame may hold a token, so every copy is wiped, and nothing a frame says
 * is believed before its lengths add up.
 */

#define SOCKET_BUFFER (512 * 1024) /* a few answers of the largest size */

struct head {
	uint8_t kind;
	uint8_t code;
	uint16_t status;
	uint32_t id;
	uint32_t retry_after;
	uint16_t encoded;
	uint16_t name_length;
	int64_t time_us;
	uint32_t text_length;
	uint32_t body_length;
};
_Static_assert(sizeof(struct head) == FRAME_HEAD_SIZE, "no padding");

struct waiting_frame {
	struct waiting_frame *next;
	size_t size;
	uint8_t bytes[];
};

static bool
within_limits(size_t name, size_t text, size_t body)
{
	return name <= FRAME_NAME_MAX && text <= FRAME_TEXT_MAX &&
	       body <= FRAME_BODY_MAX;
}

enum status
frame_read(const void *packet, size_t size, struct frame *ret)
{
	const char *bytes = packet;
	struct head h;

	if (size < sizeof(h))
		return STATUS_MALFORMED;
	memcpy(&h, packet, sizeof(h));
	if (h.kind < FRAME_ASK || h.kind > FRAME_LOADED || h.encoded > 1 ||
	    !within_limits(h.name_length, h.text_length, h.body_length) ||
	    sizeof(h) + h.name_length + h.text_length + h.body_length != size)
		return STATUS_MALFORMED;
	bytes += sizeof(h);
	*ret = (struct frame){
	    .kind = h.kind,
	    .id = h.id,
	    .code = h.code,
	    .encoded = h.encoded == 1,
	    .status = h.status,
	    .retry_after = h.retry_after,
	    .time_us = h.time_us,
	    .name = {bytes, h.name_length},
	    .text = {bytes + h.name_length, h.text_length},
	    .body = {bytes + h.name_length + h.text_length, h.body_length},
	};
	return STATUS_OK;
}

enum status
channel_open(struct channel *c, int fd)
{
	static const int size = SOCKET_BUFFER;

	*c = (struct channel){.fd = fd};
	c->last = &c->first;
	c->packet = malloc(FRAME_MAX + 1);
	if (c->packet == NULL) {
		channel_close(c);
		return STATUS_NOMEM;
	}
	/* The default holds one largest frame; more only saves waiting. */
	(void)setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
	return STATUS_OK;
}

static void
waiting_free(struct waiting_frame *w)
{
	explicit_bzero(w->bytes, w->size);
	free(w);
}

static void
packet_wipe(struct channel *c)
{
	if (c->packet != NULL)
		explicit_bzero(c->packet, c->received);
	c->received = 0;
}

void
channel_close(struct channel *c)
{
	while (c->first != NULL) {
		struct waiting_frame *w = c->first;

		c->first = w->next;
		waiting_free(w);
	}
	packet_wipe(c);
	free(c->packet);
	if (c->last != NULL)
		close_fd(&c->fd);
	*c = (struct channel){.fd = -1};
}

/* STATUS_OK, BUSY (the kernel's buffer is full) or CLOSED. */
static enum status
send_packet(int fd, const struct msghdr *m)
{
	ssize_t n;

	do {
		n = sendmsg(fd, m, MSG_NOSIGNAL | MSG_DONTWAIT);
	} while (n < 0 && errno == EINTR);
	if (n >= 0)
		return STATUS_OK;
	return errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOBUFS
		   ? STATUS_BUSY
		   : STATUS_CLOSED;
}

static enum status
wait_packet(struct channel *c, const struct iovec *parts, size_t count)
{
	struct waiting_frame *w;
	size_t size = 0;

	if (c->waiting >= FRAMES_WAITING_MAX)
		return STATUS_BUSY;
	for (size_t i = 0; i < count; i++)
		size += parts[i].iov_len;
	w = malloc(sizeof(*w) + size);
	if (w == NULL)
		return STATUS_NOMEM;
	w->next = NULL;
	w->size = 0;
	for (size_t i = 0; i < count; i++) {
		if (parts[i].iov_len > 0)
			memcpy(w->bytes + w->size, parts[i].iov_base,
			    parts[i].iov_len);
		w->size += parts[i].iov_len;
	}
	*c->last = w;
	c->last = &w->next;
	c->waiting++;
	return STATUS_OK;
}

enum status
channel_send(struct channel *c, const struct frame *f)
{
	struct head h = {
	    .kind = (uint8_t)f->kind,
	    .code = f->code,
	    .status = f->status,
	    .id = f->id,
	    .retry_after = f->retry_after,
	    .encoded = f->encoded,
	    .name_length = (uint16_t)f->name.length,
	    .time_us = f->time_us,
	    .text_length = (uint32_t)f->text.length,
	    .body_length = (uint32_t)f->body.length,
	};
	struct iovec parts[] = {
	    {&h, sizeof(h)},
	    {(void *)(uintptr_t)f->name.bytes, f->name.length},
	    {(void *)(uintptr_t)f->text.bytes, f->text.length},
	    {(void *)(uintptr_t)f->body.bytes, f->body.length},
	};
	struct msghdr m = {.msg_iov = parts, .msg_iovlen = ELEMENTS(parts)};
	enum status s = STATUS_BUSY;

	if (!within_limits(f->name.length, f->text.length, f->body.length))
		return STATUS_TOO_BIG;
	if (!channel_has_waiting(c))
		s = send_packet(c->fd, &m);
	return s != STATUS_BUSY ? s : wait_packet(c, parts, ELEMENTS(parts));
}

enum status
channel_flush(struct channel *c)
{
	while (c->first != NULL) {
		struct waiting_frame *w = c->first;
		struct iovec part = {w->bytes, w->size};
		struct msghdr m = {.msg_iov = &part, .msg_iovlen = 1};
		enum status s = send_packet(c->fd, &m);

		if (s != STATUS_OK)
			return s == STATUS_BUSY ? STATUS_OK : s;
		c->first = w->next;
		if (c->first == NULL)
			c->last = &c->first;
		c->waiting--;
		waiting_free(w);
	}
	return STATUS_OK;
}

enum status
channel_receive(struct channel *c, struct frame *ret)
{
	ssize_t n;

	packet_wipe(c);
	do {
		n = recv(c->fd, c->packet, FRAME_MAX + 1, MSG_DONTWAIT);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return errno == EAGAIN || errno == EWOULDBLOCK
			   ? STATUS_NOT_FOUND
			   : STATUS_CLOSED;
	if (n == 0)
		return STATUS_CLOSED;
	c->received = (size_t)n;
	return frame_read(c->packet, (size_t)n, ret);
}
