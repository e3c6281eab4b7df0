/* SPDX-License-Identifier: ISC */
/*
 * Frames between decide and fetch over a SOCK_SEQPACKET socketpair: one frame
 * is one packet, a fixed head in host order and three byte strings. Each side
 * checks what the other sends as if it were hostile.
 */
#ifndef VALIDATORD_FETCH_FRAME_H
#define VALIDATORD_FETCH_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fetcher.h"
#include "scopegate/message.h"
#include "scopegate/status.h"

#define FRAME_NAME_MAX 64   /* an issuer's section, a media type */
#define FRAME_TEXT_MAX 4096 /* a URL, a sentence */
#define FRAME_BODY_MAX FETCH_BODY_MAX
#define FRAME_HEAD_SIZE 32
#define FRAME_MAX                                                              \
	(FRAME_HEAD_SIZE + FRAME_NAME_MAX + FRAME_TEXT_MAX + FRAME_BODY_MAX)
#define FRAMES_WAITING_MAX 1024

/*
 * kind        way     code           time        name    text  body
 * ASK         fetch   fetch_slot     deadline    issuer  URL   form
 * CANCEL      fetch
 * RELOAD      fetch
 * ANSWER      decide  fetch_result   elapsed     type          body
 * LOADED      decide  1: ok, 0: not                      why
 *
 * ASK of FETCH_PROBE also has status: the probe's place in the issuer's list;
 * its body is the token alone.
 * ANSWER also has status, retry_after and encoded. LOADED with id 0 is sent
 * once at the start, else it answers RELOAD. Times are microseconds, deadlines
 * on CLOCK_MONOTONIC, which both processes share.
 */
enum frame_kind {
	FRAME_ASK = 1,
	FRAME_CANCEL,
	FRAME_RELOAD,
	FRAME_ANSWER,
	FRAME_LOADED,
};

struct frame {
	enum frame_kind kind;
	uint32_t id;
	uint8_t code;
	bool encoded;
	uint16_t status;
	uint32_t retry_after;
	int64_t time_us;
	struct text name, text, body; /* borrowed */
};

/* Checks a packet; values point into it. STATUS_MALFORMED. */
enum status frame_read(const void *packet, size_t size, struct frame *ret);

/* One end of the pair, non-blocking. */
struct channel {
	int fd;
	struct waiting_frame *first, **last; /* what the kernel did not take */
	size_t waiting;
	uint8_t *packet; /* of FRAME_MAX + 1 bytes */
	size_t received; /* bytes of `packet` in use */
};

/* Owns the descriptor from here on, also on failure. */
enum status channel_open(struct channel *c, int fd);
void channel_close(struct channel *c); /* wipes; safe when zeroed */

/*
 * Sends or queues. STATUS_BUSY: FRAMES_WAITING_MAX wait already. TOO_BIG: a
 * string is over its limit. CLOSED: the other side is gone. NOMEM.
 */
enum status channel_send(struct channel *c, const struct frame *f);
/* Sends what waits: OK (perhaps not all), CLOSED. */
enum status channel_flush(struct channel *c);
static inline bool
channel_has_waiting(const struct channel *c)
{
	return c->first != NULL;
}

/*
 * The next frame; valid until the next receive, which wipes it. NOT_FOUND:
 * none now. CLOSED, MALFORMED: give the channel up.
 */
enum status channel_receive(struct channel *c, struct frame *ret);

#endif
