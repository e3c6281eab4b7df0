/* SPDX-License-Identifier: ISC */
/*
 * Answers. Whatever goes back to an app goes to a redirect URI that is
 * registered for it, carries the request's state, and names us (RFC 9207), so
 * that an app with several brokers cannot be led to mix them up. Apps of kind
 * alpaca get what Alpaca sends: code and state.
 */
#include "oauth/authorization_answer.h"

#include <stdio.h>
#include <string.h>

#include "app/app_errors.h"
#include "audit/audit_log.h"
#include "http/respond.h"
#include "oauth/grant.h"
#include "page.h"
#include "scopegate/cleanup.h"
#include "scopegate/log.h"

#define LOCATION_MAX 16384

static void
go_to_app(struct visit *v, const struct authorization *a, const char *name,
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
	if (a->app.kind != APP_ALPACA)
		redirect_uri_add(&location, "iss", v->broker->issuer);
	if (buf_string(&location) == NULL)
		page_failed(v);
	else
		respond_redirect(v->response, buf_string(&location));
}

/* The answer does not wait for this: a fault that could not be kept is a fault
 * all the same. */
static void
keep_fault(
    struct visit *v, const struct authorization *a, struct oauth_fault fault)
{
	_cleanup_(transaction_end) struct transaction t = {NULL};
	struct store *s = v->broker->store;
	char text[OAUTH_TEXT_SIZE];
	enum status status = transaction_write(s, &t);

	oauth_fault_print(&fault, text);
	if (status == STATUS_OK)
		status = app_error_add(s, a->app.id, "/oauth/authorize",
		    oauth_error_code(fault.error), text, v->now);
	if (status == STATUS_OK)
		status = transaction_commit(&t);
	if (status != STATUS_OK)
		log_warning("app %s: an error could not be kept: %s",
		    a->app.client_id, status_text(status));
}

/* Whoever reads this can mend nothing, unless it is the app's maker. */
static void
tell_person(struct visit *v, struct oauth_fault fault)
{
	_cleanup_(buf_clear) struct buf text = {0};

	buf_init(&text, 1024);
	buf_append_string(&text, fault.description);
	if (fault.error == OAUTH_INVALID_REQUEST)
		buf_append_string(&text,
		    " The fault is the app's: its maker has to mend it.");
	page_error(v, oauth_error_http_status(fault.error),
	    "This request cannot be answered",
	    buf_string(&text) == NULL ? fault.description : buf_string(&text));
}

void
authorization_refuse(
    struct visit *v, const struct authorization *a, struct oauth_fault fault)
{
	char text[OAUTH_TEXT_SIZE];

	oauth_fault_print(&fault, text);
	if (a->app.id != 0)
		keep_fault(v, a, fault);
	if (a->redirect_known)
		go_to_app(v, a, "error", oauth_error_code(fault.error), text);
	else
		tell_person(v, fault);
}

static enum status
record(struct visit *v, const struct authorization *a, const struct consent *c,
    const char *action)
{
	const struct host_login *l = &a->login;
	const char *scope = c->scope[0] == '\0' ? "none" : c->scope;
	char subject[CLIENT_ID_SIZE + 8], detail[AUDIT_TEXT_SIZE], to[400] = "";

	if (a->details[0] != '\0')
		(void)snprintf(to, sizeof(to), "; %s on %s as %s", l->service,
		    l->host, l->user);
	(void)snprintf(subject, sizeof(subject), "app %s", a->app.client_id);
	/* Very many scopes are cut here; the grant has them all. */
	(void)snprintf(detail, sizeof(detail), "env %s%s; scopes %.500s",
	    c->account->env, to, scope);
	return audit_append(v->broker->store, v->now,
	    &(struct audit_entry){
		v->session.user_name, action, subject, detail});
}

enum status
authorization_grant(struct visit *v, const struct authorization *a,
    const struct consent *consent, const char *action, struct grant *ret)
{
	enum status status;

	memset(ret, 0, sizeof(*ret));
	ret->user = v->session.user;
	ret->account = consent->account->id;
	ret->app = a->app.id;
	ret->auth_time = v->session.auth_time;
	memcpy(ret->scope, consent->scope, strlen(consent->scope) + 1);
	memcpy(ret->env, consent->account->env, sizeof(ret->env));
	memcpy(ret->audience, a->audience, strlen(a->audience) + 1);
	memcpy(ret->details, a->details, sizeof(ret->details));
	status = grant_add(v->broker->store, ret, v->now);
	return status == STATUS_OK ? record(v, a, consent, action) : status;
}

static enum status
store_grant(struct visit *v, const struct authorization *a,
    const struct consent *consent, char ret[RANDOM_TEXT_SIZE])
{
	_cleanup_(transaction_end) struct transaction t = {NULL};
	struct store *s = v->broker->store;
	struct code c = {.expires = v->now + CODE_SECONDS,
	    .as_uuid = a->app.kind == APP_ALPACA};
	enum status status = transaction_write(s, &t);

	if (a->redirect_given)
		memcpy(c.redirect_uri, a->redirect_uri, sizeof(c.redirect_uri));
	if (a->challenge != NULL)
		memcpy(c.challenge, a->challenge, sizeof(c.challenge));
	if (a->nonce != NULL)
		memcpy(c.nonce, a->nonce, strlen(a->nonce) + 1);
	if (status == STATUS_OK)
		status = authorization_grant(v, a, consent,
		    consent->silent ? "grant.renew" : "grant.allow", &c.grant);
	if (status == STATUS_OK)
		status = code_issue(s, &c, ret);
	return status == STATUS_OK ? transaction_commit(&t) : status;
}

void
authorization_allow(struct visit *v, const struct authorization *a,
    const struct consent *consent)
{
	char code[RANDOM_TEXT_SIZE];

	if (store_grant(v, a, consent, code) != STATUS_OK)
		authorization_refuse(v, a,
		    OAUTH_FAULT(
			SERVER_ERROR, "the broker could not store the grant"));
	else
		go_to_app(v, a, "code", code, NULL);
	explicit_bzero(code, sizeof(code));
}
