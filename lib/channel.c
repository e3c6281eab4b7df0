/* SPDX-License-Identifier: ISC */
/*
 * Finding, trusting and talking to the socket of client.h. Nothing is sent
 * before the folder, the socket and the listener are known to be the right
 * ones, since what follows is a credential.
 */
#include "channel.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>

#include "scopegate/cleanup.h"

#define BACKLOG_PAUSE_MS 5

/* lstat() where a missing thing differs from one that cannot be looked at. */
static enum status
look(const char *path, struct stat *ret)
{
	if (lstat(path, ret) == 0)
		return STATUS_OK;
	return errno == ENOENT || errno == ENOTDIR ? STATUS_ABSENT : STATUS_IO;
}

/*
 * Whoever may write the folder may put a socket of his own in its place, so
 * the folder counts as much as the socket.
 */
static enum status
check_folder(const struct client_server *server)
{
	char folder[sizeof(((struct sockaddr_un *)0)->sun_path)];
	const char *slash = strrchr(server->path, '/');
	struct stat st;
	enum status s;

	if (slash == NULL || slash == server->path ||
	    (size_t)(slash - server->path) >= sizeof(folder))
		return STATUS_UNTRUSTED;
	memcpy(folder, server->path, (size_t)(slash - server->path));
	folder[slash - server->path] = '\0';
	s = look(folder, &st);
	if (s != STATUS_OK)
		return s;
	if (!S_ISDIR(st.st_mode) ||
	    (st.st_uid != server->owner && st.st_uid != 0) ||
	    (st.st_mode & (S_IWGRP | S_IWOTH)) != 0)
		return STATUS_UNTRUSTED;
	return STATUS_OK;
}

static enum status
check_socket(const struct client_server *server)
{
	struct stat st;
	enum status s = look(server->path, &st);

	if (s != STATUS_OK)
		return s;
	/* A socket that was given to its one caller, as gateway.sock is. Who
	 * listens is asked later. */
	if (!S_ISSOCK(st.st_mode) ||
	    (st.st_uid != server->owner && st.st_uid != geteuid()))
		return STATUS_UNTRUSTED;
	return STATUS_OK;
}

/* SO_PEERCRED tells who called listen(): root, or the service manager. */
static enum status
check_listener(int fd, uid_t owner)
{
	struct ucred peer;
	socklen_t size = sizeof(peer);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0)
		return STATUS_IO;
	return peer.uid == owner ? STATUS_OK : STATUS_UNTRUSTED;
}

/* A host program may run with 0 to 2 closed; those numbers are not ours. */
static int
open_socket(void)
{
	_cleanup_(close_fd) int fd =
	    socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd >= 0 && fd <= STDERR_FILENO)
		return fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	return take_fd(&fd);
}

static enum status
connect_before(
    int fd, const struct sockaddr_un *address, struct deadline deadline)
{
	for (;;) {
		if (deadline_passed(deadline))
			return STATUS_TIMEOUT;
		if (connect(fd, (const struct sockaddr *)address,
			sizeof(*address)) == 0)
			return STATUS_OK;
		switch (errno) {
		case EINTR:
			break;
		case EAGAIN: /* the backlog is full */
			(void)poll(NULL, 0, BACKLOG_PAUSE_MS);
			break;
		case ENOENT:
		case ECONNREFUSED:
			return STATUS_ABSENT;
		case EPROTOTYPE: /* somebody's stream or datagram socket */
			return STATUS_UNTRUSTED;
		default:
			return STATUS_IO;
		}
	}
}

enum status
channel_connect(
    const struct client_server *server, struct deadline deadline, int *ret_fd)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	_cleanup_(close_fd) int fd = -1;
	size_t length = strlen(server->path);
	enum status s;

	if (server->path[0] != '/' || length >= sizeof(address.sun_path))
		return STATUS_INVALID;
	memcpy(address.sun_path, server->path, length + 1);
	s = check_folder(server);
	if (s == STATUS_OK)
		s = check_socket(server);
	if (s != STATUS_OK)
		return s;
	fd = open_socket();
	if (fd < 0)
		return errno == ENOMEM || errno == ENOBUFS ? STATUS_NOMEM
							   : STATUS_IO;
	s = connect_before(fd, &address, deadline);
	if (s == STATUS_OK)
		s = check_listener(fd, server->owner);
	if (s != STATUS_OK)
		return s;
	*ret_fd = take_fd(&fd);
	return STATUS_OK;
}

/* Waits for `events`; a signal handler of the host does not end the wait. */
static enum status
wait_for(int fd, short events, struct deadline deadline)
{
	for (;;) {
		struct pollfd p = {.fd = fd, .events = events};
		int n = poll(&p, 1, deadline_left_ms(deadline));

		if (n > 0)
			return STATUS_OK;
		if (n == 0)
			return STATUS_TIMEOUT;
		if (errno != EINTR)
			return STATUS_IO;
	}
}

static enum status
status_of_errno(void)
{
	return errno == EPIPE || errno == ECONNRESET ? STATUS_CLOSED
						     : STATUS_IO;
}

enum status
packet_send(int fd, const struct buf *packet, struct deadline deadline)
{
	for (;;) {
		enum status s;
		ssize_t n;

		if (deadline_passed(deadline))
			return STATUS_TIMEOUT;
		n = send(fd, packet->data, packet->length,
		    MSG_NOSIGNAL | MSG_DONTWAIT);
		if (n >= 0)
			return (size_t)n == packet->length ? STATUS_OK
							   : STATUS_IO;
		if (errno == EINTR)
			continue;
		if (errno != EAGAIN)
			return status_of_errno();
		s = wait_for(fd, POLLOUT, deadline);
		if (s != STATUS_OK)
			return s;
	}
}

/* A packet's length before it is taken, so that no caller's stack need hold
 * the largest there could be. MSG_TRUNC: the whole length. */
static ssize_t
packet_length(int fd)
{
	return recv(fd, NULL, 0, MSG_PEEK | MSG_TRUNC | MSG_DONTWAIT);
}

enum status
packet_receive(int fd, struct deadline deadline, struct buf *ret)
{
	for (;;) {
		_cleanup_(free_ptr) uint8_t *packet = NULL;
		enum status s = wait_for(fd, POLLIN, deadline);
		ssize_t n;

		if (s != STATUS_OK)
			return s;
		n = packet_length(fd);
		if (n < 0 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (n < 0)
			return status_of_errno();
		/* An empty packet looks the same as the end of the stream;
		 * neither is a reply. */
		if (n == 0)
			return STATUS_CLOSED;
		if (n > (ssize_t)MESSAGE_MAX)
			return STATUS_MALFORMED;
		packet = malloc((size_t)n);
		if (packet == NULL)
			return STATUS_NOMEM;
		if (recv(fd, packet, (size_t)n, MSG_DONTWAIT) != n)
			return STATUS_IO;
		buf_clear(ret);
		return buf_append(ret, packet, (size_t)n);
	}
}
