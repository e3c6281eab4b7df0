/* SPDX-License-Identifier: ISC */
/* Long options, by table. A secret never is an option's value. */
#ifndef BROKERD_OPTIONS_H
#define BROKERD_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#define EXIT_REFUSED 1
#define EXIT_USAGE 64 /* sysexits: EX_USAGE */
#define EXIT_SETUP 78 /* sysexits: EX_CONFIG */

#define OPTION_LIST_MAX 16

/* The values of an option that may be given more than once. */
struct option_list {
	const char *values[OPTION_LIST_MAX];
	size_t count;
};

/* One row; exactly one of the pointers is set. Ends with name == NULL. */
struct option_row {
	const char *name; /* without the dashes */
	bool *flag;
	const char **value;
	struct option_list *list;
	bool required;
};

/* --name value, --name=value, --flag. Logs what is wrong; false then. */
bool options_parse(const struct option_row *rows, int argc, char **argv);

#endif
