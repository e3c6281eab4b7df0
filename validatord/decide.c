/* SPDX-License-Identifier: ISC */
#include "decide.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "account.h"
#include "claims.h"
#include "conclude.h"
#include "deny.h"
#include "exchange.h"
#include "finding.h"
#include "grant_owner.h"
#include "jwt.h"
#include "key_binding.h"
#include "login_code.h"
#include "login_table.h"
#include "policy.h"
#include "scopegate/cleanup.h"
#include "scopegate/secret.h"
#include "server.h"
#include "service_index.h"

/*
 * Every verdict is made here, in the order of the tables below. It waits at
 * one point only, for facts, and it must never give a verdict that is not on
 * record, nor take anything unavailable for a yes or a no.
 *
 * A stage returns REASON_NONE to go on, or why the request ends there.
 */

#define US_PER_S INT64_C(1000000)

struct stage {
	enum reason (*run)(struct request *r);
};

static enum reason check_clock(struct request *r);
static enum reason check_user(struct request *r);
static enum reason check_token(struct request *r);
static enum reason check_throttle(struct request *r);
static enum reason take_login_code(struct request *r);
static enum reason choose_policy(struct request *r);
static enum reason choose_web_policy(struct request *r);
static enum reason find_known(struct request *r);
static enum reason judge_claims(struct request *r);
static enum reason judge_policy(struct request *r);
static enum reason judge_account(struct request *r);
static enum reason judge_denied(struct request *r);
static enum reason name_web_user(struct request *r);

static const struct stage before_facts[] = {
    {check_clock}, {check_user}, {check_token}, {check_throttle},
    {take_login_code}, {choose_policy}, {find_known}, /* may wait */
};
static const struct stage web_before_facts[] = {
    {check_clock}, {check_token}, {choose_web_policy},
    {find_facts}, /* may wait */
};
static const struct stage account_before_facts[] = {
    {check_clock}, {check_user}, {choose_policy}, {find_handle}};
static const struct stage judgement[] = {{judge_claims}, {judge_policy},
    {judge_account}, {key_binding_judge}, {judge_denied}};
static const struct stage web_judgement[] = {{judge_claims}, {name_web_user},
    {judge_policy}, {judge_account}, {key_binding_judge}, {judge_denied}};

struct plan {
	const struct stage *before;
	size_t before_count;
	const struct stage *judgement;
	size_t judgement_count;
};

#define PLAN(before, judgement)                                                \
	{                                                                      \
		before, ELEMENTS(before), judgement, ELEMENTS(judgement)       \
	}
static const struct plan plans[] = {
    [OPERATION_LOGIN] = PLAN(before_facts, judgement),
    [OPERATION_ACCOUNT] = PLAN(account_before_facts, judgement),
    [OPERATION_CHECK] = PLAN(before_facts, judgement),
    [OPERATION_PREVIEW] = PLAN(before_facts, judgement),
    [OPERATION_CODE] = PLAN(before_facts, judgement),
    [OPERATION_WEB] = PLAN(web_before_facts, web_judgement),
};

static enum reason
run_stages(struct request *r, const struct stage *stages, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		enum reason reason = stages[i].run(r);

		if (reason != REASON_NONE)
			return reason;
	}
	return REASON_NONE;
}

/* Without a report the first failure ends it; with one, all rules are told
 * and the first failure is the reason all the same. */
static enum reason
judge(struct request *r)
{
	const struct plan *plan = &plans[r->operation];
	enum reason first = REASON_NONE;

	for (size_t i = 0; i < plan->judgement_count; i++) {
		enum reason reason = plan->judgement[i].run(r);

		if (first == REASON_NONE)
			first = reason;
		if (first != REASON_NONE &&
		    (r->report == NULL || !r->facts->active))
			break;
	}
	return first;
}

static void
tell_signed(const struct request *r, enum reason reason)
{
	if (r->issuer != NULL)
		jwt_report(r->report, r->issuer,
		    r->own_facts != NULL ? r->own_facts : r->facts, reason,
		    r->detail);
}

bool
decide(struct request *r)
{
	const struct plan *plan = &plans[r->operation];
	enum reason reason;

	r->config = config_ref(r->server->config);
	reason = run_stages(r, plan->before, plan->before_count);
	if (r->waiting)
		return true; /* until facts_arrived() or deadline_arrived() */
	tell_signed(r, reason);
	request_conclude(r, reason != REASON_NONE ? reason : judge(r));
	return false;
}

/* What was asked is judged by the snapshot that it was asked under. Where a
 * reload has meanwhile put another server or app into the section, or dropped
 * it, that verdict would name the new one: in a handle, whose facts the account
 * phase judges by the rules of whoever has the name then. */
void
decide_facts_found(struct request *r, enum reason reason)
{
	if (reason == REASON_NONE &&
	    !issuer_still_same(r->issuer, r->server->config))
		reason = REASON_INTERRUPTED;
	tell_signed(r, reason);
	request_conclude(r, reason != REASON_NONE ? reason : judge(r));
}

void
decide_interrupt(struct request *r, enum reason reason)
{
	finding_stop(r);
	request_conclude(r, reason);
}

void
decide_cancel(struct request *r)
{
	if (r->waiting)
		finding_stop(r);
}

enum reason
decide_ask(struct request *r)
{
	static const struct stage stages[] = {{check_clock}, {check_throttle}};
	enum reason reason;

	r->config = config_ref(r->server->config);
	reason = run_stages(r, stages, ELEMENTS(stages));
	if (reason == REASON_NONE && choose_policy(r) != REASON_NONE)
		reason = choose_web_policy(r);
	return reason;
}

void
decide_refuse(struct request *r, enum reason reason)
{
	request_conclude(r, reason);
}

void
decide_end(struct request *r, enum reason reason, const char *detail)
{
	r->config = config_ref(r->server->config);
	(void)check_clock(r); /* for the record's time */
	(void)choose_policy(r);
	(void)snprintf(r->detail, sizeof(r->detail), "%s", detail);
	request_conclude(r, reason);
}

void
request_clear(struct request *r)
{
	if (r->fresh_grant != NULL)
		exchange_discard(
		    r->server, r->config, TAKE_PTR(r->fresh_grant));
	facts_unref(TAKE_PTR(r->own_facts));
	secret_clear(&r->kept_token);
	facts_unref(TAKE_PTR(r->facts));
	config_unref(TAKE_PTR(r->config));
	free(TAKE_PTR(r->packet));
	free(TAKE_PTR(r->report));
}

/* Stages, before the facts are had. */

static enum reason
check_clock(struct request *r)
{
	struct timespec now = {0};

	(void)clock_gettime(CLOCK_REALTIME, &now);
	r->at_us = (int64_t)now.tv_sec * US_PER_S + now.tv_nsec / 1000;
	switch (clock_watch_look(&r->server->clock, r->at_us, r->started_us)) {
	case CLOCK_WRONG:
		return REASON_CLOCK_UNRELIABLE;
	case CLOCK_STEPPED:
		log_warning("the clock moved by more than %d s: cached facts "
			    "are forgotten",
		    CLOCK_STEP_MAX_S);
		server_flush(r->server);
		break;
	case CLOCK_GOOD:
		break;
	}
	return REASON_NONE;
}

static enum reason
check_user(struct request *r)
{
	return user_name_valid(r->message.value[TAG_USER])
		   ? REASON_NONE
		   : REASON_USER_NAME_INVALID;
}

static enum reason
check_token(struct request *r)
{
	struct text token = r->message.value[TAG_TOKEN];
	/* A view: nothing writes through it and nothing releases it. */
	const struct secret view = {
	    .bytes = (char *)(uintptr_t)token.bytes, .length = token.length};

	/* Of our own exchange, and perhaps of another form. */
	if (r->fresh_grant != NULL)
		return REASON_NONE;
	return secret_is_b64token(&view) ? REASON_NONE : REASON_TOKEN_MALFORMED;
}

static enum reason
check_throttle(struct request *r)
{
	struct throttle_key key = request_throttle_key(r);

	/* The operator's tool is how one finds out why others are refused. */
	if (r->operation == OPERATION_CHECK)
		return REASON_NONE;
	return throttle_allows(
		   r->server->throttle, &key, r->started_us, &r->retry_after_s)
		   ? REASON_NONE
		   : REASON_TOO_MANY_TRIES;
}

static enum reason
choose_policy(struct request *r)
{
	const struct text *value = r->message.value;

	r->policy = policy_choose(r->config, value[TAG_SERVICE],
	    value[TAG_USER], value[TAG_RHOST], value[TAG_POLICY]);
	(void)report_rule(r->report, "policy", r->policy != NULL, "%s",
	    r->policy != NULL ? r->policy->name : "none matches");
	if (r->policy == NULL)
		return REASON_NO_POLICY;
	r->issuer = r->policy->issuer;
	return REASON_NONE;
}

/* Whoever it is: the issuer is the one of the service's first policy, and the
 * facts must then name a user for whom that issuer counts. */
static enum reason
choose_web_policy(struct request *r)
{
	size_t count = 0;
	const struct policy *const *policies = service_index_find(
	    r->config->services, r->message.value[TAG_SERVICE], &count);

	if (count == 0)
		return REASON_NO_POLICY;
	r->policy = policies[0];
	r->issuer = r->policy->issuer;
	return REASON_NONE;
}

/* A login code stands for the token that it was made for. */
static enum reason
take_login_code(struct request *r)
{
	struct text *token = &r->message.value[TAG_TOKEN];

	if (r->operation == OPERATION_CODE || !login_code_like(*token))
		return REASON_NONE;
	if (!login_codes_take(r->server->logins->codes, *token,
		r->message.value[TAG_USER], r->message.value[TAG_SERVICE],
		r->config->host_name, r->started_us, &r->kept_token))
		return REASON_LOGIN_CODE_WRONG;
	*token = (struct text){r->kept_token.bytes, r->kept_token.length};
	return REASON_NONE;
}

/* What our own exchange gave is its own proof, except where the server is to
 * be asked. Rules that were read anew since may name another issuer, or mean
 * another one by its name. */
static enum reason
find_known(struct request *r)
{
	enum reason reason;

	if (r->fresh_grant == NULL)
		return find_facts(r);
	reason = grant_owner(r->fresh_grant, r->issuer);
	if (reason != REASON_NONE)
		return reason;
	if (issuer_judges_tokens(r->issuer))
		return find_facts(r);
	r->facts = facts_ref(r->fresh_grant->facts);
	return REASON_NONE;
}

/* Stages of judgement: pure functions of facts, rules and time. */

static enum reason
judge_claims(struct request *r)
{
	return claims_check(
	    r->facts, r->issuer, r->at_us / US_PER_S, r->report);
}

static enum reason
judge_policy(struct request *r)
{
	char detail[DETAIL_MAX + 1] = "";
	enum reason reason = policy_check(r->policy, r->facts, r->login_method,
	    r->at_us / US_PER_S, detail, r->report);

	/* With a report an earlier stage may have failed already; the detail
	 * still tells what the policy misses. */
	(void)snprintf(r->detail, sizeof(r->detail), "%s", detail);
	return reason;
}

static enum reason
judge_account(struct request *r)
{
	return account_check(
	    r->issuer, r->facts, r->message.value[TAG_USER], r->report);
}

/* Last, so that by now there is a user in every case. */
static enum reason
judge_denied(struct request *r)
{
	const struct deny_rule *rule = deny_find(r->server->denied,
	    r->issuer->name, r->facts, r->message.value[TAG_USER]);
	const char *kind = rule != NULL ? deny_kind_name(rule->kind) : "";

	if (report_rule(r->report, "deny", rule == NULL, "%s",
		rule != NULL ? kind : "no rule"))
		return REASON_NONE;
	(void)snprintf(r->detail, sizeof(r->detail), "%s", kind);
	return REASON_DENIED;
}

/* Nobody said who it is, so the facts do, and the policy is that user's. */
static enum reason
name_web_user(struct request *r)
{
	const struct issuer *issuer = r->issuer;
	enum reason reason =
	    account_user(issuer, r->facts, r->local_user, r->report);

	if (reason != REASON_NONE)
		return reason;
	r->message.value[TAG_USER] = text_of(r->local_user);
	reason = choose_policy(r);
	return reason == REASON_NONE && r->issuer != issuer ? REASON_NO_POLICY
							    : reason;
}
