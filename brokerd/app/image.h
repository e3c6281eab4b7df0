/* SPDX-License-Identifier: ISC */
/*
 * Pictures that people send: PNG, JPEG or GIF, decoded by libgd and written
 * anew as PNG, so that no octet of what was sent is ever served. The only user
 * of <gd.h>.
 */
#ifndef BROKERD_IMAGE_H
#define BROKERD_IMAGE_H

#include <stddef.h>
#include <stdint.h>

#include "scopegate/buf.h"

#define IMAGE_SIDE_MAX 256            /* pixels */
#define IMAGE_BYTES_MAX (256 * 1024)  /* as sent */
#define IMAGE_ANSWER_MAX (255 * 1024) /* as written: an answer holds it */

/* X(NAME, "in words, for who sent it") */
#define IMAGE_FAULT_LIST(X)                                                    \
	X(NONE, "")                                                            \
	X(EMPTY, "Choose a file first.")                                       \
	X(TOO_BIG, "This file is larger than 256 KiB. Save it smaller.")       \
	X(UNKNOWN, "This is not a PNG, JPEG or GIF picture.")                  \
	X(TOO_LARGE,                                                           \
	    "This picture has more than 256 pixels on a side. Scale it "       \
	    "down.")                                                           \
	X(BROKEN, "This picture is damaged: it cannot be read to its end.")    \
	X(FAILED, "The picture could not be written anew. Try another.")

enum image_fault {
#define X(name, words) IMAGE_FAULT_##name,
	IMAGE_FAULT_LIST(X)
#undef X
};

const char *image_fault_words(enum image_fault fault);

/* Of an animation, the first frame. Takes milliseconds; needs no lock. `ret`
 * should hold IMAGE_ANSWER_MAX. */
enum image_fault image_to_png(
    const uint8_t *data, size_t size, struct buf *ret);

#endif
