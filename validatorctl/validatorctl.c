/* SPDX-License-Identifier: ISC */
/*
 * The operator's tool: one table of subcommands, from which the usage is
 * printed too. Secrets come from standard input, never from the command line.
 */
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "ctl.h"
#include "scopegate/cleanup.h"
#include "scopegate/log.h"

static const struct command commands[] = {
    {"status", "", "what the daemon is doing", cmd_status},
    {"check",
	"[--offline [--jwks FILE]] --service S --user U [--rhost R] < TOKEN",
	"decide as for a login: every rule, the facts, the verdict", cmd_check},
    {"explain", "REF [--log FILE]",
	"why the decision with this reference came out as it did", cmd_explain},
    {"flush", "", "forget all cached facts", cmd_flush},
    {"reload", "", "read the configuration again", cmd_reload},
    {"grants show", "ID", "one grant, all that is known of it",
	cmd_grants_show},
    {"grants revoke", "ID | --user U",
	"end a grant, or all of a user's, here and at the broker",
	cmd_grants_revoke},
    {"grants list", "[--user U]", "the grants of our own sign-ins",
	cmd_grants_list},
    {"grants", "[--user U]", "the same", cmd_grants_list},
    {"deny list", "", "who is shut out", cmd_deny_list},
    {"deny", "KIND VALUE [--issuer NAME]",
	"shut out a sub, client, kid, jti, user, or what was issued-before a "
	"time",
	cmd_deny},
    {"allow", "KIND VALUE [--issuer NAME]", "take such a rule away again",
	cmd_allow},
    {"key rotate", "", "a new key for the grants on disk", cmd_key_rotate},
    {"audit verify", "[--log FILE]", "check the audit log's hash chain",
	cmd_audit_verify},
    {"config test", "", "check the configuration as the daemon would",
	cmd_config_test},
    {"config defaults", "", "print every option and its default",
	cmd_config_defaults},
    {"config show", "[ISSUER]",
	"print what counts, and where each value is from", cmd_config_show},
    {"config profiles", "[NAME]", "what is known about brokers, and how surely",
	cmd_config_profiles},
    {"issuer test", "NAME",
	"ask an authorization server what a login would ask, step by step",
	cmd_issuer_test},
    {"login-test", "SERVICE USER [--method M] [--rhost R] [--timeout S]",
	"sign in as the PAM module would, each step told", cmd_login_test},
    {"jws-verify", "--jwks FILE [--alg LIST] [--typ TYPE] < TOKENS",
	"is each line signed by a key of the set? accept, or reject and why",
	cmd_jws_verify},
    {"json-check", "[--syntax] < DOCUMENT",
	"would the strict JSON check accept it?", cmd_json_check},
    {"version", "", "print the version", cmd_version},
};

static void
print_usage(FILE *out)
{
	(void)fprintf(out,
	    "usage: validatorctl [--config FILE] [--json] COMMAND ...\n\n");
	for (size_t i = 0; i < ELEMENTS(commands); i++)
		(void)fprintf(out, "  %s%s%s\n      %s\n", commands[i].name,
		    commands[i].arguments[0] != '\0' ? " " : "",
		    commands[i].arguments, commands[i].help);
}

int
usage_error(const char *format, ...)
{
	va_list arguments;

	(void)fprintf(stderr, "validatorctl: ");
	va_start(arguments, format);
	(void)vfprintf(stderr, format, arguments);
	va_end(arguments);
	(void)fprintf(stderr, "\nTry 'validatorctl --help'.\n");
	return EXIT_USAGE;
}

int
takes_nothing(int argc, char **argv)
{
	if (argc > 0)
		return usage_error("unexpected argument '%s'", argv[0]);
	return EXIT_DONE;
}

/* How many words of argv the command's name takes; 0 if it is another. */
static int
name_words(const struct command *c, int argc, char **argv)
{
	const char *blank = strchr(c->name, ' ');
	size_t first =
	    blank != NULL ? (size_t)(blank - c->name) : strlen(c->name);

	if (argc < 1 || strlen(argv[0]) != first ||
	    strncmp(argv[0], c->name, first) != 0)
		return 0;
	if (blank == NULL)
		return 1;
	return argc >= 2 && strcmp(argv[1], blank + 1) == 0 ? 2 : 0;
}

static int
run(const struct ctl *ctl, int argc, char **argv)
{
	if (argc == 0) {
		print_usage(stderr);
		return EXIT_USAGE;
	}
	for (size_t i = 0; i < ELEMENTS(commands); i++) {
		int words = name_words(&commands[i], argc, argv);

		if (words > 0)
			return commands[i].run(ctl, argc - words, argv + words);
	}
	return usage_error("unknown command '%s'", argv[0]);
}

/* --json and --help may stand anywhere; takes `flag` out of argv. */
static bool
take_flag(const char *flag, int *argc, char **argv)
{
	bool found = false;
	int kept = 0;

	for (int i = 0; i < *argc; i++) {
		if (strcmp(argv[i], flag) == 0)
			found = true;
		else
			argv[kept++] = argv[i];
	}
	argv[kept] = NULL;
	*argc = kept;
	return found;
}

/* A script must not take half a document for a whole one. */
static int
finish(int code)
{
	if (fflush(stdout) == 0 && ferror(stdout) == 0)
		return code;
	(void)fprintf(stderr, "validatorctl: the output cannot be written\n");
	return EXIT_OUTPUT;
}

int
main(int argc, char **argv)
{
	static const struct option options[] = {
	    {"config", required_argument, NULL, 'c'},
	    {NULL, 0, NULL, 0},
	};
	struct ctl ctl = {
	    .config_path = SCOPEGATE_SYSCONFDIR "/validatord.conf",
	};
	int c;

	log_open("validatorctl", LOG_LEVEL_INFO);
	if (argc == 0)
		return EXIT_USAGE;
	ctl.json = take_flag("--json", &argc, argv);
	if (take_flag("--help", &argc, argv)) {
		print_usage(stdout);
		return finish(EXIT_DONE);
	}
	opterr = 0;
	/* "+": what follows the command belongs to the command. */
	while ((c = getopt_long(argc, argv, "+", options, NULL)) != -1) {
		if (c != 'c')
			return usage_error("unknown or incomplete option '%s'",
			    argv[optind - 1]);
		ctl.config_path = optarg;
	}
	return finish(run(&ctl, argc - optind, argv + optind));
}
