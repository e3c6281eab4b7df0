/* SPDX-License-Identifier: ISC */
/*
 * `brokerd serve`: opens the store and the socket, answers until SIGTERM or
 * SIGINT. On loopback only, unless somebody says that they know: this is a
 * reference broker for demonstrations and tests.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "broker.h"
#include "command/command.h"
#include "identity/browser_session.h"
#include "purge.h"
#include "push/pusher.h"
#include "routes.h"
#include "scopegate/cleanup.h"
#include "scopegate/conf.h"
#include "scopegate/log.h"
#include "store/store_lock.h"

#define PURGE_EVERY_SECONDS 3600
#define PEM_MAX 65536

struct serve_options {
	const char *store, *listen, *issuer, *port_file, *tls_cert, *tls_key;
	bool i_know, faults;
};

struct listener {
	int fd;
	char address[INET6_ADDRSTRLEN + 2]; /* as a URL has it */
	uint16_t port;
};

struct serve {
	const struct serve_options *options;
	int lock;
	struct listener listener;
	struct broker broker;
	struct buf tls_cert, tls_key;
};

static void
serve_clear(struct serve *s)
{
	key_ring_clear(&s->broker.keys);
	if (call_log_flush(&s->broker.calls, s->broker.store, 0) != STATUS_OK)
		log_warning("the last API calls could not be noted, ignoring");
	store_freep(&s->broker.store);
	close_fd(&s->lock);
	close_fd(&s->listener.fd);
	buf_clear(&s->tls_cert);
	buf_clear(&s->tls_key);
	explicit_bzero(&s->broker.form_key, sizeof(s->broker.form_key));
	(void)pthread_mutex_destroy(&s->broker.lock);
}

/* "PORT", "ADDRESS:PORT" or "[ADDRESS]:PORT" into host and port. */
static enum status
split_listen(const char *text, char host[INET6_ADDRSTRLEN], int64_t *ret_port)
{
	const char *colon = strrchr(text, ':');
	const char *port = colon == NULL ? text : colon + 1;
	size_t length = colon == NULL ? 0 : (size_t)(colon - text);

	memcpy(host, "127.0.0.1", sizeof("127.0.0.1"));
	if (length > 2 && text[0] == '[' && text[length - 1] == ']') {
		text++;
		length -= 2;
	}
	if (length >= INET6_ADDRSTRLEN)
		return STATUS_INVALID;
	if (length > 0) {
		memcpy(host, text, length);
		host[length] = '\0';
	}
	return conf_parse_integer(port, 0, 65535, ret_port);
}

static enum status
bind_and_listen(const struct sockaddr *address, socklen_t length, int *ret_fd)
{
	_cleanup_(close_fd) int fd = socket(
	    address->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int on = 1;

	if (fd < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) != 0 ||
	    bind(fd, address, length) != 0 || listen(fd, SOMAXCONN) != 0)
		return STATUS_IO;
	*ret_fd = take_fd(&fd);
	return STATUS_OK;
}

static enum status
listen_on(const char *host, int64_t port, struct listener *ret)
{
	struct sockaddr_in v4 = {
	    .sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
	struct sockaddr_in6 v6 = {
	    .sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port)};
	socklen_t length;
	enum status status;

	if (inet_pton(AF_INET, host, &v4.sin_addr) == 1) {
		status = bind_and_listen(
		    (struct sockaddr *)&v4, sizeof(v4), &ret->fd);
		length = sizeof(v4);
		if (status == STATUS_OK &&
		    getsockname(ret->fd, (struct sockaddr *)&v4, &length) != 0)
			return STATUS_IO;
		ret->port = ntohs(v4.sin_port);
		(void)snprintf(ret->address, sizeof(ret->address), "%s", host);
		return status;
	}
	if (inet_pton(AF_INET6, host, &v6.sin6_addr) != 1)
		return STATUS_INVALID;
	status = bind_and_listen((struct sockaddr *)&v6, sizeof(v6), &ret->fd);
	length = sizeof(v6);
	if (status == STATUS_OK &&
	    getsockname(ret->fd, (struct sockaddr *)&v6, &length) != 0)
		return STATUS_IO;
	ret->port = ntohs(v6.sin6_port);
	(void)snprintf(ret->address, sizeof(ret->address), "[%s]", host);
	return status;
}

/* Before anything is bound: an address of the network is refused unheard. */
static bool
host_is_loopback(const char *host)
{
	struct in6_addr v6;
	struct in_addr v4;

	if (inet_pton(AF_INET, host, &v4) == 1)
		return ntohl(v4.s_addr) >> 24 == 127;
	return inet_pton(AF_INET6, host, &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
}

static int
start_listening(struct serve *s)
{
	const char *text = s->options->listen;
	char host[INET6_ADDRSTRLEN];
	int64_t port = 0;
	enum status status;

	if (split_listen(text, host, &port) != STATUS_OK) {
		log_error("--listen %s: write PORT or ADDRESS:PORT", text);
		return EXIT_USAGE;
	}
	if (!host_is_loopback(host) && !s->options->i_know) {
		log_error("--listen %s: not a loopback address; this is a "
			  "reference broker, add --i-know to show it to others",
		    text);
		return EXIT_USAGE;
	}
	status = listen_on(host, port, &s->listener);
	if (status == STATUS_INVALID) {
		log_error("--listen %s: not an IP address", text);
		return EXIT_USAGE;
	}
	if (status != STATUS_OK) {
		log_errno("--listen %s", text);
		return EXIT_SETUP;
	}
	return EXIT_SUCCESS;
}

/* An origin: scheme, host and perhaps a port; no path. */
static bool
issuer_is_valid(const char *url)
{
	static const char allowed[] =
	    "abcdefghijklmnopqrstuvwxyz0123456789.-:[]";
	const char *host = NULL;

	if (strncmp(url, "https://", 8) == 0)
		host = url + 8;
	else if (strncmp(url, "http://", 7) == 0)
		host = url + 7;
	return host != NULL && host[0] != '\0' && strlen(url) < ISSUER_SIZE &&
	       strspn(host, allowed) == strlen(host);
}

static int
choose_issuer(struct serve *s)
{
	const struct serve_options *o = s->options;
	struct broker *b = &s->broker;

	if (o->issuer == NULL) {
		(void)snprintf(b->issuer, sizeof(b->issuer), "%s://%s:%u",
		    o->tls_cert == NULL ? "http" : "https", s->listener.address,
		    s->listener.port);
	} else if (issuer_is_valid(o->issuer)) {
		(void)snprintf(b->issuer, sizeof(b->issuer), "%s", o->issuer);
	} else {
		log_error("--issuer %s: write scheme, host in lower case and "
			  "port, without a path or final slash",
		    o->issuer);
		return EXIT_USAGE;
	}
	b->secure = strncmp(b->issuer, "https:", 6) == 0;
	/* For brokerd token, whose signed tokens must name it too. */
	if (store_setting_set(b->store, "issuer", b->issuer) != STATUS_OK) {
		log_error("%s: cannot be written", o->store);
		return EXIT_SETUP;
	}
	return EXIT_SUCCESS;
}

/* A store that is not there is told by those who open it. */
static int
lock_store(struct serve *s)
{
	enum status status = store_lock(s->options->store, &s->lock);

	if (status == STATUS_BUSY)
		log_error("%s: is being served already", s->options->store);
	return status == STATUS_OK || status == STATUS_NOT_FOUND ? EXIT_SUCCESS
								 : EXIT_SETUP;
}

static int
open_broker(struct serve *s)
{
	struct broker *b = &s->broker;

	if (lock_store(s) != EXIT_SUCCESS)
		return EXIT_SETUP;
	if (store_open(s->options->store, &b->store) != STATUS_OK)
		return EXIT_SETUP;
	if (store_setting_get(b->store, "audience", b->audience,
		sizeof(b->audience)) != STATUS_OK ||
	    browser_session_key(b->store, &b->form_key) != STATUS_OK ||
	    purge_old(b, wall_clock()) != STATUS_OK ||
	    /* Here, so that no request waits while keys are made. */
	    key_ring_prepare(b->store, wall_clock()) != STATUS_OK) {
		log_error("%s: cannot be used", s->options->store);
		return EXIT_SETUP;
	}
	return EXIT_SUCCESS;
}

static int
read_tls(struct serve *s)
{
	const struct serve_options *o = s->options;

	if (o->tls_cert == NULL)
		return EXIT_SUCCESS;
	if (input_read(o->tls_cert, &s->tls_cert) != STATUS_OK ||
	    input_read(o->tls_key, &s->tls_key) != STATUS_OK)
		return EXIT_SETUP;
	return EXIT_SUCCESS;
}

static void
purge(struct broker *b)
{
	enum status status = purge_old(b, wall_clock());

	if (status != STATUS_OK)
		log_warning("what is old could not be removed: %s, ignoring",
		    status_text(status));
}

/* Until a signal says stop. */
static void
wait_for_stop(struct serve *s, const sigset_t *signals)
{
	const struct timespec pause = {.tv_sec = PURGE_EVERY_SECONDS};

	for (;;) {
		int signal = sigtimedwait(signals, NULL, &pause);

		if (signal > 0) {
			log_info("stopping on %s",
			    signal == SIGTERM ? "SIGTERM" : "SIGINT");
			return;
		}
		if (errno == EAGAIN)
			purge(&s->broker);
	}
}

static int
announce(const struct serve *s)
{
	char port[8];

	log_info("a reference broker, not a broker: no money, no trades");
	if (s->broker.faults)
		log_warning("--faults: endpoints fail on purpose where "
			    "`brokerd fault` or an operator says so");
	(void)snprintf(port, sizeof(port), "%u", s->listener.port);
	if (s->options->port_file != NULL &&
	    secret_file_write(s->options->port_file, port) != STATUS_OK)
		return EXIT_SETUP;
	printf("%s\n", s->broker.issuer);
	(void)fflush(stdout);
	return EXIT_SUCCESS;
}

static int
run(struct serve *s, const sigset_t *signals)
{
	/* Stopped in the reverse order: endpoints wake the pusher. */
	_cleanup_(pusher_stopp) struct pusher *pusher = NULL;
	_cleanup_(http_server_stopp) struct http_server *server = NULL;
	struct http_server_options http = {
	    .handler = routes_handle, .context = &s->broker};
	int code;

	if (s->options->tls_cert != NULL) {
		http.tls_certificate = buf_string(&s->tls_cert);
		http.tls_key = buf_string(&s->tls_key);
	}
	http.listen_fd = s->listener.fd;
	if (pusher_start(&s->broker, &pusher) != STATUS_OK) {
		log_error("the thread that tells receivers did not start");
		return EXIT_SETUP;
	}
	s->broker.pusher = pusher;
	if (http_server_start(&http, &server) != STATUS_OK) {
		log_error("the HTTP server did not start; check certificate "
			  "and key if there are any");
		return EXIT_SETUP;
	}
	s->listener.fd = -1;
	code = announce(s);
	if (code == EXIT_SUCCESS)
		wait_for_stop(s, signals);
	return code;
}

static int
serve(const struct serve_options *o)
{
	_cleanup_(serve_clear) struct serve s = {.options = o,
	    .lock = -1,
	    .listener = {.fd = -1},
	    .broker = {.lock = PTHREAD_MUTEX_INITIALIZER,
		.faults = o->faults,
		.sign_up_throttle = {.tries = SIGN_UP_TRIES}}};
	sigset_t signals;
	int code;

	/* Blocked before threads exist, so that none of them is stopped. */
	(void)sigemptyset(&signals);
	(void)sigaddset(&signals, SIGTERM);
	(void)sigaddset(&signals, SIGINT);
	(void)sigprocmask(SIG_BLOCK, &signals, NULL);
	(void)signal(SIGPIPE, SIG_IGN);
	buf_init(&s.tls_cert, PEM_MAX);
	buf_init_sensitive(&s.tls_key, PEM_MAX);
	code = open_broker(&s);
	if (code == EXIT_SUCCESS)
		code = read_tls(&s);
	if (code == EXIT_SUCCESS)
		code = start_listening(&s);
	if (code == EXIT_SUCCESS)
		code = choose_issuer(&s);
	return code == EXIT_SUCCESS ? run(&s, &signals) : code;
}

int
command_serve(int argc, char **argv)
{
	struct serve_options o = {0};
	const struct option_row rows[] = {
	    {.name = "store", .value = &o.store, .required = true},
	    {.name = "listen", .value = &o.listen},
	    {.name = "issuer", .value = &o.issuer},
	    {.name = "port-file", .value = &o.port_file},
	    {.name = "tls-cert", .value = &o.tls_cert},
	    {.name = "tls-key", .value = &o.tls_key},
	    {.name = "i-know", .flag = &o.i_know},
	    {.name = "faults", .flag = &o.faults},
	    {0},
	};

	if (!options_parse(rows, argc, argv))
		return EXIT_USAGE;
	if ((o.tls_cert == NULL) != (o.tls_key == NULL)) {
		log_error("--tls-cert and --tls-key go together");
		return EXIT_USAGE;
	}
	if (o.listen == NULL)
		o.listen = "127.0.0.1:0";
	return serve(&o);
}
