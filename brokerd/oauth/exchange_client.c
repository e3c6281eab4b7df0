/* SPDX-License-Identifier: ISC */
/* grant_type=client_credentials (RFC 6749 section 4.4): the app for itself. */
#include <string.h>

#include "oauth/exchange.h"
#include "oauth/grant.h"

struct oauth_fault
exchange_client(const struct exchange_call *c, struct issue *ret)
{
	const char *audience = form_get(c->form, "resource");
	struct oauth_fault fault;

	if (!c->app->confidential)
		return OAUTH_FAULT(UNAUTHORIZED_CLIENT,
		    "a public client cannot act for itself");
	fault = grant_client_scope(
	    c->app->scopes, form_get(c->form, "scope"), &ret->scope);
	if (fault.error != OAUTH_OK)
		return fault;
	if (audience == NULL)
		audience = c->broker->audience;
	ret->grant = (struct grant){.app = c->app->id};
	word_set_print(&ret->scope, ret->grant.scope);
	/* Known to resource_check(), so no longer than this. */
	memcpy(ret->grant.audience, audience, strlen(audience) + 1);
	return grant_add_own(c->broker->store, &ret->grant, c->now) == STATUS_OK
		   ? OAUTH_FINE
		   : exchange_store_failed;
}
