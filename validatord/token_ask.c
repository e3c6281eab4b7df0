/* SPDX-License-Identifier: ISC */
#include "token_ask.h"

#include <stdlib.h>

#include "fetcher.h"
#include "issuers.h"
#include "outcome.h"
#include "scopegate/cleanup.h"
#include "scopegate/deadline.h"
#include "server.h"

/*
 * The breaker stands before it as before every question; what the server says
 * of a code is an answer, not a failure.
 */

struct token_ask {
	struct server *server;
	struct config *config;
	const struct issuer *issuer;
	struct issuer_state *state;
	uint32_t fetch_id;
	token_ask_done *done;
	void *argument;
};

static void
ask_free(struct token_ask *t)
{
	if (t == NULL)
		return;
	issuer_state_unref(t->state);
	config_unref(t->config);
	free(t);
}

static void
ask_freep(struct token_ask **t)
{
	ask_free(*t);
	*t = NULL;
}

static void
answered(const struct fetch_reply *reply, void *argument)
{
	struct token_ask *t = argument;
	struct token_result result = {.reason = REASON_NONE};
	token_ask_done *done = t->done;

	t->state->in_flight--;
	result.reason = token_answer_read(
	    reply, t->issuer, &result.answer, result.error, &result.what);
	issuer_report(t->state, outcome_of(result.reason),
	    result.reason == REASON_NONE ? 0 : reply->retry_after_s);
	if (result.reason != REASON_NONE &&
	    reason_row(result.reason)->verdict == VERDICT_UNAVAILABLE)
		outcome_log(t->state, result.reason, result.what);
	argument = t->argument;
	ask_free(t);
	done(&result, argument);
	token_answer_clear(&result.answer);
}

struct token_ask *
token_ask_begin(struct server *server, struct config *config,
    const struct issuer *issuer, const struct secret *form,
    token_ask_done *done, void *argument, enum reason *ret_reason)
{
	_cleanup_(ask_freep) struct token_ask *t = calloc(1, sizeof(*t));
	struct issuer_state *state =
	    issuers_find(server->issuers, issuer->name);

	*ret_reason = REASON_NO_MEMORY;
	if (t == NULL)
		return NULL;
	*ret_reason = REASON_ISSUER_UNREADY;
	if (state == NULL || issuer->sign_in.token_endpoint == NULL)
		return NULL;
	t->server = server;
	t->config = config_ref(config);
	t->issuer = issuer;
	t->state = issuer_state_ref(state);
	t->done = done;
	t->argument = argument;
	*ret_reason = REASON_BREAKER_OPEN;
	if (!issuer_allows(state))
		return NULL;
	t->fetch_id = fetcher_ask(server->fetcher, FETCH_TOKEN, issuer->name,
	    issuer->sign_in.token_endpoint, form, deadline_in_ms(TOKEN_ASK_MS),
	    answered, t);
	if (t->fetch_id == 0) {
		issuer_report(state, ISSUER_UNASKED, 0);
		*ret_reason = REASON_FETCH_DOWN;
		return NULL;
	}
	state->asked++;
	state->in_flight++;
	*ret_reason = REASON_NONE;
	return TAKE_PTR(t);
}

void
token_ask_cancel(struct token_ask *t)
{
	if (t == NULL)
		return;
	fetcher_cancel(t->server->fetcher, t->fetch_id);
	t->state->in_flight--;
	issuer_report(t->state, ISSUER_UNASKED, 0);
	ask_free(t);
}
