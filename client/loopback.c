/* SPDX-License-Identifier: ISC */
/*
 * The listening half: bounded connections, each with a bounded head. Browsers
 * open connections that they send nothing on, so none may hold up another.
 */
#include "loopback.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "loopback_request.h"
#include "scopegate/cleanup.h"
#include "url.h"

static const char any_port[] = "http://127.0.0.1/callback";

static int
listen_at(const struct url *u, uint16_t *ret_port)
{
	bool six = strcmp(u->host, "::1") == 0;
	struct sockaddr_in6 a6 = {.sin6_family = AF_INET6,
	    .sin6_addr = IN6ADDR_LOOPBACK_INIT,
	    .sin6_port = htons(u->port_set ? (uint16_t)u->port : 0)};
	struct sockaddr_in a4 = {.sin_family = AF_INET,
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	    .sin_port = a6.sin6_port};
	struct sockaddr *address = six ? (void *)&a6 : (void *)&a4;
	socklen_t size = six ? sizeof(a6) : sizeof(a4);
	_cleanup_(close_fd) int fd = socket(six ? AF_INET6 : AF_INET,
	    SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int yes = 1;

	/* A port that a login of a minute ago used is free; with SO_REUSEADDR
	 * one that somebody listens at is still not. */
	if (fd < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes)) != 0 ||
	    bind(fd, address, size) != 0 ||
	    listen(fd, LOOPBACK_BROWSERS) != 0 ||
	    getsockname(fd, address, &size) != 0)
		return -1;
	*ret_port = ntohs(six ? a6.sin6_port : a4.sin_port);
	return take_fd(&fd);
}

static bool
try_redirect(const char *uri, struct loopback *l)
{
	struct url u;
	uint16_t port = 0;

	url_read(uri, &u);
	l->fd = listen_at(&u, &port);
	if (l->fd < 0)
		return false;
	(void)snprintf(
	    l->path, sizeof(l->path), "%s", u.path[0] != '\0' ? u.path : "/");
	if (u.port_set)
		(void)snprintf(
		    l->redirect_uri, sizeof(l->redirect_uri), "%s", uri);
	else
		(void)snprintf(l->redirect_uri, sizeof(l->redirect_uri),
		    "http://%s%s%s:%u%s", u.bracketed ? "[" : "", u.host,
		    u.bracketed ? "]" : "", (unsigned int)port, u.path);
	return true;
}

enum status
loopback_open(const struct word_list *redirect_uris, struct loopback *ret,
    char ret_problem[PROBLEM_SIZE])
{
	struct loopback l = {.fd = -1};

	for (size_t i = 0; i < LOOPBACK_BROWSERS; i++) {
		l.browsers[i].fd = -1;
		buf_init_sensitive(&l.browsers[i].head, LOOPBACK_HEAD_MAX);
	}
	if (redirect_uris->count == 0 && try_redirect(any_port, &l)) {
		*ret = l;
		return STATUS_OK;
	}
	for (size_t i = 0; i < redirect_uris->count; i++)
		if (try_redirect(redirect_uris->words[i], &l)) {
			*ret = l;
			return STATUS_OK;
		}
	(void)snprintf(ret_problem, PROBLEM_SIZE,
	    "no port of the redirect URIs is free on this machine (%s): end "
	    "what listens there, or register another redirect URI and write "
	    "it down",
	    strerror(errno));
	return STATUS_BUSY;
}

static void
hang_up(struct browser_connection *b)
{
	close_fd(&b->fd);
	buf_clear(&b->head);
}

void
loopback_close(struct loopback *l)
{
	for (size_t i = 0; i < LOOPBACK_BROWSERS; i++)
		hang_up(&l->browsers[i]);
	close_fd(&l->fd);
}

void
redirect_clear(struct redirect *r)
{
	close_fd(&r->fd);
	buf_clear(&r->code);
	buf_clear(&r->iss);
	buf_clear(&r->error);
	buf_clear(&r->description);
}

/* The oldest makes room: a browser that wants something asks at once. */
static void
accept_one(struct loopback *l)
{
	int fd = accept4(l->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	size_t last = LOOPBACK_BROWSERS - 1;

	if (fd < 0)
		return;
	hang_up(&l->browsers[last]);
	for (size_t i = last; i > 0; i--)
		l->browsers[i] = l->browsers[i - 1];
	l->browsers[0].fd = fd;
	l->browsers[0].head = (struct buf){0};
	buf_init_sensitive(&l->browsers[0].head, LOOPBACK_HEAD_MAX);
}

/* Is the head whole? false also when there is nothing more to come. */
static bool
read_some(struct browser_connection *b)
{
	char chunk[2048];
	ssize_t n = recv(b->fd, chunk, sizeof(chunk), 0);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return false;
	if (n <= 0 || buf_append(&b->head, chunk, (size_t)n) != STATUS_OK) {
		hang_up(b);
		return false;
	}
	explicit_bzero(chunk, sizeof(chunk));
	return strstr(buf_string(&b->head), "\r\n\r\n") != NULL;
}

/* true: it was the redirect. */
static bool
answer_one(struct loopback *l, struct browser_connection *b, const char *state,
    struct redirect *ret, unsigned int *ret_strangers)
{
	if (!read_some(b))
		return false;
	switch (loopback_request(buf_string(&b->head), l->path, state, ret)) {
	case REQUEST_REDIRECT:
		ret->fd = take_fd(&b->fd);
		hang_up(b);
		return true;
	case REQUEST_STRANGER:
		(*ret_strangers)++;
		loopback_page(b->fd, false,
		    "This is not the answer to the sign-in that is going on. "
		    "Use the link that the terminal showed last.");
		break;
	default:
		loopback_not_found(b->fd);
	}
	hang_up(b);
	return false;
}

enum status
loopback_wait(struct loopback *l, const char *state, struct deadline deadline,
    struct redirect *ret, unsigned int *ret_strangers)
{
	struct pollfd polled[LOOPBACK_BROWSERS + 1];

	while (!deadline_passed(deadline)) {
		for (size_t i = 0; i < LOOPBACK_BROWSERS; i++)
			polled[i] = (struct pollfd){
			    .fd = l->browsers[i].fd, .events = POLLIN};
		polled[LOOPBACK_BROWSERS] =
		    (struct pollfd){.fd = l->fd, .events = POLLIN};
		if (poll(polled, ELEMENTS(polled), deadline_left_ms(deadline)) <
			0 &&
		    errno != EINTR)
			return STATUS_IO;
		for (size_t i = 0; i < LOOPBACK_BROWSERS; i++)
			if (polled[i].fd >= 0 && polled[i].revents != 0 &&
			    answer_one(
				l, &l->browsers[i], state, ret, ret_strangers))
				return STATUS_OK;
		if (polled[LOOPBACK_BROWSERS].revents != 0)
			accept_one(l);
	}
	return STATUS_TIMEOUT;
}
