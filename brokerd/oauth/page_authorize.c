/* SPDX-License-Identifier: ISC */
/*
 * The authorization endpoint (RFC 6749 section 3.1): the request, the sign-in
 * form and the consent form. Every step reads and checks the whole request
 * again; nothing is remembered between them but who signed in.
 */
#include <string.h>
#include <time.h>

#include "oauth/authorization.h"
#include "oauth/grant.h"
#include "page.h"
#include "http/respond.h"
#include "routes.h"
#include "scopegate/cleanup.h"
#include "oauth/page_consent.h"
#include "oauth/token_store.h"

#define LOCATION_MAX 16384

/* Back to the app, with `name`=`value`, state and iss (RFC 9207). */
static void
respond_to_app(struct visit *v, const struct authorization *a, const char *name,
    const char *value, const char *description)
{
	_cleanup_(buf_clear) struct buf location = {0};

	buf_init_sensitive(&location, LOCATION_MAX);
	redirect_uri_begin(&location, a->redirect_uri);
	redirect_uri_add(&location, name, value);
	if (description != NULL)
		redirect_uri_add(&location, "error_description", description);
	if (a->state != NULL)
		redirect_uri_add(&location, "state", a->state);
	redirect_uri_add(&location, "iss", v->broker->issuer);
	if (buf_string(&location) == NULL)
		page_failed(v);
	else
		respond_redirect(v->response, buf_string(&location));
}

static void
respond_authorization_fault(
    struct visit *v, const struct authorization *a, struct oauth_fault fault)
{
	if (a->redirect_known)
		respond_to_app(v, a, "error", oauth_error_code(fault.error),
		    fault.description);
	else
		page_error(v, oauth_error_http_status(fault.error),
		    "This request cannot be answered", fault.description);
}

/* The request again, as the place to come back to after signing in. */
static void
sign_in_first(struct visit *v, const struct buf *query)
{
	_cleanup_(buf_clear) struct buf path = {0};

	buf_init(&path, LOCATION_MAX);
	buf_format(&path, "/oauth/authorize?%s", buf_string(query));
	if (buf_string(&path) == NULL)
		page_failed(v);
	else
		visit_go_sign_in(v, buf_string(&path));
}

static enum status
allow(struct visit *v, const struct authorization *a,
    const struct account *account, char ret[RANDOM_TEXT_SIZE])
{
	_cleanup_(transaction_end) struct transaction t = {NULL};
	struct broker *b = v->broker;
	struct code c = {.expires = v->now + CODE_SECONDS};
	enum status status = transaction_write(b->store, &t);

	c.grant.user = v->session.user;
	c.grant.account = account->id;
	c.grant.app = a->app.id;
	c.grant.auth_time = v->session.auth_time;
	word_set_print(&a->scope, c.grant.scope);
	memcpy(c.grant.env, account->env, sizeof(c.grant.env));
	memcpy(c.grant.audience, b->audience, sizeof(b->audience));
	if (a->redirect_given)
		memcpy(c.redirect_uri, a->redirect_uri, sizeof(c.redirect_uri));
	if (a->challenge != NULL)
		memcpy(c.challenge, a->challenge, sizeof(c.challenge));
	if (status == STATUS_OK)
		status = grant_add(b->store, &c.grant, v->now);
	if (status == STATUS_OK)
		status = code_issue(b->store, &c, ret);
	return status == STATUS_OK ? transaction_commit(&t) : status;
}

static void
decide(struct visit *v, const struct authorization *a)
{
	const char *decision = visit_form(v, "decision");
	const char *env = a->env != NULL ? a->env : visit_form(v, "env");
	struct account account;
	char code[RANDOM_TEXT_SIZE];
	enum status status;

	if (decision == NULL || strcmp(decision, "allow") != 0) {
		respond_to_app(
		    v, a, "error", "access_denied", "the owner said no");
		return;
	}
	if (env == NULL || !env_is_valid(env)) {
		page_error(v, 400, "No account was chosen",
		    "Go back and choose the paper or the live account.");
		return;
	}
	status = account_find(v->broker->store, v->session.user, env, &account);
	if (status == STATUS_OK && !account_is_active(&account))
		status = STATUS_NOT_FOUND;
	if (status == STATUS_NOT_FOUND) {
		page_error(v, 400, "There is no such account",
		    "You have no active live account. Choose the paper "
		    "account, or ask for a live one first.");
		return;
	}
	if (status != STATUS_OK || allow(v, a, &account, code) != STATUS_OK)
		page_failed(v);
	else
		respond_to_app(v, a, "code", code, NULL);
	explicit_bzero(code, sizeof(code));
}

void
page_authorize(struct visit *v)
{
	_cleanup_(buf_clear) struct buf query = {0};
	struct authorization a;
	struct oauth_fault fault =
	    authorization_read(v->broker, v->request, &a);

	buf_init(&query, HTTP_MEMORY_MAX * 3);
	if (fault.error != OAUTH_OK)
		respond_authorization_fault(v, &a, fault);
	else if (authorization_query(v->request, &query) != STATUS_OK)
		page_failed(v);
	else if (v->session.user == 0)
		sign_in_first(v, &query);
	else if (v->request->method == HTTP_POST)
		decide(v, &a);
	else
		page_consent(v, &a, buf_string(&query));
}
