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

static int command_help(int argc, char **argv);
static int command_version(int argc, char **argv);

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
    {"receiver", NULL, &noun_receiver,
	"who is told when a token, a grant or an app ends", NULL},
    {"fault", NULL, &noun_fault,
	"what a server started with --faults does wrong, for tests", NULL},
    {"help", command_help, NULL,
	"this, or `brokerd help COMMAND [VERB]`: its options",
	"[COMMAND [VERB]]"},
    {"version", command_version, NULL, "which brokerd this is", ""},
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
	return out == stdout ? EXIT_SUCCESS : EXIT_USAGE;
}

/* `verb` NULL: of all. */
static int
help(const char *name, const char *verb)
{
	const struct command_row *c = find_command(name);

	if (c == NULL)
		return EXIT_USAGE;
	if (verb == NULL || c->noun == NULL)
		printf("%s\n\n", c->help);
	if (c->noun == NULL)
		printf("  brokerd %s%s%s\n", c->name,
		    c->details[0] == '\0' ? "" : " ", c->details);
	else if (!verbs_help(c->noun, verb, stdout))
		return EXIT_USAGE;
	return EXIT_SUCCESS;
}

static int
command_help(int argc, char **argv)
{
	if (argc == 0)
		return usage(stdout);
	return help(argv[0], argc > 1 ? argv[1] : NULL);
}

static int
command_version(int argc, char **argv)
{
	(void)argv;
	if (argc > 0) {
		log_error("version takes no options");
		return EXIT_USAGE;
	}
	puts("brokerd " PACKAGE_VERSION);
	return EXIT_SUCCESS;
}

/* Wherever it stands: no option takes it for a value that makes sense. */
static bool
asks_for_help(int argc, char **argv)
{
	for (int i = 2; i < argc; i++) {
		if (strcmp(argv[i], "--help") == 0)
			return true;
	}
	return false;
}

static int
run(const struct command_row *c, int argc, char **argv)
{
	int code = c->noun != NULL ? verbs_run(c->noun, argc, argv)
				   : c->run(argc, argv);

	if (code == EXIT_USAGE && c->run != command_help)
		fprintf(stderr, "see `brokerd help %s`\n", c->name);
	return code;
}

int
main(int argc, char **argv)
{
	const struct command_row *c;

	log_open("brokerd", LOG_LEVEL_INFO);
	(void)umask(077);
	if (argc < 2)
		return usage(stderr);
	if (strcmp(argv[1], "--help") == 0)
		return usage(stdout);
	if (strcmp(argv[1], "--version") == 0)
		return command_version(0, NULL);
	if (asks_for_help(argc, argv))
		return help(
		    argv[1], argc > 3 && argv[2][0] != '-' ? argv[2] : NULL);
	c = find_command(argv[1]);
	return c == NULL ? EXIT_USAGE : run(c, argc - 2, argv + 2);
}
