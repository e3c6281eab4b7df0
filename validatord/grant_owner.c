/* SPDX-License-Identifier: ISC */
#include "grant_owner.h"

#include <string.h>

/* Octet by octet, as the claims are compared; unknown is not the same. */
static bool
is_same(const char *a, const char *b)
{
	return a != NULL && b != NULL && strcmp(a, b) == 0;
}

enum reason
grant_owner(const struct grant *g, const struct issuer *issuer)
{
	if (!is_same(g->issuer, issuer->name) ||
	    !is_same(g->facts->issuer, issuer->url))
		return REASON_ISSUER_MISMATCH;
	return is_same(g->facts->client_id, issuer->client_id)
		   ? REASON_NONE
		   : REASON_CLIENT_NOT_ALLOWED;
}

bool
issuer_still_same(const struct issuer *issuer, const struct config *now)
{
	const struct issuer *other = config_issuer(now, issuer->name);
	const char *token, *other_token;

	if (other == issuer)
		return true;
	if (other == NULL || !is_same(issuer->url, other->url) ||
	    !is_same(issuer->client_id, other->client_id))
		return false;
	token = issuer->sign_in.token_endpoint;
	other_token = other->sign_in.token_endpoint;
	return (token == NULL && other_token == NULL) ||
	       is_same(token, other_token);
}
