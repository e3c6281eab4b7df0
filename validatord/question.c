/* SPDX-License-Identifier: ISC */
#include "question.h"

#include <stdlib.h>
#include <time.h>

#include "fetcher.h"
#include "introspect.h"
#include "issuers.h"
#include "outcome.h"
#include "scopegate/cleanup.h"
#include "scopegate/deadline.h"
#include "scopegate/secret.h"
#include "server.h"

/*
 * A question has the whole of QUESTION_MS whoever asked first, so that a
 * caller in a hurry cannot shorten it for those who join; each of them leaves
 * at a deadline of its own, and the last one to leave cancels it. What failed
 * is told to those who wait and is never cached.
 */

struct question {
	struct server *server;
	struct config *config;
	const struct issuer *issuer;
	struct issuer_state *state;
	struct flight *flight;
	struct issuer_ready ready;
	struct secret form; /* until it is sent */
	struct facts_key key;
	uint32_t fetch_id; /* 0: not sent */
	int64_t sent_us;
	unsigned int cache_epoch;
};

static void
question_free(struct question *q)
{
	if (q == NULL)
		return;
	secret_clear(&q->form);
	issuer_state_unref(q->state);
	config_unref(q->config);
	free(q);
}

static void
question_freep(struct question **q)
{
	question_free(*q);
}

static int64_t
positive_ttl_ms(const struct issuer *issuer, const struct facts *f, int64_t now)
{
	int64_t left_ms = (f->expires_at - now) * 1000;

	if (f->expires_at == 0 || left_ms > issuer->cache_ms)
		return issuer->cache_ms;
	return left_ms;
}

void
question_keep(struct server *server, const struct issuer *issuer,
    const struct facts_key *key, unsigned int cache_epoch, struct facts *facts,
    int64_t now)
{
	int64_t ttl_ms = facts->active ? positive_ttl_ms(issuer, facts, now)
				       : FACTS_CACHE_NEGATIVE_MS;

	/* Asked before a flush: the answer may be what was to be forgotten. */
	if (cache_epoch != server->cache_epoch)
		return;
	/* `cache = 0s` means that every login asks, whatever the answer. */
	if (issuer->cache_ms == 0)
		return;
	facts_cache_put(server->cache, key, facts, monotonic_us(), ttl_ms);
}

static void
answered(const struct fetch_reply *reply, void *argument)
{
	struct question *q = argument;
	_cleanup_(facts_unrefp) struct facts *facts = NULL;
	struct flight_answer answer = {.reason = REASON_NONE};
	int64_t now = (int64_t)time(NULL);

	q->state->in_flight--;
	answer.reason = introspect_read(reply, now, &facts, &answer.what);
	issuer_report(q->state, outcome_of(answer.reason),
	    answer.reason == REASON_NONE ? 0 : reply->retry_after_s);
	if (answer.reason == REASON_NONE)
		question_keep(
		    q->server, q->issuer, &q->key, q->cache_epoch, facts, now);
	else
		outcome_log(q->state, answer.reason, answer.what);
	answer.facts = facts;
	flight_land(q->flight, &answer);
	question_free(q);
}

static enum reason
send_form(struct question *q)
{
	if (!issuer_allows(q->state))
		return REASON_BREAKER_OPEN;
	q->sent_us = monotonic_us();
	q->fetch_id = fetcher_ask(q->server->fetcher, FETCH_INTROSPECT,
	    q->issuer->name, issuer_endpoint(q->state, ENDPOINT_INTROSPECTION),
	    &q->form, deadline_in_ms(QUESTION_MS), answered, q);
	secret_clear(&q->form);
	if (q->fetch_id == 0) {
		issuer_report(q->state, ISSUER_UNASKED, 0);
		return REASON_FETCH_DOWN;
	}
	q->state->asked++;
	q->state->in_flight++;
	return REASON_NONE;
}

static void
endpoint_known(enum reason reason, const char *what, void *argument)
{
	struct question *q = argument;
	struct flight_answer answer = {.reason = reason, .what = what};

	if (reason == REASON_NONE)
		answer.reason = send_form(q);
	if (answer.reason == REASON_NONE)
		return;
	flight_land(q->flight, &answer);
	question_free(q);
}

/* Nobody waits any more. */
static void
cancelled(void *argument)
{
	struct question *q = argument;
	bool fair = monotonic_us() - q->sent_us >= QUESTION_FAIR_MS * 1000;

	issuer_ready_leave(q->state, &q->ready);
	if (q->fetch_id != 0) {
		fetcher_cancel(q->server->fetcher, q->fetch_id);
		q->state->in_flight--;
		issuer_report(
		    q->state, fair ? ISSUER_FAILED : ISSUER_UNASKED, 0);
	}
	question_free(q);
}

enum reason
question_ask(struct server *server, struct config *config,
    const struct issuer *issuer, struct text token, const struct facts_key *key,
    struct flight **ret, const char **ret_what)
{
	_cleanup_(question_freep) struct question *q = calloc(1, sizeof(*q));
	struct issuer_state *state =
	    issuers_find(server->issuers, issuer->name);
	enum reason reason;

	*ret_what = NULL;
	if (q == NULL)
		return REASON_NO_MEMORY;
	if (state == NULL)
		return REASON_ISSUER_UNREADY;
	q->server = server;
	q->config = config_ref(config);
	q->issuer = issuer;
	q->state = issuer_state_ref(state);
	q->key = *key;
	q->cache_epoch = server->cache_epoch;
	if (introspect_form(issuer, token, &q->form) != STATUS_OK)
		return REASON_NO_MEMORY;
	reason = issuer_endpoints_wait(state, config, issuer,
	    ENDPOINT_BIT(ENDPOINT_INTROSPECTION), &q->ready, endpoint_known, q);
	if (reason == REASON_NONE && q->ready.done == NULL)
		reason = send_form(q);
	if (reason != REASON_NONE)
		return reason;
	q->flight = flights_open(server->flights, key, cancelled, q);
	if (q->flight == NULL) {
		cancelled(TAKE_PTR(q));
		return REASON_NO_MEMORY;
	}
	*ret = q->flight;
	q = NULL;
	return REASON_NONE;
}
