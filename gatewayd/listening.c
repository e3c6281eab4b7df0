/* SPDX-License-Identifier: ISC */
#include "listening.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "scopegate/cleanup.h"

/* Opened before privileges are dropped, so that a port below 1024 needs no
 * capability later. */

#define PASSED_FIRST_FD 3

void
listening_close(struct listening *l)
{
	for (size_t i = 0; i < l->count; i++)
		close_fd(&l->fds[i]);
	l->count = 0;
}

static bool
is_listening(int fd)
{
	int type = 0, accepting = 0;
	socklen_t size = sizeof(int);
	int flags = fcntl(fd, F_GETFL);

	return getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) == 0 &&
	       type == SOCK_STREAM &&
	       getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &accepting, &size) ==
		   0 &&
	       accepting == 1 && flags >= 0 &&
	       fcntl(fd, F_SETFL, flags | O_NONBLOCK) == 0 &&
	       fcntl(fd, F_SETFD, FD_CLOEXEC) == 0;
}

/* STATUS_NOT_FOUND: nothing was passed. */
static enum status
take_passed(struct listening *l)
{
	const char *pid = getenv("LISTEN_PID");
	const char *fds = getenv("LISTEN_FDS");
	int64_t number, count;

	if (pid == NULL || fds == NULL ||
	    conf_parse_integer(pid, 1, INT32_MAX, &number) != STATUS_OK ||
	    number != getpid() ||
	    conf_parse_integer(fds, 1, SETTINGS_LISTEN_MAX, &count) !=
		STATUS_OK)
		return STATUS_NOT_FOUND;
	for (int i = 0; i < count; i++) {
		int fd = PASSED_FIRST_FD + i;

		if (!is_listening(fd)) {
			log_error("passed descriptor %d is not a listening "
				  "stream socket: mend the socket unit",
			    fd);
			return STATUS_INVALID;
		}
		l->fds[l->count++] = fd;
	}
	return STATUS_OK;
}

static enum status
bind_one(const char *text, int *ret)
{
	struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};
	struct sockaddr_in v4 = {.sin_family = AF_INET};
	struct address address;
	_cleanup_(close_fd) int fd = -1;
	bool ipv4;
	uint16_t port;
	int on = 1;

	if (!settings_listen_parse(text, &address, &port))
		return STATUS_INVALID;
	ipv4 = address_is_ipv4(&address);
	v4.sin_port = v6.sin6_port = htons(port);
	memcpy(&v4.sin_addr, address.octets + 12, sizeof(v4.sin_addr));
	memcpy(&v6.sin6_addr, address.octets, sizeof(v6.sin6_addr));
	fd = socket(ipv4 ? AF_INET : AF_INET6,
	    SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) != 0 ||
	    bind(fd,
		ipv4 ? (const struct sockaddr *)&v4
		     : (const struct sockaddr *)&v6,
		ipv4 ? sizeof(v4) : sizeof(v6)) != 0 ||
	    listen(fd, SOMAXCONN) != 0)
		return STATUS_IO;
	*ret = take_fd(&fd);
	return STATUS_OK;
}

enum status
listening_open(const struct settings *s, struct listening *ret)
{
	_cleanup_(listening_close) struct listening l = {0};
	enum status status = take_passed(&l);

	if (status == STATUS_NOT_FOUND) {
		status = STATUS_OK;
		for (size_t i = 0; i < s->listen.count && status == STATUS_OK;
		     i++) {
			status = bind_one(s->listen.words[i], &l.fds[l.count]);
			if (status == STATUS_OK)
				l.count++;
			else
				log_errno(
				    "cannot listen on %s", s->listen.words[i]);
		}
	}
	if (status != STATUS_OK)
		return status;
	*ret = l;
	l.count = 0;
	return STATUS_OK;
}

void
listening_name(int fd, char ret[LISTENING_NAME_SIZE])
{
	union {
		struct sockaddr any;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
	} at = {0};
	socklen_t size = sizeof(at);
	struct address address = {{[10] = 0xff, [11] = 0xff}};
	char text[ADDRESS_TEXT_SIZE];
	bool v6;

	if (getsockname(fd, &at.any, &size) != 0) {
		ret[0] = '\0';
		return;
	}
	v6 = at.any.sa_family == AF_INET6;
	if (v6)
		memcpy(address.octets, &at.v6.sin6_addr, 16);
	else
		memcpy(address.octets + 12, &at.v4.sin_addr, 4);
	address_text(&address, text);
	(void)snprintf(ret, LISTENING_NAME_SIZE, v6 ? "[%s]:%u" : "%s:%u", text,
	    ntohs(v6 ? at.v6.sin6_port : at.v4.sin_port));
}
