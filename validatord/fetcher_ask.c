/* SPDX-License-Identifier: ISC */
#include <event2/event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fetcher_state.h"

/*
 * What decide asks of fetch, and what comes back. Nothing is asked twice here:
 * whether a request may be made again is fetch's to know.
 */

#define GRACE_US 250000 /* for the answer "time-out" to come from fetch */
#define COMPLAIN_MS 60000

void
fetcher_watch_writable(struct fetcher *f)
{
	if (channel_has_waiting(&f->channel))
		(void)event_add(&f->writable, NULL);
}

void
fetcher_send_cancel(uint32_t id, void *argument)
{
	struct fetcher *f = argument;
	struct frame cancel = {.kind = FRAME_CANCEL, .id = id};

	if (!f->up)
		return;
	/* Not being able to say so costs fetch one answer nobody reads. */
	(void)channel_send(&f->channel, &cancel);
	fetcher_watch_writable(f);
}

static void
ask_send(struct fetcher *f, struct ask *a, const struct frame *frame)
{
	enum status s = STATUS_ABSENT;

	if (f->up)
		s = channel_send(&f->channel, frame);
	if (s == STATUS_OK)
		fetcher_watch_writable(f);
	if (s == STATUS_ABSENT)
		ask_end_soon(a, FETCH_DOWN);
	else if (s == STATUS_CLOSED)
		ask_end_soon(a, FETCH_INTERRUPTED);
	else if (s == STATUS_TOO_BIG)
		ask_end_soon(a, FETCH_REFUSED);
	else if (s != STATUS_OK)
		ask_end_soon(a, FETCH_BUSY);
}

/* `frame` lacks its kind, id and time. */
static uint32_t
ask(struct fetcher *f, struct frame *frame, struct deadline deadline,
    fetch_done *done, void *argument)
{
	struct ask *a = asks_new(&f->asks, deadline.at_us + GRACE_US);

	if (a == NULL)
		return 0;
	a->done = done;
	a->argument = argument;
	frame->kind = FRAME_ASK;
	frame->id = a->id;
	frame->time_us = deadline.at_us;
	ask_send(f, a, frame);
	return a->id;
}

static struct text
text_of_secret(const struct secret *s)
{
	return s != NULL ? (struct text){s->bytes, s->length}
			 : (struct text){NULL, 0};
}

uint32_t
fetcher_ask(struct fetcher *f, enum fetch_slot slot, const char *issuer,
    const char *url, const struct secret *form, struct deadline deadline,
    fetch_done *done, void *argument)
{
	struct frame frame = {
	    .code = (uint8_t)slot,
	    .name = text_of(issuer),
	    .text = text_of(url),
	    .body = text_of_secret(form),
	};

	return ask(f, &frame, deadline, done, argument);
}

uint32_t
fetcher_ask_probe(struct fetcher *f, const char *issuer, unsigned int probe,
    const char *url, const struct secret *token, struct deadline deadline,
    fetch_done *done, void *argument)
{
	struct frame frame = {
	    .code = FETCH_PROBE,
	    .status = (uint16_t)probe,
	    .name = text_of(issuer),
	    .text = text_of(url),
	    .body = text_of_secret(token),
	};

	return ask(f, &frame, deadline, done, argument);
}

void
fetcher_cancel(struct fetcher *f, uint32_t id)
{
	struct ask *a = asks_take(&f->asks, id);

	if (a == NULL)
		return;
	free(a);
	fetcher_send_cancel(id, f);
}

void
fetcher_reload(struct fetcher *f, fetch_reloaded *done, void *argument)
{
	struct frame frame = {.kind = FRAME_RELOAD};
	struct ask *a = asks_new(&f->asks, monotonic_us() + LOADING_MS * 1000);

	if (a == NULL) {
		done(false, "out of memory", argument);
		return;
	}
	a->reloaded = done;
	a->argument = argument;
	frame.id = a->id;
	ask_send(f, a, &frame);
}

void
fetcher_take_answer(struct fetcher *f, const struct frame *frame)
{
	struct ask *a = asks_find(&f->asks, frame->id);
	char type[FRAME_NAME_MAX + 1] = "";
	struct fetch_reply reply = {
	    .result = (enum fetch_result)frame->code,
	    .http_status = frame->status,
	    .content_type = type,
	    .encoded = frame->encoded,
	    .retry_after_s = frame->retry_after,
	    .body = frame->body.bytes,
	    .body_length = frame->body.length,
	    .elapsed_us = frame->time_us,
	};

	/* Cancelled, or over its deadline, while the answer was on its way. */
	if (a == NULL || a->done == NULL)
		return;
	memcpy(type, frame->name.bytes, frame->name.length);
	(void)asks_take(&f->asks, frame->id);
	a->done(&reply, a->argument);
	free(a);
}

void
fetcher_take_loaded(struct fetcher *f, const struct frame *frame)
{
	char text[512];
	bool ok = frame->code == 1;
	struct ask *a = asks_find(&f->asks, frame->id);
	unsigned int skipped;

	(void)snprintf(text, sizeof(text), "%.*s", (int)frame->text.length,
	    frame->text.bytes);
	if (frame->id == 0) {
		f->loaded = ok;
		if (!ok && log_limit_pass(&f->complaint, COMPLAIN_MS, &skipped))
			log_error("the fetch process cannot start: %s", text);
		return;
	}
	if (a == NULL || a->reloaded == NULL)
		return;
	(void)asks_take(&f->asks, frame->id);
	a->reloaded(ok, text, a->argument);
	free(a);
}
