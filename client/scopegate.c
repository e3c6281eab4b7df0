/* SPDX-License-Identifier: ISC */
/*
 * The user's own tool: one table of subcommands, from which the usage is
 * printed too. No command takes a token on its command line.
 */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "scopegate/cleanup.h"
#include "scopegate/log.h"

static const struct command commands[] = {
    {"login",
	"ISSUER [--device] [--no-browser] [--timeout 2m] [--client-id ID]\n"
	"      [--scope 'A B']",
	"sign in at an issuer, by its name in your file or its URL, and keep "
	"the token",
	cmd_login},
    {"status", "", "what you are signed in to, and until when", cmd_status},
    {"logout", "ISSUER", "revoke the token if the issuer can, and forget it",
	cmd_logout},
    {"token", "ISSUER [--force]",
	"print the access token, for a script; --force: also on a terminal",
	cmd_token},
    {"code", "HOST [--user U] [--service S] [--gate URL] [--issuer NAME]",
	"print a login code for a host, good for one login within a minute",
	cmd_code},
    {"run", "[--sudo] [--service S] [--user U] HOST[,HOST...] --\n"
	"      COMMAND ...",
	"run ssh, scp, rsync, git or ansible (or, with --sudo, sudo -A), and "
	"sign in at HOST unattended",
	cmd_run},
};

static void
print_usage(FILE *out)
{
	(void)fprintf(out, "usage: scopegate [--config FILE] COMMAND ...\n"
			   "       scopegate --help | --version\n\n");
	for (size_t i = 0; i < ELEMENTS(commands); i++)
		(void)fprintf(out, "  %s%s%s\n      %s\n", commands[i].name,
		    commands[i].arguments[0] != '\0' ? " " : "",
		    commands[i].arguments, commands[i].help);
}

static int
run(struct cli *cli, int argc, char **argv)
{
	struct conf_error error;

	if (argc == 0) {
		print_usage(stderr);
		return EXIT_USAGE;
	}
	for (size_t i = 0; i < ELEMENTS(commands); i++) {
		if (strcmp(argv[0], commands[i].name) != 0)
			continue;
		cli->settings = settings_read(cli->config_path, &error);
		if (cli->settings != NULL)
			return commands[i].run(cli, argc, argv);
		if (error.line > 0)
			log_error(
			    "%s:%u: %s", error.file, error.line, error.text);
		else
			log_error("%s: %s", error.file, error.text);
		return EXIT_CONFIG;
	}
	return usage_error("unknown command '%s'", argv[0]);
}

/* A script must not take half an output for a whole one. */
static int
finish(int code)
{
	if (fflush(stdout) == 0 && ferror(stdout) == 0)
		return code;
	(void)fprintf(stderr, "scopegate: the output cannot be written\n");
	return EXIT_OUTPUT;
}

int
main(int argc, char **argv)
{
	static const struct option options[] = {
	    {"config", required_argument, NULL, 'c'},
	    {"help", no_argument, NULL, 'h'},
	    {"version", no_argument, NULL, 'v'},
	    {NULL, 0, NULL, 0},
	};
	struct cli cli = {0};
	int c, code;

	process_protect();
	log_open("scopegate", LOG_LEVEL_INFO);
	opterr = 0;
	/* "+": what follows the command belongs to the command. */
	while ((c = getopt_long(argc, argv, "+h", options, NULL)) != -1) {
		switch (c) {
		case 'c':
			cli.config_path = optarg;
			break;
		case 'h':
			print_usage(stdout);
			return finish(EXIT_DONE);
		case 'v':
			(void)printf("scopegate %s\n", PACKAGE_VERSION);
			return finish(EXIT_DONE);
		default:
			return usage_error("unknown or incomplete option '%s'",
			    argv[optind - 1]);
		}
	}
	code = run(&cli, argc - optind, argv + optind);
	settings_free(cli.settings);
	return finish(code);
}
