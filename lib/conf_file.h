/* SPDX-License-Identifier: ISC */
/* Private to lib/: a trusted file as lines with sections, keys and values. */
#ifndef SCOPEGATE_CONF_FILE_H
#define SCOPEGATE_CONF_FILE_H

#include "scopegate/conf.h"

struct conf_line {
	unsigned int number;
	const char *section; /* as between the brackets */
	const char *key;     /* NULL: the line is a section's header */
	const char *value;   /* without blanks around and without a comment */
	bool continuation;   /* goes on with the key of the line before */
};

/* STATUS_OK to go on; anything else stops and is handed through. */
typedef enum status conf_line_handler(
    const struct conf_line *line, void *context, struct conf_error *ret_error);

enum status conf_file_read(const char *path, conf_line_handler *handler,
    void *context, struct conf_error *ret_error);

#endif
