/* SPDX-License-Identifier: ISC */
/*
 * The token endpoint (RFC 6749 section 3.2). One row a grant type; each runs
 * in one write transaction, so that a code or refresh token is spent exactly
 * when what it bought is stored.
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

/* What a grant type decided to hand out. */
struct issue {
	struct grant grant;
	struct word_set scope;
	bool refresh;
};

static const struct oauth_fault store_failed = {
    OAUTH_SERVER_ERROR, "the store failed"};

/* A replayed code or refresh token: somebody has a copy, so all ends. */
static struct oauth_fault
end_replayed(struct broker *b, struct transaction *t, int64_t grant,
    int64_t now, struct oauth_fault fault)
{
	if (grant_revoke(b->store, grant, now,
		"a code or refresh token was used twice") != STATUS_OK ||
	    transaction_commit(t) != STATUS_OK)
		return store_failed;
	return fault;
}

static struct oauth_fault
exchange_code(struct broker *b, const struct http_request *request,
    struct exchange *e, struct transaction *t, struct issue *ret)
{
	const char *text = form_get(&request->form, "code");
	struct oauth_fault fault;
	bool replayed = false;
	struct code c;
	enum status status;

	if (text == NULL)
		return OAUTH_FAULT(INVALID_REQUEST, "code is missing");
	status = code_find(b->store, text, &c);
	if (status == STATUS_NOT_FOUND)
		return OAUTH_FAULT(INVALID_GRANT, "the code is unknown");
	if (status != STATUS_OK)
		return store_failed;
	fault = grant_check_code(&c, e, &replayed);
	if (replayed)
		return end_replayed(b, t, c.grant.id, e->now, fault);
	if (fault.error != OAUTH_OK)
		return fault;
	if (code_mark_used(b->store, &c.hash) != STATUS_OK)
		return store_failed;
	ret->grant = c.grant;
	ret->refresh = word_set_text_has(e->app->grant_types, "refresh_token");
	return grant_narrow_scope(c.grant.scope, NULL, &ret->scope);
}

static struct oauth_fault
exchange_refresh(struct broker *b, const struct http_request *request,
    struct exchange *e, struct transaction *t, struct issue *ret)
{
	const char *text = form_get(&request->form, "refresh_token");
	const char *scope = form_get(&request->form, "scope");
	struct oauth_fault fault;
	bool replayed = false;
	struct token token;
	enum status status;

	if (text == NULL)
		return OAUTH_FAULT(INVALID_REQUEST, "refresh_token is missing");
	status = token_find(b->store, text, &token);
	if (status == STATUS_NOT_FOUND)
		return OAUTH_FAULT(
		    INVALID_GRANT, "the refresh token is unknown");
	if (status != STATUS_OK)
		return store_failed;
	fault = grant_check_refresh(&token, e, &replayed);
	if (replayed)
		return end_replayed(b, t, token.grant.id, e->now, fault);
	if (fault.error == OAUTH_OK)
		fault = grant_narrow_scope(token.scope, scope, &ret->scope);
	if (fault.error != OAUTH_OK)
		return fault;
	if (token_mark_used(b->store, &token.hash) != STATUS_OK)
		return store_failed;
	ret->grant = token.grant;
	ret->refresh = true;
	return OAUTH_FINE;
}

static struct oauth_fault
grant_to_client(struct broker *b, const struct http_request *request,
    struct exchange *e, struct transaction *t, struct issue *ret)
{
	const char *scope = form_get(&request->form, "scope");
	struct oauth_fault fault;

	(void)t;
	/* RFC 6749 section 4.4: confidential clients only. */
	if (!e->app->confidential)
		return OAUTH_FAULT(UNAUTHORIZED_CLIENT,
		    "a public client cannot act for itself");
	fault = grant_narrow_scope(e->app->scopes, scope, &ret->scope);
	if (fault.error != OAUTH_OK)
		return fault;
	ret->grant = (struct grant){.app = e->app->id};
	word_set_print(&ret->scope, ret->grant.scope);
	memcpy(ret->grant.audience, b->audience, sizeof(b->audience));
	ret->refresh = false;
	return grant_add(b->store, &ret->grant, e->now) == STATUS_OK
		   ? OAUTH_FINE
		   : store_failed;
}

static const struct grant_type {
	const char *name;
	struct oauth_fault (*run)(struct broker *b,
	    const struct http_request *request, struct exchange *e,
	    struct transaction *t, struct issue *ret);
} grant_types[] = {
    {"authorization_code", exchange_code},
    {"refresh_token", exchange_refresh},
    {"client_credentials", grant_to_client},
};

struct issued {
	char access[RANDOM_TEXT_SIZE], refresh[RANDOM_TEXT_SIZE];
};

static void
issued_wipe(struct issued *i)
{
	explicit_bzero(i, sizeof(*i));
}

static enum status
issue_tokens(struct broker *b, const struct issue *issue, int64_t now,
    struct issued *ret)
{
	char scope[WORD_SET_TEXT_SIZE];
	struct token_request request = {.grant = issue->grant.id,
	    .kind = TOKEN_ACCESS,
	    .scope = scope,
	    .now = now,
	    .expires = now + ACCESS_TOKEN_SECONDS};
	enum status status;

	word_set_print(&issue->scope, scope);
	status = token_issue(b->store, &request, ret->access);
	if (status != STATUS_OK || !issue->refresh)
		return status;
	request.kind = TOKEN_REFRESH;
	/* RFC 6749 section 6: the new one has the scope of the old one. */
	request.scope = issue->grant.scope;
	request.expires = now + REFRESH_TOKEN_SECONDS;
	return token_issue(b->store, &request, ret->refresh);
}

static void
write_tokens(struct http_response *response, const struct issue *issue,
    const struct issued *issued)
{
	char scope[WORD_SET_TEXT_SIZE];
	struct json_writer w;

	word_set_print(&issue->scope, scope);
	respond_json(response, 200);
	json_writer_init(&w, &response->body);
	json_write_begin_object(&w, NULL);
	json_write_string(&w, "access_token", issued->access);
	json_write_string(&w, "token_type", "Bearer");
	json_write_integer(&w, "expires_in", ACCESS_TOKEN_SECONDS);
	if (issue->refresh)
		json_write_string(&w, "refresh_token", issued->refresh);
	if (scope[0] != '\0')
		json_write_string(&w, "scope", scope);
	json_write_end_object(&w);
}

static struct oauth_fault
find_grant_type(const struct http_request *request, const struct app *app,
    const struct grant_type **ret)
{
	const char *name = form_get(&request->form, "grant_type");

	if (name == NULL)
		return OAUTH_FAULT(INVALID_REQUEST, "grant_type is missing");
	for (size_t i = 0; i < ELEMENTS(grant_types); i++) {
		if (strcmp(grant_types[i].name, name) != 0)
			continue;
		if (!word_set_text_has(app->grant_types, name))
			return OAUTH_FAULT(UNAUTHORIZED_CLIENT,
			    "this client is not registered for this "
			    "grant_type");
		*ret = &grant_types[i];
		return OAUTH_FINE;
	}
	return OAUTH_FAULT(UNSUPPORTED_GRANT_TYPE,
	    "grant_type is none of authorization_code, refresh_token, "
	    "client_credentials");
}

static struct oauth_fault
exchange(struct broker *b, const struct http_request *request,
    struct issue *issue, struct issued *ret)
{
	_cleanup_(transaction_end) struct transaction t = {NULL};
	const struct grant_type *type = NULL;
	struct oauth_fault fault;
	struct app app;
	struct exchange e = {.app = &app,
	    .redirect_uri = form_get(&request->form, "redirect_uri"),
	    .verifier = form_get(&request->form, "code_verifier"),
	    .now = (int64_t)time(NULL)};

	if (request->form_status != STATUS_OK ||
	    form_has_repeats(&request->form))
		return OAUTH_FAULT(
		    INVALID_REQUEST, "the body is not a well-formed form");
	fault = client_authenticate(b, request, &app);
	if (fault.error == OAUTH_OK)
		fault = find_grant_type(request, &app, &type);
	if (fault.error != OAUTH_OK)
		return fault;
	if (transaction_write(b->store, &t) != STATUS_OK)
		return store_failed;
	fault = type->run(b, request, &e, &t, issue);
	if (fault.error != OAUTH_OK)
		return fault;
	if (issue_tokens(b, issue, e.now, ret) != STATUS_OK ||
	    transaction_commit(&t) != STATUS_OK)
		return store_failed;
	return OAUTH_FINE;
}

void
endpoint_token(struct broker *b, const struct http_request *request,
    struct http_response *response)
{
	_cleanup_(issued_wipe) struct issued issued = {0};
	struct issue issue = {0};
	struct oauth_fault fault = exchange(b, request, &issue, &issued);

	if (fault.error == OAUTH_OK)
		write_tokens(response, &issue, &issued);
	else
		respond_fault(response, fault);
}
