/* SPDX-License-Identifier: ISC */
/* grant_type=authorization_code (RFC 6749 section 4.1.3). */
#include <string.h>

#include "oauth/exchange.h"
#include "oauth/grant.h"

struct oauth_fault
exchange_code(const struct exchange_call *c, struct issue *ret)
{
	const char *text = form_get(c->form, "code");
	struct exchange e = {.app = c->app,
	    .redirect_uri = form_get(c->form, "redirect_uri"),
	    .verifier = form_get(c->form, "code_verifier"),
	    .now = c->now};
	struct oauth_fault fault;
	bool replayed = false;
	struct code code;
	enum status status;

	if (text == NULL)
		return OAUTH_FAULT(INVALID_REQUEST, "code is missing");
	status = code_find(c->broker->store, text, &code);
	if (status == STATUS_NOT_FOUND)
		return OAUTH_FAULT(INVALID_GRANT,
		    "the code is unknown; it is good once, for 60 seconds, at "
		    "the broker that gave it");
	if (status != STATUS_OK)
		return exchange_store_failed;
	fault = grant_check_code(&code, &e, &replayed);
	if (replayed)
		return exchange_end_replayed(c, code.grant.id, fault);
	if (fault.error != OAUTH_OK)
		return fault;
	if (code_mark_used(c->broker->store, &code.hash) != STATUS_OK)
		return exchange_store_failed;
	ret->grant = code.grant;
	memcpy(ret->nonce, code.nonce, sizeof(ret->nonce));
	ret->refresh = word_set_text_has(c->app->grant_types, "refresh_token");
	return grant_narrow_scope(code.grant.scope, NULL, &ret->scope);
}
