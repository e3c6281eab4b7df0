/* SPDX-License-Identifier: ISC */
/*
 * Checks of authorization requests. Client and redirect URI come first: until
 * they are known to be good there is nobody to send an error to.
 */
#include "oauth/authorization.h"

#include <string.h>

#include "oauth/grant.h"
#include "oauth/pkce.h"

static struct oauth_fault
read_client(
    struct broker *b, const struct form *query, struct authorization *ret)
{
	const char *id = form_get(query, "client_id");
	enum status status;

	if (id == NULL)
		return OAUTH_FAULT(INVALID_REQUEST,
		    "The request names no app (client_id), or more than "
		    "one.");
	status = app_find(b->store, id, &ret->app);
	if (status == STATUS_NOT_FOUND)
		return OAUTH_FAULT(INVALID_REQUEST,
		    "The app that sent you here (client_id) is not registered "
		    "with this broker.");
	return status == STATUS_OK
		   ? OAUTH_FINE
		   : OAUTH_FAULT(SERVER_ERROR, "The broker's store failed.");
}

static struct oauth_fault
read_redirect(
    struct broker *b, const struct form *query, struct authorization *ret)
{
	const char *uri = form_get(query, "redirect_uri");
	enum status status;

	if (form_repeats(query, "redirect_uri"))
		return OAUTH_FAULT(INVALID_REQUEST,
		    "The request has more than one redirect_uri.");
	if (uri == NULL) {
		status =
		    app_redirect_only(b->store, ret->app.id, ret->redirect_uri);
	} else if (strlen(uri) >= sizeof(ret->redirect_uri)) {
		status = STATUS_NOT_FOUND;
	} else {
		status = app_redirect_check(b->store, ret->app.id, uri);
		memcpy(ret->redirect_uri, uri, strlen(uri) + 1);
	}
	if (status == STATUS_NOT_FOUND)
		return OAUTH_FAULT(INVALID_REQUEST,
		    "The address to return to (redirect_uri) is not one that "
		    "this app has registered. You are not sent there, since "
		    "it may not belong to the app.");
	if (status != STATUS_OK)
		return OAUTH_FAULT(SERVER_ERROR, "The broker's store failed.");
	ret->redirect_given = uri != NULL;
	ret->redirect_known = true;
	return OAUTH_FINE;
}

static struct oauth_fault
read_pkce(const struct form *query, struct authorization *ret)
{
	const char *challenge = form_get(query, "code_challenge");
	const char *method = form_get(query, "code_challenge_method");

	if (challenge == NULL && method == NULL && ret->app.confidential)
		return OAUTH_FINE;
	if (challenge == NULL)
		return OAUTH_FAULT(INVALID_REQUEST,
		    "code_challenge is missing (PKCE, RFC 7636)");
	if (method == NULL || strcmp(method, "S256") != 0)
		return OAUTH_FAULT(
		    INVALID_REQUEST, "code_challenge_method must be S256");
	if (!pkce_challenge_is_valid(challenge))
		return OAUTH_FAULT(INVALID_REQUEST,
		    "code_challenge is not 43 characters of base64url");
	ret->challenge = challenge;
	return OAUTH_FINE;
}

static struct oauth_fault
read_scope_and_env(const struct form *query, struct authorization *ret)
{
	const char *scope = form_get(query, "scope");
	struct word_set allowed;

	ret->env = form_get(query, "env");
	if (ret->env != NULL && !env_is_valid(ret->env))
		return OAUTH_FAULT(
		    INVALID_REQUEST, "env must be paper or live");
	if (word_set_parse(ret->app.scopes, &allowed) != STATUS_OK)
		return OAUTH_FAULT(SERVER_ERROR, "the app is damaged");
	if (word_set_parse(scope == NULL ? "" : scope, &ret->scope) !=
		STATUS_OK ||
	    !word_set_within(&ret->scope, &allowed))
		return OAUTH_FAULT(INVALID_SCOPE,
		    "scope is malformed or has a scope that this app may not "
		    "ask for");
	return OAUTH_FINE;
}

static struct oauth_fault
read_rest(const struct form *query, struct authorization *ret)
{
	const char *type = form_get(query, "response_type");
	struct oauth_fault fault;

	if (form_has_repeats(query))
		return OAUTH_FAULT(INVALID_REQUEST, "a parameter is repeated");
	if (type == NULL)
		return OAUTH_FAULT(INVALID_REQUEST, "response_type is missing");
	if (strcmp(type, "code") != 0)
		return OAUTH_FAULT(
		    UNSUPPORTED_RESPONSE_TYPE, "response_type must be code");
	if (form_get(query, "request") != NULL)
		return OAUTH_FAULT(
		    REQUEST_NOT_SUPPORTED, "request objects are not supported");
	if (form_get(query, "request_uri") != NULL)
		return OAUTH_FAULT(REQUEST_URI_NOT_SUPPORTED,
		    "request objects are not supported");
	if (!word_set_text_has(ret->app.grant_types, "authorization_code"))
		return OAUTH_FAULT(UNAUTHORIZED_CLIENT,
		    "this client is not registered for authorization_code");
	fault = read_pkce(query, ret);
	return fault.error == OAUTH_OK ? read_scope_and_env(query, ret) : fault;
}

struct oauth_fault
authorization_read(struct broker *b, const struct http_request *request,
    struct authorization *ret)
{
	const struct form *query = &request->query;
	struct oauth_fault fault;

	memset(ret, 0, sizeof(*ret));
	if (request->query_status != STATUS_OK)
		return OAUTH_FAULT(INVALID_REQUEST,
		    "The address that brought you here is damaged.");
	fault = read_client(b, query, ret);
	if (fault.error == OAUTH_OK)
		fault = read_redirect(b, query, ret);
	if (fault.error != OAUTH_OK)
		return fault;
	ret->state = form_get(query, "state");
	if (ret->state != NULL && strlen(ret->state) > STATE_MAX) {
		ret->state = NULL;
		return OAUTH_FAULT(
		    INVALID_REQUEST, "state is longer than 2048 octets");
	}
	return read_rest(query, ret);
}

enum status
authorization_query(const struct http_request *request, struct buf *ret)
{
	const struct form *query = &request->query;

	for (size_t i = 0; i < query->count; i++) {
		if (i > 0)
			buf_append_byte(ret, '&');
		form_encode_pair(
		    ret, query->fields[i].name, query->fields[i].value);
	}
	return ret->error;
}
