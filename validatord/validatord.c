/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <event2/event.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "connections.h"
#include "daemon_options.h"
#include "deny.h"
#include "fetcher.h"
#include "folders.h"
#include "grants.h"
#include "grants_apply.h"
#include "listener.h"
#include "login.h"
#include "notify.h"
#include "privileges.h"
#include "recheck.h"
#include "reload.h"
#include "sandbox.h"
#include "scopegate/cleanup.h"
#include "server.h"
#include "settle.h"
#include "signals.h"
#include "sockets.h"

/*
 * The deciding daemon: its parts are started in the order of one table and
 * stopped in the reverse. It must not read a byte from a client before
 * privileges are dropped and the sandbox is shut.
 */

enum exit_code {
	EXIT_OK = 0,
	EXIT_BROKEN = 1, /* the service manager should start us anew */
	EXIT_USAGE = 64,
	EXIT_SOFTWARE = 70,
	EXIT_OS = 71,
	EXIT_CONFIG = 78,
};

struct daemon {
	struct server server;
	struct sockets sockets;
	struct listener *listener;
	struct signals signals;
};

static enum exit_code
exit_of(enum status s)
{
	switch (s) {
	case STATUS_OK:
		return EXIT_OK;
	case STATUS_NOMEM:
		return EXIT_SOFTWARE;
	case STATUS_INVALID:
	case STATUS_FORBIDDEN:
	case STATUS_MALFORMED:
	case STATUS_VERSION:
		return EXIT_CONFIG;
	default:
		return EXIT_OS;
	}
}

static enum exit_code
start_loop(struct daemon *d)
{
	struct event_config *config = event_config_new();

	/* A file size limit is a failed write like a full disk. */
	(void)signal(SIGPIPE, SIG_IGN);
	(void)signal(SIGXFSZ, SIG_IGN);
	if (config == NULL ||
	    event_config_set_flag(config,
		EVENT_BASE_FLAG_NOLOCK | EVENT_BASE_FLAG_IGNORE_ENV) != 0) {
		event_config_free(config);
		return EXIT_SOFTWARE;
	}
	d->server.base = event_base_new_with_config(config);
	event_config_free(config);
	return d->server.base != NULL ? EXIT_OK : EXIT_SOFTWARE;
}

static void
stop_loop(struct daemon *d)
{
	event_base_free(d->server.base);
}

static enum exit_code
start_sockets(struct daemon *d)
{
	enum status status = sockets_passed(&d->sockets);

	if (status == STATUS_NOT_FOUND)
		status = sockets_bind(d->server.config, &d->sockets);
	if (status == STATUS_FORBIDDEN)
		return EXIT_CONFIG;
	return status == STATUS_OK ? EXIT_OK : EXIT_OS;
}

static void
stop_sockets(struct daemon *d)
{
	sockets_close(&d->sockets);
}

static enum exit_code
start_privileges(struct daemon *d)
{
	struct conf_error error = {0};
	enum status status;

	d->server.owner = geteuid(); /* root, if we were started as root */
	d->server.gateway_uid = sockets_gateway_uid(d->server.config);
	notify_open();
	privileges_harden();
	status = config_account_check(d->server.config, &error);
	if (status == STATUS_OK)
		status = privileges_drop(
		    d->server.config->user, d->server.config->path, &error);
	if (status == STATUS_INVALID)
		conf_error_log(&error);
	return exit_of(status);
}

static enum exit_code
start_audit(struct daemon *d)
{
	struct conf_error error = {0};

	if (folders_check_own(d->server.config, &error) == STATUS_OK &&
	    audit_open(d->server.config->audit_log, &d->server.audit, &error) ==
		STATUS_OK)
		return EXIT_OK;
	conf_error_log(&error);
	return EXIT_CONFIG;
}

static void
stop_audit(struct daemon *d)
{
	audit_close(d->server.audit);
}

/* Its files must be those of the user that we have become. */
static enum exit_code
start_state(struct daemon *d)
{
	struct server *s = &d->server;
	struct conf_error error = {0};
	enum status status =
	    deny_load(s->config->state_dir, &s->denied, &error);

	if (status == STATUS_OK)
		status = grants_apply(s, s->config, &error);
	if (status == STATUS_OK)
		return EXIT_OK;
	deny_free(TAKE_PTR(s->denied));
	conf_error_log(&error);
	return exit_of(status);
}

static void
stop_state(struct daemon *d)
{
	deny_free(d->server.denied);
	grants_close(d->server.grants);
}

static enum exit_code
start_tables(struct daemon *d)
{
	return server_tables_make(&d->server) ? EXIT_OK : EXIT_SOFTWARE;
}

static void
stop_tables(struct daemon *d)
{
	server_tables_free(&d->server);
}

static enum exit_code
start_fetcher(struct daemon *d)
{
	struct server *s = &d->server;
	enum status status = fetcher_start(s->base, s->config, &s->fetcher);

	if (status != STATUS_OK)
		log_error("the fetching process cannot be started: %s",
		    status_text(status));
	return exit_of(status);
}

static void
stop_fetcher(struct daemon *d)
{
	struct server *s = &d->server;

	/* Whoever still waits for it leaves first. */
	connections_free(s->connections);
	s->connections = NULL;
	logins_free(s->logins);
	s->logins = NULL;
	rechecks_cancel(s);
	issuers_free(s->issuers);
	s->issuers = NULL;
	fetcher_stop(s->fetcher);
	s->fetcher = NULL;
}

static enum exit_code
start_sandbox(struct daemon *d)
{
	enum status status = sandbox_decide();

	(void)d;
	if (status != STATUS_OK)
		log_error(
		    "the sandbox cannot be set up: %s", status_text(status));
	return status == STATUS_OK ? EXIT_OK : EXIT_OS;
}

static enum exit_code
start_issuers(struct daemon *d)
{
	return exit_of(issuers_apply(d->server.issuers, d->server.config));
}

static enum exit_code
start_signals(struct daemon *d)
{
	return exit_of(signals_start(&d->signals, &d->server, &d->listener));
}

static void
stop_signals(struct daemon *d)
{
	signals_stop(&d->signals);
}

static enum exit_code
start_listener(struct daemon *d)
{
	return exit_of(listener_start(&d->server, &d->sockets, &d->listener));
}

static void
stop_listener(struct daemon *d)
{
	listener_stop(d->listener);
}

static const struct part {
	enum exit_code (*start)(struct daemon *d);
	void (*stop)(struct daemon *d); /* after a good start only */
} parts[] = {
    {start_loop, stop_loop},
    {start_sockets, stop_sockets}, /* as root: clients see who listens */
    {start_privileges, NULL},
    {start_audit, stop_audit},
    {start_state, stop_state},
    {start_tables, stop_tables},
    {start_fetcher, stop_fetcher}, /* its starter must still exec */
    {start_sandbox, NULL},
    {start_issuers, NULL},
    {start_signals, stop_signals},
    {start_listener, stop_listener},
};

static enum exit_code
serve(struct daemon *d)
{
	struct server *s = &d->server;

	log_info("validatord %s ready: generation %u, %zu issuers, %zu "
		 "policies",
	    PACKAGE_VERSION, s->config->generation, s->config->issuer_count,
	    s->config->policy_count);
	memory_settle();
	notify_ready();
	if (event_base_dispatch(s->base) < 0)
		return EXIT_SOFTWARE;
	if (!fetcher_broken(s->fetcher))
		return EXIT_OK;
	log_error("the starter of the fetching process has ended, so must we");
	return EXIT_BROKEN;
}

static enum exit_code
run(struct daemon *d)
{
	enum exit_code code = EXIT_OK;
	size_t started = 0;

	while (started < ELEMENTS(parts) && code == EXIT_OK) {
		code = parts[started].start(d);
		if (code == EXIT_OK)
			started++;
	}
	if (code == EXIT_OK)
		code = serve(d);
	while (started-- > 0) {
		if (parts[started].stop != NULL)
			parts[started].stop(d);
	}
	return code;
}

static void
say_warnings(const struct config *c)
{
	char warnings[16][256];
	size_t count = config_warnings(c, warnings, ELEMENTS(warnings));

	for (size_t i = 0; i < count && i < ELEMENTS(warnings); i++)
		log_warning("%s", warnings[i]);
}

static enum exit_code
daemon_main(const struct daemon_options *options)
{
	static struct daemon d;
	struct conf_error error = {0};
	enum exit_code code = EXIT_OK;

	for (size_t i = 0; i < SOCKET_KINDS; i++)
		d.sockets.fd[i] = -1;
	if (config_load(options->config, &d.server.config, &error) !=
		STATUS_OK ||
	    (options->test &&
		folders_test(d.server.config, &error) != STATUS_OK)) {
		conf_error_log(&error);
		return EXIT_CONFIG;
	}
	say_warnings(d.server.config);
	if (options->test) {
		(void)puts("configuration ok");
	} else {
		log_set_level((enum log_level)d.server.config->log_level);
		code = run(&d);
	}
	config_unref(d.server.config);
	free(d.server.config_error);
	return code;
}

int
main(int argc, char *argv[])
{
	struct daemon_options options = {
	    .config = SCOPEGATE_SYSCONFDIR "/validatord.conf"};
	const char *wrong;

	if (argc == 3 && strcmp(argv[1], FETCH_ROLE) == 0)
		return fetch_main(FETCH_CHANNEL_FD, argv[2]);
	log_open("validatord", LOG_LEVEL_INFO);
	if (daemon_options_parse(argc, argv, &options, &wrong) != STATUS_OK) {
		(void)fprintf(stderr,
		    "validatord: unknown argument: %s\n"
		    "usage: validatord [--foreground] [--config FILE] "
		    "[--test] [--version]\n",
		    wrong);
		return EXIT_USAGE;
	}
	if (options.version) {
		(void)puts("validatord " PACKAGE_VERSION);
		return EXIT_OK;
	}
	if (sandbox_no_core() != STATUS_OK) {
		log_error("core files cannot be switched off");
		return EXIT_OS;
	}
	return (int)daemon_main(&options);
}
