/* SPDX-License-Identifier: ISC */
/*
 * Messages of protocol.h: write one into a buf, or index a received packet.
 * The reader copies nothing: values point into the packet, which must outlive
 * the struct message. libc only.
 */
#ifndef SCOPEGATE_MESSAGE_H
#define SCOPEGATE_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "scopegate/buf.h"
#include "scopegate/protocol.h"
#include "scopegate/status.h"

/* A view of bytes that are not NUL-terminated. Absent: bytes == NULL. */
struct text {
	const char *bytes;
	size_t length;
};

static inline struct text
text_of(const char *s)
{
	size_t n = s != NULL ? __builtin_strlen(s) : 0;

	return (struct text){ .bytes = s, .length = n };
}

bool text_equal(struct text a, struct text b); /* absent equals absent only */
bool text_equal_string(struct text a, const char *s);

/* Which way a message goes: a request type in a reply is refused. */
enum message_direction { DIRECTION_REQUEST, DIRECTION_REPLY };

struct message {
	uint16_t version;
	enum message_type type;
	uint32_t id;
	struct text value[TAG_COUNT]; /* by enum message_tag */
};

/*
 * Checks header, direction and every TLV against one static table (kind,
 * bounds, types that may carry it, once), that all that the type requires is
 * there, and that verdict, reason and handle agree. STATUS_VERSION (id and
 * version are set), STATUS_MALFORMED, or OK.
 */
enum status message_open(const void *packet, size_t size,
    enum message_direction direction, struct message *ret);

/* Typed getters. Absent numbers give the fallback. */
uint32_t message_u32(const struct message *m, enum message_tag tag,
    uint32_t fallback);
uint16_t message_u16(const struct message *m, enum message_tag tag,
    uint16_t fallback);
uint8_t message_u8(const struct message *m, enum message_tag tag,
    uint8_t fallback);
bool message_has(const struct message *m, enum message_tag tag);

/*
 * Writing: start, put, finish. Errors stick in the buf, so only the finish
 * need be checked. The writer enforces the same table as the reader.
 * `b` must be initialised with maximum MESSAGE_MAX (sensitive if it carries a
 * token).
 */
void message_start(struct buf *b, enum message_type type, uint32_t id);
void message_put(struct buf *b, enum message_tag tag, struct text value);
void message_put_string(struct buf *b, enum message_tag tag, const char *s);
void message_put_u32(struct buf *b, enum message_tag tag, uint32_t v);
void message_put_u16(struct buf *b, enum message_tag tag, uint16_t v);
void message_put_u8(struct buf *b, enum message_tag tag, uint8_t v);
enum status message_finish(struct buf *b);

const char *protocol_error_text(unsigned int error); /* never NULL */

/* Names a local account: ^[a-z_][a-z0-9_.-]{0,31}$, nothing folded. */
bool user_name_valid(struct text name);

#endif
