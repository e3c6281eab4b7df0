/* SPDX-License-Identifier: ISC */
#include "cli.h"

#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scopegate/cleanup.h"
#include "scopegate/log.h"
#include "store.h"
#include "url.h"

#define OPTIONS_MOST 8

int
usage_error(const char *format, ...)
{
	va_list arguments;

	(void)fprintf(stderr, "scopegate: ");
	va_start(arguments, format);
	(void)vfprintf(stderr, format, arguments);
	va_end(arguments);
	(void)fprintf(stderr, "\nTry 'scopegate --help'.\n");
	return EXIT_USAGE;
}

int
cli_failed(enum status s, const char *problem)
{
	log_error("%s", problem);
	switch (s) {
	case STATUS_FORBIDDEN:
	case STATUS_NOT_FOUND:
	case STATUS_UNTRUSTED:
		return EXIT_NOT_DONE;
	case STATUS_INVALID:
		return EXIT_CONFIG;
	default:
		return EXIT_UNAVAILABLE;
	}
}

static size_t
make_long(const struct cli_option *options, struct option *ret)
{
	size_t n = 0;

	for (; options[n].name != NULL; n++)
		ret[n] = (struct option){.name = options[n].name,
		    .has_arg = options[n].text != NULL ? required_argument
						       : no_argument,
		    .val = (int)n + 256};
	ret[n] = (struct option){0};
	return n;
}

int
cli_options(int argc, char **argv, const struct cli_option *options,
    const char **operands, int count, const char *operand_names)
{
	struct option longs[OPTIONS_MOST + 1];
	int c;

	(void)make_long(options, longs);
	optind = 0; /* glibc: begin anew, and look at optstring again */
	opterr = 0;
	while ((c = getopt_long(argc, argv, ":", longs, NULL)) != -1) {
		if (c == ':')
			return usage_error(
			    "the option '%s' needs a value", argv[optind - 1]);
		if (c < 256)
			return usage_error("scopegate %s: unknown option '%s'",
			    argv[0], argv[optind - 1]);
		if (options[c - 256].text != NULL)
			*options[c - 256].text = optarg;
		else
			*options[c - 256].flag = true;
	}
	for (int i = 0; i < count; i++) {
		if (optind == argc)
			return usage_error(
			    "scopegate %s needs %s", argv[0], operand_names);
		operands[i] = argv[optind++];
	}
	if (optind < argc)
		return usage_error("scopegate %s: unexpected argument '%s'",
		    argv[0], argv[optind]);
	return EXIT_DONE;
}

/* The client id that a login by URL was made with. */
static enum status
take_kept_client(const struct cli *cli, struct issuer_settings *i,
    char ret_problem[PROBLEM_SIZE])
{
	_cleanup_(store_freep) struct store *store = store_open(
	    (enum storage)cli->settings->general.storage, ret_problem);
	_cleanup_(token_set_clear) struct token_set t = {0};
	enum status s;

	if (store == NULL)
		return STATUS_IO;
	s = store_get(store, i->name, &t, ret_problem);
	if (s == STATUS_OK)
		i->client_id = TAKE_PTR(t.client_id);
	return s == STATUS_NOT_FOUND ? STATUS_OK : s;
}

struct issuer_settings *
cli_issuer(struct cli *cli, const char *name, int *ret_code)
{
	struct issuer_settings *i = settings_issuer(cli->settings, name);
	char problem[PROBLEM_SIZE] = "out of memory";
	enum status s;

	if (i != NULL)
		return i;
	if (strstr(name, "://") == NULL) {
		*ret_code = usage_error("there is no issuer '%s': write an "
					"[issuer %s] section into %s, or give "
					"an https:// URL",
		    name, name, cli->settings->path);
		return NULL;
	}
	if (url_fault(name, false) != NULL || strchr(name, '?') != NULL) {
		*ret_code = usage_error("%s %s", name,
		    url_fault(name, false) != NULL ? url_fault(name, false)
						   : "holds a query");
		return NULL;
	}
	i = settings_add_issuer(cli->settings, name);
	s = i != NULL ? take_kept_client(cli, i, problem) : STATUS_NOMEM;
	if (s == STATUS_OK)
		return i;
	*ret_code = cli_failed(s, problem);
	return NULL;
}

bool
host_name_valid(const char *host)
{
	size_t n = strspn(host, "abcdefghijklmnopqrstuvwxyz0123456789-._:");

	return n > 0 && n <= URL_HOST_MAX && host[n] == '\0' && host[0] != '-';
}

bool
user_name_valid(const char *user)
{
	size_t n = strspn(user, "abcdefghijklmnopqrstuvwxyz"
				"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-@");

	return n > 0 && n <= 64 && user[n] == '\0' && user[0] != '-';
}
