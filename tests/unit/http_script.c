/* SPDX-License-Identifier: ISC */
#include "http_script.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "scopegate/cleanup.h"

/* Misbehaves on purpose; never use it for anything but tests. */

#define REQUEST_MAX (128 * 1024)
#define KEPT_MAX 64

struct http_script {
	int listener;
	unsigned int port;
	pthread_t thread;
	pthread_mutex_t lock;
	unsigned int connections, requests, abandoned, running, busy_left;
	char last[REQUEST_MAX];
	char *kept[KEPT_MAX]; /* the first ones */
	unsigned int issued;  /* tokens of /token */
};

struct connection {
	struct http_script *script;
	int fd;
	unsigned int served;
	const char *request;
};

static bool
put(int fd, const char *bytes, size_t size)
{
	while (size > 0) {
		ssize_t n = send(fd, bytes, size, MSG_NOSIGNAL);

		if (n <= 0)
			return false;
		bytes += n;
		size -= (size_t)n;
	}
	return true;
}

static bool
put_string(int fd, const char *s)
{
	return put(fd, s, strlen(s));
}

#define OK_HEAD "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
#define OK_BODY "Content-Length: 15\r\n\r\n{\"active\":true}"

/* Waits for the client to go; the test's end makes it go. */
static bool
hold(struct connection *c)
{
	struct pollfd p = {c->fd, POLLIN, 0};
	char byte;

	(void)poll(&p, 1, 30000);
	if (recv(c->fd, &byte, 1, MSG_DONTWAIT) == 0) {
		(void)pthread_mutex_lock(&c->script->lock);
		c->script->abandoned++;
		(void)pthread_mutex_unlock(&c->script->lock);
	}
	return false;
}

static bool
drip(struct connection *c)
{
	bool alive = put_string(c->fd, OK_HEAD "\r\n");

	for (int i = 0; alive && i < 3000; i++) {
		struct pollfd p = {c->fd, POLLIN, 0};

		alive = put_string(c->fd, " ") && poll(&p, 1, 10) == 0;
	}
	return false;
}

static bool
put_blanks(int fd, size_t size)
{
	char block[4096];
	bool alive = true;

	memset(block, ' ', sizeof(block));
	while (alive && size > 0) {
		size_t part = size < sizeof(block) ? size : sizeof(block);

		alive = put(fd, block, part);
		size -= part;
	}
	return alive;
}

static bool
many_headers(struct connection *c)
{
	bool alive = put_string(c->fd, OK_HEAD);

	for (int i = 0; alive && i < 200; i++)
		alive = put_string(c->fd, "X-Filler: x\r\n");
	return alive && put_string(c->fd, OK_BODY);
}

static bool
long_header(struct connection *c)
{
	char filler[20000];

	memset(filler, 'x', sizeof(filler));
	return put_string(c->fd, OK_HEAD "X-Filler: ") &&
	       put(c->fd, filler, sizeof(filler)) &&
	       put_string(c->fd, "\r\n" OK_BODY);
}

/* 503 once, then good; counted over all connections. */
static bool
busy_once(struct connection *c)
{
	bool busy;

	(void)pthread_mutex_lock(&c->script->lock);
	busy = c->script->busy_left > 0;
	c->script->busy_left -= busy;
	(void)pthread_mutex_unlock(&c->script->lock);
	return put_string(
	    c->fd, busy ? "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n"
			: OK_HEAD OK_BODY);
}

/* Answers the first request of a connection, and closes at the second. */
static bool
once(struct connection *c)
{
	return c->served == 0 && put_string(c->fd, OK_HEAD OK_BODY);
}

/* An access token: issued-1 and so on. */
static bool
token(struct connection *c)
{
	char body[128], head[64];
	unsigned int number;

	(void)pthread_mutex_lock(&c->script->lock);
	number = ++c->script->issued;
	(void)pthread_mutex_unlock(&c->script->lock);
	(void)snprintf(body, sizeof(body),
	    "{\"access_token\":\"issued-%u\",\"token_type\":\"Bearer\","
	    "\"expires_in\":3600}",
	    number);
	(void)snprintf(
	    head, sizeof(head), "Content-Length: %zu\r\n\r\n", strlen(body));
	return put_string(c->fd, OK_HEAD) && put_string(c->fd, head) &&
	       put_string(c->fd, body);
}

/* Good with the token that was issued last, and 401 with another or none. */
static bool
guarded(struct connection *c)
{
	char wanted[64];
	unsigned int number;

	(void)pthread_mutex_lock(&c->script->lock);
	number = c->script->issued;
	(void)pthread_mutex_unlock(&c->script->lock);
	(void)snprintf(wanted, sizeof(wanted),
	    "\r\nAuthorization: Bearer issued-%u\r\n", number);
	return put_string(c->fd,
	    strstr(c->request, wanted) != NULL
		? OK_HEAD OK_BODY
		: "HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n");
}

static const struct {
	const char *path;
	const char *answer; /* NULL: ask `act` */
	bool close;
	bool (*act)(struct connection *c);
	size_t blanks; /* to follow the answer */
} scripts[] = {
    {"/good", OK_HEAD OK_BODY, false, NULL, 0},
    {"/early",
	"HTTP/1.1 103 Early Hints\r\nContent-Encoding: gzip\r\n"
	"Retry-After: 9\r\n\r\n" OK_HEAD OK_BODY,
	false, NULL, 0},
    {"/truncated", OK_HEAD "Content-Length: 100\r\n\r\n{\"active\"", true,
	NULL, 0},
    {"/cut-headers", OK_HEAD, true, NULL, 0},
    {"/no-answer", "", true, NULL, 0},
    {"/not-http", "SSH-2.0-OpenSSH_9.2\r\n", true, NULL, 0},
    {"/redirect",
	"HTTP/1.1 307 Look there\r\nLocation: /good\r\n"
	"Content-Length: 0\r\n\r\n",
	false, NULL, 0},
    {"/unauthorized",
	"HTTP/1.1 401 No\r\nWWW-Authenticate: Basic\r\n"
	"Content-Length: 0\r\n\r\n",
	false, NULL, 0},
    {"/bad-request",
	"HTTP/1.1 400 No\r\nContent-Type: application/json\r\n"
	"Content-Length: 25\r\n\r\n{\"error\":\"invalid_grant\"}",
	false, NULL, 0},
    {"/limited",
	"HTTP/1.1 429 Slow\r\nRetry-After: 7\r\n"
	"Content-Length: 0\r\n\r\n",
	false, NULL, 0},
    {"/limited-by-date",
	"HTTP/1.1 429 Slow\r\nRetry-After: "
	"Fri, 31 Dec 1999 23:59:59 GMT\r\n"
	"Content-Length: 0\r\n\r\n",
	false, NULL, 0},
    {"/busy", "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n", false, NULL, 0},
    {"/busy-later",
	"HTTP/1.1 503 Busy\r\nRetry-After: 3\r\n"
	"Content-Length: 0\r\n\r\n",
	false, NULL, 0},
    {"/error", "HTTP/1.1 500 Broken\r\nContent-Length: 0\r\n\r\n", false, NULL,
	0},
    {"/gzip", OK_HEAD "Content-Encoding: gzip\r\n" OK_BODY, false, NULL, 0},
    {"/identity", OK_HEAD "Content-Encoding: identity\r\n" OK_BODY, false,
	NULL, 0},
    {"/two-types", OK_HEAD "Content-Type: text/html\r\n" OK_BODY, false, NULL,
	0},
    {"/cookie", OK_HEAD "Set-Cookie: a=b\r\n" OK_BODY, false, NULL, 0},
    {"/busy-once", NULL, false, busy_once, 0},
    {"/once", NULL, false, once, 0},
    {"/token", NULL, false, token, 0},
    {"/guarded", NULL, false, guarded, 0},
    {"/hold", NULL, false, hold, 0},
    {"/drip", NULL, false, drip, 0},
    {"/exact", OK_HEAD "\r\n", true, NULL, 128 * 1024},
    {"/over", OK_HEAD "\r\n", true, NULL, 128 * 1024 + 1},
    {"/large", OK_HEAD "Content-Length: 10485760\r\n\r\n", true, NULL,
	10485760},
    {"/endless", OK_HEAD "\r\n", true, NULL, 1 << 30},
    {"/many-headers", NULL, false, many_headers, 0},
    {"/long-header", NULL, false, long_header, 0},
};

static bool
answer(struct connection *c, const char *request)
{
	const char *path = strchr(request, ' ');

	for (size_t i = 0; path != NULL && i < ELEMENTS(scripts); i++) {
		size_t length = strlen(scripts[i].path);

		if (strncmp(path + 1, scripts[i].path, length) != 0 ||
		    path[1 + length] != ' ')
			continue;
		if (scripts[i].act != NULL)
			return scripts[i].act(c);
		return put_string(c->fd, scripts[i].answer) &&
		       put_blanks(c->fd, scripts[i].blanks) &&
		       !scripts[i].close;
	}
	return put_string(
	    c->fd, "HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n");
}

/* Reads one whole request into `request`; false at the end. */
static bool
read_request(int fd, char *request)
{
	size_t used = 0, wanted = 0;

	while (wanted == 0 || used < wanted) {
		ssize_t n = recv(fd, request + used, REQUEST_MAX - 1 - used, 0);
		const char *end, *length;

		if (n <= 0)
			return false;
		used += (size_t)n;
		request[used] = '\0';
		end = strstr(request, "\r\n\r\n");
		if (end == NULL || wanted != 0)
			continue;
		length = strcasestr(request, "\r\nContent-Length:");
		wanted = (size_t)(end + 4 - request);
		if (length != NULL && length < end)
			wanted += strtoul(length + 17, NULL, 10);
	}
	return true;
}

static void *
serve(void *argument)
{
	struct connection *c = argument;
	struct http_script *s = c->script;
	char *request = malloc(REQUEST_MAX);

	while (request != NULL && read_request(c->fd, request)) {
		(void)pthread_mutex_lock(&s->lock);
		if (s->requests < KEPT_MAX)
			s->kept[s->requests] = strdup(request);
		s->requests++;
		memcpy(s->last, request, strlen(request) + 1);
		(void)pthread_mutex_unlock(&s->lock);
		c->request = request;
		if (!answer(c, request))
			break;
		c->served++;
	}
	free(request);
	(void)close(c->fd);
	free(c);
	(void)pthread_mutex_lock(&s->lock);
	s->running--;
	(void)pthread_mutex_unlock(&s->lock);
	return NULL;
}

static void
accepted(struct http_script *s, int fd)
{
	struct connection *c = calloc(1, sizeof(*c));
	pthread_t thread;

	if (c == NULL) {
		(void)close(fd);
		return;
	}
	c->script = s;
	c->fd = fd;
	(void)pthread_mutex_lock(&s->lock);
	s->connections++;
	s->running++;
	(void)pthread_mutex_unlock(&s->lock);
	if (pthread_create(&thread, NULL, serve, c) == 0)
		(void)pthread_detach(thread);
}

static void *
listen_loop(void *argument)
{
	struct http_script *s = argument;
	int fd;

	while ((fd = accept4(s->listener, NULL, NULL, SOCK_CLOEXEC)) >= 0)
		accepted(s, fd);
	return NULL;
}

struct http_script *
http_script_start(void)
{
	struct http_script *s = calloc(1, sizeof(*s));
	struct sockaddr_in address = {.sin_family = AF_INET};
	socklen_t length = sizeof(address);

	if (s == NULL)
		return NULL;
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	s->busy_left = 1;
	(void)pthread_mutex_init(&s->lock, NULL);
	s->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (s->listener < 0 ||
	    bind(s->listener, (struct sockaddr *)&address, length) != 0 ||
	    listen(s->listener, 256) != 0 ||
	    getsockname(s->listener, (struct sockaddr *)&address, &length) !=
		0 ||
	    pthread_create(&s->thread, NULL, listen_loop, s) != 0) {
		close_fd(&s->listener);
		free(s);
		return NULL;
	}
	s->port = ntohs(address.sin_port);
	return s;
}

static unsigned int
counter(struct http_script *s, const unsigned int *which)
{
	unsigned int value;

	(void)pthread_mutex_lock(&s->lock);
	value = *which;
	(void)pthread_mutex_unlock(&s->lock);
	return value;
}

void
http_script_stop(struct http_script *s)
{
	if (s == NULL)
		return;
	(void)shutdown(s->listener, SHUT_RDWR);
	(void)pthread_join(s->thread, NULL);
	close_fd(&s->listener);
	/* The clients are gone, so the threads end. */
	for (int i = 0; i < 1000 && counter(s, &s->running) > 0; i++)
		(void)usleep(10000);
	if (counter(s, &s->running) > 0)
		return;
	for (size_t i = 0; i < KEPT_MAX; i++)
		free(s->kept[i]);
	free(s);
}

unsigned int
http_script_port(const struct http_script *s)
{
	return s->port;
}

unsigned int
http_script_connections(struct http_script *s)
{
	return counter(s, &s->connections);
}

unsigned int
http_script_requests(struct http_script *s)
{
	return counter(s, &s->requests);
}

unsigned int
http_script_abandoned(struct http_script *s)
{
	return counter(s, &s->abandoned);
}

void
http_script_last(struct http_script *s, char *ret, unsigned int size)
{
	(void)pthread_mutex_lock(&s->lock);
	(void)snprintf(ret, size, "%s", s->last);
	(void)pthread_mutex_unlock(&s->lock);
}

const char *
http_script_request(struct http_script *s, unsigned int number)
{
	const char *kept;

	(void)pthread_mutex_lock(&s->lock);
	kept = number < KEPT_MAX ? s->kept[number] : NULL;
	(void)pthread_mutex_unlock(&s->lock);
	return kept;
}

void
http_script_expire(struct http_script *s)
{
	(void)pthread_mutex_lock(&s->lock);
	s->issued++;
	(void)pthread_mutex_unlock(&s->lock);
}
