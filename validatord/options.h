/* SPDX-License-Identifier: ISC */
/* The command line of validatord. */
#ifndef VALIDATORD_OPTIONS_H
#define VALIDATORD_OPTIONS_H

#include <stdbool.h>

#include "scopegate/status.h"

#define CONFIG_DEFAULT SCOPEGATE_SYSCONFDIR "/validatord.conf"

struct options {
	const char *config; /* borrowed from argv */
	bool test;
	bool version;
};

/* STATUS_INVALID: *ret_wrong is the argument that is not understood. */
enum status options_parse(
    int argc, char *argv[], struct options *ret, const char **ret_wrong);

#endif
