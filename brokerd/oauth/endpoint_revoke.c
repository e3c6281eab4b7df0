/* SPDX-License-Identifier: ISC */
/*
 * Token revocation (RFC 7009). Any token of a grant ends the whole grant: who
 * revokes wants the access to be over. Unknown tokens, and tokens of other
 * clients, are answered 200 like the rest and nothing happens to them.
 */
#include <stdio.h>
#include <time.h>

#include "oauth/client_auth.h"
#include "http/respond.h"
#include "operator/audit_log.h"
#include "push/receiver_store.h"
#include "routes.h"
#include "scopegate/cleanup.h"
#include "oauth/token_store.h"

/* The grant with all its tokens, and word of it, or nothing. */
static enum status
end_grant(struct store *s, const struct token *token, int64_t now)
{
	_cleanup_(transaction_end) struct transaction t = {NULL};
	char actor[CLIENT_ID_SIZE + 8], subject[32];
	enum status status = transaction_write(s, &t);

	(void)snprintf(actor, sizeof(actor), "app %s", token->client_id);
	(void)snprintf(subject, sizeof(subject), "grant %lld",
	    (long long)token->grant.id);
	if (status == STATUS_OK)
		status = grant_revoke(s, token->grant.id, now, "by the app");
	if (status == STATUS_OK)
		status = event_token_revoked(s, token, now);
	if (status == STATUS_OK)
		status = audit_append(s, now,
		    &(struct audit_entry){
			actor, "grant.revoke", subject, "by the app"});
	return status == STATUS_OK ? transaction_commit(&t) : status;
}

static struct oauth_fault
handle(struct broker *b, const struct http_request *request)
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
	if (status == STATUS_OK && token.grant.app == client.id &&
	    token.grant.revoked == 0)
		status = end_grant(b->store, &token, (int64_t)time(NULL));
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
	struct oauth_fault fault = handle(b, request);

	if (fault.error == OAUTH_OK)
		respond_empty(response, 200);
	else
		respond_fault(response, fault);
}
