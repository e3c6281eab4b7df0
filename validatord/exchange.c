/* SPDX-License-Identifier: ISC */
#include "exchange.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "fetcher.h"
#include "form.h"
#include "grant_expiry.h"
#include "probing.h"
#include "scopegate/cleanup.h"
#include "scopegate/deadline.h"
#include "server.h"
#include "token_ask.h"

/*
 * A grant is made of two answers: the token endpoint says what was granted to
 * us, the probes say whose account it is. Neither is believed for the other.
 * Whatever goes wrong after the token was had, the token is revoked where that
 * can be done, and wiped.
 */

struct exchange {
	struct server *server;
	struct config *config;
	const struct issuer *issuer;
	int environment;
	struct token_ask *ask;   /* while the token endpoint is asked */
	struct probing *probing; /* while the API is asked */
	struct grant *grant;
	exchange_done *done;
	void *argument;
};

static void
exchange_free(struct exchange *x)
{
	if (x == NULL)
		return;
	grant_free(x->grant);
	config_unref(x->config);
	free(x);
}

static void
exchange_freep(struct exchange **x)
{
	exchange_free(*x);
	*x = NULL;
}

static void
conclude(struct exchange *x, struct exchange_result *result)
{
	if (result->reason == REASON_NONE)
		result->grant = TAKE_PTR(x->grant);
	else if (x->grant != NULL)
		exchange_discard(x->server, x->config, TAKE_PTR(x->grant));
	x->done(result, x->argument);
	grant_free(result->grant);
	exchange_free(x);
}

/* Whose it is, where no probe says so. */
static enum status
subject_of_claims(struct facts *f)
{
	static const char *const names[] = {"sub", "user_id", "account_id"};

	for (size_t i = 0; i < ELEMENTS(names) && f->subject == NULL; i++) {
		const struct claim *c = facts_claim(f, names[i]);

		if (c == NULL || c->values.count != 1)
			continue;
		f->subject = strdup(c->values.words[0]);
		if (f->subject == NULL)
			return STATUS_NOMEM;
	}
	return STATUS_OK;
}

static enum status
fill_facts(struct facts *f, const struct issuer *issuer, struct token_answer *a,
    int64_t now)
{
	f->method = FACTS_GRANT;
	f->active = true;
	f->issuer = strdup(issuer->url);
	f->client_id = strdup(issuer->client_id);
	f->token_type = strdup("bearer");
	if (f->issuer == NULL || f->client_id == NULL || f->token_type == NULL)
		return STATUS_NOMEM;
	f->scopes = a->scopes;
	f->scopes_known = a->scopes_known;
	a->scopes = (struct word_list){0};
	f->claims = a->claims;
	f->claim_count = a->claim_count;
	a->claims = NULL;
	a->claim_count = 0;
	f->issued_at = f->auth_time = f->checked_at = now;
	return STATUS_OK;
}

/* The token answer as a grant that no probe has seen yet. */
static enum status
make_grant(struct exchange *x, struct token_answer *a, int64_t now)
{
	struct grant *g = grant_new();
	int64_t end = 0;
	enum status s;

	x->grant = g;
	if (g == NULL)
		return STATUS_NOMEM;
	g->token = a->token;
	g->refresh_token = a->refresh_token;
	a->token = a->refresh_token = (struct secret){0};
	g->api_base = TAKE_PTR(a->api_base);
	g->made_at = g->verified_at = now;
	g->issuer = strdup(x->issuer->name);
	if (g->issuer == NULL)
		return STATUS_NOMEM;
	s = fill_facts(g->facts, x->issuer, a, now);
	if (s == STATUS_OK)
		s = grant_token_end(
		    &x->issuer->sign_in, a->expires_in, now, &end);
	g->facts->expires_at = end;
	return s;
}

/* The last words: the earliest end holds, and the facts state it. */
static void
finish(struct exchange *x, enum reason reason, const char *what)
{
	struct exchange_result result = {.reason = reason, .what = what};
	struct grant *g = x->grant;

	if (reason == REASON_NONE) {
		g->ends_at = grant_earlier(g->facts->expires_at,
		    grant_age_end(&x->issuer->sign_in, g->made_at));
		g->facts->expires_at = g->ends_at;
		if (subject_of_claims(g->facts) != STATUS_OK)
			result.reason = REASON_NO_MEMORY;
	}
	conclude(x, &result);
}

static void
probed(struct probing_result *result, void *argument)
{
	struct exchange *x = argument;

	x->probing = NULL;
	/* A token that was given out a moment ago and is dead already. */
	if (result->reason == REASON_TOKEN_INACTIVE)
		result->what = "the API refuses the token that the token "
			       "endpoint gave a moment ago";
	if (result->reason == REASON_NONE &&
	    probing_facts(result, x->grant->facts) != STATUS_OK)
		result->reason = REASON_NO_MEMORY;
	finish(x, result->reason, result->what);
}

/* Whose budget: nobody knows the account yet, so the fresh token stands for
 * it, by nothing that could be traced back. */
static void
begin_probing(struct exchange *x)
{
	struct grant *g = x->grant;
	struct facts_key key;
	char account[9];
	struct probing_question q = {.issuer = x->issuer,
	    .environment = x->environment,
	    .api_base = g->api_base,
	    .account = account,
	    .token = {g->token.bytes, g->token.length}};
	enum reason reason = REASON_NONE;

	if (!probing_possible(x->issuer, x->environment)) {
		finish(x, REASON_NONE, NULL);
		return;
	}
	if (facts_cache_key(x->server->cache, x->issuer->name,
		x->config->generation, q.token, &key) != STATUS_OK) {
		finish(x, REASON_NO_MEMORY, NULL);
		return;
	}
	facts_key_fingerprint(&key, account);
	x->probing =
	    probing_begin(x->server, x->config, &q, probed, x, &reason);
	if (x->probing == NULL)
		finish(x, reason, NULL);
}

static void
token_arrived(struct token_result *result, void *argument)
{
	struct exchange *x = argument;
	struct exchange_result refused = {
	    .reason = result->reason, .what = result->what};
	enum status s;

	x->ask = NULL;
	if (result->reason != REASON_NONE) {
		memcpy(refused.error, result->error, sizeof(refused.error));
		conclude(x, &refused);
		return;
	}
	s = make_grant(x, &result->answer, (int64_t)time(NULL));
	if (s == STATUS_OK)
		begin_probing(x);
	else if (s == STATUS_INVALID)
		finish(x, REASON_ISSUER_UNREADY,
		    "`grant_expiry` names a time zone that this host does not "
		    "have: install tzdata or mend its name");
	else
		finish(x, REASON_NO_MEMORY, NULL);
}

struct exchange *
exchange_begin(struct server *server, struct config *config,
    const struct issuer *issuer, int environment, const struct secret *form,
    exchange_done *done, void *argument, enum reason *ret_reason)
{
	_cleanup_(exchange_freep) struct exchange *x = calloc(1, sizeof(*x));

	*ret_reason = REASON_NO_MEMORY;
	if (x == NULL)
		return NULL;
	x->server = server;
	x->config = config_ref(config);
	x->issuer = issuer;
	x->environment = environment;
	x->done = done;
	x->argument = argument;
	x->ask = token_ask_begin(
	    server, config, issuer, form, token_arrived, x, ret_reason);
	return x->ask != NULL ? TAKE_PTR(x) : NULL;
}

void
exchange_cancel(struct exchange *x)
{
	if (x == NULL)
		return;
	token_ask_cancel(x->ask);
	probing_cancel(x->probing);
	if (x->grant != NULL)
		exchange_discard(x->server, x->config, TAKE_PTR(x->grant));
	exchange_free(x);
}
