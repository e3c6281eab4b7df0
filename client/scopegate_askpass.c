/* SPDX-License-Identifier: ISC */
/*
 * For SSH_ASKPASS and SUDO_ASKPASS: prints what the gate asks for, and nothing
 * to anybody else. Where a gatewayd is known for the host, only a login code
 * leaves this machine.
 */
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "askpass_answer.h"
#include "cli.h"
#include "login_code.h"
#include "scopegate/cleanup.h"
#include "scopegate/log.h"
#include "secret_print.h"
#include "token_source.h"
#include "url.h"

static void
read_environment(struct askpass_environment *ret)
{
	const struct passwd *account = getpwuid(getuid());

	ret->hosts = getenv("SCOPEGATE_HOST");
	ret->service = getenv("SCOPEGATE_SERVICE");
	ret->by = getenv("SCOPEGATE_ASKED_BY");
	ret->user = getenv("SCOPEGATE_USER");
	ret->kind = getenv("SSH_ASKPASS_PROMPT");
	ret->account = account != NULL ? account->pw_name : NULL;
}

static enum status
make_answer(const struct settings *settings, const struct askpass_plan *plan,
    struct secret *ret, char ret_problem[PROBLEM_SIZE])
{
	_cleanup_(secret_clear) struct secret token = {0};
	const struct issuer_settings *i =
	    settings_issuer(settings, plan->host->issuer);
	_cleanup_(buf_clear) struct buf gate = {0};
	struct code_request request = {.ca_file = plan->host->ca_file,
	    .host = plan->host->host_name != NULL ? plan->host->host_name
						  : plan->name,
	    .user = plan->user,
	    .service = plan->service,
	    .token = &token};
	enum status s;

	if (plan->host->gate != NULL && plan->part != 0) {
		(void)snprintf(ret_problem, PROBLEM_SIZE,
		    "a part of a token is asked for, though %s was given a "
		    "login code",
		    plan->name);
		return STATUS_FORBIDDEN;
	}
	s = token_get(settings, i, &token, ret_problem);
	if (s != STATUS_OK)
		return s;
	if (plan->host->gate == NULL)
		return askpass_piece(plan, &token, ret, ret_problem);
	s = settings_gate(plan->host->gate, plan->name, &gate);
	request.gate = buf_string(&gate);
	if (s == STATUS_OK &&
	    url_fault(request.gate, plan->host->insecure_loopback) == NULL)
		return login_code_get(&request, ret, ret_problem);
	(void)snprintf(ret_problem, PROBLEM_SIZE,
	    "`gate` is no URL with %s in it: write it without %%h", plan->name);
	return STATUS_INVALID;
}

static int
answer(const char *prompt)
{
	_cleanup_(settings_freep) struct settings *settings = NULL;
	_cleanup_(secret_clear) struct secret said = {0};
	struct askpass_environment environment;
	struct askpass_plan plan;
	struct conf_error error;
	char problem[PROBLEM_SIZE];
	enum status s;

	settings = settings_read(getenv("SCOPEGATE_CONFIG"), &error);
	if (settings == NULL) {
		log_error("%s:%u: %s", error.file, error.line, error.text);
		return EXIT_CONFIG;
	}
	read_environment(&environment);
	if (!askpass_plan(settings, &environment, prompt, &plan, problem)) {
		log_error("%s", problem);
		return EXIT_NOT_DONE;
	}
	s = make_answer(settings, &plan, &said, problem);
	if (s != STATUS_OK)
		return cli_failed(s, problem);
	return secret_print(&said) ? EXIT_DONE : EXIT_OUTPUT;
}

int
main(int argc, char **argv)
{
	const char *kind = getenv("SSH_ASKPASS_PROMPT");

	process_protect();
	log_open("scopegate-askpass", LOG_LEVEL_INFO);
	if (argc == 2 && strcmp(argv[1], "--version") == 0) {
		(void)printf("scopegate-askpass %s\n", PACKAGE_VERSION);
		return EXIT_DONE;
	}
	if (argc != 2) {
		log_error(
		    "ssh and sudo run this by SSH_ASKPASS and "
		    "SUDO_ASKPASS, with their prompt as its one argument");
		return EXIT_USAGE;
	}
	/* "none": a note for a person, and no answer is read. */
	if (kind != NULL && strcmp(kind, "none") == 0)
		return EXIT_DONE;
	if (isatty(STDOUT_FILENO)) {
		log_error("standard output is a terminal: ssh and sudo read "
			  "the answer from a pipe");
		return EXIT_NOT_DONE;
	}
	return answer(argv[1]);
}
