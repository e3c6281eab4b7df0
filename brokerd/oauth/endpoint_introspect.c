/* SPDX-License-Identifier: ISC */
/*
 * Token introspection (RFC 7662), on wish signed (RFC 9701). Only a client
 * that is registered for a token's audience learns anything about it; for all
 * others, and for every token that is not good now, the answer is the same
 * `{"active":false}`. So it is for the tokens of apps of kind alpaca: Alpaca
 * has no introspection, and a gate that is tried here must manage without.
 */
#include <string.h>
#include <strings.h>
#include <time.h>

#include "http/respond.h"
#include "respond_fault.h"
#include "jose/sign.h"
#include "jose/key_ring.h"
#include "oauth/claims.h"
#include "oauth/client_auth.h"
#include "oauth/grant.h"
#include "oauth/token_store.h"
#include "routes.h"
#include "scopegate/cleanup.h"
#include "scopegate/json.h"

static const char signed_type[] = "token-introspection+jwt";

/* What is known of a token that may be spoken of; active false: nothing. */
struct finding {
	bool active;
	struct token token;
	char jti[RANDOM_TEXT_SIZE];
};

static void
write_finding(struct broker *b, const struct finding *f, struct json_writer *w)
{
	const struct token *t = &f->token;
	const struct claims c = {.issuer = b->issuer,
	    .client_id = t->client_id,
	    .sub = t->sub,
	    .account = t->account,
	    .scope = t->scope,
	    .jti = f->jti,
	    .grant = &t->grant,
	    .issued = t->issued,
	    .expires = t->expires};

	json_write_bool(w, "active", f->active);
	if (!f->active)
		return;
	claims_write(&c, w);
	json_write_string(w, "token_type", "Bearer");
	if (t->user_name[0] != '\0')
		json_write_string(w, "username", t->user_name);
}

/* Under one read transaction: one lock for all that is looked up. */
static enum status
find_for(struct broker *b, const struct app *client, const char *text,
    int64_t now, struct finding *ret)
{
	_cleanup_(transaction_end) struct transaction t = {NULL};
	struct token *token = &ret->token;
	bool may = false;
	enum status status = transaction_read(b->store, &t);

	ret->active = false;
	if (status == STATUS_OK)
		status = token_find(b->store, text, token);
	if (status == STATUS_NOT_FOUND)
		return STATUS_OK;
	if (status == STATUS_OK)
		status = app_may_introspect(
		    b->store, client->id, token->grant.audience, &may);
	if (status != STATUS_OK || !may || token->app_kind == APP_ALPACA ||
	    !grant_token_is_active(token, now))
		return status;
	status = claims_jti(text, ret->jti);
	ret->active = status == STATUS_OK;
	return status;
}

static struct oauth_fault
authenticate(
    struct broker *b, const struct http_request *request, struct app *ret)
{
	struct oauth_fault fault;

	if (request->form_status != STATUS_OK ||
	    form_has_repeats(&request->form))
		return OAUTH_FAULT(INVALID_REQUEST,
		    "the body is not a well-formed form, or has a parameter "
		    "twice");
	fault = client_authenticate(b, request, ret);
	if (fault.error == OAUTH_OK && !ret->confidential)
		return OAUTH_FAULT(
		    INVALID_CLIENT, "a public client may not introspect");
	if (fault.error == OAUTH_OK &&
	    form_get(&request->form, "token") == NULL)
		return OAUTH_FAULT(INVALID_REQUEST, "token is missing");
	return fault;
}

/* Is application/token-introspection+jwt among the types of the header? A
 * weight (";q=") changes nothing: who names it can read it. */
static bool
wants_signed(const char *accept)
{
	static const char prefix[] = "application/";
	size_t size = sizeof(prefix) - 1, whole = size + strlen(signed_type);

	while (accept != NULL && *accept != '\0') {
		size_t length = strcspn(accept, ", \t;");

		if (length == whole && strncasecmp(accept, prefix, size) == 0 &&
		    strncasecmp(accept + size, signed_type, length - size) == 0)
			return true;
		accept += strcspn(accept, ",");
		accept += strspn(accept, ", \t");
	}
	return false;
}

/* RFC 9701 section 5: the answer is one claim, and `sub` and `exp` stay
 * inside it, so that the whole cannot be taken for an access token. */
static enum status
sign(struct broker *b, const struct app *client, const struct finding *f,
    int64_t now, struct buf *ret)
{
	_cleanup_(buf_clear) struct buf payload = {0};
	struct json_writer w;

	buf_init(&payload, JWS_CLAIMS_MAX);
	json_writer_init(&w, &payload);
	json_write_begin_object(&w, NULL);
	json_write_string(&w, "iss", b->issuer);
	json_write_string(&w, "aud", client->client_id);
	json_write_integer(&w, "iat", now);
	json_write_begin_object(&w, "token_introspection");
	write_finding(b, f, &w);
	json_write_end_object(&w);
	json_write_end_object(&w);
	if (payload.error != STATUS_OK)
		return payload.error;
	return key_ring_sign(&b->keys, b->store, now, signed_type,
	    buf_string(&payload), payload.length, ret);
}

static void
respond_finding(
    struct broker *b, struct http_response *response, const struct finding *f)
{
	struct json_writer w;

	respond_json(response, 200);
	json_writer_init(&w, &response->body);
	json_write_begin_object(&w, NULL);
	write_finding(b, f, &w);
	json_write_end_object(&w);
}

void
endpoint_introspect(struct broker *b, const struct http_request *request,
    struct http_response *response)
{
	int64_t now = (int64_t)time(NULL);
	struct finding f = {0};
	struct app client;
	struct oauth_fault fault = authenticate(b, request, &client);
	enum status status;

	if (fault.error != OAUTH_OK) {
		respond_fault(response, fault);
		return;
	}
	status =
	    find_for(b, &client, form_get(&request->form, "token"), now, &f);
	/* The person sees when an app was used last, also where it is asked
	 * about here alone. A note that cannot be kept changes no answer. */
	if (status == STATUS_OK && f.active)
		(void)grant_note_use(b->store, &f.token.grant, now);
	if (status == STATUS_OK && !wants_signed(request->accept)) {
		respond_finding(b, response, &f);
		return;
	}
	if (status == STATUS_OK)
		status = sign(b, &client, &f, now, &response->body);
	if (status != STATUS_OK) {
		buf_clear(&response->body);
		respond_fault(
		    response, OAUTH_FAULT(SERVER_ERROR, "the store failed"));
		return;
	}
	respond_empty(response, 200);
	http_response_header(
	    response, "Content-Type", "application/token-introspection+jwt");
}
