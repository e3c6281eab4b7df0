/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <unistd.h>

#include "cli.h"
#include "scopegate/cleanup.h"
#include "secret_print.h"
#include "token_source.h"

int
cmd_token(struct cli *cli, int argc, char **argv)
{
	bool force = false;
	const struct cli_option options[] = {
	    {"force", NULL, &force}, {NULL, NULL, NULL}};
	_cleanup_(secret_clear) struct secret token = {0};
	char problem[PROBLEM_SIZE];
	const char *name = NULL;
	struct issuer_settings *i;
	enum status s;
	int code = cli_options(argc, argv, options, &name, 1,
	    "an ISSUER: a name of your file, or a URL");

	if (code != EXIT_DONE)
		return code;
	if (!force && isatty(STDOUT_FILENO))
		return usage_error("a token is not printed on a terminal, "
				   "where it stays to be read: send it "
				   "somewhere, or add --force");
	i = cli_issuer(cli, name, &code);
	if (i == NULL)
		return code;
	s = token_get(cli->settings, i, &token, problem);
	if (s != STATUS_OK)
		return cli_failed(s, problem);
	return secret_print(&token) ? EXIT_DONE : EXIT_OUTPUT;
}
