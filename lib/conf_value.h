/* SPDX-License-Identifier: ISC */
/* Private to lib/: values by type. */
#ifndef SCOPEGATE_CONF_VALUE_H
#define SCOPEGATE_CONF_VALUE_H

#include "scopegate/buf.h"
#include "scopegate/conf.h"

/* yes on true | no off false */
enum status conf_parse_bool(const char *text, bool *ret);

/* Parses `text` by the row into the section's struct `data`. */
enum status conf_store(
    const struct conf_option *o, const char *text, void *data);
/* Moves the row's value to a section's struct that has none yet. */
void conf_move(const struct conf_option *o, void *from, void *to);
/* Appends what a good value would be: the remedy of a bad one. */
void conf_describe(const struct conf_option *o, struct buf *ret);

#endif
