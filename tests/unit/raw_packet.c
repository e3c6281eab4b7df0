/* SPDX-License-Identifier: ISC */
/* By plain octets: the codec under test must not check itself. */
#include "raw_packet.h"

#include <string.h>

#include "scopegate/cleanup.h"
#include "scopegate/protocol.h"

void
raw_start(struct buf *b, unsigned int version, unsigned int type, uint32_t id)
{
	(void)buf_append_string(b, "SgPt");
	(void)buf_append_u16(b, (uint16_t)version);
	(void)buf_append_byte(b, (uint8_t)type);
	(void)buf_append_byte(b, 0);
	(void)buf_append_u32(b, id);
	(void)buf_append_u32(b, 0);
}

void
raw_tlv(struct buf *b, unsigned int tag, const void *value, size_t size)
{
	(void)buf_append_u16(b, (uint16_t)tag);
	(void)buf_append_u16(b, (uint16_t)size);
	(void)buf_append(b, value, size);
}

void
raw_string(struct buf *b, unsigned int tag, const char *s)
{
	raw_tlv(b, tag, s, strlen(s));
}

void
raw_u8(struct buf *b, unsigned int tag, unsigned int v)
{
	uint8_t octet = (uint8_t)v;

	raw_tlv(b, tag, &octet, 1);
}

void
raw_u16(struct buf *b, unsigned int tag, unsigned int v)
{
	const uint8_t octets[] = {(uint8_t)(v >> 8), (uint8_t)v};

	raw_tlv(b, tag, octets, sizeof(octets));
}

void
raw_u32(struct buf *b, unsigned int tag, uint32_t v)
{
	const uint8_t octets[] = {(uint8_t)(v >> 24), (uint8_t)(v >> 16),
	    (uint8_t)(v >> 8), (uint8_t)v};

	raw_tlv(b, tag, octets, sizeof(octets));
}

void
raw_required(struct buf *b, unsigned int type, unsigned int but)
{
	static const struct {
		unsigned int type, tag;
		const char *octets;
		size_t size;
	} rows[] = {
	    {MESSAGE_CHECK, TAG_SERVICE, "sshd", 4},
	    {MESSAGE_CHECK, TAG_USER, "eve", 3},
	    {MESSAGE_CHECK, TAG_TOKEN, "t", 1},
	    {MESSAGE_CHECK, TAG_BUDGET_MS, "\0\0\0\1", 4},
	    {MESSAGE_ACCOUNT, TAG_SERVICE, "sshd", 4},
	    {MESSAGE_ACCOUNT, TAG_USER, "eve", 3},
	    {MESSAGE_ACCOUNT, TAG_HANDLE, "h", 1},
	    {MESSAGE_ACCOUNT, TAG_BUDGET_MS, "\0\0\0\1", 4},
	    {MESSAGE_LOGIN_BEGIN, TAG_SERVICE, "sshd", 4},
	    {MESSAGE_LOGIN_BEGIN, TAG_USER, "eve", 3},
	    {MESSAGE_LOGIN_BEGIN, TAG_BUDGET_MS, "\0\0\0\1", 4},
	    {MESSAGE_LOGIN_ANSWER, TAG_BUDGET_MS, "\0\0\0\1", 4},
	    {MESSAGE_CONTROL, TAG_COMMAND, "status", 6},
	    {MESSAGE_GATEWAY, TAG_COMMAND, "link", 4},
	    {MESSAGE_VERDICT, TAG_VERDICT, "\1", 1},
	    {MESSAGE_VERDICT, TAG_REASON, "\0\1", 2},
	    {MESSAGE_VERDICT, TAG_REF, "K7Q", 3},
	    {MESSAGE_ERROR, TAG_ERROR, "\0\3", 2},
	    {MESSAGE_DOCUMENT, TAG_DOCUMENT, "{}", 2},
	    {MESSAGE_PROMPT, TAG_PROMPT, "\1", 1},
	};

	for (size_t i = 0; i < ELEMENTS(rows); i++)
		if (rows[i].type == type && rows[i].tag != but)
			raw_tlv(b, rows[i].tag, rows[i].octets, rows[i].size);
}

void
raw_finish(struct buf *b)
{
	for (unsigned int i = 0; i < 4; i++)
		b->data[12 + i] = (uint8_t)(b->length >> (24 - 8 * i));
}
