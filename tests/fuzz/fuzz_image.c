/* SPDX-License-Identifier: ISC */
/*
 * Pictures that anybody with an account may send. What is refused leaves
 * nothing; what is taken is a PNG within the limits, whose header agrees with
 * the one that was sent, and which is taken again.
 */
#include "app/image.h"
#include "app/image_head.h"
#include "fuzz.h"
#include "scopegate/cleanup.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_(buf_clear) struct buf png = {0}, again = {0};
	struct image_head sent, made, remade;

	buf_init(&png, IMAGE_ANSWER_MAX);
	buf_init(&again, IMAGE_ANSWER_MAX);
	if (image_to_png(data, size, &png) != IMAGE_FAULT_NONE) {
		REQUIRE(png.length == 0);
		return 0;
	}
	REQUIRE(size <= IMAGE_BYTES_MAX);
	REQUIRE(image_head_read(data, size, &sent) == STATUS_OK);
	REQUIRE(image_head_read(png.data, png.length, &made) == STATUS_OK);
	REQUIRE(made.type == IMAGE_PNG);
	REQUIRE(made.width <= IMAGE_SIDE_MAX && made.width <= sent.width);
	REQUIRE(made.height <= IMAGE_SIDE_MAX && made.height <= sent.height);
	/* A GIF's frame may be smaller than its screen. */
	REQUIRE(sent.type == IMAGE_GIF ||
		(made.width == sent.width && made.height == sent.height));
	REQUIRE(image_to_png(png.data, png.length, &again) == IMAGE_FAULT_NONE);
	REQUIRE(
	    image_head_read(again.data, again.length, &remade) == STATUS_OK);
	REQUIRE(remade.width == made.width && remade.height == made.height);
	return 0;
}
