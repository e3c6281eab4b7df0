/* SPDX-License-Identifier: ISC */
#include "probing.h"

#include <stdlib.h>
#include <string.h>

#include "fetcher.h"
#include "issuers.h"
#include "outcome.h"
#include "scopegate/cleanup.h"
#include "scopegate/deadline.h"
#include "scopegate/secret.h"
#include "server.h"

/*
 * A token that lives elsewhere, or an account in a bad state, does not end the
 * search where any environment will do; a dead token and an outage do. With an
 * outage passed over, the same token would be paper today and live tomorrow.
 * Probes without a subject add to what is known once it is known whose it is.
 */

struct probing {
	struct server *server;
	struct config *config;
	const struct issuer *issuer;
	struct issuer_state *state;
	int environment;
	char *api_base, *account;
	struct secret token;
	struct deadline deadline;
	size_t next;                /* the probe that is asked */
	bool adding;                /* those without a subject are asked */
	const struct probe *found;  /* the first that succeeded */
	struct probe_answer answer; /* of it, and what the others added */
	enum reason so_far;
	const char *so_far_what;
	uint32_t fetch_id; /* 0: none under way */
	probing_done *done;
	void *argument;
};

static void
probing_free(struct probing *p)
{
	if (p == NULL)
		return;
	probe_answer_clear(&p->answer);
	secret_clear(&p->token);
	issuer_state_unref(p->state);
	config_unref(p->config);
	free(p->api_base);
	free(p->account);
	free(p);
}

static void
probing_freep(struct probing **p)
{
	probing_free(*p);
	*p = NULL;
}

/* A probe that says nothing of the environment serves where it is wanted in
 * particular too: the facts then do not state it, and the policy refuses. */
static bool
is_wanted(const struct probe *probe, int environment)
{
	return environment == ENVIRONMENT_ANY ||
	       probe->environment == ENVIRONMENT_ANY ||
	       probe->environment == environment;
}

/* One with a subject, or with `adding` one without. */
static size_t
find_next(
    const struct issuer *issuer, int environment, bool adding, size_t from)
{
	while (from < issuer->probe_count &&
	       (!is_wanted(&issuer->probes[from], environment) ||
		   (issuer->probes[from].subject == NULL) != adding))
		from++;
	return from;
}

bool
probing_possible(const struct issuer *issuer, int environment)
{
	return find_next(issuer, environment, false, 0) < issuer->probe_count;
}

static void answered(const struct fetch_reply *reply, void *argument);

static enum reason
ask(struct probing *p)
{
	_cleanup_(free_ptr) char *url = NULL;
	const struct probe *probe = &p->issuer->probes[p->next];
	enum status s = probe_url(probe, p->issuer, p->api_base, &url);

	if (s != STATUS_OK)
		return s == STATUS_NOMEM ? REASON_NO_MEMORY
					 : REASON_ISSUER_UNREADY;
	/* The breaker first: what is not asked takes nothing of the budget. */
	if (!issuer_allows(p->state))
		return REASON_BREAKER_OPEN;
	if (!probe_budget_take(
		p->server->budgets, p->issuer, p->account, monotonic_us())) {
		issuer_report(p->state, ISSUER_UNASKED, 0);
		return REASON_PROBE_BUDGET;
	}
	p->fetch_id = fetcher_ask_probe(p->server->fetcher, p->issuer->name,
	    (unsigned int)p->next, url, &p->token, p->deadline, answered, p);
	if (p->fetch_id == 0) {
		issuer_report(p->state, ISSUER_UNASKED, 0);
		return REASON_FETCH_DOWN;
	}
	p->state->asked++;
	p->state->in_flight++;
	return REASON_NONE;
}

static void
conclude(struct probing *p, struct probing_result *result)
{
	probing_done *done = p->done;
	void *argument = p->argument;

	done(result, argument);
	probing_free(p);
}

/* The reason why it ends here, or REASON_NONE to go on to the next probe. */
static enum reason
weigh(struct probing *p, const struct probe_answer *a)
{
	switch (a->result) {
	case PROBE_INVALID:
		return REASON_TOKEN_INACTIVE;
	case PROBE_ELSEWHERE:
		if (p->so_far == REASON_NONE)
			p->so_far = REASON_ENVIRONMENT_MISMATCH;
		return REASON_NONE;
	case PROBE_REFUSED:
		p->so_far = REASON_ACCOUNT_REFUSED;
		p->so_far_what = a->what;
		return REASON_NONE;
	case PROBE_VALID:
	case PROBE_UNAVAILABLE:
		break;
	}
	return a->reason != REASON_NONE ? a->reason : REASON_AS_ERROR;
}

static void
report(struct probing *p, const struct fetch_reply *reply,
    const struct probe_answer *a)
{
	p->fetch_id = 0;
	p->state->in_flight--;
	issuer_report(p->state, outcome_of(a->reason),
	    a->reason == REASON_NONE ? 0 : reply->retry_after_s);
	if (a->reason == REASON_AS_RATE_LIMIT)
		probe_budget_hold(p->server->budgets, p->issuer, p->account,
		    reply->retry_after_s, monotonic_us());
	if (a->reason != REASON_NONE)
		outcome_log(p->state, a->reason, a->what);
}

/* Where both were stated, only what both say. */
static void
narrow(struct word_list *scopes, const struct word_list *stated)
{
	size_t kept = 0;

	for (size_t i = 0; i < scopes->count; i++) {
		if (word_list_has(stated, scopes->words[i]))
			scopes->words[kept++] = scopes->words[i];
		else
			free(scopes->words[i]);
	}
	scopes->count = kept;
	if (scopes->words != NULL)
		scopes->words[kept] = NULL;
}

static void
add_answer(struct probe_answer *to, struct probe_answer *from)
{
	if (from->scopes_known && to->scopes_known) {
		narrow(&to->scopes, &from->scopes);
	} else if (from->scopes_known) {
		to->scopes = from->scopes;
		to->scopes_known = true;
		from->scopes = (struct word_list){0};
	}
	if (from->expires_at != 0 &&
	    (to->expires_at == 0 || from->expires_at < to->expires_at))
		to->expires_at = from->expires_at;
}

/* Takes a success; what is to be asked next, if anything. */
static void
take_answer(struct probing *p, struct probe_answer *a)
{
	if (p->adding) {
		add_answer(&p->answer, a);
		p->next++;
	} else {
		p->found = &p->issuer->probes[p->next];
		p->answer = *a;
		*a = (struct probe_answer){0};
		p->adding = true;
		p->next = 0;
	}
	p->next = find_next(p->issuer, p->environment, true, p->next);
}

/* The reason why it ends here, or REASON_NONE where something is left. */
static enum reason
pass_over(struct probing *p, const struct probe_answer *a)
{
	enum reason reason = weigh(p, a);

	if (reason != REASON_NONE)
		return reason;
	p->next = find_next(p->issuer, p->environment, p->adding, p->next + 1);
	/* What is asked of a token beside whose it is has to succeed. */
	return p->adding || p->next == p->issuer->probe_count ? p->so_far
							      : REASON_NONE;
}

static void
answered(const struct fetch_reply *reply, void *argument)
{
	_cleanup_(probe_answer_clear) struct probe_answer a = {0};
	struct probing *p = argument;
	struct probing_result result = {0};

	probe_read(&p->issuer->probes[p->next], p->issuer, reply, &a);
	report(p, reply, &a);
	if (a.result == PROBE_VALID) {
		take_answer(p, &a);
	} else {
		result.reason = pass_over(p, &a);
		if (result.reason != REASON_NONE)
			result.what = result.reason == p->so_far
					  ? p->so_far_what
					  : a.what;
	}
	if (result.reason == REASON_NONE && p->next < p->issuer->probe_count) {
		result.reason = ask(p);
		if (result.reason == REASON_NONE)
			return;
	}
	if (result.reason == REASON_NONE) {
		result.probe = p->found;
		result.answer = &p->answer;
	}
	conclude(p, &result);
}

static bool
copy_question(struct probing *p, const struct probing_question *q)
{
	p->issuer = q->issuer;
	p->environment = q->environment;
	p->account = strdup(q->account);
	if (q->api_base != NULL) {
		p->api_base = strdup(q->api_base);
		if (p->api_base == NULL)
			return false;
	}
	return p->account != NULL && secret_set(&p->token, q->token.bytes,
					 q->token.length) == STATUS_OK;
}

struct probing *
probing_begin(struct server *server, struct config *config,
    const struct probing_question *q, probing_done *done, void *argument,
    enum reason *ret_reason)
{
	_cleanup_(probing_freep) struct probing *p = calloc(1, sizeof(*p));
	struct issuer_state *state =
	    issuers_find(server->issuers, q->issuer->name);

	*ret_reason = REASON_NO_MEMORY;
	if (p == NULL || !copy_question(p, q))
		return NULL;
	*ret_reason = REASON_ISSUER_UNREADY;
	p->next = find_next(q->issuer, q->environment, false, 0);
	if (state == NULL || p->next == q->issuer->probe_count)
		return NULL;
	p->server = server;
	p->config = config_ref(config);
	p->state = issuer_state_ref(state);
	p->deadline = deadline_in_ms(PROBING_MS);
	p->done = done;
	p->argument = argument;
	*ret_reason = ask(p);
	return *ret_reason == REASON_NONE ? TAKE_PTR(p) : NULL;
}

void
probing_cancel(struct probing *p)
{
	if (p == NULL)
		return;
	if (p->fetch_id != 0) {
		fetcher_cancel(p->server->fetcher, p->fetch_id);
		p->state->in_flight--;
		issuer_report(p->state, ISSUER_UNASKED, 0);
	}
	probing_free(p);
}

static void
take_scopes(struct facts *facts, struct probe_answer *a)
{
	if (facts->scopes_known) {
		narrow(&facts->scopes, &a->scopes);
		return;
	}
	word_list_clear(&facts->scopes);
	facts->scopes = a->scopes;
	facts->scopes_known = true;
	a->scopes = (struct word_list){0};
}

enum status
probing_facts(const struct probing_result *result, struct facts *facts)
{
	static const char *const names[] = {
	    [ENVIRONMENT_PAPER] = "paper",
	    [ENVIRONMENT_LIVE] = "live",
	};
	struct probe_answer *a = result->answer;
	enum status s = STATUS_OK;

	if (a->subject != NULL) {
		/* Where there are no scopes, a rule can still name people. */
		if (facts_claim(facts, "sub") == NULL)
			s = facts_claim_add(facts, "sub", a->subject);
		free(facts->subject);
		facts->subject = TAKE_PTR(a->subject);
	}
	if (result->probe != NULL &&
	    result->probe->environment != ENVIRONMENT_ANY) {
		free(facts->environment);
		facts->environment = strdup(names[result->probe->environment]);
		if (facts->environment == NULL)
			return STATUS_NOMEM;
	}
	if (a->scopes_known)
		take_scopes(facts, a);
	if (a->expires_at != 0 &&
	    (facts->expires_at == 0 || a->expires_at < facts->expires_at))
		facts->expires_at = a->expires_at;
	if (s == STATUS_OK && a->display != NULL &&
	    facts_claim(facts, "display") == NULL)
		s = facts_claim_add(facts, "display", a->display);
	return s;
}
