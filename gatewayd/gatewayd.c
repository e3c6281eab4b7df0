/* SPDX-License-Identifier: ISC */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon_options.h"
#include "listening.h"
#include "notify.h"
#include "privileges.h"
#include "routes.h"
#include "sandbox.h"
#include "scopegate/cleanup.h"
#include "visit.h"

/*
 * The HTTP front: its parts are started in the order of one table and stopped
 * in the reverse. It decides nothing. It must not read a byte from a client
 * before privileges are dropped and the sandbox is shut.
 */

#define PEM_MAX ((size_t)64 * 1024)
#define HELD_MOST 128 /* half of what gateway.sock takes from one user */

enum exit_code {
	EXIT_OK = 0,
	EXIT_USAGE = 64,
	EXIT_SOFTWARE = 70,
	EXIT_OS = 71,
	EXIT_CONFIG = 78,
};

struct daemon {
	struct settings *settings;
	struct gateway gateway;
	struct listening listening;
	struct buf certificate, key;
	struct http_server *servers[SETTINGS_LISTEN_MAX];
	size_t server_count;
	sigset_t signals;
};

static enum exit_code
start_sockets(struct daemon *d)
{
	switch (listening_open(d->settings, &d->listening)) {
	case STATUS_OK:
		return EXIT_OK;
	case STATUS_INVALID:
		return EXIT_CONFIG;
	default:
		return EXIT_OS;
	}
}

static void
stop_sockets(struct daemon *d)
{
	listening_close(&d->listening);
}

/* A secret that everybody on this host can read is none. */
static enum status
read_secret(const char *path, struct buf *ret, struct conf_error *ret_error)
{
	enum status status = conf_load_trusted(path, PEM_MAX, ret, ret_error);
	struct stat st;

	if (status != STATUS_OK)
		return status;
	if (stat(path, &st) == 0 && (st.st_mode & 0007) == 0)
		return STATUS_OK;
	conf_error_set(ret_error, path, 0,
	    "can be read by everybody: chmod 0600 it, and replace the secret");
	return STATUS_INVALID;
}

static enum status
read_event_token(struct daemon *d, struct conf_error *ret_error)
{
	const char *path = d->settings->event_token_file;
	struct secret *token = &d->gateway.event_token;
	_cleanup_(buf_clear) struct buf text = {0};
	enum status status;

	if (path == NULL)
		return STATUS_OK;
	buf_init_sensitive(&text, PEM_MAX);
	status = read_secret(path, &text, ret_error);
	if (status != STATUS_OK)
		return status;
	if (secret_set(token, buf_string(&text),
		strcspn(buf_string(&text), "\r\n")) != STATUS_OK)
		return STATUS_NOMEM;
	if (token->length >= 16 && secret_is_b64token(token))
		return STATUS_OK;
	conf_error_set(ret_error, path, 1,
	    "is no bearer token: write one line of 16 or more letters, digits "
	    "and -._~+/ at random");
	return STATUS_INVALID;
}

static enum exit_code
read_files(struct daemon *d)
{
	const struct settings *s = d->settings;
	struct conf_error error = {0};
	enum status status = STATUS_OK;

	buf_init(&d->certificate, PEM_MAX);
	buf_init_sensitive(&d->key, PEM_MAX);
	if (s->tls_certificate_file != NULL)
		status = conf_load_trusted(
		    s->tls_certificate_file, PEM_MAX, &d->certificate, &error);
	if (status == STATUS_OK && s->tls_key_file != NULL)
		status = read_secret(s->tls_key_file, &d->key, &error);
	if (status == STATUS_OK)
		status = read_event_token(d, &error);
	if (status == STATUS_OK)
		return EXIT_OK;
	conf_error_log(&error);
	return EXIT_CONFIG;
}

static void
forget_files(struct daemon *d)
{
	buf_clear(&d->certificate);
	buf_clear(&d->key);
	secret_clear(&d->gateway.event_token);
}

static enum exit_code
start_tables(struct daemon *d)
{
	struct gateway *g = &d->gateway;
	const int64_t rates[LIMIT_KINDS] = {
	    [LIMIT_PAGE] = d->settings->page_rate,
	    [LIMIT_CODE] = d->settings->code_rate,
	    [LIMIT_REFUSED] = d->settings->refused_rate,
	};

	g->settings = d->settings;
	g->held_most = (unsigned int)d->settings->connections / 2;
	if (g->held_most > HELD_MOST)
		g->held_most = HELD_MOST;
	if (relay_init(&g->relay, d->settings->runtime_dir, &g->counters) !=
	    STATUS_OK) {
		log_error("%s: runtime_dir is too long for a socket's path: "
			  "write a shorter one",
		    d->settings->path);
		return EXIT_CONFIG;
	}
	g->limits = limits_new(rates);
	return g->limits != NULL ? EXIT_OK : EXIT_SOFTWARE;
}

static void
stop_tables(struct daemon *d)
{
	limits_free(d->gateway.limits);
}

static enum exit_code
start_privileges(struct daemon *d)
{
	struct conf_error error = {0};

	notify_open();
	privileges_harden();
	switch (privileges_drop(d->settings->user, d->settings->path, &error)) {
	case STATUS_OK:
		break;
	case STATUS_INVALID:
		conf_error_log(&error);
		return EXIT_CONFIG;
	default:
		return EXIT_OS;
	}
	if (sandbox_gateway() == STATUS_OK)
		return EXIT_OK;
	log_error("the sandbox cannot be set up");
	return EXIT_OS;
}

/* Before there is a thread, so that all of them leave signals to us. */
static enum exit_code
start_signals(struct daemon *d)
{
	(void)signal(SIGPIPE, SIG_IGN);
	(void)sigemptyset(&d->signals);
	(void)sigaddset(&d->signals, SIGTERM);
	(void)sigaddset(&d->signals, SIGINT);
	(void)sigaddset(&d->signals, SIGHUP);
	return sigprocmask(SIG_BLOCK, &d->signals, NULL) == 0 ? EXIT_OK
							      : EXIT_OS;
}

static void
stop_servers(struct daemon *d)
{
	while (d->server_count > 0)
		http_server_stop(d->servers[--d->server_count]);
}

static enum exit_code
start_servers(struct daemon *d)
{
	const struct settings *s = d->settings;
	unsigned int most = (unsigned int)s->connections;
	struct http_server_options options = {
	    .handler = routes_handle,
	    .context = &d->gateway,
	    .thread_each = true,
	    .connections = most,
	    /* One address must not take them all; a proxy is many clients. */
	    .per_address = s->proxies.count > 0 ? 0 : most / 4,
	};

	if (s->tls_certificate_file != NULL) {
		options.tls_certificate = buf_string(&d->certificate);
		options.tls_key = buf_string(&d->key);
	}
	for (size_t i = 0; i < d->listening.count; i++) {
		char name[LISTENING_NAME_SIZE];

		options.listen_fd = d->listening.fds[i];
		listening_name(options.listen_fd, name);
		if (http_server_start(&options, &d->servers[i]) != STATUS_OK) {
			log_error("cannot serve on %s%s", name,
			    options.tls_key != NULL
				? ": are certificate and key of one pair, in "
				  "PEM?"
				: "");
			stop_servers(d);
			return EXIT_OS;
		}
		d->listening.fds[i] = -1;
		d->server_count++;
		log_info("listening on %s", name);
	}
	return EXIT_OK;
}

static const struct part {
	enum exit_code (*start)(struct daemon *d);
	void (*stop)(struct daemon *d); /* after a good start only */
} parts[] = {
    {start_sockets, stop_sockets}, /* as root: ports below 1024 */
    {start_tables, stop_tables},
    {start_privileges, NULL},
    {start_signals, NULL},
    {start_servers, stop_servers},
};

static void
serve(struct daemon *d)
{
	int number = 0;

	log_info(
	    "gatewayd %s ready: %s", PACKAGE_VERSION, d->settings->public_url);
	notify_ready();
	while (sigwait(&d->signals, &number) == 0 && number == SIGHUP)
		log_info("signal %d: nothing is read again, ignoring; restart "
			 "to take a change",
		    number);
	log_info("signal %d: answering what is being worked on, then ending",
	    number);
	notify_stopping();
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
		serve(d);
	while (started-- > 0) {
		if (parts[started].stop != NULL)
			parts[started].stop(d);
	}
	return code;
}

static enum exit_code
daemon_main(const struct daemon_options *options)
{
	static struct daemon d;
	struct conf_error error = {0};
	enum exit_code code;

	if (settings_load(options->config, &d.settings, &error) != STATUS_OK) {
		conf_error_log(&error);
		return EXIT_CONFIG;
	}
	log_set_level((enum log_level)d.settings->log_level);
	code = read_files(&d);
	if (code == EXIT_OK && options->test)
		(void)puts("configuration ok");
	else if (code == EXIT_OK)
		code = run(&d);
	forget_files(&d);
	settings_free(d.settings);
	return code;
}

int
main(int argc, char *argv[])
{
	struct daemon_options options = {.config = SETTINGS_DEFAULT};
	const char *wrong;

	log_open("gatewayd", LOG_LEVEL_INFO);
	if (argc == 2 && strcmp(argv[1], "--defaults") == 0) {
		settings_print_defaults(stdout);
		return EXIT_OK;
	}
	if (daemon_options_parse(argc, argv, &options, &wrong) != STATUS_OK) {
		(void)fprintf(stderr,
		    "gatewayd: unknown argument: %s\n"
		    "usage: gatewayd [--foreground] [--config FILE] [--test] "
		    "[--defaults] [--version]\n",
		    wrong);
		return EXIT_USAGE;
	}
	if (options.version) {
		(void)puts("gatewayd " PACKAGE_VERSION);
		return EXIT_OK;
	}
	if (sandbox_no_core() != STATUS_OK) {
		log_error("core files cannot be switched off");
		return EXIT_OS;
	}
	return (int)daemon_main(&options);
}
