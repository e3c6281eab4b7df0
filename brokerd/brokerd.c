/* SPDX-License-Identifier: ISC */
/*
 * brokerd, a reference authorization server with an embedded store, for
 * demonstrations, tests and staging. It is no broker: it holds no money and
 * places no order.
 */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "command/command.h"
#include "scopegate/cleanup.h"
#include "scopegate/log.h"

struct command_row {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *help;
};

static const struct command_row commands[] = {
    {"init", command_init,
	"--store FILE [--demo] [--force] [--audience URL]\n"
	"             [--gate-secret-file FILE] [--trader-secret-file FILE]\n"
	"             [--password-file FILE]\n"
	"      make a store; --demo adds users alice and bob, apps gate and "
	"trader"},
    {"serve", command_serve,
	"--store FILE [--listen [ADDRESS:]PORT] [--issuer URL]\n"
	"              [--port-file FILE] [--tls-cert FILE --tls-key FILE] "
	"[--i-know]\n"
	"              [--faults]\n"
	"      answer HTTP, on loopback unless --i-know, until SIGTERM"},
    {"token", command_token,
	"--store FILE --user NAME --app ID [--scope \"A B\"]\n"
	"              [--env paper|live] [--expires 1h] [--audience URL]\n"
	"              [--authenticated AGO]\n"
	"      make a grant and print its access token, alone, on standard "
	"output"},
    {"revoke", command_revoke,
	"--store FILE [--user NAME --app ID]\n"
	"      end the grant of the token on standard input, or all of a "
	"user's to an app"},
    {"user", command_user,
	"add --store FILE --user NAME [--password-file FILE]\n"
	"      add a user; the password is made and printed unless a file "
	"gives it"},
    {"app", command_app,
	"add --store FILE --app ID [--title TEXT] [--owner NAME]\n"
	"            [--redirect URI]... [--audience URL]... [--scope \"A "
	"B\"]\n"
	"            [--grants \"authorization_code ...\"] [--public | "
	"--secret-file FILE]\n"
	"      register an app; its secret is shown once or written to the "
	"file"},
    {"key", command_key,
	"list|rotate --store FILE\n"
	"      show the keys that sign tokens; let the next one sign from now "
	"on"},
    {"receiver", command_receiver,
	"add|remove|list --store FILE [--receiver NAME --url URL]\n"
	"            [--audience TEXT] [--events \"A B\"] [--bearer-file FILE]\n"
	"      who is told when a token, a grant or an app ends"},
    {"fault", command_fault,
	"list|set|clear --store FILE [--kind slow|drop|429|5xx|no_expires_in|"
	"wrong_type]\n"
	"              [--on token|introspect|api|all] [--wait 500ms] "
	"[--next N]\n"
	"      what a server started with --faults does wrong, for tests"},
};

static int
usage(FILE *out)
{
	fputs("brokerd: a reference authorization server with a store of its "
	      "own; no broker\n\n",
	    out);
	for (size_t i = 0; i < ELEMENTS(commands); i++)
		fprintf(out, "  brokerd %s %s\n\n", commands[i].name,
		    commands[i].help);
	fputs("  brokerd help | version\n", out);
	return out == stdout ? EXIT_SUCCESS : EXIT_USAGE;
}

int
main(int argc, char **argv)
{
	log_open("brokerd", LOG_LEVEL_INFO);
	(void)umask(077);
	if (argc < 2)
		return usage(stderr);
	if (strcmp(argv[1], "help") == 0 || strcmp(argv[1], "--help") == 0)
		return usage(stdout);
	if (strcmp(argv[1], "version") == 0 ||
	    strcmp(argv[1], "--version") == 0) {
		puts("brokerd " PACKAGE_VERSION);
		return EXIT_SUCCESS;
	}
	for (size_t i = 0; i < ELEMENTS(commands); i++) {
		if (strcmp(argv[1], commands[i].name) == 0)
			return commands[i].run(argc - 2, argv + 2);
	}
	log_error("no such command: %s; see `brokerd help`", argv[1]);
	return EXIT_USAGE;
}
