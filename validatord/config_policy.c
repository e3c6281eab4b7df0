/* SPDX-License-Identifier: ISC */
/*
 * A [policy] section as a whole. A policy without a rule about scopes or claims
 * would let in whoever has a token at all, and one whose rules contradict each
 * other lets in nobody: both are mistakes, and are refused.
 */
#include "config_check.h"

#include <stdlib.h>
#include <string.h>

#include "policy.h"
#include "scopegate/cleanup.h"

struct exam {
	struct policy_draft *draft;
	const struct conf_seen *seen;
	struct conf_error *error;
};

static unsigned int
line_of(const struct exam *x, const char *key)
{
	unsigned int line = conf_line_of(x->seen, x->draft, key);

	return line != 0 ? line : x->draft->policy.line;
}

/* "KEY WORD: WHAT". */
static enum status
refuse(
    const struct exam *x, const char *key, const char *word, const char *what)
{
	conf_error_set(x->error, x->draft->policy.file, line_of(x, key),
	    "%s %s %s", key, word, what);
	return STATUS_INVALID;
}

static enum status
no_memory(const struct exam *x)
{
	conf_error_set(x->error, x->draft->policy.file, x->draft->policy.line,
	    "out of memory: free some");
	return STATUS_NOMEM;
}

static enum status
read_rhosts(struct exam *x)
{
	const struct word_list *texts = &x->draft->rhosts;
	struct policy *p = &x->draft->policy;

	if (texts->count == 0)
		return STATUS_OK;
	p->rhosts = calloc(texts->count, sizeof(*p->rhosts));
	if (p->rhosts == NULL)
		return no_memory(x);
	for (size_t i = 0; i < texts->count; i++) {
		enum status s =
		    rhost_rule_parse(texts->words[i], &p->rhosts[i]);

		if (s == STATUS_NOMEM)
			return no_memory(x);
		if (s != STATUS_OK)
			return refuse(x, "rhost", texts->words[i],
			    "is no address, network or host name: write "
			    "10.0.0.0/8 with no bit set after the prefix, ::1 "
			    "or host.example");
		p->rhost_count++;
	}
	return STATUS_OK;
}

/* "NAME in VALUE ...", as the option's own check has seen it. */
static enum status
read_claim(const char *text, struct claim_rule *ret)
{
	_cleanup_(word_list_clear) struct word_list words = {0};
	enum status s = word_list_split(&words, text, true);

	if (s == STATUS_OK)
		ret->name = strdup(words.words[0]);
	if (ret->name == NULL)
		return STATUS_NOMEM;
	for (size_t i = 2; s == STATUS_OK && i < words.count; i++)
		s = word_list_add(
		    &ret->values, words.words[i], strlen(words.words[i]));
	return s;
}

static enum status
read_claims(struct exam *x)
{
	const struct word_list *texts = &x->draft->claims;
	struct policy *p = &x->draft->policy;

	if (texts->count == 0)
		return STATUS_OK;
	p->claims = calloc(texts->count, sizeof(*p->claims));
	if (p->claims == NULL)
		return no_memory(x);
	for (size_t i = 0; i < texts->count; i++) {
		/* Counted first, so that half a rule is released too. */
		if (read_claim(texts->words[i], &p->claims[p->claim_count++]) !=
		    STATUS_OK)
			return no_memory(x);
	}
	return STATUS_OK;
}

static enum status
read_details(struct exam *x)
{
	const struct word_list *texts = &x->draft->details;
	struct policy *p = &x->draft->policy;

	if (texts->count == 0)
		return STATUS_OK;
	p->details = calloc(texts->count, sizeof(*p->details));
	if (p->details == NULL)
		return no_memory(x);
	for (size_t i = 0; i < texts->count; i++) {
		const char *fault = detail_rule_read(
		    texts->words[i], &p->details[p->detail_count]);

		if (fault != NULL)
			return refuse(x, "details", texts->words[i], fault);
		p->detail_count++;
	}
	return STATUS_OK;
}

static const struct {
	const char *word;
	unsigned int bit;
} login_words[] = {
    {"token", LOGIN_TOKEN},
    {"browser", LOGIN_BROWSER},
    {"device", LOGIN_DEVICE},
};

static enum status
read_logins(struct exam *x)
{
	const struct word_list *logins = &x->draft->logins;

	for (size_t i = 0; i < logins->count; i++) {
		size_t k = 0;

		while (k < ELEMENTS(login_words) &&
		       strcmp(logins->words[i], login_words[k].word) != 0)
			k++;
		if (k == ELEMENTS(login_words))
			return refuse(x, "login", logins->words[i],
			    "is no way to sign in: write token, browser or "
			    "device");
		x->draft->policy.login |= login_words[k].bit;
	}
	return STATUS_OK;
}

static enum status
check_rules(struct exam *x)
{
	const struct policy *p = &x->draft->policy;
	size_t refused = 0;

	if (p->require.count == 0 && p->require_any.count == 0 &&
	    p->claim_count == 0 && p->detail_count == 0)
		return refuse(x, "require", "",
		    "is missing, and require_any, claim and details too, so "
		    "any token would do: add `require = SCOPE`, `require_any "
		    "= SCOPE ...` or `claim = NAME in VALUE`");
	for (size_t i = 0; i < p->require.count; i++) {
		if (word_list_has(&p->refuse, p->require.words[i]))
			return refuse(x, "refuse", p->require.words[i],
			    "is also in require, so nobody could pass: remove "
			    "it from one of the two");
	}
	for (size_t i = 0; i < p->require_any.count; i++)
		refused += word_list_has(&p->refuse, p->require_any.words[i]);
	if (refused > 0 && refused == p->require_any.count)
		return refuse(x, "refuse", "",
		    "holds every scope of require_any, so nobody could pass: "
		    "remove one there");
	return STATUS_OK;
}

enum status
config_policy_finish(struct policy_draft *d, const struct conf_seen *seen,
    struct conf_error *ret_error)
{
	static enum status (*const steps[])(struct exam * x) = {
	    read_rhosts, read_claims, read_details, read_logins, check_rules};
	struct exam x = {.draft = d, .seen = seen, .error = ret_error};

	for (size_t k = 0; k < ELEMENTS(steps); k++) {
		enum status s = steps[k](&x);

		if (s != STATUS_OK)
			return s;
	}
	return STATUS_OK;
}
