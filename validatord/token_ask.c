/* SPDX-License-Identifier: ISC */
#include "token_ask.h"

#include <stdlib.h>
#include <string.h>

#include "fetcher.h"
#include "grant_owner.h"
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
	struct issuer_ready ready;
	struct secret form; /* until it is sent */
	uint32_t fetch_id;  /* 0: not sent */
	token_ask_done *done;
	void *argument;
};

static void
ask_free(struct token_ask *t)
{
	if (t == NULL)
		return;
	secret_clear(&t->form);
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
conclude(struct token_ask *t, struct token_result *result)
{
	token_ask_done *done = t->done;
	void *argument = t->argument;

	ask_free(t);
	done(result, argument);
	token_answer_clear(&result->answer);
}

static void
answered(const struct fetch_reply *reply, void *argument)
{
	struct token_ask *t = argument;
	struct token_result result = {.reason = REASON_NONE};

	t->state->in_flight--;
	result.reason = token_answer_read(
	    reply, t->issuer, &result.answer, result.error, &result.what);
	issuer_report(t->state, outcome_of(result.reason),
	    result.reason == REASON_NONE ? 0 : reply->retry_after_s);
	if (result.reason != REASON_NONE &&
	    reason_row(result.reason)->verdict == VERDICT_UNAVAILABLE)
		outcome_log(t->state, result.reason, result.what);
	conclude(t, &result);
}

static enum reason
send_form(struct token_ask *t)
{
	/* The code or the refresh token is for the server of the snapshot, and
	 * our secret for the one of now. */
	if (strcmp(t->state->url, t->issuer->url) != 0 ||
	    !issuer_still_same(t->issuer, t->server->config))
		return REASON_ISSUER_MISMATCH;
	if (!issuer_allows(t->state))
		return REASON_BREAKER_OPEN;
	t->fetch_id = fetcher_ask(t->server->fetcher, FETCH_TOKEN,
	    t->issuer->name, issuer_endpoint(t->state, ENDPOINT_TOKEN),
	    &t->form, deadline_in_ms(TOKEN_ASK_MS), answered, t);
	secret_clear(&t->form);
	if (t->fetch_id == 0) {
		issuer_report(t->state, ISSUER_UNASKED, 0);
		return REASON_FETCH_DOWN;
	}
	t->state->asked++;
	t->state->in_flight++;
	return REASON_NONE;
}

static void
endpoint_known(enum reason reason, const char *what, void *argument)
{
	struct token_ask *t = argument;
	struct token_result result = {.reason = reason, .what = what};

	if (reason == REASON_NONE)
		result.reason = send_form(t);
	if (result.reason != REASON_NONE)
		conclude(t, &result);
}

static enum reason
prepare(struct token_ask *t, const struct secret *form)
{
	struct issuer_state *state =
	    issuers_find(t->server->issuers, t->issuer->name);

	if (state == NULL)
		return REASON_ISSUER_UNREADY;
	t->state = issuer_state_ref(state);
	if (secret_set(&t->form, form->bytes, form->length) != STATUS_OK)
		return REASON_NO_MEMORY;
	return issuer_endpoints_wait(state, t->config, t->issuer,
	    ENDPOINT_BIT(ENDPOINT_TOKEN), &t->ready, endpoint_known, t);
}

struct token_ask *
token_ask_begin(struct server *server, struct config *config,
    const struct issuer *issuer, const struct secret *form,
    token_ask_done *done, void *argument, enum reason *ret_reason)
{
	_cleanup_(ask_freep) struct token_ask *t = calloc(1, sizeof(*t));

	*ret_reason = REASON_NO_MEMORY;
	if (t == NULL)
		return NULL;
	t->server = server;
	t->config = config_ref(config);
	t->issuer = issuer;
	t->done = done;
	t->argument = argument;
	*ret_reason = prepare(t, form);
	if (*ret_reason == REASON_NONE && t->ready.done == NULL)
		*ret_reason = send_form(t);
	return *ret_reason == REASON_NONE ? TAKE_PTR(t) : NULL;
}

void
token_ask_cancel(struct token_ask *t)
{
	if (t == NULL)
		return;
	issuer_ready_leave(t->state, &t->ready);
	if (t->fetch_id != 0) {
		fetcher_cancel(t->server->fetcher, t->fetch_id);
		t->state->in_flight--;
		issuer_report(t->state, ISSUER_UNASKED, 0);
	}
	ask_free(t);
}
