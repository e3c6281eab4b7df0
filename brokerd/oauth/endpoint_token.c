/* SPDX-License-Identifier: ISC */
/*
 * The token endpoint (RFC 6749 section 3.2). One row a grant type; each runs
 * in one write transaction, so that a code or refresh token is spent exactly
 * when what it bought is stored.
 */
#include <string.h>
#include <time.h>

#include "app/app_errors.h"
#include "http/respond.h"
#include "respond_fault.h"
#include "oauth/client_auth.h"
#include "oauth/device_store.h"
#include "oauth/exchange.h"
#include "oauth/issue.h"
#include "oauth/resource.h"
#include "routes.h"
#include "scopegate/cleanup.h"

static const struct grant_type {
	const char *name;
	exchange_run *run;
} grant_types[] = {
    {"authorization_code", exchange_code}, /* the only one of Alpaca's */
    {"refresh_token", exchange_refresh},
    {"client_credentials", exchange_client},
    {DEVICE_GRANT_TYPE, exchange_device},
};

static struct oauth_fault
find_grant_type(const struct form *form, const struct app *app,
    const struct grant_type **ret)
{
	const char *name = form_get(form, "grant_type");

	if (name == NULL)
		return OAUTH_FAULT(INVALID_REQUEST, "grant_type is missing");
	for (size_t i = 0; i < ELEMENTS(grant_types); i++) {
		if (strcmp(grant_types[i].name, name) != 0)
			continue;
		/* Alpaca has no other: no refresh, no tokens for an app. */
		if (app->kind == APP_ALPACA && i > 0)
			return OAUTH_FAULT(UNSUPPORTED_GRANT_TYPE,
			    "an app of kind alpaca has authorization_code "
			    "only; register a standard app for more");
		if (!word_set_text_has(app->grant_types, name))
			return OAUTH_FAULT(UNAUTHORIZED_CLIENT,
			    "this client is not registered for this "
			    "grant_type");
		*ret = &grant_types[i];
		return OAUTH_FINE;
	}
	return OAUTH_FAULT(UNSUPPORTED_GRANT_TYPE,
	    "the server metadata lists the grant types there are in "
	    "grant_types_supported");
}

/* In one transaction: spend what was presented, store what it buys. */
static struct oauth_fault
trade(struct exchange_call *c, const struct grant_type *type,
    struct issue *issue, struct issued *ret)
{
	_cleanup_(transaction_end) struct transaction t = {NULL};
	const char *resource = form_get(c->form, "resource");
	struct oauth_fault fault;

	if (transaction_write(c->broker->store, &t) != STATUS_OK)
		return exchange_store_failed;
	c->transaction = &t;
	fault = resource_check(c->broker, resource);
	if (fault.error == OAUTH_OK)
		fault = type->run(c, issue);
	if (fault.error == OAUTH_OK)
		fault = resource_is_granted(resource, issue->grant.audience);
	if (fault.error == OAUTH_OK)
		fault = exchange_details_are_granted(
		    form_get(c->form, "authorization_details"),
		    issue->grant.details);
	if (fault.error != OAUTH_OK)
		return fault;
	if (issue_tokens(c->broker, c->app, issue, c->now, ret) != STATUS_OK ||
	    transaction_commit(&t) != STATUS_OK)
		return exchange_store_failed;
	return OAUTH_FINE;
}

void
endpoint_token(struct broker *b, const struct http_request *request,
    struct http_response *response)
{
	char text[OAUTH_TEXT_SIZE];
	_cleanup_(issued_wipe) struct issued issued = {0};
	const struct grant_type *type = NULL;
	struct issue issue = {0};
	struct app app = {0};
	struct exchange_call call = {.broker = b,
	    .form = &request->form,
	    .app = &app,
	    .now = (int64_t)time(NULL)};
	struct oauth_fault fault = client_form_check(request);

	if (fault.error == OAUTH_OK)
		fault = client_authenticate(b, request, &app);
	if (fault.error == OAUTH_OK)
		fault = find_grant_type(&request->form, &app, &type);
	if (fault.error == OAUTH_OK)
		fault = trade(&call, type, &issue, &issued);
	if (fault.error == OAUTH_OK) {
		issued_write(response, &app, &issue, &issued);
		return;
	}
	/* Known, though perhaps not authenticated. That the note cannot be
	 * kept changes nothing for the client. A device that waits does
	 * nothing wrong. */
	oauth_fault_print(&fault, text);
	if (app.id != 0 && fault.error != OAUTH_AUTHORIZATION_PENDING)
		(void)app_error_add(b->store, app.id, request->path,
		    oauth_error_code(fault.error), text, call.now);
	respond_fault(response, fault);
}
