/* SPDX-License-Identifier: ISC */
/* [probe NAME] of a profile: its rows, and what one row cannot see. */
#ifndef VALIDATORD_CONFIG_PROBE_H
#define VALIDATORD_CONFIG_PROBE_H

#include "config.h"

/* A probe and those of its texts that are parsed after the file is read. */
struct probe_draft {
	struct probe probe;
	char *success;
	struct word_list require, refuse; /* one text a line */
	unsigned int line;
};

extern const struct conf_option config_probe_options[];

struct probe_draft *probe_draft_new(const char *name, unsigned int line);
void probe_draft_free(struct probe_draft *d); /* NULL is fine */

/* Checks the whole and completes d->probe. `path` is for messages. */
enum status config_probe_finish(struct probe_draft *d, const char *path,
    const struct conf_seen *seen, struct conf_error *ret_error);

void probe_clear(struct probe *p);

#endif
