/* SPDX-License-Identifier: ISC */
/* The daemon's grants, asked for page by page, and printed. */
#ifndef VALIDATORCTL_GRANT_LIST_H
#define VALIDATORCTL_GRANT_LIST_H

#include "ctl.h"

struct grant_page {
	struct buf storage;
	struct json *document;
};

struct grant_list {
	struct grant_page *pages;
	size_t count;
};

/* Of one user, or NULL: all; or the one grant with that id. As ctl_ask(), but
 * never prints them. EXIT_NOT_DONE: the daemon says why not, and standard error
 * has it. */
int grant_list_ask(const struct ctl *ctl, const char *user, const char *id,
    struct grant_list *ret);
void grant_list_clear(struct grant_list *l); /* for _cleanup_() */

/* Calls `each` for every grant, in order; gives their number. */
size_t grant_list_each(const struct grant_list *l,
    void (*each)(const struct json_value *grant, void *argument),
    void *argument);
/* One document, on one line. */
void grant_list_print_json(const struct grant_list *l);

/* What the daemon says went wrong, to standard error; or false. */
bool grant_error_print(const struct json_value *top);

#endif
