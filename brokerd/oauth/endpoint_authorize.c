/* SPDX-License-Identifier: ISC */
/*
 * The authorization endpoint (RFC 6749 section 3.1): the request, the sign-in
 * form and the consent form. Every step reads and checks the whole request
 * again; nothing is remembered between them but who signed in.
 */
#include <string.h>
#include <time.h>

#include "oauth/authorization.h"
#include "identity/browser_session.h"
#include "oauth/grant.h"
#include "page.h"
#include "http/respond.h"
#include "routes.h"
#include "scopegate/cleanup.h"
#include "oauth/token_store.h"

#define LOCATION_MAX 16384

/* What each step has in hand. */
struct step {
	struct authorization authorization;
	struct browser_session session;
	struct buf query;
	int64_t now;
};

static void
step_clear(struct step *s)
{
	browser_session_wipe(&s->session);
	buf_clear(&s->query);
}

static void
respond_failed(struct http_response *r)
{
	page_error(r, 500, "That did not work",
	    "The broker could not read or write its store. Please try "
	    "again.");
}

/* Back to the app, with `name`=`value`, state and iss (RFC 9207). */
static void
respond_to_app(struct broker *b, struct http_response *r,
    const struct authorization *a, const char *name, const char *value,
    const char *description)
{
	_cleanup_(buf_clear) struct buf location = {0};

	buf_init_sensitive(&location, LOCATION_MAX);
	redirect_uri_begin(&location, a->redirect_uri);
	redirect_uri_add(&location, name, value);
	if (description != NULL)
		redirect_uri_add(&location, "error_description", description);
	if (a->state != NULL)
		redirect_uri_add(&location, "state", a->state);
	redirect_uri_add(&location, "iss", b->issuer);
	if (buf_string(&location) == NULL)
		respond_failed(r);
	else
		respond_redirect(r, buf_string(&location));
}

static void
respond_authorization_fault(struct broker *b, struct http_response *r,
    const struct authorization *a, struct oauth_fault fault)
{
	if (a->redirect_known)
		respond_to_app(b, r, a, "error", oauth_error_code(fault.error),
		    fault.description);
	else
		page_error(r, oauth_error_http_status(fault.error),
		    "This request cannot be answered", fault.description);
}

/* false: the answer has been given already. */
static bool
step_begin(struct broker *b, const struct http_request *request,
    struct http_response *r, struct step *s)
{
	struct oauth_fault fault =
	    authorization_read(b, request, &s->authorization);

	buf_init(&s->query, HTTP_MEMORY_MAX * 3);
	s->now = (int64_t)time(NULL);
	if (fault.error != OAUTH_OK) {
		respond_authorization_fault(b, r, &s->authorization, fault);
		return false;
	}
	if (browser_session_open(b, request, r, s->now, &s->session) !=
		STATUS_OK ||
	    authorization_query(request, &s->query) != STATUS_OK) {
		respond_failed(r);
		return false;
	}
	if (request->method == HTTP_POST &&
	    !browser_session_owns_form(&s->session, request)) {
		page_error(r, 403, "This form is out of date",
		    "It was not made for this browser, or the broker was "
		    "restarted since. Go back to the app and start again.");
		return false;
	}
	return true;
}

/* To the page that fits who is signed in now. */
static void
respond_again(struct http_response *r, const struct step *s)
{
	_cleanup_(buf_clear) struct buf location = {0};

	buf_init(&location, LOCATION_MAX);
	buf_format(&location, "/oauth/authorize?%s", buf_string(&s->query));
	if (buf_string(&location) == NULL)
		respond_failed(r);
	else
		respond_redirect(r, buf_string(&location));
}

void
endpoint_authorize(struct broker *b, const struct http_request *request,
    struct http_response *response)
{
	_cleanup_(step_clear) struct step s = {0};

	if (!step_begin(b, request, response, &s))
		return;
	if (s.session.user == 0)
		page_login(response, &s.authorization, &s.session,
		    buf_string(&s.query), NULL);
	else
		page_consent(b, response, &s.authorization, &s.session,
		    buf_string(&s.query));
}

/* STATUS_FORBIDDEN: wrong name or password, not told apart. */
static enum status
check_password(struct broker *b, const char *name, const char *password,
    int64_t now, struct user *ret)
{
	bool good;
	enum status status = user_find(b->store, name, ret);

	if (status != STATUS_OK && status != STATUS_NOT_FOUND)
		return status;
	sign_in_count(&b->throttle, name, now);
	/* Slow on purpose; others are answered meanwhile. */
	(void)pthread_mutex_unlock(&b->lock);
	good = password_matches(
	    password, status == STATUS_OK ? ret->password : NULL);
	(void)pthread_mutex_lock(&b->lock);
	if (!good)
		return STATUS_FORBIDDEN;
	sign_in_passed(&b->throttle, name);
	return STATUS_OK;
}

static enum status
sign_in(struct broker *b, const struct http_request *request, int64_t now,
    struct http_response *r)
{
	const char *name = form_get(&request->form, "username");
	const char *password = form_get(&request->form, "password");
	struct user u;
	enum status status;

	if (name == NULL || password == NULL)
		return STATUS_INVALID;
	if (sign_in_wait(&b->throttle, name, now) > 0)
		return STATUS_BUSY;
	status = check_password(b, name, password, now, &u);
	return status == STATUS_OK ? browser_session_sign_in(b, &u, now, r)
				   : status;
}

static const char *
sign_in_problem(enum status status)
{
	switch (status) {
	case STATUS_INVALID:
		return "Enter your user name and your password.";
	case STATUS_BUSY:
		return "Too many tries with this name. Wait a minute and try "
		       "again.";
	case STATUS_FORBIDDEN:
		return "This user name and password do not go together.";
	default:
		return "The broker could not check your password. Try again.";
	}
}

void
endpoint_sign_in(struct broker *b, const struct http_request *request,
    struct http_response *response)
{
	_cleanup_(step_clear) struct step s = {0};
	enum status status;

	if (!step_begin(b, request, response, &s))
		return;
	status = sign_in(b, request, s.now, response);
	if (status == STATUS_OK) {
		respond_again(response, &s);
		return;
	}
	page_login(response, &s.authorization, &s.session, buf_string(&s.query),
	    sign_in_problem(status));
	if (status == STATUS_BUSY)
		response->status = 429;
}

void
endpoint_sign_out(struct broker *b, const struct http_request *request,
    struct http_response *response)
{
	_cleanup_(step_clear) struct step s = {0};

	if (!step_begin(b, request, response, &s))
		return;
	if (browser_session_sign_out(b, &s.session, response) != STATUS_OK)
		respond_failed(response);
	else
		respond_again(response, &s);
}

static enum status
allow(struct broker *b, const struct step *s, const char *env,
    char ret[RANDOM_TEXT_SIZE])
{
	_cleanup_(transaction_end) struct transaction t = {NULL};
	const struct authorization *a = &s->authorization;
	struct code c = {.expires = s->now + CODE_SECONDS};
	enum status status = transaction_write(b->store, &t);

	c.grant.user = s->session.user;
	c.grant.app = a->app.id;
	c.grant.auth_time = s->session.auth_time;
	word_set_print(&a->scope, c.grant.scope);
	memcpy(c.grant.env, env, strlen(env) + 1);
	memcpy(c.grant.audience, b->audience, sizeof(b->audience));
	if (a->redirect_given)
		memcpy(c.redirect_uri, a->redirect_uri, sizeof(c.redirect_uri));
	if (a->challenge != NULL)
		memcpy(c.challenge, a->challenge, sizeof(c.challenge));
	if (status == STATUS_OK)
		status = grant_add(b->store, &c.grant, s->now);
	if (status == STATUS_OK)
		status = code_issue(b->store, &c, ret);
	return status == STATUS_OK ? transaction_commit(&t) : status;
}

void
endpoint_decide(struct broker *b, const struct http_request *request,
    struct http_response *response)
{
	_cleanup_(step_clear) struct step s = {0};
	const char *decision = form_get(&request->form, "decision");
	const char *env = form_get(&request->form, "env");
	char code[RANDOM_TEXT_SIZE];

	if (!step_begin(b, request, response, &s))
		return;
	if (s.session.user == 0) {
		respond_again(response, &s);
		return;
	}
	if (s.authorization.env != NULL)
		env = s.authorization.env;
	if (decision == NULL || strcmp(decision, "allow") != 0) {
		respond_to_app(b, response, &s.authorization, "error",
		    "access_denied", "the owner said no");
		return;
	}
	if (env == NULL || !env_is_valid(env)) {
		page_error(response, 400, "No account was chosen",
		    "Go back and choose the paper or the live account.");
		return;
	}
	if (allow(b, &s, env, code) != STATUS_OK)
		respond_failed(response);
	else
		respond_to_app(
		    b, response, &s.authorization, "code", code, NULL);
	explicit_bzero(code, sizeof(code));
}
