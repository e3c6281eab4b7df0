/* SPDX-License-Identifier: ISC */
/* What the two halves of decide's side of fetch share: its life in fetcher.c,
 * questions and answers in fetcher_ask.c. */
#ifndef VALIDATORD_FETCHER_STATE_H
#define VALIDATORD_FETCHER_STATE_H

#include <event2/event_struct.h>
#include <sys/types.h>

#include "asks.h"
#include "fetch/frame.h"
#include "fetcher.h"
#include "scopegate/log.h"

#define LOADING_MS 10000 /* for a fetch to read its configuration */

struct fetcher {
	struct event_base *base;
	struct asks asks;
	bool up, loaded, broken;
	struct channel channel;
	struct event readable, writable, starter_gone, restart;
	int starter_fd;
	pid_t starter_pid;
	unsigned int restarts;
	int64_t started_us;
	int64_t backoff_ms;
	struct log_limit complaint;
};

/* Sends on as soon as the kernel takes more. */
void fetcher_watch_writable(struct fetcher *f);
/* Nobody waits for this one any more. `argument` is the fetcher. */
void fetcher_send_cancel(uint32_t id, void *argument);
void fetcher_take_answer(struct fetcher *f, const struct frame *frame);
void fetcher_take_loaded(struct fetcher *f, const struct frame *frame);

#endif
