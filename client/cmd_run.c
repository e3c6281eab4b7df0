/* SPDX-License-Identifier: ISC */
/*
 * Runs a program whose ssh or sudo asks scopegate-askpass. It hands on which
 * hosts were meant, and no token: the token is fetched when a host asks.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "scopegate/cleanup.h"
#include "scopegate/log.h"

#define EXIT_NOT_RUNNABLE 126 /* as a shell says it */
#define EXIT_NOT_FOUND 127
#define HOSTS_MAX 4096

/* The askpass that was built and installed with us. */
static bool
askpass_path(char ret[PATH_MAX])
{
	static const char name[] = "scopegate-askpass";
	ssize_t n = readlink("/proc/self/exe", ret, PATH_MAX - 1);
	char *slash;

	if (n > 0) {
		ret[n] = '\0';
		slash = strrchr(ret, '/');
		if (slash != NULL &&
		    (size_t)(slash - ret) + sizeof(name) + 1 < PATH_MAX) {
			(void)snprintf(slash + 1,
			    PATH_MAX - (size_t)(slash + 1 - ret), "%s", name);
			if (access(ret, X_OK) == 0)
				return true;
		}
	}
	(void)snprintf(ret, PATH_MAX, "%s/%s", SCOPEGATE_BINDIR, name);
	return access(ret, X_OK) == 0;
}

/* "a.example.com,b.example.com" to words; a name without a pattern must have a
 * section, so that a slip shows before anything runs. */
static int
take_hosts(const struct cli *cli, const char *list, char ret[HOSTS_MAX])
{
	size_t n = 0;

	for (const char *p = list; *p != '\0'; p += *p == ',') {
		size_t length = strcspn(p, ",");
		char host[256];

		if (length == 0 || length >= sizeof(host) ||
		    n + length + 2 > HOSTS_MAX)
			return usage_error("'%s' is no list of hosts", list);
		(void)snprintf(host, sizeof(host), "%.*s", (int)length, p);
		if (strpbrk(host, "*?[") == NULL && !host_name_valid(host))
			return usage_error("'%s' is no host name: write it in "
					   "small letters, as ssh knows it",
			    host);
		if (strpbrk(host, "*?[") == NULL &&
		    settings_host(cli->settings, host) == NULL)
			return usage_error(
			    "no [host] section of %s matches %s: write one, or "
			    "give the name that ssh has after HostName",
			    cli->settings->path, host);
		n += (size_t)snprintf(
		    ret + n, HOSTS_MAX - n, "%s%s", n > 0 ? " " : "", host);
		p += length;
	}
	return n > 0 ? EXIT_DONE : usage_error("there is no host");
}

static bool
set(const char *name, const char *value)
{
	return value == NULL || setenv(name, value, 1) == 0;
}

/* sudo asks without saying who does. So where it is answered, no ssh may be:
 * the server behind it would be taken for this machine. */
static bool
set_askpass(const char *askpass, bool sudo)
{
	if (sudo)
		return set("SUDO_ASKPASS", askpass) &&
		       set("SCOPEGATE_ASKED_BY", "sudo") &&
		       unsetenv("SSH_ASKPASS") == 0 &&
		       unsetenv("SSH_ASKPASS_REQUIRE") == 0;
	return set("SSH_ASKPASS", askpass) && set("SUDO_ASKPASS", askpass) &&
	       set("SSH_ASKPASS_REQUIRE", "force") &&
	       set("SCOPEGATE_ASKED_BY", "ssh");
}

static int
run(const struct cli *cli, const char *hosts, const char *service,
    const char *user, bool sudo, char **command)
{
	char askpass[PATH_MAX];

	if (!askpass_path(askpass)) {
		log_error(
		    "scopegate-askpass is not installed beside scopegate");
		return EXIT_UNAVAILABLE;
	}
	if (!set_askpass(askpass, sudo) || !set("SCOPEGATE_HOST", hosts) ||
	    !set("SCOPEGATE_SERVICE", service) ||
	    !set("SCOPEGATE_USER", user) ||
	    !set("SCOPEGATE_CONFIG", cli->config_path)) {
		log_error("out of memory");
		return EXIT_UNAVAILABLE;
	}
	process_release();
	(void)execvp(command[0], command);
	log_error("%s cannot be run: %s", command[0], strerror(errno));
	return errno == ENOENT ? EXIT_NOT_FOUND : EXIT_NOT_RUNNABLE;
}

int
cmd_run(struct cli *cli, int argc, char **argv)
{
	const char *host = NULL, *service = NULL, *user = NULL;
	bool sudo = false;
	const struct cli_option options[] = {
	    {"sudo", NULL, &sudo},
	    {"service", &service, NULL},
	    {"user", &user, NULL},
	    {NULL, NULL, NULL},
	};
	char hosts[HOSTS_MAX];
	int dashes = 0, code;

	while (dashes < argc && strcmp(argv[dashes], "--") != 0)
		dashes++;
	if (dashes + 1 >= argc)
		return usage_error("scopegate run needs a COMMAND behind --, "
				   "as in: scopegate run HOST -- ssh HOST");
	argv[dashes] = NULL;
	code = cli_options(dashes, argv, options, &host, 1, "a HOST");
	if (code == EXIT_DONE)
		code = take_hosts(cli, host, hosts);
	if (code == EXIT_DONE && user != NULL && !user_name_valid(user))
		code = usage_error("'%s' is no user name", user);
	if (code != EXIT_DONE)
		return code;
	return run(cli, hosts, service, user, sudo, argv + dashes + 1);
}
