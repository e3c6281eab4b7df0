/* SPDX-License-Identifier: ISC */
/*
 * Nobody may have to press a key for a sign-in to end, and a terminal must not
 * be left without its echo.
 */
#include "typed_line.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <termios.h>
#include <unistd.h>

#include "scopegate/cleanup.h"
#include "scopegate/protocol.h"

static const int ends[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};

static volatile sig_atomic_t ended;

static void
note_end(int number)
{
	(void)number;
	ended = 1;
}

/* What is as it was when the line has been read. */
struct before {
	struct sigaction actions[ELEMENTS(ends)];
	sigset_t mask;
	bool terminal;
	struct termios seen;
};

/* Signals arrive while it waits and at no other time, so none is missed. */
static void
prepare(struct before *b)
{
	struct sigaction note = {.sa_handler = note_end};
	struct termios unseen;
	sigset_t held;

	ended = 0;
	(void)sigemptyset(&held);
	(void)sigemptyset(&note.sa_mask);
	for (size_t i = 0; i < ELEMENTS(ends); i++)
		(void)sigaddset(&held, ends[i]);
	(void)sigprocmask(SIG_BLOCK, &held, &b->mask);
	for (size_t i = 0; i < ELEMENTS(ends); i++)
		(void)sigaction(ends[i], &note, &b->actions[i]);
	b->terminal = tcgetattr(STDIN_FILENO, &b->seen) == 0;
	if (!b->terminal)
		return;
	unseen = b->seen;
	unseen.c_lflag &= ~(tcflag_t)ECHO;
	(void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &unseen);
}

static void
restore(const struct before *b)
{
	if (b->terminal) {
		(void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &b->seen);
		(void)putchar('\n');
	}
	for (size_t i = 0; i < ELEMENTS(ends); i++)
		(void)sigaction(ends[i], &b->actions[i], NULL);
	(void)sigprocmask(SIG_SETMASK, &b->mask, NULL);
}

/* STATUS_OK: there is something to read. */
static enum status
wait_typed(int daemon, struct deadline deadline, const sigset_t *mask)
{
	for (;;) {
		struct pollfd fds[] = {
		    {.fd = daemon, .events = POLLIN},
		    {.fd = STDIN_FILENO, .events = POLLIN},
		};
		int left_ms = deadline_left_ms(deadline);
		struct timespec left = {.tv_sec = left_ms / 1000,
		    .tv_nsec = left_ms % 1000 * 1000000L};
		int n = ppoll(fds, ELEMENTS(fds), &left, mask);

		if (ended)
			return STATUS_CLOSED;
		if (n < 0 && errno != EINTR)
			return STATUS_IO;
		if (n > 0)
			return fds[0].revents != 0 ? STATUS_BUSY : STATUS_OK;
		if (deadline_passed(deadline))
			return STATUS_TIMEOUT;
	}
}

static enum status
read_octets(int daemon, struct deadline deadline, const sigset_t *mask,
    struct secret *ret)
{
	for (;;) {
		enum status s = wait_typed(daemon, deadline, mask);
		char c = '\0';
		ssize_t n;

		if (s != STATUS_OK)
			return s;
		n = read(STDIN_FILENO, &c, 1);
		if (n < 0)
			return STATUS_IO;
		if (n == 0)
			return ret->length > 0 ? STATUS_OK : STATUS_CLOSED;
		if (c == '\n')
			return STATUS_OK;
		if (ret->length == ANSWER_MAX)
			return STATUS_TOO_BIG;
		s = secret_append(ret, &c, 1);
		if (s != STATUS_OK)
			return s;
	}
}

enum status
typed_line_read(int daemon, struct deadline deadline, struct secret *ret)
{
	struct before before;
	enum status s;

	prepare(&before);
	s = read_octets(daemon, deadline, &before.mask, ret);
	restore(&before);
	return s;
}
