/* SPDX-License-Identifier: ISC */
/* Packets written by hand, so that they may break any rule of protocol.h. */
#ifndef SCOPEGATE_TESTS_RAW_PACKET_H
#define SCOPEGATE_TESTS_RAW_PACKET_H

#include <stddef.h>
#include <stdint.h>

#include "scopegate/buf.h"

/* A header of this version and type; `b` is initialised by the caller. */
void raw_start(
    struct buf *b, unsigned int version, unsigned int type, uint32_t id);
void raw_tlv(struct buf *b, unsigned int tag, const void *value, size_t size);
void raw_string(struct buf *b, unsigned int tag, const char *s);
void raw_u8(struct buf *b, unsigned int tag, unsigned int v);
void raw_u16(struct buf *b, unsigned int tag, unsigned int v);
void raw_u32(struct buf *b, unsigned int tag, uint32_t v);
/* What `type` requires, with good values, but without the tag `but`. */
void raw_required(struct buf *b, unsigned int type, unsigned int but);
/* Sets the header's length to that of the packet so far. */
void raw_finish(struct buf *b);

#endif
