/* SPDX-License-Identifier: ISC */
/* The tables as a commented sample, so that text and parser cannot differ; and
 * what is wrong with a file. */
#include "scopegate/conf.h"

#include "scopegate/log.h"

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

void
conf_error_log(const struct conf_error *e)
{
	if (e->line > 0)
		log_error("%s:%u: %s", e->file, e->line, e->text);
	else
		log_error("%s: %s", e->file, e->text);
}
