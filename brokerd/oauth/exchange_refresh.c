/* SPDX-License-Identifier: ISC */
/* grant_type=refresh_token (RFC 6749 section 6), each good once. */
#include "oauth/exchange.h"
#include "oauth/grant.h"

struct oauth_fault
exchange_refresh(const struct exchange_call *c, struct issue *ret)
{
	const char *text = form_get(c->form, "refresh_token");
	struct exchange e = {.app = c->app, .now = c->now};
	struct oauth_fault fault;
	bool replayed = false;
	struct token token;
	enum status status;

	if (text == NULL)
		return OAUTH_FAULT(INVALID_REQUEST, "refresh_token is missing");
	status = token_find(c->broker->store, text, &token);
	if (status == STATUS_NOT_FOUND)
		return OAUTH_FAULT(INVALID_GRANT,
		    "the refresh token is unknown; each is good once, and the "
		    "answer has the next one");
	if (status != STATUS_OK)
		return exchange_store_failed;
	fault = grant_check_refresh(&token, &e, &replayed);
	if (replayed)
		return exchange_end_replayed(c, token.grant.id, fault);
	if (fault.error == OAUTH_OK)
		fault = grant_narrow_scope(
		    token.scope, form_get(c->form, "scope"), &ret->scope);
	if (fault.error != OAUTH_OK)
		return fault;
	if (token_mark_used(c->broker->store, &token.hash) != STATUS_OK)
		return exchange_store_failed;
	ret->grant = token.grant;
	/* No nonce: an id_token from here should have none (OpenID Connect
	 * Core section 12.2). */
	ret->refresh = true;
	return OAUTH_FINE;
}
