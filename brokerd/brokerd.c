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

/* Of the two ways to be a command, one is set. */
struct command_row {
	const char *name;
	int (*run)(int argc, char **argv);
	const struct noun *noun;
	const char *help;    /* a line */
	const char *details; /* of those that are no noun */
};

static const struct command_row commands[] = {
    {"init", command_init, NULL, "make a store",
	"--store FILE [--demo] [--force] [--audience URL]\n"
	"      [--gate-secret-file FILE] [--trader-secret-file FILE]\n"
	"      [--password-file FILE]\n"
	"      --demo adds users alice, bob and the operators carol and dave, "
	"and apps\n"
	"      gate and trader"},
    {"serve", command_serve, NULL, "answer HTTP until SIGTERM",
	"--store FILE [--listen [ADDRESS:]PORT] [--issuer URL]\n"
	"      [--port-file FILE] [--tls-cert FILE --tls-key FILE] "
	"[--i-know]\n"
	"      [--faults]\n"
	"      on loopback unless --i-know"},
    {"token", command_token, NULL, "make a grant and print its token",
	"--store FILE --user NAME --app ID [--scope \"A B\"]\n"
	"      [--env paper|live] [--expires 1h] [--audience URL]\n"
	"      [--authenticated AGO]\n"
	"      the token stands alone on standard output"},
    {"revoke", command_revoke, NULL, "end the grant of a token",
	"--store FILE [--user NAME --app ID]\n"
	"      of the token on standard input, or all of a user's to an app"},
    {"user", NULL, &noun_user, "people: list, add, disable, make operators",
	NULL},
    {"app", NULL, &noun_app, "apps: list, add, review, suspend", NULL},
    {"live", NULL, &noun_live, "requests for live accounts", NULL},
    {"grant", NULL, &noun_grant, "what people have let apps do", NULL},
    {"audit", NULL, &noun_audit, "who did what: list, export, verify", NULL},
    {"key", NULL, &noun_key, "the keys that sign tokens", NULL},
    {"receiver", command_receiver, NULL,
	"who is told when a token, a grant or an app ends",
	"add|remove|list --store FILE [--receiver NAME --url URL]\n"
	"      [--audience TEXT] [--events \"A B\"] [--bearer-file FILE]"},
    {"fault", command_fault, NULL,
	"what a server started with --faults does wrong, for tests",
	"list|set|clear --store FILE\n"
	"      [--kind slow|drop|429|5xx|no_expires_in|wrong_type]\n"
	"      [--on token|introspect|api|all] [--wait 500ms] [--next N]"},
};

static const struct command_row *
find_command(const char *name)
{
	for (size_t i = 0; i < ELEMENTS(commands); i++) {
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	}
	log_error("no such command: %s; see `brokerd help`", name);
	return NULL;
}

static int
usage(FILE *out)
{
	fputs("brokerd: a reference authorization server with a store of its "
	      "own; no broker\n\n",
	    out);
	for (size_t i = 0; i < ELEMENTS(commands); i++)
		fprintf(out, "  brokerd %-9s %s\n", commands[i].name,
		    commands[i].help);
	fputs("  brokerd help      this, or `brokerd help COMMAND`: its "
	      "options\n"
	      "  brokerd version\n",
	    out);
	return out == stdout ? EXIT_SUCCESS : EXIT_USAGE;
}

static int
help(const char *name)
{
	const struct command_row *c = find_command(name);

	if (c == NULL)
		return EXIT_USAGE;
	printf("%s\n\n", c->help);
	if (c->noun != NULL)
		verbs_help(c->noun, stdout);
	else
		printf("  brokerd %s %s\n", c->name, c->details);
	return EXIT_SUCCESS;
}

int
main(int argc, char **argv)
{
	const struct command_row *c;

	log_open("brokerd", LOG_LEVEL_INFO);
	(void)umask(077);
	if (argc < 2)
		return usage(stderr);
	if (strcmp(argv[1], "help") == 0 || strcmp(argv[1], "--help") == 0)
		return argc > 2 ? help(argv[2]) : usage(stdout);
	if (strcmp(argv[1], "version") == 0 ||
	    strcmp(argv[1], "--version") == 0) {
		puts("brokerd " PACKAGE_VERSION);
		return EXIT_SUCCESS;
	}
	c = find_command(argv[1]);
	if (c == NULL)
		return EXIT_USAGE;
	return c->noun != NULL ? verbs_run(c->noun, argc - 2, argv + 2)
			       : c->run(argc - 2, argv + 2);
}
