/* SPDX-License-Identifier: ISC */
#include "facts_both.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "scopegate/cleanup.h"

/* What a server leaves out it does not deny (RFC 7662 section 2.2). */
static bool
differ(const char *own, const char *asked)
{
	return asked != NULL && (own == NULL || strcmp(own, asked) != 0);
}

/* What only one of them states is what both say. */
static enum status
fill_in(char **to, const char *asked)
{
	if (*to != NULL || asked == NULL)
		return STATUS_OK;
	*to = strdup(asked);
	return *to != NULL ? STATUS_OK : STATUS_NOMEM;
}

static int64_t
earlier(int64_t own, int64_t asked)
{
	if (own == 0 || asked == 0)
		return own != 0 ? own : asked;
	return asked < own ? asked : own;
}

/* Whoever names audiences has to name this host. */
static enum status
join_audiences(struct facts *to, const struct facts *own,
    const struct facts *asked)
{
	if (own->audience.count == 0 || asked->audience.count == 0)
		return STATUS_OK;
	word_list_clear(&to->audience);
	for (size_t i = 0; i < own->audience.count; i++) {
		const char *name = own->audience.words[i];

		if (word_list_has(&asked->audience, name) &&
		    word_list_add(&to->audience, name, strlen(name)) !=
			STATUS_OK)
			return STATUS_NOMEM;
	}
	return STATUS_OK;
}

static enum status
join_scopes(struct facts *to, const struct facts *own,
    const struct facts *asked)
{
	if (!asked->scopes_known || !own->scopes_known)
		return STATUS_OK;
	word_list_clear(&to->scopes);
	for (size_t i = 0; i < own->scopes.count; i++) {
		const char *scope = own->scopes.words[i];

		if (word_list_has(&asked->scopes, scope) &&
		    word_list_add(&to->scopes, scope, strlen(scope)) !=
			STATUS_OK)
			return STATUS_NOMEM;
	}
	return STATUS_OK;
}

/* Of a claim that both state only the values that both give; a name of which
 * they give two is nobody's. */
static void
keep_common(struct claim *c, const struct claim *asked)
{
	struct word_list *l = &c->values;
	size_t kept = 0;

	for (size_t i = 0; i < l->count; i++) {
		if (word_list_has(&asked->values, l->words[i]))
			l->words[kept++] = l->words[i];
		else
			free(l->words[i]);
	}
	if (l->words != NULL)
		l->words[kept] = NULL;
	l->count = kept;
	c->is_string = c->is_string && kept == 1;
}

static enum status
join_claims(struct facts *to, const struct facts *asked)
{
	for (size_t i = 0; i < asked->claim_count; i++) {
		const struct claim *c = &asked->claims[i];
		struct claim *own = NULL;

		for (size_t k = 0; k < to->claim_count; k++) {
			if (strcmp(to->claims[k].name, c->name) == 0)
				own = &to->claims[k];
		}
		if (own != NULL)
			keep_common(own, c);
		else if (facts_claim_copy(to, c) != STATUS_OK)
			return STATUS_NOMEM;
	}
	return STATUS_OK;
}

static enum status
join_details(struct facts *to, const struct facts *asked)
{
	if (!asked->details_stated)
		return STATUS_OK;
	if (to->details_stated) {
		details_keep_common(&to->details, &to->detail_count,
		    asked->details, asked->detail_count);
		return STATUS_OK;
	}
	to->details_stated = true;
	details_free(to->details, to->detail_count);
	to->details = NULL;
	to->detail_count = 0;
	return details_copy(asked->details, asked->detail_count, &to->details,
	    &to->detail_count);
}

/* An identity has to be in the token itself; of the environment and the type
 * (RFC 6749 section 5.1: in any case) most tokens say nothing. */
static bool
agree(const struct facts *own, const struct facts *asked)
{
	return !differ(own->subject, asked->subject) &&
	       !differ(own->client_id, asked->client_id) &&
	       !differ(own->issuer, asked->issuer) &&
	       (own->environment == NULL ||
		   !differ(own->environment, asked->environment)) &&
	       (own->token_type == NULL || asked->token_type == NULL ||
		   strcasecmp(own->token_type, asked->token_type) == 0);
}

enum reason
facts_join(
    const struct facts *own, const struct facts *asked, struct facts **ret)
{
	_cleanup_(facts_unrefp) struct facts *f = NULL;

	if (!agree(own, asked))
		return REASON_FACTS_DISAGREE;
	f = facts_copy(own);
	if (f == NULL || join_scopes(f, own, asked) != STATUS_OK ||
	    join_audiences(f, own, asked) != STATUS_OK ||
	    join_claims(f, asked) != STATUS_OK ||
	    join_details(f, asked) != STATUS_OK ||
	    fill_in(&f->token_id, asked->token_id) != STATUS_OK ||
	    fill_in(&f->environment, asked->environment) != STATUS_OK ||
	    fill_in(&f->token_type, asked->token_type) != STATUS_OK)
		return REASON_NO_MEMORY;
	f->method = FACTS_BOTH;
	f->checked_at = asked->checked_at;
	f->bound |= asked->bound;
	f->wrong_use |= asked->wrong_use;
	f->expires_at = earlier(own->expires_at, asked->expires_at);
	f->auth_time = earlier(own->auth_time, asked->auth_time);
	if (asked->not_before > f->not_before)
		f->not_before = asked->not_before;
	*ret = TAKE_PTR(f);
	return REASON_NONE;
}
