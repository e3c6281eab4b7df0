/* SPDX-License-Identifier: ISC */
#include "qr.h"

#include <qrencode.h>
#include <stdbool.h>

#include "scopegate/buf.h"
#include "scopegate/cleanup.h"
#include "scopegate/message.h"

/* What is drawn is the link and nothing else; the terminal shows it in letters
 * too, so that a person can compare. */

#define QUIET 4 /* ISO/IEC 18004 section 9.1, in squares */

static void
release_code(QRcode **code)
{
	QRcode_free(*code);
}

/* The quiet zone is light, and so is what lies below it. */
static bool
is_light(const QRcode *code, int x, int y)
{
	x -= QUIET;
	y -= QUIET;
	return x < 0 || y < 0 || x >= code->width || y >= code->width ||
	       (code->data[y * code->width + x] & 1) == 0;
}

static void
draw_line(const QRcode *code, int y, struct buf *out)
{
	/* By the upper square, then the lower one. */
	static const char *const halves[2][2] = {
	    {" ", "\xe2\x96\x84"}, {"\xe2\x96\x80", "\xe2\x96\x88"}};

	for (int x = 0; x < code->width + 2 * QUIET; x++)
		(void)buf_append_string(out,
		    halves[is_light(code, x, y)][is_light(code, x, y + 1)]);
	(void)buf_append_byte(out, '\n');
}

char *
qr_draw(const char *link)
{
	_cleanup_(release_code) QRcode *code =
	    QRcode_encodeString(link, 0, QR_ECLEVEL_L, QR_MODE_8, 1);
	_cleanup_(buf_clear) struct buf out = {0};

	if (code == NULL || code->width + 2 * QUIET > QR_COLUMNS_MAX)
		return NULL;
	buf_init(&out, QR_MAX);
	for (int y = 0; y < code->width + 2 * QUIET; y += 2)
		draw_line(code, y, &out);
	return buf_take(&out);
}
