/* SPDX-License-Identifier: ISC */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

#include "config.h"
#include "fetcher.h"
#include "frame.h"
#include "http_client.h"
#include "sandbox.h"
#include "scopegate/cleanup.h"
#include "scopegate/deadline.h"
#include "scopegate/log.h"
#include "settle.h"

/*
 * The role `fetch`: questions come in by the channel, answers go out by it.
 * It holds the client secrets and the network and must never decide anything;
 * it ends when the channel does.
 */

#define ASKS_AT_ONCE 64

struct fetch {
	struct channel channel;
	const char *config_path;
	struct http_client *client;
	struct http_client *retired; /* the one before the last reload */
	enum status channel_status;  /* not OK: decide is gone */
};

static void
send_frame(struct fetch *f, const struct frame *frame)
{
	enum status s = channel_send(&f->channel, frame);

	/* A decide that does not read a thousand answers is no decide. */
	if (s != STATUS_OK)
		f->channel_status = s;
}

static void
on_answer(const struct frame *answer, void *argument)
{
	send_frame(argument, answer);
}

static enum status
load(struct fetch *f, struct http_client **ret, char *text, size_t size)
{
	_cleanup_(config_unrefp) struct config *config = NULL;
	struct conf_error error = {.text = ""};
	enum status s = config_load(f->config_path, &config, &error);

	if (s == STATUS_OK)
		s = http_client_new(config, on_answer, f, ret, &error);
	if (s == STATUS_OK)
		log_set_level((enum log_level)config->log_level);
	else
		(void)snprintf(text, size, "%s:%u: %s", error.file, error.line,
		    error.text);
	return s;
}

/*
 * Questions in flight end with the client that they began with; those of a
 * still older one are interrupted.
 */
static void
reload(struct fetch *f, uint32_t id)
{
	char text[FRAME_TEXT_MAX] = "";
	struct http_client *client = NULL;
	enum status s = load(f, &client, text, sizeof(text));
	struct frame loaded = {
	    .kind = FRAME_LOADED,
	    .id = id,
	    .code = s == STATUS_OK ? 1 : 0,
	    .text = text_of(text),
	};

	if (s == STATUS_OK) {
		http_client_free(f->retired);
		f->retired = f->client;
		f->client = client;
	}
	send_frame(f, &loaded);
}

static void
take_frame(struct fetch *f, const struct frame *frame)
{
	switch (frame->kind) {
	case FRAME_ASK:
		http_client_ask(f->client, frame);
		break;
	case FRAME_CANCEL:
		if (!http_client_cancel(f->client, frame->id) &&
		    f->retired != NULL)
			(void)http_client_cancel(f->retired, frame->id);
		break;
	case FRAME_RELOAD:
		reload(f, frame->id);
		break;
	case FRAME_ANSWER:
	case FRAME_LOADED:
		f->channel_status = STATUS_MALFORMED;
		break;
	}
}

static void
read_channel(struct fetch *f)
{
	for (int i = 0; i < ASKS_AT_ONCE && f->channel_status == STATUS_OK;
	     i++) {
		struct frame frame;
		enum status s = channel_receive(&f->channel, &frame);

		if (s == STATUS_NOT_FOUND)
			return;
		if (s == STATUS_OK)
			take_frame(f, &frame);
		else
			f->channel_status = s;
	}
}

static int
wait_ms(const struct fetch *f)
{
	int64_t next = http_client_next_us(f->client);
	int64_t other =
	    f->retired != NULL ? http_client_next_us(f->retired) : INT64_MAX;

	if (other < next)
		next = other;
	return next == INT64_MAX
		   ? -1
		   : deadline_left_ms((struct deadline){.at_us = next});
}

static void
run_once(struct fetch *f)
{
	struct pollfd fds[] = {
	    {f->channel.fd, POLLIN, 0},
	    {http_client_fd(f->client), POLLIN, 0},
	    {f->retired != NULL ? http_client_fd(f->retired) : -1, POLLIN, 0},
	};

	if (channel_has_waiting(&f->channel))
		fds[0].events |= POLLOUT;
	(void)poll(fds, ELEMENTS(fds), wait_ms(f));
	if ((fds[0].revents & POLLOUT) != 0)
		f->channel_status = channel_flush(&f->channel);
	if ((fds[0].revents & (POLLIN | POLLHUP | POLLERR)) != 0)
		read_channel(f);
	http_client_run(f->client);
	if (f->retired == NULL)
		return;
	http_client_run(f->retired);
	if (http_client_idle(f->retired)) {
		http_client_free(f->retired);
		f->retired = NULL;
	}
}

static enum status
start(struct fetch *f)
{
	char text[FRAME_TEXT_MAX] = "cannot restrict itself";
	enum status s = sandbox_no_core();
	struct frame loaded = {.kind = FRAME_LOADED};

	if (s == STATUS_OK)
		s = http_client_init();
	if (s == STATUS_OK)
		s = load(f, &f->client, text, sizeof(text));
	/* After libcurl's start-up, which is the same code every time, and
	 * before the first octet from the network. */
	if (s == STATUS_OK)
		s = sandbox_fetch();
	loaded.code = s == STATUS_OK ? 1 : 0;
	if (s != STATUS_OK)
		loaded.text = text_of(text);
	send_frame(f, &loaded);
	return s;
}

int
fetch_main(int channel_fd, const char *config_path)
{
	struct fetch f = {.config_path = config_path};

	log_open("validatord-fetch", LOG_LEVEL_INFO);
	if (channel_open(&f.channel, channel_fd) != STATUS_OK)
		return 1;
	if (start(&f) != STATUS_OK) {
		channel_close(&f.channel);
		return 78;
	}
	memory_settle();
	while (f.channel_status == STATUS_OK)
		run_once(&f);
	/* A thread of libcurl's may be looking up a name for seconds yet, and
	 * cleaning up would wait for it. */
	_exit(f.channel_status == STATUS_CLOSED ? 0 : 1);
}
