/* SPDX-License-Identifier: ISC */
#include <pwd.h>
#include <stdio.h>
#include <unistd.h>

#include "cli.h"
#include "login_code.h"
#include "scopegate/cleanup.h"
#include "secret_print.h"
#include "token_source.h"
#include "url.h"

struct arguments {
	const char *host, *user, *service, *gate, *issuer;
	struct buf url; /* of the gate */
};

static void
clear_arguments(struct arguments *a)
{
	buf_clear(&a->url);
}

static const char *
own_name(void)
{
	const struct passwd *account = getpwuid(getuid());

	return account != NULL ? account->pw_name : NULL;
}

/* What the command line leaves open is in the host's section. */
static int
complete(const struct cli *cli, struct arguments *a, struct code_request *r)
{
	const struct host_settings *h = settings_host(cli->settings, a->host);

	if (!host_name_valid(a->host))
		return usage_error("'%s' is no host name: write it in small "
				   "letters, as ssh knows it",
		    a->host);
	if (a->gate != NULL && url_fault(a->gate, false) != NULL)
		return usage_error("--gate %s", url_fault(a->gate, false));
	if (h != NULL) {
		r->ca_file = h->ca_file;
		a->issuer = a->issuer != NULL ? a->issuer : h->issuer;
		a->service = a->service != NULL ? a->service : h->service;
		a->gate = a->gate != NULL ? a->gate : h->gate;
	}
	if (a->gate == NULL)
		return usage_error(
		    "it is not known where %s has its gatewayd: write `gate` "
		    "into a [host] section of %s, or give --gate",
		    a->host, cli->settings->path);
	if (a->issuer == NULL)
		return usage_error("whose token %s takes is not known: write "
				   "a [host] section, or give --issuer",
		    a->host);
	if (settings_gate(a->gate, a->host, &a->url) != STATUS_OK)
		return cli_failed(STATUS_TOO_BIG, "the gate's URL is too long");
	r->gate = buf_string(&a->url);
	if (url_fault(r->gate, h != NULL && h->insecure_loopback) != NULL)
		return usage_error("the gate's URL for %s %s", a->host,
		    url_fault(r->gate, h != NULL && h->insecure_loopback));
	r->host = h != NULL && h->host_name != NULL ? h->host_name : a->host;
	r->service = a->service != NULL ? a->service : "sshd";
	r->user = a->user != NULL ? a->user : own_name();
	if (r->user == NULL || !user_name_valid(r->user))
		return usage_error("give the user at %s by --user", a->host);
	return EXIT_DONE;
}

int
cmd_code(struct cli *cli, int argc, char **argv)
{
	_cleanup_(clear_arguments) struct arguments a = {0};
	const struct cli_option options[] = {
	    {"user", &a.user, NULL},
	    {"service", &a.service, NULL},
	    {"gate", &a.gate, NULL},
	    {"issuer", &a.issuer, NULL},
	    {NULL, NULL, NULL},
	};
	_cleanup_(secret_clear) struct secret token = {0};
	_cleanup_(secret_clear) struct secret printed = {0};
	struct code_request request = {.token = &token};
	char problem[PROBLEM_SIZE];
	const struct issuer_settings *i;
	enum status s;
	int code = cli_options(argc, argv, options, &a.host, 1, "a HOST");

	if (code == EXIT_DONE)
		code = complete(cli, &a, &request);
	if (code != EXIT_DONE)
		return code;
	i = cli_issuer(cli, a.issuer, &code);
	if (i == NULL)
		return code;
	s = token_get(cli->settings, i, &token, problem);
	if (s == STATUS_OK)
		s = login_code_get(&request, &printed, problem);
	if (s != STATUS_OK)
		return cli_failed(s, problem);
	return secret_print(&printed) ? EXIT_DONE : EXIT_OUTPUT;
}
