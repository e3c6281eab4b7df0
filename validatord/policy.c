/* SPDX-License-Identifier: ISC */
/*
 * Choosing the policy and applying its rules to the facts. Words are compared
 * octet by octet, nothing folded or matched in part; what is unknown passes no
 * rule, not even `refuse`. Must never look at the token or remember a verdict.
 */
#include "policy.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "rhost.h"
#include "scopegate/cleanup.h"
#include "service_index.h"

#define DETAIL_MORE " ..."
#define CLAIM_TEXT_MAX 96

static bool
users_match(const struct word_list *users, struct text user)
{
	if (users->count == 0)
		return true;
	for (size_t i = 0; i < users->count; i++) {
		if (text_equal_string(user, users->words[i]))
			return true;
	}
	return false;
}

static bool
rhosts_match(const struct policy *p, const struct rhost *rhost)
{
	if (p->rhost_count == 0)
		return true;
	for (size_t i = 0; i < p->rhost_count; i++) {
		if (rhost_rule_matches(&p->rhosts[i], rhost))
			return true;
	}
	return false;
}

const struct policy *
policy_choose(const struct config *c, struct text service, struct text user,
    struct text rhost, struct text only)
{
	struct rhost from = rhost_read(rhost);
	size_t count;
	const struct policy *const *policies =
	    service_index_find(c->services, service, &count);

	for (size_t i = 0; i < count; i++) {
		const struct policy *p = policies[i];

		if (only.bytes != NULL && !text_equal_string(only, p->name))
			continue;
		if (users_match(&p->users, user) && rhosts_match(p, &from))
			return p;
	}
	return NULL;
}

/* One policy applied to one set of facts. */
struct question {
	const struct policy *policy;
	const struct facts *facts;
	unsigned int login_method;
	int64_t now;
	struct report *report;
	char *detail; /* of the rule at hand: DETAIL_MAX + 1 octets */
};

/* Whole words only; those that do not fit are told by " ...". */
static void
detail_add(char *detail, const char *word)
{
	size_t have = strlen(detail), gap = have > 0 ? 1 : 0;
	size_t marker = strlen(DETAIL_MORE);
	size_t length = strlen(word);

	if (have >= marker && strcmp(detail + have - marker, DETAIL_MORE) == 0)
		return;
	if (have + gap + length > DETAIL_MAX - marker) {
		memcpy(detail + have, DETAIL_MORE, marker + 1);
		return;
	}
	if (gap > 0)
		detail[have] = ' ';
	memcpy(detail + have + gap, word, length + 1);
}

static enum reason
check_login(const struct question *q)
{
	bool passed = q->login_method != 0 &&
		      (q->policy->login & q->login_method) == q->login_method;

	return report_rule(q->report, "login", passed,
		   passed ? "this way of signing in is allowed"
			  : "this way of signing in is not allowed")
		   ? REASON_NONE
		   : REASON_LOGIN_METHOD_REFUSED;
}

static enum reason
check_environment(const struct question *q)
{
	static const char *const names[] = {
	    [ENVIRONMENT_PAPER] = "paper",
	    [ENVIRONMENT_LIVE] = "live",
	};
	const char *stated = q->facts->environment, *wanted;

	if (q->policy->environment == ENVIRONMENT_ANY)
		return REASON_NONE;
	wanted = names[q->policy->environment];
	if (report_rule(q->report, "env",
		stated != NULL && strcmp(stated, wanted) == 0,
		"wants %s, the token says %s", wanted,
		stated != NULL ? stated : "nothing"))
		return REASON_NONE;
	detail_add(q->detail, wanted);
	return REASON_ENVIRONMENT_MISMATCH;
}

/* Which of the words count for the detail: those had, or those not had. */
static size_t
scopes_count(const struct question *q, const struct word_list *words, bool had)
{
	size_t count = 0;

	for (size_t i = 0; i < words->count; i++) {
		if (word_list_has(&q->facts->scopes, words->words[i]) != had)
			continue;
		detail_add(q->detail, words->words[i]);
		count++;
	}
	return count;
}

/* Unknown scopes might hold a refused one and might lack a required one. */
static bool
scopes_unknown(const struct question *q, const char *rule)
{
	return !q->facts->scopes_known &&
	       !report_rule(
		   q->report, rule, false, "the token's scopes are not known");
}

static enum reason
check_refuse(const struct question *q)
{
	const struct word_list *refuse = &q->policy->refuse;
	bool passed;

	if (refuse->count == 0)
		return REASON_NONE;
	if (scopes_unknown(q, "refuse"))
		return REASON_SCOPES_UNKNOWN;
	passed = scopes_count(q, refuse, true) == 0;
	return report_rule(q->report, "refuse", passed, "%s%s",
		   passed ? "no refused scope" : "has ", q->detail)
		   ? REASON_NONE
		   : REASON_SCOPE_REFUSED;
}

static enum reason
check_require(const struct question *q)
{
	const struct word_list *require = &q->policy->require;
	bool passed;

	if (require->count == 0)
		return REASON_NONE;
	if (scopes_unknown(q, "require"))
		return REASON_SCOPES_UNKNOWN;
	passed = scopes_count(q, require, false) == 0;
	return report_rule(q->report, "require", passed, "%s%s",
		   passed ? "has all of them" : "lacks ", q->detail)
		   ? REASON_NONE
		   : REASON_SCOPE_MISSING;
}

static enum reason
check_require_any(const struct question *q)
{
	const struct word_list *any = &q->policy->require_any;

	if (any->count == 0)
		return REASON_NONE;
	if (scopes_unknown(q, "require_any"))
		return REASON_SCOPES_UNKNOWN;
	if (scopes_count(q, any, false) < any->count) {
		q->detail[0] = '\0';
		(void)report_rule(
		    q->report, "require_any", true, "has one of them");
		return REASON_NONE;
	}
	(void)report_rule(
	    q->report, "require_any", false, "lacks all of %s", q->detail);
	return REASON_SCOPE_ANY_MISSING;
}

static bool
claim_matches(const struct claim_rule *rule, const struct facts *facts)
{
	const struct claim *claim = facts_claim(facts, rule->name);

	if (claim == NULL)
		return false;
	for (size_t i = 0; i < rule->values.count; i++) {
		if (word_list_has(&claim->values, rule->values.words[i]))
			return true;
	}
	return false;
}

/* Words with blanks between them, for people; cut where there is no room. */
static const char *
words_text(const struct word_list *words, char *ret, size_t size)
{
	size_t length = 0;

	ret[0] = '\0';
	for (size_t i = 0; i < words->count && length < size; i++)
		length += (size_t)snprintf(ret + length, size - length, "%s%s",
		    i > 0 ? " " : "", words->words[i]);
	return ret;
}

/* Says what is wanted and what is there: a name that is misspelt looks like
 * a claim that the server does not give. */
static bool
report_claim(
    const struct question *q, const char *name, const struct claim_rule *rule)
{
	const struct claim *claim = facts_claim(q->facts, rule->name);
	char wanted[CLAIM_TEXT_MAX], stated[CLAIM_TEXT_MAX];

	if (q->report == NULL)
		return claim_matches(rule, q->facts);
	return report_rule(q->report, name, claim_matches(rule, q->facts),
	    "%s: wants %s, the token %s%s", rule->name,
	    words_text(&rule->values, wanted, sizeof(wanted)),
	    claim != NULL ? "says " : "does not have it",
	    claim != NULL ? words_text(&claim->values, stated, sizeof(stated))
			  : "");
}

static enum reason
check_claims(const struct question *q)
{
	enum reason first = REASON_NONE;

	for (size_t i = 0; i < q->policy->claim_count; i++) {
		const struct claim_rule *rule = &q->policy->claims[i];

		if (report_claim(q, "claim", rule))
			continue;
		detail_add(q->detail, rule->name);
		first = REASON_CLAIM_MISMATCH;
	}
	return first;
}

static enum reason
check_details(const struct question *q)
{
	enum reason first = REASON_NONE;

	for (size_t i = 0; i < q->policy->detail_count; i++) {
		const struct detail_rule *rule = &q->policy->details[i];

		if (report_rule(q->report, "details",
			detail_rule_met(
			    rule, q->facts->details, q->facts->detail_count),
			"%s", rule->text))
			continue;
		detail_add(q->detail, rule->wanted.type);
		first = REASON_DETAILS_MISSING;
	}
	return first;
}

/* RFC 9470 section 3: the answer says what would do. */
static enum reason
check_strength(const struct question *q, const char *name,
    const struct word_list *wanted)
{
	const struct claim_rule rule = {
	    .name = (char *)(uintptr_t)name, .values = *wanted};

	if (wanted->count == 0 || report_claim(q, name, &rule))
		return REASON_NONE;
	detail_add(q->detail, name);
	for (size_t i = 0; i < wanted->count; i++)
		detail_add(q->detail, wanted->words[i]);
	return REASON_AUTHENTICATION_TOO_WEAK;
}

static enum reason
check_acr(const struct question *q)
{
	return check_strength(q, "acr", &q->policy->acr);
}

static enum reason
check_amr(const struct question *q)
{
	return check_strength(q, "amr", &q->policy->amr);
}

/* RFC 9470 section 6.2: without auth_time nobody knows, so it is too old. A
 * time further ahead than any clock may stray proves nothing either. */
static enum reason
check_max_age(const struct question *q)
{
	int64_t since = q->now - q->facts->auth_time;
	bool passed;

	if (q->policy->max_age_ms == 0)
		return REASON_NONE;
	if (q->facts->auth_time <= 0)
		passed = report_rule(q->report, "max_age", false,
		    "the token does not say when the user authenticated");
	else
		passed = report_rule(q->report, "max_age",
		    since >= -LEEWAY_MAX_S &&
			since * 1000 <= q->policy->max_age_ms,
		    "authenticated %" PRId64 " s ago, at most %" PRId64 " s",
		    since, q->policy->max_age_ms / 1000);
	return passed ? REASON_NONE : REASON_AUTHENTICATION_TOO_OLD;
}

enum reason
policy_check(const struct policy *policy, const struct facts *facts,
    unsigned int login_method, int64_t now, char *detail, struct report *report)
{
	static enum reason (*const rules[])(const struct question *) = {
	    check_login,
	    check_environment,
	    check_refuse,
	    check_require,
	    check_require_any,
	    check_claims,
	    check_details,
	    check_acr,
	    check_amr,
	    check_max_age,
	};
	char own[DETAIL_MAX + 1];
	struct question q = {.policy = policy,
	    .facts = facts,
	    .login_method = login_method,
	    .now = now,
	    .report = report,
	    .detail = own};
	enum reason first = REASON_NONE;

	detail[0] = '\0';
	for (size_t i = 0; i < ELEMENTS(rules); i++) {
		enum reason reason;

		own[0] = '\0';
		reason = rules[i](&q);
		if (reason == REASON_NONE || first != REASON_NONE)
			continue;
		first = reason;
		memcpy(detail, own, strlen(own) + 1);
		if (report == NULL)
			break;
	}
	return first;
}
