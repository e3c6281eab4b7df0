/* SPDX-License-Identifier: ISC */
/* Pictures that people send: what becomes a PNG of ours, and what does not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <gd.h>

#include "app/image.h"
#include "app/image_head.h"
#include "scopegate/cleanup.h"

/* A file, as somebody would send it. */
struct file {
	void *data;
	int size;
};

static void
file_free(struct file *f)
{
	if (f->data != NULL)
		gdFree(f->data);
	f->data = NULL;
}

/* Noise, so that a truncated file lacks something. */
static gdImagePtr
picture(int width, int height)
{
	gdImagePtr image = gdImageCreateTrueColor(width, height);
	uint32_t seed = 7;

	assert_non_null(image);
	for (int y = 0; y < height; y++) {
		for (int x = 0; x < width; x++) {
			seed = seed * 1664525 + 1013904223;
			gdImageSetPixel(image, x, y, (int)(seed >> 8));
		}
	}
	return image;
}

static void
make(enum image_type type, int width, int height, struct file *ret)
{
	gdImagePtr image = picture(width, height);

	if (type == IMAGE_PNG)
		ret->data = gdImagePngPtr(image, &ret->size);
	else if (type == IMAGE_JPEG)
		ret->data = gdImageJpegPtr(image, &ret->size, 80);
	else
		ret->data = gdImageGifPtr(image, &ret->size);
	gdImageDestroy(image);
	assert_non_null(ret->data);
}

static enum image_fault
send(const void *data, size_t size, struct buf *ret)
{
	buf_clear(ret);
	buf_init(ret, IMAGE_ANSWER_MAX);
	return image_to_png(data, size, ret);
}

/* Refused with that fault, and nothing written. */
static void
refuses(const void *data, size_t size, enum image_fault fault)
{
	_cleanup_(buf_clear) struct buf png = {0};

	assert_int_equal(send(data, size, &png), fault);
	assert_int_equal(png.length, 0);
}

static void
becomes_png(enum image_type type, int width, int height)
{
	_cleanup_(file_free) struct file f = {0};
	_cleanup_(buf_clear) struct buf png = {0};
	struct image_head head;
	gdImagePtr image;

	make(type, width, height, &f);
	assert_int_equal(send(f.data, (size_t)f.size, &png), IMAGE_FAULT_NONE);
	assert_int_equal(
	    image_head_read(png.data, png.length, &head), STATUS_OK);
	assert_int_equal(head.type, IMAGE_PNG);
	assert_int_equal(head.width, width);
	assert_int_equal(head.height, height);
	image = gdImageCreateFromPngPtr((int)png.length, png.data);
	assert_non_null(image);
	gdImageDestroy(image);
}

static const enum image_type types[] = {IMAGE_PNG, IMAGE_JPEG, IMAGE_GIF};

static void
each_type_becomes_png(void **state)
{
	(void)state;
	for (size_t i = 0; i < ELEMENTS(types); i++) {
		becomes_png(types[i], 1, 1);
		becomes_png(types[i], 31, 17);
		becomes_png(types[i], IMAGE_SIDE_MAX, IMAGE_SIDE_MAX);
	}
}

static void
one_pixel_more_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < ELEMENTS(types); i++) {
		_cleanup_(file_free) struct file wide = {0}, high = {0};

		make(types[i], IMAGE_SIDE_MAX + 1, 1, &wide);
		make(types[i], 1, IMAGE_SIDE_MAX + 1, &high);
		refuses(wide.data, (size_t)wide.size, IMAGE_FAULT_TOO_LARGE);
		refuses(high.data, (size_t)high.size, IMAGE_FAULT_TOO_LARGE);
	}
}

/* The library's own complaints go nowhere either: standard error is a pipe
 * here, and stays empty. */
static void
cut_off_anywhere_is_refused(void **state)
{
	int ends[2], saved = dup(STDERR_FILENO);
	char said[8];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	assert_true(dup2(ends[1], STDERR_FILENO) >= 0);
	for (size_t i = 0; i < ELEMENTS(types); i++) {
		_cleanup_(file_free) struct file f = {0};
		/* A GIF's last octet says only that no frame follows. */
		size_t spare = types[i] == IMAGE_GIF ? 1 : 0;

		make(types[i], 24, 24, &f);
		for (size_t n = 1; n + spare < (size_t)f.size; n++) {
			_cleanup_(buf_clear) struct buf png = {0};
			enum image_fault fault = send(f.data, n, &png);

			assert_true(fault == IMAGE_FAULT_BROKEN ||
				    fault == IMAGE_FAULT_UNKNOWN);
		}
	}
	assert_true(dup2(saved, STDERR_FILENO) >= 0);
	(void)close(saved);
	(void)close(ends[1]);
	assert_int_equal(read(ends[0], said, sizeof(said)), 0);
	(void)close(ends[0]);
}

static void
other_files_are_refused(void **state)
{
	static const char svg[] =
	    "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\"/>";
	static const char html[] = "<!doctype html><script>alert(1)</script>";

	(void)state;
	refuses("", 0, IMAGE_FAULT_EMPTY);
	refuses("G", 1, IMAGE_FAULT_UNKNOWN);
	refuses("GIF88a", 6, IMAGE_FAULT_UNKNOWN);
	refuses(svg, sizeof(svg) - 1, IMAGE_FAULT_UNKNOWN);
	refuses(html, sizeof(html) - 1, IMAGE_FAULT_UNKNOWN);
}

static void
too_many_octets_are_refused(void **state)
{
	_cleanup_(free_ptr) uint8_t *large = calloc(1, IMAGE_BYTES_MAX + 1);
	_cleanup_(file_free) struct file f = {0};
	_cleanup_(buf_clear) struct buf png = {0};

	(void)state;
	assert_non_null(large);
	make(IMAGE_PNG, 8, 8, &f);
	memcpy(large, f.data, (size_t)f.size);
	refuses(large, IMAGE_BYTES_MAX + 1, IMAGE_FAULT_TOO_BIG);
	assert_int_equal(send(large, IMAGE_BYTES_MAX, &png), IMAGE_FAULT_NONE);
}

/* Nothing of the file survives but its pixels. */
static void
what_stands_behind_a_picture_is_dropped(void **state)
{
	static const char script[] = "<script>alert(1)</script>";

	(void)state;
	for (size_t i = 0; i < ELEMENTS(types); i++) {
		_cleanup_(file_free) struct file f = {0};
		_cleanup_(buf_clear) struct buf all = {0}, png = {0};

		make(types[i], 8, 8, &f);
		buf_init(&all, 65536);
		buf_append(&all, f.data, (size_t)f.size);
		buf_append_string(&all, script);
		assert_int_equal(
		    send(all.data, all.length, &png), IMAGE_FAULT_NONE);
		assert_null(memmem(png.data, png.length, "script", 6));
	}
}

static void
a_header_that_lies_is_refused(void **state)
{
	static const uint8_t huge[] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a,
	    '\n', 0, 0, 0, 13, 'I', 'H', 'D', 'R', 0x7f, 0xff, 0xff, 0xff, 0x7f,
	    0xff, 0xff, 0xff, 8, 6, 0, 0, 0};
	_cleanup_(file_free) struct file png = {0}, jpeg = {0}, gif = {0};
	uint8_t *octets;

	(void)state;
	refuses(huge, sizeof(huge), IMAGE_FAULT_TOO_LARGE);
	/* 16 rows where 8 are coded; the checksum is wrong as well. */
	make(IMAGE_PNG, 8, 8, &png);
	octets = png.data;
	octets[23] = 16;
	refuses(png.data, (size_t)png.size, IMAGE_FAULT_BROKEN);
	octets[23] = 0;
	refuses(png.data, (size_t)png.size, IMAGE_FAULT_BROKEN);
	/* A screen smaller than the frame on it. */
	make(IMAGE_GIF, 8, 8, &gif);
	octets = gif.data;
	octets[6] = 7;
	refuses(gif.data, (size_t)gif.size, IMAGE_FAULT_BROKEN);
	octets[6] = 0;
	refuses(gif.data, (size_t)gif.size, IMAGE_FAULT_BROKEN);
	/* More rows than are coded. */
	make(IMAGE_JPEG, 8, 8, &jpeg);
	octets = memmem(jpeg.data, (size_t)jpeg.size, "\xff\xc0", 2);
	assert_non_null(octets);
	octets[5] = 0;
	octets[6] = 200;
	refuses(jpeg.data, (size_t)jpeg.size, IMAGE_FAULT_BROKEN);
	octets[6] = 0;
	refuses(jpeg.data, (size_t)jpeg.size, IMAGE_FAULT_BROKEN);
}

/* Two frames: the second header is not what the decoder is sized by. */
static void
a_second_jpeg_frame_is_refused(void **state)
{
	static const uint8_t frame[] = {
	    0xff, 0xc0, 0, 11, 8, 0x40, 0, 0x40, 0, 1, 1, 0x11, 0};
	_cleanup_(file_free) struct file f = {0};
	_cleanup_(buf_clear) struct buf all = {0};
	const uint8_t *at;
	size_t before;

	(void)state;
	make(IMAGE_JPEG, 8, 8, &f);
	at = memmem(f.data, (size_t)f.size, "\xff\xda", 2);
	assert_non_null(at);
	before = (size_t)(at - (const uint8_t *)f.data);
	buf_init(&all, 65536);
	buf_append(&all, f.data, before);
	buf_append(&all, frame, sizeof(frame));
	buf_append(&all, at, (size_t)f.size - before);
	refuses(all.data, all.length, IMAGE_FAULT_BROKEN);
}

/* Scans are cheap to send and dear to decode. */
static void
too_many_jpeg_scans_are_refused(void **state)
{
	static const uint8_t head[] = {
	    0xff, 0xd8, 0xff, 0xc2, 0, 11, 8, 0, 8, 0, 8, 1, 1, 0x11, 0};
	static const uint8_t scan[] = {
	    0xff, 0xda, 0, 8, 1, 1, 0, 0, 0, 0, 0, 0xff, 0, 0xff, 0xd0};
	static const uint8_t end[] = {0xff, 0xd9};
	struct image_head found;

	(void)state;
	for (unsigned int extra = 0; extra < 2; extra++) {
		_cleanup_(buf_clear) struct buf all = {0};

		buf_init(&all, 65536);
		buf_append(&all, head, sizeof(head));
		for (unsigned int i = 0; i < 64 + extra; i++)
			buf_append(&all, scan, sizeof(scan));
		buf_append(&all, end, sizeof(end));
		assert_int_equal(image_head_read(all.data, all.length, &found),
		    extra == 0 ? STATUS_OK : STATUS_MALFORMED);
	}
	assert_int_equal(found.width, 8);
}

static void
of_an_animation_the_first_frame_is_kept(void **state)
{
	gdImagePtr first = picture(12, 10), second = picture(12, 10), back;
	_cleanup_(buf_clear) struct buf all = {0}, png = {0};
	_cleanup_(file_free) struct file begin = {0}, one = {0}, two = {0},
					 end = {0};

	(void)state;
	gdImageTrueColorToPalette(first, 0, 256);
	gdImageTrueColorToPalette(second, 0, 256);
	begin.data = gdImageGifAnimBeginPtr(first, &begin.size, 1, 0);
	one.data = gdImageGifAnimAddPtr(
	    first, &one.size, 1, 0, 0, 10, gdDisposalNone, NULL);
	two.data = gdImageGifAnimAddPtr(
	    second, &two.size, 1, 0, 0, 10, gdDisposalNone, NULL);
	end.data = gdImageGifAnimEndPtr(&end.size);
	buf_init(&all, 65536);
	buf_append(&all, begin.data, (size_t)begin.size);
	buf_append(&all, one.data, (size_t)one.size);
	buf_append(&all, two.data, (size_t)two.size);
	buf_append(&all, end.data, (size_t)end.size);
	assert_int_equal(send(all.data, all.length, &png), IMAGE_FAULT_NONE);
	back = gdImageCreateFromPngPtr((int)png.length, png.data);
	assert_non_null(back);
	assert_int_equal(gdImageSX(back), 12);
	assert_int_equal(gdImageSY(back), 10);
	gdImageDestroy(back);
	gdImageDestroy(first);
	gdImageDestroy(second);
}

/* How clear the first pixel is, once it has become a PNG: 127 is wholly. */
static int
clearness_of(struct file *f)
{
	_cleanup_(buf_clear) struct buf png = {0};
	gdImagePtr back;
	int alpha;

	assert_int_equal(
	    send(f->data, (size_t)f->size, &png), IMAGE_FAULT_NONE);
	back = gdImageCreateFromPngPtr((int)png.length, png.data);
	assert_non_null(back);
	alpha = gdImageAlpha(back, gdImageGetPixel(back, 0, 0));
	gdImageDestroy(back);
	return alpha;
}

static void
see_through_stays_so(void **state)
{
	gdImagePtr image = gdImageCreateTrueColor(2, 1);
	gdImagePtr flat = gdImageCreatePalette(2, 1);
	_cleanup_(file_free) struct file f = {0}, g = {0};

	(void)state;
	gdImageAlphaBlending(image, 0);
	gdImageSaveAlpha(image, 1);
	gdImageSetPixel(image, 0, 0, gdTrueColorAlpha(1, 2, 3, 100));
	f.data = gdImagePngPtr(image, &f.size);
	gdImageDestroy(image);
	assert_int_equal(clearness_of(&f), 100);
	gdImageColorTransparent(flat, gdImageColorAllocate(flat, 1, 2, 3));
	g.data = gdImageGifPtr(flat, &g.size);
	gdImageDestroy(flat);
	assert_int_equal(clearness_of(&g), 127);
}

static void
an_answer_that_is_too_large_is_refused(void **state)
{
	_cleanup_(file_free) struct file f = {0};
	_cleanup_(buf_clear) struct buf small = {0};

	(void)state;
	make(IMAGE_JPEG, 64, 64, &f);
	buf_init(&small, 1000);
	assert_int_equal(
	    image_to_png(f.data, (size_t)f.size, &small), IMAGE_FAULT_FAILED);
	for (int i = IMAGE_FAULT_EMPTY; i <= IMAGE_FAULT_FAILED; i++)
		assert_true(image_fault_words(i)[0] != '\0');
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_type_becomes_png),
	    cmocka_unit_test(one_pixel_more_is_refused),
	    cmocka_unit_test(cut_off_anywhere_is_refused),
	    cmocka_unit_test(other_files_are_refused),
	    cmocka_unit_test(too_many_octets_are_refused),
	    cmocka_unit_test(what_stands_behind_a_picture_is_dropped),
	    cmocka_unit_test(a_header_that_lies_is_refused),
	    cmocka_unit_test(a_second_jpeg_frame_is_refused),
	    cmocka_unit_test(too_many_jpeg_scans_are_refused),
	    cmocka_unit_test(of_an_animation_the_first_frame_is_kept),
	    cmocka_unit_test(see_through_stays_so),
	    cmocka_unit_test(an_answer_that_is_too_large_is_refused),
	};

	return cmocka_run_group_tests_name("brokerd_image", tests, NULL, NULL);
}
