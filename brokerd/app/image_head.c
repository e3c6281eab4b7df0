/* SPDX-License-Identifier: ISC */
/* Headers of PNG (W3C PNG section 11.2.2), JPEG (ITU-T T.81 annex B) and GIF
 * (GIF89a sections 18 to 20). Pure; every read is checked against the end. */
#include "app/image_head.h"

#include <stdbool.h>
#include <string.h>

/* Each costs the decoder a walk over the whole picture; real files have ten. */
#define JPEG_SCANS_MAX 64

/* What is left to read. */
struct octets {
	const uint8_t *at;
	size_t left;
};

static bool
skip(struct octets *o, size_t count)
{
	if (o->left < count)
		return false;
	o->at += count;
	o->left -= count;
	return true;
}

static bool
take(struct octets *o, uint8_t *ret)
{
	if (o->left == 0)
		return false;
	*ret = *o->at;
	return skip(o, 1);
}

static bool
take_big(struct octets *o, size_t count, uint32_t *ret)
{
	uint32_t value = 0;

	if (o->left < count)
		return false;
	for (size_t i = 0; i < count; i++)
		value = value << 8 | o->at[i];
	*ret = value;
	return skip(o, count);
}

static bool
take_little16(struct octets *o, uint32_t *ret)
{
	if (o->left < 2)
		return false;
	*ret = (uint32_t)o->at[1] << 8 | o->at[0];
	return skip(o, 2);
}

static bool
read_png(struct octets o, struct image_head *ret)
{
	static const uint8_t head[] = {0, 0, 0, 13, 'I', 'H', 'D', 'R'};

	return o.left >= sizeof(head) &&
	       memcmp(o.at, head, sizeof(head)) == 0 &&
	       skip(&o, sizeof(head)) && take_big(&o, 4, &ret->width) &&
	       take_big(&o, 4, &ret->height);
}

/* The next marker's code; fill octets before it are skipped. */
static bool
next_marker(struct octets *o, uint8_t *ret)
{
	if (!take(o, ret) || *ret != 0xff)
		return false;
	while (*ret == 0xff) {
		if (!take(o, ret))
			return false;
	}
	return true;
}

/* Start of frame, of any process; C4, C8 and CC are other things. */
static bool
begins_frame(uint8_t marker)
{
	return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 &&
	       marker != 0xc8 && marker != 0xcc;
}

/* Coded data, to the marker behind it: FF 00 is an FF of the data, and
 * restart markers belong to it. */
static bool
skip_scan(struct octets *o)
{
	while (o->left >= 2) {
		if (o->at[0] == 0xff && o->at[1] != 0 &&
		    (o->at[1] < 0xd0 || o->at[1] > 0xd7))
			return true;
		(void)skip(o, 1);
	}
	return false;
}

/* Walked to its end: libjpeg is content with a picture that is cut off. */
static bool
read_jpeg(struct octets o, struct image_head *ret)
{
	unsigned int scans = 0;
	uint32_t length;
	uint8_t marker;

	while (next_marker(&o, &marker)) {
		struct octets segment = o;

		if (marker == 0xd9)
			return scans > 0 && ret->width > 0;
		/* Of the rest, only those that have a length. */
		if (marker < 0xc0 || (marker >= 0xd0 && marker <= 0xd8) ||
		    !take_big(&segment, 2, &length) || length < 2 ||
		    !skip(&o, length))
			return false;
		if (begins_frame(marker) &&
		    (ret->width != 0 || !skip(&segment, 1) ||
			!take_big(&segment, 2, &ret->height) ||
			!take_big(&segment, 2, &ret->width)))
			return false;
		if (marker == 0xda &&
		    (++scans > JPEG_SCANS_MAX || !skip_scan(&o)))
			return false;
	}
	return false;
}

/* Sub-blocks, to the empty one that ends them. */
static bool
skip_blocks(struct octets *o)
{
	uint8_t size;

	while (take(o, &size)) {
		if (size == 0)
			return true;
		if (!skip(o, size))
			return false;
	}
	return false;
}

static bool
skip_colours(struct octets *o, uint8_t flags)
{
	return (flags & 0x80) == 0 || skip(o, (size_t)3 << ((flags & 7) + 1));
}

/* The first frame: on the screen, and there to its end. */
static bool
read_frame(struct octets *o, const struct image_head *screen)
{
	uint32_t left, top, width, height;
	uint8_t flags;

	return take_little16(o, &left) && take_little16(o, &top) &&
	       take_little16(o, &width) && take_little16(o, &height) &&
	       width > 0 && height > 0 && left + width <= screen->width &&
	       top + height <= screen->height && take(o, &flags) &&
	       skip_colours(o, flags) && skip(o, 1) && skip_blocks(o);
}

static bool
read_gif(struct octets o, struct image_head *ret)
{
	uint8_t flags, block;

	if (!take_little16(&o, &ret->width) ||
	    !take_little16(&o, &ret->height) || !take(&o, &flags) ||
	    !skip(&o, 2) || !skip_colours(&o, flags))
		return false;
	while (take(&o, &block)) {
		if (block == ',')
			return read_frame(&o, ret);
		if (block != '!' || !skip(&o, 1) || !skip_blocks(&o))
			return false;
	}
	return false;
}

enum status
image_head_read(const uint8_t *data, size_t size, struct image_head *ret)
{
	static const struct {
		const char *magic;
		size_t length;
		enum image_type type;
		bool (*read)(struct octets o, struct image_head *ret);
	} types[] = {
	    {"\x89PNG\r\n\x1a\n", 8, IMAGE_PNG, read_png},
	    {"\xff\xd8", 2, IMAGE_JPEG, read_jpeg},
	    {"GIF87a", 6, IMAGE_GIF, read_gif},
	    {"GIF89a", 6, IMAGE_GIF, read_gif},
	};

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		struct image_head head = {.type = types[i].type};
		struct octets o = {data, size};

		if (size < types[i].length ||
		    memcmp(data, types[i].magic, types[i].length) != 0)
			continue;
		if (!skip(&o, types[i].length) || !types[i].read(o, &head) ||
		    head.width == 0 || head.height == 0)
			return STATUS_MALFORMED;
		*ret = head;
		return STATUS_OK;
	}
	return STATUS_INVALID;
}
