/* SPDX-License-Identifier: ISC */
#include "question.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "endpoints.h"
#include "fetcher.h"
#include "introspect.h"
#include "issuers.h"
#include "keys.h"
#include "outcome.h"
#include "scopegate/cleanup.h"
#include "scopegate/deadline.h"
#include "scopegate/secret.h"
#include "server.h"
#include "signed_answer.h"

/*
 * A question has the whole of QUESTION_MS whoever asked first, so that a
 * caller in a hurry cannot shorten it for those who join; each of them leaves
 * at a deadline of its own, and the last one to leave cancels it. What failed
 * is told to those who wait and is never cached. Where several endpoints stand
 * in for each other, a failure of one is told only if no other has an answer.
 */

struct question {
	struct server *server;
	struct config *config;
	const struct issuer *issuer;
	struct issuer_state *state;
	struct flight *flight;
	struct issuer_ready ready;
	struct secret form; /* until no endpoint will be sent it any more */
	char *endpoint;     /* where it is or was asked; NULL: nowhere yet */
	struct deadline deadline; /* of all tries together */
	struct facts_key key;
	uint32_t fetch_id; /* 0: not sent */
	int64_t sent_us;
	unsigned int cache_epoch;
	/* An answer that waits for the keys that may have signed it. */
	struct keys_ready keys;
	struct buf kept;
};

static void
question_free(struct question *q)
{
	if (q == NULL)
		return;
	secret_clear(&q->form);
	buf_clear(&q->kept);
	free(q->endpoint);
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

static enum reason send_form(struct question *q);

static bool
may_ask_another(const struct question *q, enum reason reason)
{
	/* What a reload has added meanwhile cannot be sent an empty form. */
	return outcome_of(reason) == ISSUER_FAILED && q->form.length > 0 &&
	       endpoint_has_next(q->state, q->endpoint) &&
	       deadline_left_ms(q->deadline) >= QUESTION_AGAIN_MS;
}

static void
conclude(struct question *q, enum reason reason, const char *what,
    struct facts *facts, unsigned int retry_after_s)
{
	struct flight_answer answer = {
	    .reason = reason, .what = what, .facts = facts};

	endpoint_report(q->state, q->endpoint, outcome_of(reason),
	    reason == REASON_NONE ? 0 : retry_after_s);
	if (reason == REASON_NONE)
		question_keep(q->server, q->issuer, &q->key, q->cache_epoch,
		    facts, facts->checked_at);
	else
		outcome_log(q->state, reason, what);
	if (may_ask_another(q, reason) && send_form(q) == REASON_NONE)
		return;
	flight_land(q->flight, &answer);
	question_free(q);
}

/* What a key that is not there signed is nobody's answer yet. */
static enum reason
unsettled(enum reason reason)
{
	return reason == REASON_KEY_UNKNOWN ||
		       reason == REASON_SIGNATURE_INVALID
		   ? REASON_AS_ANSWER_MALFORMED
		   : reason;
}

static void
keys_arrived(void *argument)
{
	struct question *q = argument;
	_cleanup_(facts_unrefp) struct facts *facts = NULL;
	const struct fetch_reply reply = {.result = FETCH_ANSWERED,
	    .http_status = 200,
	    .content_type = "application/token-introspection+jwt",
	    .body = buf_string(&q->kept),
	    .body_length = q->kept.length};
	char kid[JWK_KID_MAX + 1];
	const char *what;
	enum reason reason =
	    signed_answer_read(q->issuer, keys_kept(q->state, q->issuer),
		&reply, (int64_t)time(NULL), &facts, &what, kid);

	conclude(q, unsettled(reason), what, facts, 0);
}

static void
answered_signed(struct question *q, const struct fetch_reply *reply)
{
	_cleanup_(facts_unrefp) struct facts *facts = NULL;
	const struct jwks *keys = keys_now(q->state, q->config, q->issuer);
	char kid[JWK_KID_MAX + 1];
	const char *what;
	enum reason reason = signed_answer_read(q->issuer, keys, reply,
	    (int64_t)time(NULL), &facts, &what, kid);

	if (reason == REASON_KEYS_UNAVAILABLE ||
	    reason == REASON_KEY_UNKNOWN ||
	    reason == REASON_SIGNATURE_INVALID) {
		buf_clear(&q->kept);
		buf_init(&q->kept, FETCH_BODY_MAX);
		if (buf_append(&q->kept, reply->body, reply->body_length) ==
			STATUS_OK &&
		    keys_wait(q->state, q->config, q->issuer,
			keys_doubt_of(reason), kid, &q->keys, keys_arrived, q))
			return;
		if (keys == NULL)
			reason = signed_answer_read(q->issuer,
			    keys_kept(q->state, q->issuer), reply,
			    (int64_t)time(NULL), &facts, &what, kid);
	}
	conclude(q, unsettled(reason), what, facts, reply->retry_after_s);
}

static void
answered(const struct fetch_reply *reply, void *argument)
{
	struct question *q = argument;
	_cleanup_(facts_unrefp) struct facts *facts = NULL;
	const char *what;
	enum reason reason;

	q->state->in_flight--;
	q->fetch_id = 0;
	if (q->issuer->introspection_signed) {
		answered_signed(q, reply);
		return;
	}
	reason = introspect_read(reply, (int64_t)time(NULL), &facts, &what);
	conclude(q, reason, what, facts, reply->retry_after_s);
}

/* Of one try: where another can follow, half of what is left is for that. */
static struct deadline
try_deadline(struct question *q, bool last)
{
	if (q->deadline.at_us == 0)
		q->deadline = deadline_in_ms(QUESTION_MS);
	return last ? q->deadline
		    : deadline_in_ms(deadline_left_ms(q->deadline) / 2);
}

/* To the next endpoint that may be asked. */
static enum reason
send_form(struct question *q)
{
	const char *url = endpoint_next(q->state, q->endpoint);
	char *copy = url != NULL ? strdup(url) : NULL;
	bool last;

	if (url == NULL)
		return REASON_BREAKER_OPEN;
	if (copy == NULL) {
		endpoint_report(q->state, url, ISSUER_UNASKED, 0);
		return REASON_NO_MEMORY;
	}
	free(q->endpoint);
	q->endpoint = copy;
	last = !endpoint_has_next(q->state, copy);
	q->sent_us = monotonic_us();
	q->fetch_id =
	    fetcher_ask(q->server->fetcher, FETCH_INTROSPECT, q->issuer->name,
		copy, &q->form, try_deadline(q, last), answered, q);
	if (last)
		secret_clear(&q->form);
	if (q->fetch_id == 0) {
		endpoint_report(q->state, copy, ISSUER_UNASKED, 0);
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
	keys_ready_leave(q->state, &q->keys);
	if (q->fetch_id != 0) {
		fetcher_cancel(q->server->fetcher, q->fetch_id);
		q->state->in_flight--;
		endpoint_report(q->state, q->endpoint,
		    fair ? ISSUER_FAILED : ISSUER_UNASKED, 0);
	} else if (q->endpoint != NULL) {
		/* It answered, and the answer waits for keys. */
		endpoint_report(q->state, q->endpoint, ISSUER_UNASKED, 0);
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
