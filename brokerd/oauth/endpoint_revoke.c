/* SPDX-License-Identifier: ISC */
/*
 * Token revocation (RFC 7009). Any token of a grant ends the whole grant: who
 * revokes wants the access to be over. Unknown tokens, and tokens of other
 * clients, are answered 200 like the rest and nothing happens to them.
 */
#include <time.h>

#include "http/respond.h"
#include "respond_fault.h"
#include "oauth/client_auth.h"
#include "oauth/exchange.h"
#include "oauth/token_store.h"
#include "push/receiver_store.h"
#include "routes.h"
#include "scopegate/cleanup.h"

/* The grant with all its tokens, and word of it; STATUS_OK too if there is
 * nothing to end. */
static enum status
end_grant(struct broker *b, const struct app *client, const char *text)
{
	_cleanup_(transaction_end) struct transaction t = {NULL};
	int64_t now = (int64_t)time(NULL);
	struct token token;
	enum status status = transaction_write(b->store, &t);

	if (status == STATUS_OK)
		status = token_find(b->store, text, &token);
	if (status == STATUS_NOT_FOUND)
		return STATUS_OK;
	if (status != STATUS_OK || token.grant.app != client->id ||
	    token.grant.revoked != 0)
		return status;
	status = exchange_end_grant(
	    b->store, client, token.grant.id, "by the app", now);
	if (status == STATUS_OK)
		status = event_token_revoked(b->store, &token, now);
	return status == STATUS_OK ? transaction_commit(&t) : status;
}

static struct oauth_fault
run(struct broker *b, const struct http_request *request)
{
	const char *text = form_get(&request->form, "token");
	struct app client;
	struct oauth_fault fault;

	if (request->form_status != STATUS_OK ||
	    form_has_repeats(&request->form))
		return OAUTH_FAULT(INVALID_REQUEST,
		    "the body is not a well-formed form, or has a parameter "
		    "twice");
	fault = client_authenticate(b, request, &client);
	if (fault.error != OAUTH_OK)
		return fault;
	if (text == NULL)
		return OAUTH_FAULT(INVALID_REQUEST, "token is missing");
	/* RFC 7009 section 2.2.1. Alpaca documents no revocation: its users
	 * end a connection on a page. */
	if (client.kind == APP_ALPACA)
		return OAUTH_FAULT(UNSUPPORTED_TOKEN_TYPE,
		    "tokens of an app of kind alpaca end when their user "
		    "disconnects the app, not here");
	if (end_grant(b, &client, text) != STATUS_OK)
		return OAUTH_FAULT(TEMPORARILY_UNAVAILABLE,
		    "the store failed; the token may still be good, so try "
		    "again");
	return OAUTH_FINE;
}

void
endpoint_revoke(struct broker *b, const struct http_request *request,
    struct http_response *response)
{
	struct oauth_fault fault = run(b, request);

	if (fault.error == OAUTH_OK)
		respond_empty(response, 200);
	else
		respond_fault(response, fault);
}
