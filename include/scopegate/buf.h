/* SPDX-License-Identifier: ISC */
/*
 * A byte buffer with a hard maximum given at birth and a sticky error: append
 * as often as you like, ask once at the end. On failure it frees itself.
 */
#ifndef SCOPEGATE_BUF_H
#define SCOPEGATE_BUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "scopegate/status.h"

struct buf {
	uint8_t *data; /* NUL follows the last byte whenever data is set */
	size_t length;
	size_t capacity;
	size_t maximum; /* longest length allowed, without the NUL */
	enum status error; /* first error; every later call is a no-op */
	bool sensitive; /* contents are wiped when moved or released */
};

/* An empty buffer that never holds more than `maximum` bytes. No allocation. */
void buf_init(struct buf *b, size_t maximum);
/* The same for secrets: old storage is wiped on growth and release. */
void buf_init_sensitive(struct buf *b, size_t maximum);
/* Releases (and wipes if sensitive); keeps the maximum; clears the error. */
void buf_clear(struct buf *b);

/* Each returns b->error after the append (STATUS_OK, _TOO_BIG, _NOMEM). */
enum status buf_append(struct buf *b, const void *data, size_t size);
enum status buf_append_string(struct buf *b, const char *s);
enum status buf_append_byte(struct buf *b, uint8_t byte);
enum status buf_append_u16(struct buf *b, uint16_t v); /* network order */
enum status buf_append_u32(struct buf *b, uint32_t v); /* network order */
enum status buf_format(struct buf *b, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The contents as a C string; "" when empty, NULL after an error. */
const char *buf_string(const struct buf *b);
/* Hands the NUL-terminated storage to the caller (free()); NULL on error. */
char *buf_take(struct buf *b);

#endif
