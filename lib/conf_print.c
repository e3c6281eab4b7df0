/* SPDX-License-Identifier: ISC */
/* The tables as a commented sample, so that text and parser cannot differ. */
#include "scopegate/conf.h"

void
conf_print_defaults(FILE *out, const struct conf_section *sections)
{
	for (; sections->name != NULL; sections++) {
		(void)fprintf(out, "[%s%s]\n", sections->name,
		    sections->named ? " NAME" : "");
		for (const struct conf_option *o = sections->options;
		     o->name != NULL; o++) {
			(void)fprintf(out, "; %s%s\n", o->help,
			    o->required ? " Required." : "");
			(void)fprintf(out, "%s%s = %s\n",
			    o->fallback != NULL ? "" : ";", o->name,
			    o->fallback != NULL ? o->fallback : "");
		}
		(void)fprintf(out, "\n");
	}
}
