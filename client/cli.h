/* SPDX-License-Identifier: ISC */
/* What the subcommands of scopegate share. */
#ifndef CLIENT_CLI_H
#define CLIENT_CLI_H

#include "issuer.h"
#include "settings.h"

/* Exit codes; 64, 74 and 78 are those of sysexits(3). */
enum {
	EXIT_DONE = 0,
	EXIT_NOT_DONE = 1,
	EXIT_UNAVAILABLE = 2,
	EXIT_USAGE = 64,
	EXIT_OUTPUT = 74,
	EXIT_CONFIG = 78,
};

struct cli {
	const char *config_path; /* NULL: the user's own */
	struct settings *settings;
};

struct command {
	const char *name;
	const char *arguments; /* for the usage */
	const char *help;
	/* argv[0] is the command's name; returns the exit code. */
	int (*run)(struct cli *cli, int argc, char **argv);
};

int cmd_login(struct cli *cli, int argc, char **argv);
int cmd_status(struct cli *cli, int argc, char **argv);
int cmd_logout(struct cli *cli, int argc, char **argv);
int cmd_token(struct cli *cli, int argc, char **argv);
int cmd_code(struct cli *cli, int argc, char **argv);
int cmd_run(struct cli *cli, int argc, char **argv);

/* Says what is wrong with the command line; returns EXIT_USAGE. */
int usage_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

/*
 * Options of one command, in one table. getopt_long(3) is given them; values
 * land in `text`, flags in `flag`. What is left, in order, goes to `operands`,
 * of which there must be exactly `count`. EXIT_DONE, or usage_error().
 */
struct cli_option {
	const char *name;
	const char **text; /* takes a value */
	bool *flag;	   /* or takes none */
};
int cli_options(int argc, char **argv, const struct cli_option *options,
    const char **operands, int count, const char *operand_names);

/*
 * The issuer of this name or URL. A URL without a section gets its client id
 * from the login that is kept. NULL: said why not; *ret_code is the exit code.
 */
struct issuer_settings *cli_issuer(
    struct cli *cli, const char *name, int *ret_code);

/* The exit code of a status that is not OK; says `problem`. */
int cli_failed(enum status s, const char *problem);

/*
 * Before there is a secret: no core dump, no ptrace by others, no descriptor
 * of 0 to 2 closed, files for the user alone. What it changed is put back
 * before another program takes over.
 */
void process_protect(void);
void process_release(void);

/* A name that ssh, a form and a shell's history all take as one plain word. */
bool host_name_valid(const char *host);
bool user_name_valid(const char *user);

#endif
