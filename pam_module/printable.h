/* SPDX-License-Identifier: ISC */
/* Text from outside on its way into a log line. */
#ifndef PAM_MODULE_PRINTABLE_H
#define PAM_MODULE_PRINTABLE_H

#include "scopegate/message.h"

/* Room for the longest PAM item when every octet is encoded. */
#define PRINTABLE_MAX (4 * 255 + 4)

struct printable {
	char text[PRINTABLE_MAX];
};

/*
 * Writes `value` into *p with every octet outside 0x21..0x7E, and the
 * backslash, as \xNN, so that a log line stays one line of unmistakable
 * fields. What does not fit is cut with a visible "...". Returns p->text; "-"
 * for nothing.
 */
const char *printable_of(struct printable *p, struct text value);

#endif
