/* SPDX-License-Identifier: ISC */
/*
 * The floor of bench/gate: a bare epoll echo over the same socket type, which
 * also asks for the peer's credentials. It answers each packet with its first
 * REPLY_SIZE octets and closes, as the daemon answers a check.
 */
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "scopegate/protocol.h"

#define REPLY_SIZE 100
#define BACKLOG 1024
#define EVENTS 64

static void
answer(int epoll, int fd, char *packet)
{
	ssize_t n = recv(fd, packet, MESSAGE_MAX, MSG_DONTWAIT);
	struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};

	if (n < 0 && errno == EAGAIN) {
		(void)epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
		return;
	}
	if (n > 0)
		(void)send(fd, packet, n < REPLY_SIZE ? (size_t)n : REPLY_SIZE,
		    MSG_NOSIGNAL | MSG_DONTWAIT);
	(void)close(fd);
}

static void
accept_all(int epoll, int listener, char *packet)
{
	struct ucred peer;
	socklen_t size = sizeof(peer);
	int fd;

	while ((fd = accept4(
		    listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK)) >= 0) {
		if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0)
			(void)close(fd);
		else
			answer(epoll, fd, packet);
	}
}

int
main(int argc, char **argv)
{
	static char packet[MESSAGE_MAX];
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	struct epoll_event event = {.events = EPOLLIN};
	struct epoll_event events[EVENTS];
	int listener =
	    socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int epoll = epoll_create1(EPOLL_CLOEXEC);

	if (argc != 2 || strlen(argv[1]) >= sizeof(address.sun_path)) {
		fprintf(stderr, "usage: echo_server SOCKET\n");
		return 64;
	}
	memcpy(address.sun_path, argv[1], strlen(argv[1]) + 1);
	event.data.fd = listener;
	if (listener < 0 || epoll < 0 ||
	    bind(listener, (struct sockaddr *)&address, sizeof(address)) != 0 ||
	    listen(listener, BACKLOG) != 0 ||
	    epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event) != 0) {
		perror("echo_server");
		return 1;
	}
	for (;;) {
		int n = epoll_wait(epoll, events, EVENTS, -1);

		for (int i = 0; i < n; i++) {
			if (events[i].data.fd == listener)
				accept_all(epoll, listener, packet);
			else
				answer(epoll, events[i].data.fd, packet);
		}
	}
}
