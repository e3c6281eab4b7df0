/* SPDX-License-Identifier: ISC */
/*
 * Pictures through libgd. What it is given is small, of a type that was looked
 * at first, and claims no more pixels than are allowed.
 */
#include "app/image.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>

#include <gd.h>

#include "app/image_head.h"
#include "scopegate/cleanup.h"

const char *
image_fault_words(enum image_fault fault)
{
	switch (fault) {
#define X(name, words)                                                         \
	case IMAGE_FAULT_##name:                                               \
		return words;
		IMAGE_FAULT_LIST(X)
#undef X
	}
	return "";
}

static _Thread_local bool complained;

/* The library would write to the standard error what a stranger's file says
 * of itself. Here it is only noted that it had something to say. */
static void
note_complaint(int priority, const char *format, va_list arguments)
{
	(void)priority;
	(void)format;
	(void)arguments;
	complained = true;
}

static void
set_up_library(void)
{
	gdSetErrorMethod(note_complaint);
}

static void
image_free(gdImagePtr *image)
{
	if (*image != NULL)
		gdImageDestroy(*image);
}

static void
png_free(void **png)
{
	if (*png != NULL)
		gdFree(*png);
}

/* libjpeg fills what is missing with grey and complains; that is a damaged
 * picture. 0: let it complain. */
static gdImagePtr
decode_jpeg(int size, void *input)
{
	_cleanup_(image_free) gdImagePtr image = NULL;

	complained = false;
	image = gdImageCreateFromJpegPtrEx(size, input, 0);
	return complained ? NULL : TAKE_PTR(image);
}

static gdImagePtr
decode(const uint8_t *data, int size, enum image_type type)
{
	/* The library declares its input without const, and only reads it. */
	void *input = (void *)(uintptr_t)data;

	switch (type) {
	case IMAGE_PNG:
		return gdImageCreateFromPngPtr(size, input);
	case IMAGE_JPEG:
		return decode_jpeg(size, input);
	case IMAGE_GIF:
		return gdImageCreateFromGifPtr(size, input);
	}
	return NULL;
}

static enum image_fault
check(const uint8_t *data, size_t size, struct image_head *ret)
{
	if (size == 0)
		return IMAGE_FAULT_EMPTY;
	if (size > IMAGE_BYTES_MAX)
		return IMAGE_FAULT_TOO_BIG;
	switch (image_head_read(data, size, ret)) {
	case STATUS_OK:
		break;
	case STATUS_INVALID:
		return IMAGE_FAULT_UNKNOWN;
	default:
		return IMAGE_FAULT_BROKEN;
	}
	return ret->width > IMAGE_SIDE_MAX || ret->height > IMAGE_SIDE_MAX
		   ? IMAGE_FAULT_TOO_LARGE
		   : IMAGE_FAULT_NONE;
}

enum image_fault
image_to_png(const uint8_t *data, size_t size, struct buf *ret)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	_cleanup_(image_free) gdImagePtr image = NULL;
	_cleanup_(png_free) void *png = NULL;
	struct image_head head;
	enum image_fault fault = check(data, size, &head);
	int png_size = 0;

	if (fault != IMAGE_FAULT_NONE)
		return fault;
	(void)pthread_once(&once, set_up_library);
	image = decode(data, (int)size, head.type);
	/* A decoder that sees another size than we did has been lied to. */
	if (image == NULL || gdImageSX(image) > (int)head.width ||
	    gdImageSY(image) > (int)head.height)
		return IMAGE_FAULT_BROKEN;
	/* Without a palette: writing one in which a pixel's colour is missing
	 * fails, and then the library leaks. */
	if (!gdImagePaletteToTrueColor(image))
		return IMAGE_FAULT_FAILED;
	gdImageSaveAlpha(image, 1);
	gdImageInterlace(image, 0);
	png = gdImagePngPtr(image, &png_size);
	if (png == NULL || png_size <= 0 ||
	    buf_append(ret, png, (size_t)png_size) != STATUS_OK)
		return IMAGE_FAULT_FAILED;
	return IMAGE_FAULT_NONE;
}
