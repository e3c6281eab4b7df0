/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "client_calls.h"
#include "scopegate/cleanup.h"

/*
 * The caller lives in somebody else's process: sshd's, sudo's. What that
 * process and the machine may do to it.
 */

static void
start_late(void)
{
	watch.in_pause = NULL;
	assert_int_equal(server_listen(&server, SOCK_SEQPACKET, 8), 0);
	assert_int_equal(server_start(&server, "rv"), 0);
}

static void
test_a_daemon_that_comes_back_is_found(void **state)
{
	struct message reply;

	(void)state;
	watch.in_pause = start_late;
	assert_int_equal(call(MESSAGE_CHECK, LONG_MS, &reply), STATUS_OK);
	assert_int_equal(watch.pauses, 1);
}

static void
test_an_absent_daemon_is_tried_twice(void **state)
{
	struct message reply;

	(void)state;
	assert_int_equal(call(MESSAGE_CHECK, LONG_MS, &reply), STATUS_ABSENT);
	assert_int_equal(watch.pauses, 1);
	/* A stale socket: its name is there and nobody listens. */
	assert_int_equal(server_listen(&server, SOCK_SEQPACKET, 8), 0);
	server_abandon(&server);
	assert_int_equal(call(MESSAGE_CHECK, LONG_MS, &reply), STATUS_ABSENT);
	assert_int_equal(watch.pauses, 2);
	assert_int_equal(watch.connects, 2);
	/* No pause that the deadline would cut. */
	assert_int_equal(call(MESSAGE_CHECK, 90, &reply), STATUS_ABSENT);
	assert_int_equal(watch.pauses, 2);
}

static void
kill_server(void)
{
	server_stop(&server);
}

/* SIGPIPE would end this test, as it would end sshd. */
static void
test_a_peer_gone_before_the_send_raises_no_signal(void **state)
{
	struct message reply;

	(void)state;
	assert_int_equal(server_listen(&server, SOCK_SEQPACKET, 8), 0);
	assert_int_equal(server_start(&server, "w"), 0);
	/* Whoever started the tests may have had it ignored. */
	assert_true(signal(SIGPIPE, SIG_DFL) != SIG_ERR);
	watch.after_connect = kill_server;
	assert_int_equal(call(MESSAGE_CHECK, LONG_MS, &reply), STATUS_ABSENT);
	assert_int_equal(watch.connects, 2);
}

#define FILLERS_MAX 64
static int fillers[FILLERS_MAX];
static size_t filler_count;

/* Connects until the backlog is full. */
static void
fill_backlog(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	memcpy(address.sun_path, server.path, sizeof(server.path));
	for (filler_count = 0; filler_count < FILLERS_MAX; filler_count++) {
		int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0);

		assert_true(fd >= 0);
		if (connect(fd, (struct sockaddr *)&address, sizeof(address)) !=
		    0) {
			assert_int_equal(errno, EAGAIN);
			(void)close(fd);
			return;
		}
		fillers[filler_count] = fd;
	}
	fail_msg("the backlog never fills");
}

static void
empty_backlog(void)
{
	watch.in_pause = NULL;
	for (size_t i = 0; i < filler_count; i++) {
		(void)close(accept(server.listener, NULL, NULL));
		(void)close(fillers[i]);
	}
	assert_int_equal(server_start(&server, "rv"), 0);
}

static void
test_a_full_backlog_is_waited_for(void **state)
{
	struct message reply;

	(void)state;
	assert_int_equal(server_listen(&server, SOCK_SEQPACKET, 1), 0);
	fill_backlog();
	assert_int_equal(call(MESSAGE_CHECK, 200, &reply), STATUS_TIMEOUT);
	assert_true(watch.connects > 1);
	watch.in_pause = empty_backlog;
	assert_int_equal(call(MESSAGE_CHECK, LONG_MS, &reply), STATUS_OK);
}

static volatile sig_atomic_t alarms;

static void
count_alarm(int signal)
{
	(void)signal;
	alarms++;
}

/* A host's signals neither end the wait early nor stretch it. */
static void
test_signals_do_not_end_the_wait(void **state)
{
	const struct itimerval often = {{0, 20000}, {0, 20000}}, never = {0};
	struct sigaction action = {.sa_handler = count_alarm};
	struct message reply;
	int64_t before;

	(void)state;
	assert_int_equal(server_listen(&server, SOCK_SEQPACKET, 8), 0);
	assert_int_equal(server_start(&server, "raw"), 0);
	assert_int_equal(sigaction(SIGALRM, &action, NULL), 0);
	before = monotonic_us();
	assert_int_equal(setitimer(ITIMER_REAL, &often, NULL), 0);
	assert_int_equal(call(MESSAGE_CHECK, 400, &reply), STATUS_TIMEOUT);
	assert_int_equal(setitimer(ITIMER_REAL, &never, NULL), 0);
	assert_true(monotonic_us() - before >= 400000);
	assert_true(alarms > 0);
}

static void
look_at_fd(void)
{
	if (watch.fd <= STDERR_FILENO ||
	    fcntl(watch.fd, F_GETFD) != FD_CLOEXEC ||
	    (fcntl(watch.fd, F_GETFL) & O_NONBLOCK) == 0)
		_exit(2);
}

/* A host without standard streams must not talk to the daemon on its 2. */
static void
test_descriptors_0_to_2_are_not_ours(void **state)
{
	const struct client_server to = {server.path, getuid()};
	_cleanup_(buf_clear) struct buf request;
	_cleanup_(buf_clear) struct buf reply;
	struct message m;
	int status;
	pid_t pid;

	(void)state;
	put_request(&request, MESSAGE_CHECK);
	buf_init(&reply, MESSAGE_MAX);
	assert_int_equal(server_listen(&server, SOCK_SEQPACKET, 8), 0);
	assert_int_equal(server_start(&server, "rv"), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		for (int fd = 0; fd <= STDERR_FILENO; fd++)
			(void)close(fd);
		watch.after_connect = look_at_fd;
		if (client_call(&to, &request, deadline_in_ms(LONG_MS), &reply,
			&m) != STATUS_OK)
			_exit(3);
		for (int fd = 0; fd <= STDERR_FILENO; fd++)
			if (fcntl(fd, F_GETFD) != -1)
				_exit(4);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    ON_SERVER(test_a_daemon_that_comes_back_is_found),
	    ON_SERVER(test_an_absent_daemon_is_tried_twice),
	    ON_SERVER(test_a_peer_gone_before_the_send_raises_no_signal),
	    ON_SERVER(test_a_full_backlog_is_waited_for),
	    ON_SERVER(test_signals_do_not_end_the_wait),
	    ON_SERVER(test_descriptors_0_to_2_are_not_ours),
	};

	return cmocka_run_group_tests_name("client host", tests, NULL, NULL);
}
