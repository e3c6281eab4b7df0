/* SPDX-License-Identifier: ISC */
#include "finding_wait.h"

#include <event2/event.h>
#include <stdlib.h>
#include <string.h>

#include "decide.h"
#include "finding.h"
#include "question.h"
#include "scopegate/cleanup.h"
#include "server.h"

#define US_PER_S INT64_C(1000000)

void
finding_stop(struct request *r)
{
	r->waiting = false;
	r->as_us = monotonic_us() - r->asked_us;
	flight_leave(&r->waiter);
	(void)event_del(&r->deadline_event);
}

static void
deadline_arrived(evutil_socket_t fd, short events, void *argument)
{
	struct request *r = argument;
	bool fair = monotonic_us() - r->asked_us >= QUESTION_FAIR_MS * 1000;

	(void)fd;
	(void)events;
	decide_interrupt(r, fair ? REASON_AS_TIMEOUT : REASON_DEADLINE_PASSED);
}

/* Who is asked in two ways needs the token for the second one, too. */
static bool
is_needed_again(const struct request *r)
{
	return r->issuer->validation == VALIDATION_BOTH && r->own_facts == NULL;
}

/* A login code is made for the token once it has been let in. */
static void
forget_token(struct request *r)
{
	r->message.value[TAG_TOKEN] = (struct text){0};
	if (r->operation != OPERATION_CODE)
		secret_clear(&r->kept_token);
}

/* The packet's buffer serves the next request while this one waits. The token
 * is not kept where the question has what it needs of it. */
static bool
keep_packet(struct request *r)
{
	struct text *token = &r->message.value[TAG_TOKEN];
	/* One that a login code stood for is not. */
	bool in_packet = r->kept_token.bytes != token->bytes;

	if (r->packet != NULL) {
		if (!is_needed_again(r))
			forget_token(r);
		return true;
	}
	if (in_packet && is_needed_again(r) &&
	    secret_set(&r->kept_token, token->bytes, token->length) !=
		STATUS_OK)
		return false;
	r->packet = malloc(r->packet_size);
	if (r->packet == NULL)
		return false;
	memcpy(r->packet, r->received, r->packet_size);
	if (in_packet)
		explicit_bzero(
		    r->packet + ((const uint8_t *)token->bytes - r->received),
		    token->length);
	*token = (struct text){0};
	for (size_t i = 0; i < TAG_COUNT; i++) {
		struct text *value = &r->message.value[i];

		if (value->bytes != NULL)
			value->bytes =
			    (const char *)r->packet +
			    ((const uint8_t *)value->bytes - r->received);
	}
	if (is_needed_again(r))
		*token =
		    (struct text){r->kept_token.bytes, r->kept_token.length};
	else
		forget_token(r);
	r->received = r->packet;
	return true;
}

static bool
arm_deadline(struct request *r)
{
	int64_t left_us = r->deadline.at_us - monotonic_us();
	struct timeval left = {0};

	if (left_us > 0) {
		left.tv_sec = left_us / US_PER_S;
		left.tv_usec = left_us % US_PER_S;
	}
	return evtimer_assign(&r->deadline_event, r->server->base,
		   deadline_arrived, r) == 0 &&
	       evtimer_add(&r->deadline_event, &left) == 0;
}

enum reason
finding_wait(
    struct request *r, struct flight *flight, flight_done *arrived)
{
	flight_join(flight, &r->waiter, arrived, r);
	if (!keep_packet(r) || !arm_deadline(r)) {
		flight_leave(&r->waiter);
		return REASON_NO_MEMORY;
	}
	r->asked_us = monotonic_us();
	r->waiting = true;
	return REASON_NONE;
}
