/* SPDX-License-Identifier: ISC */
/* The command line of a daemon. */
#ifndef LIB_DAEMON_OPTIONS_H
#define LIB_DAEMON_OPTIONS_H

#include <stdbool.h>

#include "scopegate/status.h"

struct daemon_options {
	const char *config; /* borrowed from argv, or what was there */
	bool test;
	bool version;
};

/* `ret` holds the default configuration. STATUS_INVALID: *ret_wrong is the
 * argument that is not understood. */
enum status daemon_options_parse(int argc, char *argv[],
    struct daemon_options *ret, const char **ret_wrong);

#endif
