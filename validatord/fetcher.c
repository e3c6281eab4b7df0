/* SPDX-License-Identifier: ISC */
#include "fetcher.h"

#include <errno.h>
#include <event2/event.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "fetcher_state.h"
#include "scopegate/cleanup.h"
#include "scopegate/log.h"
#include "starter.h"

/*
 * The life of the fetch process as decide sees it: started, asked, lost,
 * started again. What was asked of a fetch that ended is interrupted, never
 * asked again here. It judges no answer.
 */

#define READ_AT_ONCE 64 /* frames, before other events get their turn */
#define BACKOFF_MS 100
#define BACKOFF_MAX_MS 5000
#define STEADY_US 10000000 /* a fetch that lived this long was no failure */

static struct timeval
interval(int64_t ms)
{
	return (struct timeval){
	    .tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000};
}

/* fetch is gone: what was asked is interrupted, what will be asked finds it
 * down, until the timer starts it again. */
static void
channel_lost(struct fetcher *f)
{
	struct timeval later;

	(void)event_del(&f->readable);
	(void)event_del(&f->writable);
	channel_close(&f->channel);
	f->up = f->loaded = false;
	asks_end_all_soon(&f->asks, FETCH_INTERRUPTED);
	if (monotonic_us() - f->started_us > STEADY_US)
		f->backoff_ms = BACKOFF_MS;
	log_warning("the fetch process ended; starting it again in %d ms",
	    (int)f->backoff_ms);
	later = interval(f->backoff_ms);
	(void)event_add(&f->restart, &later);
	f->backoff_ms *= 2;
	if (f->backoff_ms > BACKOFF_MAX_MS)
		f->backoff_ms = BACKOFF_MAX_MS;
}

static void
on_readable(evutil_socket_t fd, short what, void *argument)
{
	struct fetcher *f = argument;
	struct frame frame;
	enum status s = STATUS_OK;

	(void)fd, (void)what;
	for (int i = 0; i < READ_AT_ONCE && s == STATUS_OK; i++) {
		s = channel_receive(&f->channel, &frame);
		if (s != STATUS_OK)
			break;
		if (frame.kind == FRAME_ANSWER)
			fetcher_take_answer(f, &frame);
		else if (frame.kind == FRAME_LOADED)
			fetcher_take_loaded(f, &frame);
		else
			s = STATUS_MALFORMED;
	}
	if (s == STATUS_MALFORMED)
		log_error("the fetch process broke the frame format");
	if (s != STATUS_OK && s != STATUS_NOT_FOUND)
		channel_lost(f);
}

static void
on_writable(evutil_socket_t fd, short what, void *argument)
{
	struct fetcher *f = argument;

	(void)fd, (void)what;
	/* A closed channel is noticed by reading. */
	if (channel_flush(&f->channel) == STATUS_OK)
		fetcher_watch_writable(f);
}

static enum status
launch(struct fetcher *f)
{
	int pair[2];
	enum status s;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK,
		0, pair) != 0)
		return STATUS_IO;
	s = starter_start(f->starter_fd, pair[1]);
	close_fd(&pair[1]);
	if (s == STATUS_OK)
		s = channel_open(&f->channel, take_fd(&pair[0]));
	close_fd(&pair[0]);
	if (s != STATUS_OK)
		return s;
	(void)event_assign(&f->readable, f->base, f->channel.fd,
	    EV_READ | EV_PERSIST, on_readable, f);
	(void)event_assign(
	    &f->writable, f->base, f->channel.fd, EV_WRITE, on_writable, f);
	if (event_add(&f->readable, NULL) != 0) {
		channel_close(&f->channel);
		return STATUS_NOMEM;
	}
	f->up = true;
	f->started_us = monotonic_us();
	return STATUS_OK;
}

static void
on_restart(evutil_socket_t fd, short what, void *argument)
{
	struct fetcher *f = argument;
	struct timeval later = interval(f->backoff_ms);

	(void)fd, (void)what;
	f->restarts++;
	if (launch(f) != STATUS_OK && !f->broken) {
		log_error("cannot start the fetch process");
		(void)event_add(&f->restart, &later);
	}
}

static void
on_starter_gone(evutil_socket_t fd, short what, void *argument)
{
	struct fetcher *f = argument;

	(void)fd, (void)what;
	f->broken = true;
	(void)event_base_loopbreak(f->base);
}

/* Waits, outside the loop, for the first LOADED. */
static enum status
await_loaded(struct fetcher *f)
{
	struct deadline deadline = deadline_in_ms(LOADING_MS);
	struct frame frame;
	enum status s;

	do {
		struct pollfd p = {f->channel.fd, POLLIN, 0};

		if (deadline_passed(deadline))
			return STATUS_TIMEOUT;
		(void)poll(&p, 1, deadline_left_ms(deadline));
		s = channel_receive(&f->channel, &frame);
	} while (s == STATUS_NOT_FOUND);
	if (s != STATUS_OK)
		return s;
	if (frame.kind != FRAME_LOADED || frame.id != 0)
		return STATUS_MALFORMED;
	fetcher_take_loaded(f, &frame);
	return f->loaded ? STATUS_OK : STATUS_INVALID;
}

enum status
fetcher_start(
    struct event_base *base, const struct config *c, struct fetcher **ret)
{
	struct fetcher *f = calloc(1, sizeof(*f));
	enum status s;

	if (f == NULL)
		return STATUS_NOMEM;
	f->base = base;
	f->asks.base = base;
	f->asks.abandoned = fetcher_send_cancel;
	f->asks.argument = f;
	f->backoff_ms = BACKOFF_MS;
	f->starter_fd = -1;
	s = starter_fork(c->path, &f->starter_fd, &f->starter_pid);
	if (s != STATUS_OK) {
		free(f);
		return s;
	}
	(void)event_assign(&f->restart, base, -1, 0, on_restart, f);
	(void)event_assign(
	    &f->starter_gone, base, f->starter_fd, EV_READ, on_starter_gone, f);
	s = event_add(&f->starter_gone, NULL) == 0 ? launch(f) : STATUS_NOMEM;
	if (s == STATUS_OK)
		s = await_loaded(f);
	if (s != STATUS_OK) {
		fetcher_stop(f);
		return s;
	}
	*ret = f;
	return STATUS_OK;
}

void
fetcher_stop(struct fetcher *f)
{
	if (f == NULL)
		return;
	asks_clear(&f->asks);
	(void)event_del(&f->restart);
	(void)event_del(&f->starter_gone);
	if (f->up) {
		(void)event_del(&f->readable);
		(void)event_del(&f->writable);
		channel_close(&f->channel);
	}
	close_fd(&f->starter_fd);
	while (waitpid(f->starter_pid, NULL, 0) < 0 && errno == EINTR)
		;
	free(f);
}

bool
fetcher_running(const struct fetcher *f)
{
	return f->up && f->loaded;
}

unsigned int
fetcher_restarts(const struct fetcher *f)
{
	return f->restarts;
}

bool
fetcher_broken(const struct fetcher *f)
{
	return f->broken;
}
