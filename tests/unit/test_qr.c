/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "qr.h"
#include "scopegate/cleanup.h"
#include "scopegate/message.h"

/* A drawing read back, square by square. */

#define SQUARES_MAX 128

struct drawing {
	bool light[SQUARES_MAX][SQUARES_MAX];
	size_t width, height;
};

static size_t
read_sign(const char *p, bool *ret_upper, bool *ret_lower)
{
	static const struct {
		const char *sign;
		bool upper, lower;
	} rows[] = {
	    {" ", false, false},
	    {"\xe2\x96\x80", true, false},
	    {"\xe2\x96\x84", false, true},
	    {"\xe2\x96\x88", true, true},
	};

	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		size_t n = strlen(rows[i].sign);

		if (strncmp(p, rows[i].sign, n) != 0)
			continue;
		*ret_upper = rows[i].upper;
		*ret_lower = rows[i].lower;
		return n;
	}
	fail_msg("a sign that is none of the four");
	return 0;
}

static void
read_drawing(const char *text, struct drawing *d)
{
	size_t x = 0;

	memset(d, 0, sizeof(*d));
	for (const char *p = text; *p != '\0';) {
		if (*p == '\n') {
			assert_true(d->width == 0 || d->width == x);
			d->width = x;
			d->height += 2;
			x = 0;
			p++;
			continue;
		}
		assert_true(x < SQUARES_MAX && d->height + 1 < SQUARES_MAX);
		p += read_sign(
		    p, &d->light[d->height][x], &d->light[d->height + 1][x]);
		x++;
	}
	assert_int_equal(x, 0); /* the last line has an end, too */
}

/* ISO/IEC 18004: a square of seven in three corners. */
static void
check_finder(const struct drawing *d, size_t left, size_t top)
{
	for (size_t y = 0; y < 7; y++) {
		for (size_t x = 0; x < 7; x++) {
			bool edge = x == 0 || y == 0 || x == 6 || y == 6;
			bool middle = x >= 2 && x <= 4 && y >= 2 && y <= 4;

			assert_int_equal(
			    d->light[top + y][left + x], !edge && !middle);
		}
	}
}

static void
test_finders_and_quiet_zone(void **state)
{
	_cleanup_(free_ptr) char *text =
	    qr_draw("https://gate.example.com/l/K7QXM2RT");
	static struct drawing d;

	(void)state;
	assert_non_null(text);
	read_drawing(text, &d);
	/* Version 3 at the lowest level, 29 squares, and 4 on each side. */
	assert_int_equal(d.width, 29 + 8);
	assert_int_equal(d.height, 38);
	check_finder(&d, 4, 4);
	check_finder(&d, d.width - 4 - 7, 4);
	check_finder(&d, 4, 4 + 29 - 7);
	for (size_t y = 0; y < d.height; y++) {
		for (size_t x = 0; x < d.width; x++) {
			if (x < 4 || x >= d.width - 4 || y < 4 || y >= 4 + 29)
				assert_true(d.light[y][x]);
		}
	}
}

/* As long as it fits into a terminal's line; then not at all. */
static void
test_limits(void **state)
{
	char link[600];
	bool drawn = true;
	size_t widest = 0;

	(void)state;
	for (size_t n = 1; n < sizeof(link) - 1; n++) {
		_cleanup_(free_ptr) char *text = NULL;
		static struct drawing d;

		memset(link, 'a', n);
		link[n] = '\0';
		text = qr_draw(link);
		if (text == NULL) {
			drawn = false;
			continue;
		}
		/* What has been too long stays so. */
		assert_true(drawn);
		read_drawing(text, &d);
		assert_true(d.width <= QR_COLUMNS_MAX);
		assert_true(strlen(text) <= QR_MAX);
		widest = d.width;
	}
	assert_false(drawn);
	assert_int_equal(widest, 77); /* version 13 */
	assert_null(qr_draw(""));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_finders_and_quiet_zone),
	    cmocka_unit_test(test_limits),
	};

	return cmocka_run_group_tests_name("qr", tests, NULL, NULL);
}
