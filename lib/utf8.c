/* SPDX-License-Identifier: ISC */
/* UTF-8 by RFC 3629 section 4, as a table of its well-formed sequences. */
#include "utf8.h"

#include "scopegate/cleanup.h"

size_t
utf8_sequence(const uint8_t *p, size_t left)
{
	static const struct {
		uint8_t first, last, second_min, second_max, size;
	} rows[] = {
	    {0x00, 0x7f, 0, 0, 1},
	    {0xc2, 0xdf, 0x80, 0xbf, 2},
	    {0xe0, 0xe0, 0xa0, 0xbf, 3},
	    {0xe1, 0xec, 0x80, 0xbf, 3},
	    {0xed, 0xed, 0x80, 0x9f, 3},
	    {0xee, 0xef, 0x80, 0xbf, 3},
	    {0xf0, 0xf0, 0x90, 0xbf, 4},
	    {0xf1, 0xf3, 0x80, 0xbf, 4},
	    {0xf4, 0xf4, 0x80, 0x8f, 4},
	};

	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		if (p[0] < rows[i].first || p[0] > rows[i].last)
			continue;
		if (rows[i].size > left)
			return 0;
		if (rows[i].size > 1 &&
		    (p[1] < rows[i].second_min || p[1] > rows[i].second_max))
			return 0;
		for (size_t k = 2; k < rows[i].size; k++)
			if ((p[k] & 0xc0) != 0x80)
				return 0;
		return rows[i].size;
	}
	return 0;
}
