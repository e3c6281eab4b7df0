/* SPDX-License-Identifier: ISC */
/* The wrapped calls, and a call of client_call() that is looked at. */
#include "client_calls.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "scopegate/cleanup.h"
#include "scopegate/client.h"

struct watch watch;
struct scripted_server server;
static struct buf storage; /* what the last reply points into */

int __real_connect(int fd, const struct sockaddr *address, socklen_t size);
int __wrap_connect(int fd, const struct sockaddr *address, socklen_t size);
ssize_t __real_send(int fd, const void *data, size_t size, int flags);
ssize_t __wrap_send(int fd, const void *data, size_t size, int flags);
int __real_poll(struct pollfd *fds, nfds_t count, int timeout);
int __wrap_poll(struct pollfd *fds, nfds_t count, int timeout);

int
__wrap_connect(int fd, const struct sockaddr *address, socklen_t size)
{
	int n = __real_connect(fd, address, size);
	int saved = errno;

	watch.fd = fd;
	watch.connects++;
	if (n == 0 && watch.after_connect != NULL)
		watch.after_connect();
	errno = saved;
	return n;
}

/* Not every kernel raises SIGPIPE here, so the flag itself is looked at. */
ssize_t
__wrap_send(int fd, const void *data, size_t size, int flags)
{
	ssize_t n;

	assert_true((flags & MSG_NOSIGNAL) != 0);
	n = __real_send(fd, data, size, flags);
	if (watch.after_send != NULL)
		watch.after_send(fd);
	return n;
}

int
__wrap_poll(struct pollfd *fds, nfds_t count, int timeout)
{
	if (count == 0) {
		watch.pauses++;
		if (watch.in_pause != NULL)
			watch.in_pause();
	}
	return __real_poll(fds, count, timeout);
}

int
open_server(void **state)
{
	(void)state;
	watch = (struct watch){.fd = -1};
	buf_init(&storage, MESSAGE_MAX);
	return server_open(&server);
}

int
close_server(void **state)
{
	(void)state;
	server_close(&server);
	buf_clear(&storage);
	return 0;
}

int
lowest_fd(void)
{
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

	if (fd >= 0)
		(void)close(fd);
	return fd;
}

void
put_request(struct buf *b, enum message_type type)
{
	buf_init_sensitive(b, MESSAGE_MAX);
	message_start(
	    b, type, type == MESSAGE_LOGIN_ANSWER ? ANSWER_ID : REQUEST_ID);
	if (type == MESSAGE_CONTROL)
		message_put_string(b, TAG_COMMAND, "status");
	if (type == MESSAGE_CHECK || type == MESSAGE_LOGIN_BEGIN) {
		message_put_string(b, TAG_SERVICE, "sshd");
		message_put_string(b, TAG_USER, "eve");
	}
	if (type == MESSAGE_CHECK)
		message_put_string(b, TAG_TOKEN, "t.ok");
	if (type == MESSAGE_LOGIN_ANSWER)
		message_put_string(b, TAG_ANSWER, "K7QX-2MRT");
	if (type != MESSAGE_CONTROL)
		message_put_u32(b, TAG_BUDGET_MS, 1000);
	assert_int_equal(message_finish(b), STATUS_OK);
}

enum status
call_as(const struct client_server *to, enum message_type type, int64_t ms,
    struct message *ret)
{
	_cleanup_(buf_clear) struct buf request;
	bool hooked = watch.in_pause != NULL || watch.after_connect != NULL;
	int lowest = lowest_fd();
	enum status s;

	put_request(&request, type);
	s = client_call(to, &request, deadline_in_ms(ms), &storage, ret);
	if (!hooked) /* a hook closes descriptors of its own */
		assert_int_equal(lowest_fd(), lowest);
	return s;
}

enum status
call(enum message_type type, int64_t ms, struct message *ret)
{
	const struct client_server to = {server.path, getuid()};

	return call_as(&to, type, ms, ret);
}
