/* SPDX-License-Identifier: ISC */
/*
 * The bounded buffer of buf.h. It grows by doubling up to its maximum and frees
 * itself at the first error, so that callers have one path.
 */
#include "scopegate/buf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_CAPACITY 128

void
buf_init(struct buf *b, size_t maximum)
{
	*b = (struct buf){.maximum = maximum};
}

void
buf_init_sensitive(struct buf *b, size_t maximum)
{
	*b = (struct buf){.maximum = maximum, .sensitive = true};
}

static void
release(struct buf *b)
{
	if (b->sensitive && b->data != NULL)
		explicit_bzero(b->data, b->capacity + 1);
	free(b->data);
	b->data = NULL;
	b->length = 0;
	b->capacity = 0;
}

void
buf_clear(struct buf *b)
{
	release(b);
	b->error = STATUS_OK;
}

static enum status
fail(struct buf *b, enum status error)
{
	release(b);
	b->error = error;
	return error;
}

/* realloc() may leave a copy behind, so secrets move by hand. */
static uint8_t *
grow(struct buf *b, size_t capacity)
{
	uint8_t *data;

	if (!b->sensitive)
		return realloc(b->data, capacity + 1);
	data = malloc(capacity + 1);
	if (data == NULL || b->data == NULL)
		return data;
	memcpy(data, b->data, b->length + 1);
	explicit_bzero(b->data, b->capacity + 1);
	free(b->data);
	return data;
}

/* Makes room for `size` more octets and the NUL. */
static enum status
reserve(struct buf *b, size_t size)
{
	size_t capacity = b->capacity;
	uint8_t *data;

	if (b->error != STATUS_OK)
		return b->error;
	if (size > b->maximum - b->length)
		return fail(b, STATUS_TOO_BIG);
	if (b->data != NULL && b->length + size <= capacity)
		return STATUS_OK;
	if (capacity < FIRST_CAPACITY)
		capacity = FIRST_CAPACITY;
	while (capacity < b->length + size)
		capacity *= 2;
	if (capacity > b->maximum)
		capacity = b->maximum;
	data = grow(b, capacity);
	if (data == NULL)
		return fail(b, STATUS_NOMEM);
	b->data = data;
	b->capacity = capacity;
	return STATUS_OK;
}

enum status
buf_append(struct buf *b, const void *data, size_t size)
{
	enum status s = reserve(b, size);

	if (s != STATUS_OK)
		return s;
	if (size > 0)
		memcpy(b->data + b->length, data, size);
	b->length += size;
	b->data[b->length] = '\0';
	return STATUS_OK;
}

enum status
buf_append_string(struct buf *b, const char *s)
{
	return buf_append(b, s, strlen(s));
}

enum status
buf_append_byte(struct buf *b, uint8_t byte)
{
	return buf_append(b, &byte, 1);
}

enum status
buf_append_u16(struct buf *b, uint16_t v)
{
	const uint8_t bytes[] = {(uint8_t)(v >> 8), (uint8_t)v};

	return buf_append(b, bytes, sizeof(bytes));
}

enum status
buf_append_u32(struct buf *b, uint32_t v)
{
	const uint8_t bytes[] = {(uint8_t)(v >> 24), (uint8_t)(v >> 16),
	    (uint8_t)(v >> 8), (uint8_t)v};

	return buf_append(b, bytes, sizeof(bytes));
}

enum status
buf_format(struct buf *b, const char *format, ...)
{
	va_list arguments;
	int n;

	va_start(arguments, format);
	n = vsnprintf(NULL, 0, format, arguments);
	va_end(arguments);
	if (n < 0)
		return fail(b, STATUS_INVALID);
	if (reserve(b, (size_t)n) != STATUS_OK)
		return b->error;
	va_start(arguments, format);
	(void)vsnprintf(
	    (char *)b->data + b->length, (size_t)n + 1, format, arguments);
	va_end(arguments);
	b->length += (size_t)n;
	return STATUS_OK;
}

const char *
buf_string(const struct buf *b)
{
	if (b->error != STATUS_OK)
		return NULL;
	return b->data != NULL ? (const char *)b->data : "";
}

char *
buf_take(struct buf *b)
{
	char *taken;

	if (buf_append(b, "", 0) != STATUS_OK)
		return NULL;
	taken = (char *)b->data;
	b->data = NULL;
	b->length = 0;
	b->capacity = 0;
	return taken;
}
