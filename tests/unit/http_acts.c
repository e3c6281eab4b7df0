/* SPDX-License-Identifier: ISC */
#include "http_acts.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "scopegate/cleanup.h"

/* Misbehaves on purpose. */

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
	return put_string(
	    c->fd, strstr(c->request, wanted) != NULL
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
    {"/truncated", OK_HEAD "Content-Length: 100\r\n\r\n{\"active\"", true, NULL,
	0},
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
    {"/identity", OK_HEAD "Content-Encoding: identity\r\n" OK_BODY, false, NULL,
	0},
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

bool
http_act(struct connection *c)
{
	const char *path = strchr(c->request, ' ');

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
