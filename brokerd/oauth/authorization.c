/* SPDX-License-Identifier: ISC */
/*
 * Checks of authorization requests. Client and redirect URI come first: until
 * they are known to be good there is nobody to send an error to.
 */
#include "oauth/authorization.h"

#include <string.h>

#include "app/app_edit.h"
#include "oauth/grant.h"
#include "oauth/pkce.h"
#include "oauth/resource.h"
#include "scopegate/cleanup.h"
#include "scopegate/conf.h"

/* Ours: when the person was sent to sign in (prompt.h). */
static const char since_name[] = "signed_in_since";

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
	if (status != STATUS_OK)
		ret->app.id = 0;
	if (status == STATUS_NOT_FOUND)
		return OAUTH_FAULT(INVALID_REQUEST,
		    "The app that sent you here (client_id) is not registered "
		    "with this broker.");
	return status == STATUS_OK
		   ? OAUTH_FINE
		   : OAUTH_FAULT(SERVER_ERROR, "The broker's store failed.");
}

/* What a maker of apps gets wrong most often is told apart. */
static struct oauth_fault
blame_redirect(struct broker *b, int64_t app, const char *uri)
{
	static const char local[] = "http://localhost";
	struct redirect_list registered = {0};
	enum status status = app_redirect_list(b->store, app, &registered);

	if (status == STATUS_OK && registered.count == 0)
		return OAUTH_FAULT(INVALID_REQUEST,
		    "There is no address to return to (redirect_uri): this "
		    "app has registered none yet.");
	if (uri == NULL)
		return OAUTH_FAULT(INVALID_REQUEST,
		    "The request names no address to return to (redirect_uri), "
		    "and this app has registered more than one.");
	if (strncmp(uri, local, sizeof(local) - 1) == 0)
		return OAUTH_FAULT(INVALID_REQUEST,
		    "The address to return to (redirect_uri) is not one that "
		    "this app has registered. It names localhost, which is "
		    "never taken for 127.0.0.1: use http://127.0.0.1, with "
		    "any port, and register that.");
	return OAUTH_FAULT(INVALID_REQUEST,
	    "The address to return to (redirect_uri) is not one that this app "
	    "has registered. You are not sent there, since it may not belong "
	    "to the app.");
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
		return blame_redirect(b, ret->app.id, uri);
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

	ret->env = form_get(query, "env");
	if (ret->env != NULL && !env_is_valid(ret->env))
		return OAUTH_FAULT(
		    INVALID_REQUEST, "env must be paper or live");
	return grant_app_scope(ret->app.scopes, scope, &ret->scope);
}

static struct oauth_fault
read_sign_in(const struct form *query, struct authorization *ret)
{
	const char *prompt = form_get(query, "prompt");
	const char *max_age = form_get(query, "max_age");
	const char *since = form_get(query, since_name);
	struct sign_in_wish *w = &ret->wish;

	w->max_age = MAX_AGE_NONE;
	if (prompt != NULL && prompt_parse(prompt, &w->prompt) != STATUS_OK)
		return OAUTH_FAULT(INVALID_REQUEST,
		    "prompt may be none alone, or any of login, consent and "
		    "select_account");
	if (max_age != NULL && conf_parse_integer(max_age, 0, MAX_AGE_LIMIT,
				   &w->max_age) != STATUS_OK)
		return OAUTH_FAULT(
		    INVALID_REQUEST, "max_age must be a number of seconds");
	/* What is no time of ours is no time at all. */
	if (since != NULL &&
	    conf_parse_integer(since, 1, INT64_MAX, &w->since) != STATUS_OK)
		w->since = 0;
	ret->login_hint = form_get(query, "login_hint");
	return OAUTH_FINE;
}

static struct oauth_fault
read_details(const struct form *query, struct authorization *ret)
{
	return host_login_check(form_get(query, "authorization_details"),
	    &ret->login, ret->details);
}

static struct oauth_fault
read_target(
    struct broker *b, const struct form *query, struct authorization *ret)
{
	const char *resource = form_get(query, "resource");

	ret->nonce = form_get(query, "nonce");
	if (ret->nonce != NULL && strlen(ret->nonce) >= NONCE_SIZE)
		return OAUTH_FAULT(
		    INVALID_REQUEST, "nonce is longer than 512 octets");
	ret->audience = resource == NULL ? b->audience : resource;
	return resource_check(b, resource);
}

/* What OpenID Connect Core section 3.1.2.6 has an error for. `claims` is none
 * of them: who does not support it leaves it out (section 5.5). */
static struct oauth_fault
refuse_unsupported(const struct form *query)
{
	static const struct {
		const char *name;
		struct oauth_fault fault;
	} parameters[] = {
	    {"request",
		{.error = OAUTH_REQUEST_NOT_SUPPORTED,
		    .description = "request objects are not supported"}},
	    {"request_uri",
		{.error = OAUTH_REQUEST_URI_NOT_SUPPORTED,
		    .description = "request objects are not supported"}},
	    {"registration",
		{.error = OAUTH_REGISTRATION_NOT_SUPPORTED,
		    .description =
			"an app is registered in the developer console"}},
	};

	for (size_t i = 0; i < ELEMENTS(parameters); i++) {
		if (form_get(query, parameters[i].name) != NULL)
			return parameters[i].fault;
	}
	return OAUTH_FINE;
}

static struct oauth_fault
read_type(const struct form *query, const struct app *app)
{
	const char *type = form_get(query, "response_type");
	const char *mode = form_get(query, "response_mode");

	if (form_has_repeats(query))
		return OAUTH_FAULT(INVALID_REQUEST, "a parameter is repeated");
	if (!app_is_usable(app))
		return OAUTH_FAULT(UNAUTHORIZED_CLIENT,
		    app->enabled ? "this app is suspended by the broker"
				 : "this app is disabled by its owner");
	if (type == NULL)
		return OAUTH_FAULT(INVALID_REQUEST, "response_type is missing");
	if (strcmp(type, "code") != 0)
		return OAUTH_FAULT(
		    UNSUPPORTED_RESPONSE_TYPE, "response_type must be code");
	if (mode != NULL && strcmp(mode, "query") != 0)
		return OAUTH_FAULT(
		    INVALID_REQUEST, "response_mode must be query");
	if (!word_set_text_has(app->grant_types, "authorization_code"))
		return OAUTH_FAULT(UNAUTHORIZED_CLIENT,
		    "this client is not registered for authorization_code");
	return refuse_unsupported(query);
}

static struct oauth_fault
read_rest(struct broker *b, const struct form *query, struct authorization *ret)
{
	struct oauth_fault fault = read_type(query, &ret->app);

	if (fault.error == OAUTH_OK)
		fault = read_pkce(query, ret);
	if (fault.error == OAUTH_OK)
		fault = read_scope_and_env(query, ret);
	if (fault.error == OAUTH_OK)
		fault = read_sign_in(query, ret);
	if (fault.error == OAUTH_OK)
		fault = read_details(query, ret);
	return fault.error == OAUTH_OK ? read_target(b, query, ret) : fault;
}

/* Put into the address by us, to be said once: kept, it would be repeated. */
static bool
is_ours(const char *name)
{
	return strcmp(name, since_name) == 0 || strcmp(name, "notice") == 0;
}

static struct oauth_fault
keep_query(const struct form *query, struct authorization *ret)
{
	_cleanup_(buf_clear) struct buf text = {0};

	buf_init(&text, sizeof(ret->query) - 1);
	for (size_t i = 0; i < query->count; i++) {
		if (is_ours(query->fields[i].name))
			continue;
		if (text.length > 0)
			buf_append_byte(&text, '&');
		form_encode_pair(
		    &text, query->fields[i].name, query->fields[i].value);
	}
	if (text.error == STATUS_TOO_BIG)
		return OAUTH_FAULT(
		    INVALID_REQUEST, "the request is longer than 7000 octets");
	if (buf_string(&text) == NULL)
		return OAUTH_FAULT(SERVER_ERROR, "out of memory");
	memcpy(ret->query, buf_string(&text), text.length + 1);
	return OAUTH_FINE;
}

struct oauth_fault
authorization_read(struct broker *b, const struct http_request *request,
    struct authorization *ret)
{
	const struct form *query = &request->query;
	struct oauth_fault fault;

	memset(ret, 0, sizeof(*ret));
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
	fault = keep_query(query, ret);
	return fault.error == OAUTH_OK ? read_rest(b, query, ret) : fault;
}

enum status
authorization_path(
    const struct authorization *a, int64_t since, struct buf *ret)
{
	if (since == 0)
		since = a->wish.since;
	buf_format(ret, "/oauth/authorize?%s", a->query);
	if (since != 0)
		buf_format(ret, "&%s=%lld", since_name, (long long)since);
	return ret->error;
}
