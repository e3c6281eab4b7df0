/* SPDX-License-Identifier: ISC */
/*
 * User names, addresses and arguments come from outside; a log line that held
 * them raw could be forged. Must never be handed a token.
 */
#include "printable.h"

#include <stdio.h>
#include <string.h>

const char *
printable_of(struct printable *p, struct text value)
{
	size_t used = 0;

	for (size_t i = 0; i < value.length; i++) {
		unsigned char c = (unsigned char)value.bytes[i];

		if (used + sizeof("\\xNN...") > sizeof(p->text)) {
			memcpy(p->text + used, "...", sizeof("..."));
			return p->text;
		}
		if (c > ' ' && c < 0x7f && c != '\\')
			p->text[used++] = (char)c;
		else
			used += (size_t)snprintf(p->text + used,
			    sizeof(p->text) - used, "\\x%02x", c);
	}
	if (used == 0)
		p->text[used++] = '-';
	p->text[used] = '\0';
	return p->text;
}
