/* SPDX-License-Identifier: ISC */
/*
 * Token introspection (RFC 7662). Only a client that is registered for a
 * token's audience learns anything about it; for all others, and for every
 * token that is not good now, the answer is the same `{"active":false}`.
 */
#include <string.h>
#include <time.h>

#include "oauth/client_auth.h"
#include "oauth/grant.h"
#include "http/respond.h"
#include "routes.h"
#include "scopegate/cleanup.h"
#include "scopegate/json.h"
#include "oauth/token_store.h"

static void
write_active(struct broker *b, const struct token *t, struct json_writer *w)
{
	json_write_bool(w, "active", true);
	if (t->scope[0] != '\0')
		json_write_string(w, "scope", t->scope);
	json_write_string(w, "client_id", t->client_id);
	if (t->user_name[0] != '\0') {
		json_write_string(w, "username", t->user_name);
		json_write_string(w, "sub", t->sub);
	} else {
		/* RFC 9068 section 2.2: no owner, so the client itself. */
		json_write_string(w, "sub", t->client_id);
	}
	json_write_string(w, "token_type", "Bearer");
	json_write_string(w, "iss", b->issuer);
	json_write_string(w, "aud", t->grant.audience);
	json_write_integer(w, "iat", t->issued);
	json_write_integer(w, "exp", t->expires);
	if (t->grant.env[0] != '\0')
		json_write_string(w, "env", t->grant.env);
	if (t->grant.auth_time != 0)
		json_write_integer(w, "auth_time", t->grant.auth_time);
}

/* STATUS_OK: *ret is good and for this client to know. STATUS_NOT_FOUND: it
 * is not, for whatever reason. Else the store failed. */
static enum status
find_for(struct broker *b, const struct app *client, const char *text,
    struct token *ret)
{
	bool may = false;
	enum status status = token_find(b->store, text, ret);

	if (status != STATUS_OK)
		return status;
	status =
	    app_may_introspect(b->store, client->id, ret->grant.audience, &may);
	if (status != STATUS_OK)
		return status;
	return may && grant_token_is_active(ret, (int64_t)time(NULL))
		   ? STATUS_OK
		   : STATUS_NOT_FOUND;
}

static struct oauth_fault
authenticate(
    struct broker *b, const struct http_request *request, struct app *ret)
{
	struct oauth_fault fault;

	if (request->form_status != STATUS_OK ||
	    form_has_repeats(&request->form))
		return OAUTH_FAULT(
		    INVALID_REQUEST, "the body is not a well-formed form");
	fault = client_authenticate(b, request, ret);
	if (fault.error == OAUTH_OK && !ret->confidential)
		return OAUTH_FAULT(
		    INVALID_CLIENT, "a public client may not introspect");
	return fault;
}

void
endpoint_introspect(struct broker *b, const struct http_request *request,
    struct http_response *response)
{
	_cleanup_(transaction_end) struct transaction t = {NULL};
	const char *text = form_get(&request->form, "token");
	struct oauth_fault fault;
	struct json_writer w;
	struct token token;
	struct app client;
	enum status status;

	fault = authenticate(b, request, &client);
	if (fault.error == OAUTH_OK && text == NULL)
		fault = OAUTH_FAULT(INVALID_REQUEST, "token is missing");
	/* One read transaction: one lock for all that is looked up. */
	if (fault.error == OAUTH_OK &&
	    transaction_read(b->store, &t) != STATUS_OK)
		fault = OAUTH_FAULT(SERVER_ERROR, "the store failed");
	if (fault.error != OAUTH_OK) {
		respond_fault(response, fault);
		return;
	}
	status = find_for(b, &client, text, &token);
	if (status != STATUS_OK && status != STATUS_NOT_FOUND) {
		respond_fault(
		    response, OAUTH_FAULT(SERVER_ERROR, "the store failed"));
		return;
	}
	respond_json(response, 200);
	json_writer_init(&w, &response->body);
	json_write_begin_object(&w, NULL);
	if (status == STATUS_OK)
		write_active(b, &token, &w);
	else
		json_write_bool(&w, "active", false);
	json_write_end_object(&w);
}
