/* SPDX-License-Identifier: ISC */
/*
 * The wire codec. The reader indexes a packet without copying from it; the
 * order of its checks matters: nothing of a message is looked at before size,
 * magic, version and type are right.
 */
#include "scopegate/message.h"

#include <string.h>

#include "message_table.h"
#include "scopegate/cleanup.h"

#define LENGTH_OFFSET 12 /* of the length in the header */

static uint16_t
get_u16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static uint32_t
get_u32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	       (uint32_t)p[2] << 8 | p[3];
}

bool
text_equal(struct text a, struct text b)
{
	if (a.bytes == NULL || b.bytes == NULL)
		return a.bytes == b.bytes;
	return a.length == b.length && memcmp(a.bytes, b.bytes, a.length) == 0;
}

bool
text_equal_string(struct text a, const char *s)
{
	return text_equal(a, text_of(s));
}

/* One TLV at the start of `p`; *ret_used says how many octets it takes. */
static enum status
index_tlv(const uint8_t *p, size_t left, struct message *m, size_t *ret_used)
{
	unsigned int tag, number;
	size_t size;

	if (left < TLV_HEADER_SIZE)
		return STATUS_MALFORMED;
	tag = get_u16(p);
	size = get_u16(p + 2);
	if (size > left - TLV_HEADER_SIZE)
		return STATUS_MALFORMED;
	*ret_used = TLV_HEADER_SIZE + size;
	number = tag & ~TAG_CRITICAL;
	if (number == TAG_NONE)
		return STATUS_MALFORMED;
	if (number >= TAG_COUNT)
		return (tag & TAG_CRITICAL) != 0 ? STATUS_MALFORMED : STATUS_OK;
	if (m->value[number].bytes != NULL ||
	    !tlv_allowed(m->type, number, p + TLV_HEADER_SIZE, size))
		return STATUS_MALFORMED;
	m->value[number].bytes = (const char *)p + TLV_HEADER_SIZE;
	m->value[number].length = size;
	return STATUS_OK;
}

enum status
message_open(const void *packet, size_t size, enum message_direction direction,
    struct message *ret)
{
	const uint8_t *p = packet;
	struct message m = {0};

	if (size < MESSAGE_HEADER_SIZE || size > MESSAGE_MAX ||
	    get_u32(p) != PROTOCOL_MAGIC)
		return STATUS_MALFORMED;
	m.version = get_u16(p + 4);
	m.id = get_u32(p + 8);
	if (m.version != PROTOCOL_VERSION) {
		*ret = m;
		return STATUS_VERSION;
	}
	if (!message_type_known(p[6], direction) || p[7] != 0 ||
	    get_u32(p + LENGTH_OFFSET) != size)
		return STATUS_MALFORMED;
	m.type = (enum message_type)p[6];
	for (size_t at = MESSAGE_HEADER_SIZE, used; at < size; at += used) {
		enum status s = index_tlv(p + at, size - at, &m, &used);

		if (s != STATUS_OK)
			return s;
	}
	if (!message_complete(&m) || !message_consistent(&m))
		return STATUS_MALFORMED;
	*ret = m;
	return STATUS_OK;
}

bool
message_has(const struct message *m, enum message_tag tag)
{
	return m->value[tag].bytes != NULL;
}

uint32_t
message_u32(const struct message *m, enum message_tag tag, uint32_t fallback)
{
	if (m->value[tag].length != 4)
		return fallback;
	return get_u32((const uint8_t *)m->value[tag].bytes);
}

uint16_t
message_u16(const struct message *m, enum message_tag tag, uint16_t fallback)
{
	if (m->value[tag].length != 2)
		return fallback;
	return get_u16((const uint8_t *)m->value[tag].bytes);
}

uint8_t
message_u8(const struct message *m, enum message_tag tag, uint8_t fallback)
{
	if (m->value[tag].length != 1)
		return fallback;
	return *(const uint8_t *)m->value[tag].bytes;
}

void
message_start(struct buf *b, enum message_type type, uint32_t id)
{
	(void)buf_append_u32(b, PROTOCOL_MAGIC);
	(void)buf_append_u16(b, PROTOCOL_VERSION);
	(void)buf_append_byte(b, (uint8_t)type);
	(void)buf_append_byte(b, 0);
	(void)buf_append_u32(b, id);
	(void)buf_append_u32(b, 0); /* the length: message_finish() */
}

void
message_put(struct buf *b, enum message_tag tag, struct text value)
{
	if (b->error != STATUS_OK)
		return;
	if (b->length < MESSAGE_HEADER_SIZE || value.bytes == NULL ||
	    !tlv_allowed((enum message_type)b->data[6], tag,
		(const uint8_t *)value.bytes, value.length)) {
		buf_clear(b);
		b->error = STATUS_INVALID;
		return;
	}
	(void)buf_append_u16(b, (uint16_t)tag);
	(void)buf_append_u16(b, (uint16_t)value.length);
	(void)buf_append(b, value.bytes, value.length);
}

void
message_put_string(struct buf *b, enum message_tag tag, const char *s)
{
	message_put(b, tag, text_of(s));
}

void
message_put_u32(struct buf *b, enum message_tag tag, uint32_t v)
{
	const uint8_t bytes[] = {(uint8_t)(v >> 24), (uint8_t)(v >> 16),
	    (uint8_t)(v >> 8), (uint8_t)v};

	message_put(b, tag, (struct text){(const char *)bytes, sizeof(bytes)});
}

void
message_put_u16(struct buf *b, enum message_tag tag, uint16_t v)
{
	const uint8_t bytes[] = {(uint8_t)(v >> 8), (uint8_t)v};

	message_put(b, tag, (struct text){(const char *)bytes, sizeof(bytes)});
}

void
message_put_u8(struct buf *b, enum message_tag tag, uint8_t v)
{
	message_put(b, tag, (struct text){(const char *)&v, 1});
}

/* The writer's message must be one that the reader takes. */
enum status
message_finish(struct buf *b)
{
	struct message m;
	enum message_direction direction;
	uint32_t length = (uint32_t)b->length;

	if (b->error != STATUS_OK)
		return b->error;
	if (b->length < MESSAGE_HEADER_SIZE)
		return b->error = STATUS_INVALID;
	for (int i = 0; i < 4; i++)
		b->data[LENGTH_OFFSET + i] = (uint8_t)(length >> (24 - 8 * i));
	direction =
	    b->data[6] >= MESSAGE_ACK ? DIRECTION_REPLY : DIRECTION_REQUEST;
	if (message_open(b->data, b->length, direction, &m) != STATUS_OK) {
		buf_clear(b);
		b->error = STATUS_INVALID;
	}
	return b->error;
}

const char *
protocol_error_text(unsigned int error)
{
	switch (error) {
#define X(name, number, text)                                                  \
	case number:                                                           \
		return text;
		PROTOCOL_ERROR_LIST(X)
#undef X
	default:
		return "unknown error";
	}
}

bool
user_name_valid(struct text name)
{
	if (name.bytes == NULL || name.length == 0 || name.length > USER_MAX)
		return false;
	for (size_t i = 0; i < name.length; i++) {
		char c = name.bytes[i];

		if ((c >= 'a' && c <= 'z') || c == '_')
			continue;
		if (i == 0 || !((c >= '0' && c <= '9') || c == '.' || c == '-'))
			return false;
	}
	return true;
}
