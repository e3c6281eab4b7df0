/* SPDX-License-Identifier: ISC */
#include "finding.h"

#include <event2/event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "decide.h"
#include "question.h"
#include "scopegate/cleanup.h"
#include "server.h"

/*
 * Where facts come from. A request waits here and nowhere else; it goes on in
 * decide_facts_found(). Nothing here may judge what it finds.
 */

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
facts_arrived(const struct flight_answer *answer, void *argument)
{
	struct request *r = argument;

	finding_stop(r);
	if (answer->reason != REASON_NONE) {
		(void)snprintf(r->detail, sizeof(r->detail), "%s",
		    answer->what != NULL ? answer->what : "");
		decide_facts_found(r, answer->reason);
		return;
	}
	r->facts = facts_ref(answer->facts);
	decide_facts_found(r, REASON_NONE);
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

/* The packet's buffer serves the next request while this one waits. The token
 * is not kept: the question has what it needs of it. */
static bool
keep_packet(struct request *r)
{
	struct text *token = &r->message.value[TAG_TOKEN];

	r->packet = malloc(r->packet_size);
	if (r->packet == NULL)
		return false;
	memcpy(r->packet, r->received, r->packet_size);
	explicit_bzero(
	    r->packet + ((const uint8_t *)token->bytes - r->received),
	    token->length);
	for (size_t i = 0; i < TAG_COUNT; i++) {
		struct text *value = &r->message.value[i];

		if (value->bytes != NULL)
			value->bytes =
			    (const char *)r->packet +
			    ((const uint8_t *)value->bytes - r->received);
	}
	r->received = r->packet;
	*token = (struct text){0};
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

static enum reason
wait_for(struct request *r, struct flight *flight)
{
	flight_join(flight, &r->waiter, facts_arrived, r);
	if (!keep_packet(r) || !arm_deadline(r)) {
		flight_leave(&r->waiter);
		return REASON_NO_MEMORY;
	}
	r->asked_us = monotonic_us();
	r->waiting = true;
	return REASON_NONE;
}

/* From the cache, from a question on its way, or by asking. */
enum reason
find_facts(struct request *r)
{
	struct server *s = r->server;
	struct text token = r->message.value[TAG_TOKEN];
	struct facts_key key;
	struct flight *flight;
	const char *what = NULL;

	if (facts_cache_key(s->cache, r->issuer->name, r->config->generation,
		token, &key) != STATUS_OK)
		return REASON_NO_MEMORY;
	facts_key_fingerprint(&key, r->fingerprint);
	r->facts =
	    facts_cache_get(s->cache, &key, r->started_us, &r->cache_age_ms);
	if (r->facts != NULL) {
		r->cache = CACHE_HIT;
		return REASON_NONE;
	}
	flight = flights_find(s->flights, &key);
	r->cache = flight != NULL ? CACHE_JOINED : CACHE_MISS;
	if (flight == NULL) {
		enum reason reason = question_ask(
		    s, r->config, r->issuer, token, &key, &flight, &what);

		if (reason != REASON_NONE)
			return reason;
	}
	return wait_for(r, flight);
}

/* The handle names facts; what they are worth is judged anew, by the rules
 * that hold now. */
enum reason
find_handle(struct request *r)
{
	const struct text *value = r->message.value;
	const struct handle_entry *entry =
	    handles_find(r->server->handles, value[TAG_HANDLE], r->started_us);

	if (entry == NULL)
		return REASON_HANDLE_UNKNOWN;
	if (!text_equal_string(value[TAG_USER], entry->user) ||
	    !text_equal_string(value[TAG_SERVICE], entry->service))
		return REASON_HANDLE_MISMATCH;
	if (strcmp(entry->issuer, r->issuer->name) != 0)
		return REASON_ISSUER_MISMATCH;
	r->facts = facts_ref(entry->facts);
	return REASON_NONE;
}
