/* SPDX-License-Identifier: ISC */
/*
 * A load of one-shot requests over a Unix socket: connect, send one CHECK,
 * read to the final reply, as the PAM module does. CLIENTS are kept in flight
 * by one epoll loop. Prints one line: "p50 p99 per_second lost wrong", times
 * in microseconds. `lost` had no final reply; `wrong` one that is not allow.
 */
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "scopegate/buf.h"
#include "scopegate/conf.h"
#include "scopegate/deadline.h"
#include "scopegate/message.h"

#define CLIENTS_MAX 8192
#define STALL_MS 15000

struct client {
	int fd;
	int64_t started_us;
};

struct load {
	struct sockaddr_un address;
	const char *service;
	const char *user;
	const char *token;
	bool echo;     /* any reply is final, none is judged */
	bool distinct; /* a token of its own for each request */
	int64_t clients, requests;
	int64_t started, finished, lost, wrong;
	int64_t *latencies;
	struct client *slots;
	struct buf request;
	int epoll;
};

static bool
build_request(struct load *l)
{
	char token[1200];

	buf_clear(&l->request);
	message_start(&l->request, MESSAGE_CHECK, 1);
	message_put_string(&l->request, TAG_SERVICE, l->service);
	message_put_string(&l->request, TAG_USER, l->user);
	if (l->distinct)
		(void)snprintf(token, sizeof(token), "%s.%d.%" PRId64, l->token,
		    (int)getpid(), l->started);
	else
		(void)snprintf(token, sizeof(token), "%s", l->token);
	message_put_string(&l->request, TAG_TOKEN, token);
	message_put_u32(&l->request, TAG_BUDGET_MS, 10000);
	return message_finish(&l->request) == STATUS_OK;
}

/* Starts one request in `c`; false if the backlog is full just now. */
static bool
client_start(struct load *l, struct client *c)
{
	struct epoll_event event = {.events = EPOLLIN, .data.ptr = c};

	if (l->distinct && !build_request(l))
		exit(1);
	c->started_us = monotonic_us();
	c->fd =
	    socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (c->fd < 0 ||
	    connect(c->fd, (struct sockaddr *)&l->address,
		sizeof(l->address)) != 0 ||
	    send(c->fd, l->request.data, l->request.length, MSG_NOSIGNAL) < 0 ||
	    epoll_ctl(l->epoll, EPOLL_CTL_ADD, c->fd, &event) != 0) {
		if (errno != EAGAIN && errno != EMFILE) {
			perror("load: connect");
			exit(1);
		}
		if (c->fd >= 0)
			(void)close(c->fd);
		c->fd = -1;
		return false;
	}
	l->started++;
	return true;
}

static void
client_end(struct load *l, struct client *c)
{
	l->latencies[l->finished++] = monotonic_us() - c->started_us;
	(void)close(c->fd);
	c->fd = -1;
}

static void
client_read(struct load *l, struct client *c)
{
	static char packet[MESSAGE_MAX];
	struct message reply;
	ssize_t n = recv(c->fd, packet, sizeof(packet), 0);

	if (n < 0 && errno == EAGAIN)
		return;
	if (n <= 0) {
		l->lost++;
		client_end(l, c);
		return;
	}
	if (!l->echo) {
		if (message_open(packet, (size_t)n, DIRECTION_REPLY, &reply) !=
		    STATUS_OK)
			l->wrong++;
		else if (reply.type == MESSAGE_ACK)
			return;
		else if (reply.type != MESSAGE_VERDICT ||
			 message_u8(&reply, TAG_VERDICT, 0) != VERDICT_ALLOW)
			l->wrong++;
	}
	client_end(l, c);
}

static int
compare(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static void
print(struct load *l, int64_t took_us)
{
	int64_t n = l->finished;

	qsort(l->latencies, (size_t)n, sizeof(*l->latencies), compare);
	printf("%" PRId64 " %" PRId64 " %.0f %" PRId64 " %" PRId64 "\n",
	    l->latencies[n / 2], l->latencies[n * 99 / 100],
	    (double)n * 1e6 / (double)took_us, l->lost, l->wrong);
}

static int
run(struct load *l)
{
	struct epoll_event events[256];
	int64_t began = monotonic_us();

	while (l->finished < l->requests) {
		int n;

		for (int64_t i = 0; i < l->clients && l->started < l->requests;
		     i++)
			if (l->slots[i].fd < 0 &&
			    !client_start(l, &l->slots[i]))
				break;
		n = epoll_wait(l->epoll, events, 256, STALL_MS);
		if (n == 0) {
			fprintf(
			    stderr, "load: nothing came for %d ms\n", STALL_MS);
			return 1;
		}
		for (int i = 0; i < n; i++)
			client_read(l, events[i].data.ptr);
	}
	print(l, monotonic_us() - began);
	return 0;
}

static int
usage(void)
{
	fprintf(stderr, "usage: load --socket PATH [--echo] [--distinct] "
			"[--clients N] [--requests N]\n"
			"            [--service S] [--user U] < token\n");
	return 64;
}

static bool
parse(struct load *l, int argc, char **argv)
{
	static const struct option options[] = {
	    {"socket", required_argument, NULL, 's'},
	    {"echo", no_argument, NULL, 'e'},
	    {"distinct", no_argument, NULL, 'd'},
	    {"clients", required_argument, NULL, 'c'},
	    {"requests", required_argument, NULL, 'r'},
	    {"service", required_argument, NULL, 'v'},
	    {"user", required_argument, NULL, 'u'},
	    {NULL, 0, NULL, 0},
	};
	int c;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c == 's' && strlen(optarg) < sizeof(l->address.sun_path))
			memcpy(l->address.sun_path, optarg, strlen(optarg) + 1);
		else if (c == 'e')
			l->echo = true;
		else if (c == 'd')
			l->distinct = true;
		else if (c == 'v')
			l->service = optarg;
		else if (c == 'u')
			l->user = optarg;
		else if (c == 'c') {
			if (conf_parse_integer(optarg, 1, CLIENTS_MAX,
				&l->clients) != STATUS_OK)
				return false;
		} else if (c != 'r' || conf_parse_integer(optarg, 1, 10000000,
					   &l->requests) != STATUS_OK)
			return false;
	}
	return optind == argc && l->address.sun_path[0] != '\0';
}

int
main(int argc, char **argv)
{
	static char token[1100];
	struct load l = {
	    .address.sun_family = AF_UNIX,
	    .service = "bench",
	    .user = "bench",
	    .clients = 1,
	    .requests = 1000,
	    .epoll = epoll_create1(EPOLL_CLOEXEC),
	};

	if (!parse(&l, argc, argv))
		return usage();
	if (fgets(token, sizeof(token), stdin) == NULL)
		return usage();
	token[strcspn(token, "\n")] = '\0';
	l.token = token;
	buf_init(&l.request, MESSAGE_MAX);
	l.latencies = calloc((size_t)l.requests, sizeof(*l.latencies));
	l.slots = calloc((size_t)l.clients, sizeof(*l.slots));
	if (l.latencies == NULL || l.slots == NULL || l.epoll < 0 ||
	    !build_request(&l)) {
		fprintf(stderr, "load: cannot start\n");
		return 1;
	}
	for (int64_t i = 0; i < l.clients; i++)
		l.slots[i].fd = -1;
	return run(&l);
}
