/* SPDX-License-Identifier: ISC */
#include "facts_both.h"

#include <string.h>

#include "scopegate/cleanup.h"

/* What a server leaves out it does not deny (RFC 7662 section 2.2). */
static bool
differ(const char *own, const char *asked)
{
	return asked != NULL && (own == NULL || strcmp(own, asked) != 0);
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

static enum status
join_claims(struct facts *to, const struct facts *asked)
{
	for (size_t i = 0; i < asked->claim_count; i++) {
		const struct claim *c = &asked->claims[i];

		if (facts_claim(to, c->name) != NULL)
			continue;
		if (facts_claim_copy(to, c) != STATUS_OK)
			return STATUS_NOMEM;
	}
	return STATUS_OK;
}

enum reason
facts_join(
    const struct facts *own, const struct facts *asked, struct facts **ret)
{
	_cleanup_(facts_unrefp) struct facts *f = NULL;

	if (differ(own->subject, asked->subject) ||
	    differ(own->client_id, asked->client_id) ||
	    differ(own->issuer, asked->issuer) ||
	    differ(own->environment, asked->environment))
		return REASON_FACTS_DISAGREE;
	f = facts_copy(own);
	if (f == NULL || join_scopes(f, own, asked) != STATUS_OK ||
	    join_claims(f, asked) != STATUS_OK)
		return REASON_NO_MEMORY;
	f->method = FACTS_BOTH;
	f->checked_at = asked->checked_at;
	f->bound |= asked->bound;
	f->wrong_use |= asked->wrong_use;
	if (asked->expires_at != 0 && asked->expires_at < f->expires_at)
		f->expires_at = asked->expires_at;
	*ret = TAKE_PTR(f);
	return REASON_NONE;
}
