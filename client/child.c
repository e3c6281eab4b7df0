/* SPDX-License-Identifier: ISC */
#include "child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "scopegate/cleanup.h"
#include "scopegate/protocol.h"

extern char **environ;

/* As a shell would: what we ignore, it does not. */
static int
spawn(char *const argv[], const posix_spawn_file_actions_t *actions, pid_t *ret)
{
	posix_spawnattr_t attributes;
	sigset_t defaults;
	int failed = posix_spawnattr_init(&attributes);

	if (failed != 0)
		return failed;
	(void)sigemptyset(&defaults);
	(void)sigaddset(&defaults, SIGPIPE);
	failed = posix_spawnattr_setsigdefault(&attributes, &defaults);
	if (failed == 0)
		failed = posix_spawnattr_setflags(
		    &attributes, POSIX_SPAWN_SETSIGDEF);
	if (failed == 0)
		failed = posix_spawnp(
		    ret, argv[0], actions, &attributes, argv, environ);
	(void)posix_spawnattr_destroy(&attributes);
	return failed;
}

/* Input from nowhere; output to `out`, or to nowhere too. */
static int
start(char *const argv[], int out, pid_t *ret)
{
	posix_spawn_file_actions_t actions;
	int failed = posix_spawn_file_actions_init(&actions);

	if (failed != 0)
		return failed;
	failed = posix_spawn_file_actions_addopen(
	    &actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	if (failed == 0 && out >= 0)
		failed = posix_spawn_file_actions_adddup2(
		    &actions, out, STDOUT_FILENO);
	else if (failed == 0)
		failed = posix_spawn_file_actions_addopen(
		    &actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	if (failed == 0 && out < 0)
		failed = posix_spawn_file_actions_adddup2(
		    &actions, STDOUT_FILENO, STDERR_FILENO);
	if (failed == 0)
		failed = spawn(argv, &actions, ret);
	(void)posix_spawn_file_actions_destroy(&actions);
	return failed;
}

bool
child_start(char *const argv[])
{
	pid_t pid;

	return start(argv, -1, &pid) == 0;
}

/* Until the other side closes it. */
static enum status
read_through(
    int fd, struct deadline deadline, char *chunk, size_t size, struct buf *ret)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};
	ssize_t n = 1;

	while (n > 0) {
		int ready = poll(&p, 1, deadline_left_ms(deadline));

		if (ready == 0 || deadline_passed(deadline))
			return STATUS_TIMEOUT;
		if (ready < 0 && errno == EINTR)
			continue;
		n = read(fd, chunk, size);
		if (n < 0 || buf_append(ret, chunk, (size_t)n) != STATUS_OK)
			return n < 0 ? STATUS_IO : ret->error;
	}
	return STATUS_OK;
}

/* However it ends, no part of a token stays on the stack. */
static enum status
read_to_end(int fd, struct deadline deadline, struct buf *ret)
{
	char chunk[4096];
	enum status s = read_through(fd, deadline, chunk, sizeof(chunk), ret);

	explicit_bzero(chunk, sizeof(chunk));
	return s;
}

/* 0, or what wait(2) tells. */
static int
reap(pid_t pid, bool kill_first)
{
	int status = -1;

	if (kill_first)
		(void)kill(pid, SIGKILL);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return status;
}

static enum status
take_output(const char *program, int how, struct buf *text, struct secret *ret,
    char ret_problem[PROBLEM_SIZE])
{
	size_t n = text->length;

	if (how != 0) {
		(void)snprintf(ret_problem, PROBLEM_SIZE,
		    "%s gave no token: it %s %d", program,
		    WIFSIGNALED(how) ? "died of signal" : "ended with",
		    WIFSIGNALED(how) ? WTERMSIG(how) : WEXITSTATUS(how));
		return STATUS_IO;
	}
	while (n > 0 && strchr(" \t\r\n", text->data[n - 1]) != NULL)
		n--;
	if (n == 0) {
		(void)snprintf(
		    ret_problem, PROBLEM_SIZE, "%s printed nothing", program);
		return STATUS_NOT_FOUND;
	}
	return secret_set(ret, (const char *)text->data, n);
}

enum status
child_read(char *const argv[], struct deadline deadline, struct secret *ret,
    char ret_problem[PROBLEM_SIZE])
{
	_cleanup_(buf_clear) struct buf text = {0};
	_cleanup_(close_fd) int reading = -1;
	int ends[2], failed, how;
	pid_t pid = -1;
	enum status s;

	if (pipe2(ends, O_CLOEXEC) != 0)
		return STATUS_IO;
	reading = ends[0];
	failed = start(argv, ends[1], &pid);
	(void)close(ends[1]);
	if (failed != 0) {
		(void)snprintf(ret_problem, PROBLEM_SIZE,
		    "%s cannot be run: %s", argv[0], strerror(failed));
		return STATUS_NOT_FOUND;
	}
	buf_init_sensitive(&text, TOKEN_MAX + 64);
	s = read_to_end(reading, deadline, &text);
	how = reap(pid, s != STATUS_OK);
	if (s == STATUS_OK)
		return take_output(argv[0], how, &text, ret, ret_problem);
	(void)snprintf(ret_problem, PROBLEM_SIZE, "%s gave no token: %s",
	    argv[0], status_text(s));
	return s;
}
