/* SPDX-License-Identifier: ISC */
/*
 * Token revocation (RFC 7009). Any token of a grant ends the whole grant: who
 * revokes wants the access to be over. Unknown tokens, and tokens of other
 * clients, are answered 200 like the rest and nothing happens to them.
 */
#include <time.h>

#include "oauth/client_auth.h"
#include "http/respond.h"
#include "routes.h"
#include "oauth/token_store.h"

static struct oauth_fault
revoke(struct broker *b, const struct http_request *request)
{
	const char *text = form_get(&request->form, "token");
	struct token token;
	struct app client;
	struct oauth_fault fault;
	enum status status;

	if (request->form_status != STATUS_OK ||
	    form_has_repeats(&request->form))
		return OAUTH_FAULT(
		    INVALID_REQUEST, "the body is not a well-formed form");
	fault = client_authenticate(b, request, &client);
	if (fault.error != OAUTH_OK)
		return fault;
	if (text == NULL)
		return OAUTH_FAULT(INVALID_REQUEST, "token is missing");
	status = token_find(b->store, text, &token);
	if (status == STATUS_OK && token.grant.app == client.id)
		status = grant_revoke(b->store, token.grant.id,
		    (int64_t)time(NULL), "by the app");
	/* RFC 7009 section 2.2.1: the client must try again. */
	if (status != STATUS_OK && status != STATUS_NOT_FOUND)
		return OAUTH_FAULT(TEMPORARILY_UNAVAILABLE,
		    "the store failed; the token may still be good");
	return OAUTH_FINE;
}

void
endpoint_revoke(struct broker *b, const struct http_request *request,
    struct http_response *response)
{
	struct oauth_fault fault = revoke(b, request);

	if (fault.error == OAUTH_OK)
		respond_empty(response, 200);
	else
		respond_fault(response, fault);
}
