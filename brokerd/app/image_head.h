/* SPDX-License-Identifier: ISC */
/*
 * What a picture says of itself in its first octets, read without decoding
 * anything: a few octets can claim, and make a decoder allocate, gigabytes.
 */
#ifndef BROKERD_IMAGE_HEAD_H
#define BROKERD_IMAGE_HEAD_H

#include <stddef.h>
#include <stdint.h>

#include "scopegate/status.h"

enum image_type { IMAGE_PNG, IMAGE_JPEG, IMAGE_GIF };

struct image_head {
	enum image_type type;
	uint32_t width, height; /* never 0; of a GIF, its logical screen */
};

/*
 * STATUS_INVALID: it is none of the three. STATUS_MALFORMED: it is, but the
 * header is damaged; or a JPEG, or the first frame of a GIF, is cut off.
 */
enum status image_head_read(
    const uint8_t *data, size_t size, struct image_head *ret);

#endif
