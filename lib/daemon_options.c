/* SPDX-License-Identifier: ISC */
#include "daemon_options.h"

#include <string.h>

/* What is not known is refused: a mistyped option must not start a daemon
 * with other settings than the operator meant. */

enum status
daemon_options_parse(
    int argc, char *argv[], struct daemon_options *ret, const char **ret_wrong)
{
	static const char assigned[] = "--config=";
	struct daemon_options o = {.config = ret->config};

	for (int i = 1; i < argc; i++) {
		const char *argument = argv[i];

		if (strcmp(argument, "--config") == 0 && i + 1 < argc) {
			o.config = argv[++i];
		} else if (strncmp(argument, assigned, sizeof(assigned) - 1) ==
			       0 &&
			   argument[sizeof(assigned) - 1] != '\0') {
			o.config = argument + sizeof(assigned) - 1;
		} else if (strcmp(argument, "--test") == 0) {
			o.test = true;
		} else if (strcmp(argument, "--version") == 0) {
			o.version = true;
		} else if (strcmp(argument, "--foreground") != 0) {
			*ret_wrong = argument;
			return STATUS_INVALID;
		}
	}
	*ret = o;
	return STATUS_OK;
}
