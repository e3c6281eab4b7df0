/* SPDX-License-Identifier: ISC */
#include "starter.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fetcher.h"
#include "scopegate/cleanup.h"
#include "settle.h"

/*
 * Exists because a filter that denies exec and AF_INET cannot be taken off
 * again, so decide cannot be the one who starts a fetch. It must never do more
 * than this: take a descriptor, fork, exec.
 */

#define CONTROL_FD 3

union rights {
	struct cmsghdr head; /* for its alignment */
	char bytes[CMSG_SPACE(sizeof(int))];
};

/* A descriptor, or -1 when decide has ended. */
static int
receive_channel(void)
{
	union rights rights;
	char byte;
	struct iovec part = {&byte, 1};
	struct msghdr m = {
	    .msg_iov = &part,
	    .msg_iovlen = 1,
	    .msg_control = &rights,
	    .msg_controllen = sizeof(rights),
	};
	struct cmsghdr *c;
	ssize_t n;
	int fd;

	do {
		n = recvmsg(CONTROL_FD, &m, MSG_CMSG_CLOEXEC);
	} while (n < 0 && errno == EINTR);
	c = n == 1 ? CMSG_FIRSTHDR(&m) : NULL;
	if (c == NULL || c->cmsg_level != SOL_SOCKET ||
	    c->cmsg_type != SCM_RIGHTS || c->cmsg_len != CMSG_LEN(sizeof(fd)))
		return -1;
	memcpy(&fd, CMSG_DATA(c), sizeof(fd));
	return fd;
}

/* Nothing of the caller's environment reaches libcurl or OpenSSL. The log
 * needs to know whether the journal reads it. */
static void
execute_fetch(int channel, const char *config_path, const char *journal)
{
	char program[] = "validatord", role[] = FETCH_ROLE;
	char path[] = "PATH=/usr/sbin:/usr/bin:/sbin:/bin", lang[] = "LANG=C";
	_cleanup_(free_ptr) char *config = strdup(config_path);
	_cleanup_(free_ptr) char *stream = strdup(journal);
	char *argv[] = {program, role, config, NULL};
	char *envp[] = {path, lang, stream, NULL};

	if (config == NULL || stream == NULL)
		return;
	if (stream[0] == '\0')
		envp[2] = NULL;
	(void)signal(SIGCHLD, SIG_DFL);
	if (dup2(channel, FETCH_CHANNEL_FD) == FETCH_CHANNEL_FD)
		(void)execve("/proc/self/exe", argv, envp);
}

static _Noreturn void
starter_run(const char *config_path, const char *journal)
{
	int channel;

	memory_settle();
	while ((channel = receive_channel()) >= 0) {
		if (fork() == 0) {
			execute_fetch(channel, config_path, journal);
			_exit(127);
		}
		/* After a failed fork, closing this tells decide. */
		close_fd(&channel);
	}
	/* With SIGCHLD ignored, wait() returns when no child is left. */
	while (wait(NULL) >= 0 || errno == EINTR)
		;
	_exit(0);
}

/* What the starter inherits from decide and must not keep. */
static void
shed(int control)
{
	sigset_t none;

	(void)signal(SIGTERM, SIG_IGN);
	(void)signal(SIGINT, SIG_IGN);
	(void)signal(SIGHUP, SIG_IGN);
	(void)signal(SIGCHLD, SIG_IGN);
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	(void)prctl(PR_SET_NAME, "validatord-exec", 0, 0, 0);
	if (control != CONTROL_FD && dup2(control, CONTROL_FD) < 0)
		_exit(1);
	if (fcntl(CONTROL_FD, F_SETFD, FD_CLOEXEC) != 0 ||
	    close_range(CONTROL_FD + 1, ~0U, 0) != 0)
		_exit(1);
}

enum status
starter_fork(const char *config_path, int *ret_fd, pid_t *ret_pid)
{
	const char *stream = getenv("JOURNAL_STREAM");
	char journal[64] = "";
	int pair[2];
	pid_t pid;

	if (stream != NULL)
		(void)snprintf(
		    journal, sizeof(journal), "JOURNAL_STREAM=%s", stream);
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
		return STATUS_IO;
	pid = fork();
	if (pid == 0) {
		shed(pair[1]);
		starter_run(config_path, journal);
	}
	close_fd(&pair[1]);
	if (pid < 0) {
		close_fd(&pair[0]);
		return STATUS_IO;
	}
	*ret_fd = pair[0];
	*ret_pid = pid;
	return STATUS_OK;
}

enum status
starter_start(int fd, int channel_fd)
{
	union rights rights = {0};
	char byte = 1;
	struct iovec part = {&byte, 1};
	struct msghdr m = {
	    .msg_iov = &part,
	    .msg_iovlen = 1,
	    .msg_control = &rights,
	    .msg_controllen = sizeof(rights),
	};
	struct cmsghdr *c = CMSG_FIRSTHDR(&m);
	ssize_t n;

	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(channel_fd));
	memcpy(CMSG_DATA(c), &channel_fd, sizeof(channel_fd));
	do {
		n = sendmsg(fd, &m, MSG_NOSIGNAL | MSG_DONTWAIT);
	} while (n < 0 && errno == EINTR);
	return n == 1 ? STATUS_OK : STATUS_CLOSED;
}
