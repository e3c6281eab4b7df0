/* SPDX-License-Identifier: ISC */
#include "jwt_question.h"

#include <stdlib.h>
#include <time.h>

#include "issuers.h"
#include "keys.h"
#include "scopegate/cleanup.h"
#include "scopegate/secret.h"
#include "server.h"

struct question {
	struct config *config;
	const struct issuer *issuer;
	struct issuer_state *state;
	struct flight *flight;
	struct keys_ready ready;
	struct secret token;
};

static void
question_free(struct question *q)
{
	if (q == NULL)
		return;
	secret_clear(&q->token);
	issuer_state_unref(q->state);
	config_unref(q->config);
	free(q);
}

static void
question_freep(struct question **q)
{
	question_free(*q);
}

static enum reason
verify(const struct issuer *issuer, const struct jwks *keys, struct text token,
    struct jwt_result *ret)
{
	if (keys == NULL) {
		*ret = (struct jwt_result){.facts = NULL};
		return REASON_KEYS_UNAVAILABLE;
	}
	return jwt_read(issuer, keys, token, (int64_t)time(NULL), ret);
}

/* Unknown is not wrong while nobody can be asked for new keys. */
static enum reason
in_the_end(const struct issuer_state *s, enum reason reason)
{
	return reason == REASON_KEY_UNKNOWN && keys_are_failing(s)
		   ? REASON_KEYS_UNAVAILABLE
		   : reason;
}

/* Whatever came of the fetch: by the keys that there are now. */
static void
keys_arrived(void *argument)
{
	struct question *q = argument;
	struct jwt_result result;
	enum reason reason = verify(q->issuer, keys_kept(q->state, q->issuer),
	    (struct text){q->token.bytes, q->token.length}, &result);
	struct flight_answer answer = {.reason = in_the_end(q->state, reason)};

	answer.what = result.what;
	answer.facts = result.facts;
	flight_land(q->flight, &answer);
	facts_unref(result.facts);
	question_free(q);
}

static void
cancelled(void *argument)
{
	struct question *q = argument;

	keys_ready_leave(q->state, &q->ready);
	question_free(q);
}

/* REASON_KEYS_UNAVAILABLE: there is nothing to wait for. */
static enum reason
wait_for_keys(const struct jwt_asking *a, struct issuer_state *state,
    enum keys_doubt doubt, const char *kid, struct flight **ret)
{
	_cleanup_(question_freep) struct question *q = calloc(1, sizeof(*q));

	if (q == NULL || secret_set(&q->token, a->token.bytes,
			     a->token.length) != STATUS_OK)
		return REASON_NO_MEMORY;
	q->config = config_ref(a->config);
	q->issuer = a->issuer;
	q->state = issuer_state_ref(state);
	if (!keys_wait(state, a->config, a->issuer, doubt, kid, &q->ready,
		keys_arrived, q))
		return REASON_KEYS_UNAVAILABLE;
	q->flight = flights_open(a->server->flights, a->key, cancelled, q);
	if (q->flight == NULL) {
		keys_ready_leave(state, &q->ready);
		return REASON_NO_MEMORY;
	}
	*ret = q->flight;
	q = NULL;
	return REASON_NONE;
}

enum reason
jwt_question_ask(const struct jwt_asking *a, struct jwt_result *ret,
    struct flight **ret_flight)
{
	struct issuer_state *state =
	    issuers_find(a->server->issuers, a->issuer->name);
	const struct jwks *keys;
	enum reason reason, waited;

	*ret = (struct jwt_result){.facts = NULL};
	*ret_flight = NULL;
	if (state == NULL)
		return REASON_ISSUER_UNREADY;
	keys = keys_now(state, a->config, a->issuer);
	reason = verify(a->issuer, keys, a->token, ret);
	if (reason != REASON_KEYS_UNAVAILABLE &&
	    reason != REASON_KEY_UNKNOWN && reason != REASON_SIGNATURE_INVALID)
		return reason;
	waited =
	    wait_for_keys(a, state, keys_doubt_of(reason), ret->kid, ret_flight);
	/* By the keys of then: it may be good by those that come. */
	if (waited == REASON_NONE)
		ret->what = NULL;
	if (waited != REASON_KEYS_UNAVAILABLE)
		return waited;
	if (keys == NULL)
		reason = verify(
		    a->issuer, keys_kept(state, a->issuer), a->token, ret);
	return in_the_end(state, reason);
}
