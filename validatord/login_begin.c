/* SPDX-License-Identifier: ISC */
#include "login.h"

#include <event2/event.h>

#include "decide.h"
#include "login_end.h"
#include "login_prompt.h"
#include "login_url.h"
#include "reply.h"
#include "scopegate/cleanup.h"
#include "server.h"

/*
 * How somebody is asked must not tell who may get in: whoever no policy names
 * is asked as the service's first policy asks, and refused at the end.
 */

static bool
can_browse(const struct config *c, const struct issuer *issuer)
{
	const struct sign_in *s = &issuer->sign_in;

	return s->authorization_endpoint != NULL && s->token_endpoint != NULL &&
	       issuer->client_id != NULL &&
	       (s->redirect_uri != NULL || c->gateway_url != NULL);
}

/* Of those that policy and caller allow, what is easiest for a person. */
static unsigned int
choose_method(const struct config *c, const struct policy *p,
    const struct message *m, enum reason *ret_reason)
{
	unsigned int allowed = p->login & message_u8(m, TAG_METHOD, LOGIN_ALL);

	*ret_reason = REASON_LOGIN_METHOD_REFUSED;
	if ((allowed & LOGIN_BROWSER) != 0) {
		if (can_browse(c, p->issuer))
			return LOGIN_BROWSER;
		*ret_reason = REASON_ISSUER_UNREADY;
	}
	return allowed & LOGIN_TOKEN;
}

static void
ask_for_redirect(struct login *login)
{
	_cleanup_(secret_clear) struct secret url = {0};
	enum status status = authorization_url(login, &login->visits[0], &url);

	if (status == STATUS_OK)
		login_prompt(login, PROMPT_REDIRECT, &url);
	else
		connection_reply_error(
		    login->connection, PROTOCOL_ERROR_INTERNAL);
}

static void
ask(struct login *login)
{
	if (login->method == LOGIN_TOKEN)
		login_prompt(login, PROMPT_TOKEN, NULL);
	else if (redirect_reaches_gateway(login->config, login->issuer))
		login_prompt(login, PROMPT_BROWSER, NULL);
	else
		ask_for_redirect(login);
}

static bool
start_timer(struct login *login)
{
	struct timeval left =
	    timeval_of_us(login->deadline.at_us - login->begun_us);

	return evtimer_add(&login->timer, &left) == 0;
}

static enum reason
begin(struct connection *c, const struct message *m, const struct request *r)
{
	enum reason reason = REASON_NO_MEMORY;
	unsigned int method = choose_method(r->config, r->policy, m, &reason);

	if (method == 0)
		return reason;
	reason = login_add(
	    c->server->logins, c, m, r->config, r->policy, method, &c->login);
	if (reason != REASON_NONE)
		return reason;
	c->login->begun_us = r->started_us;
	c->login->deadline = r->deadline;
	c->login->beside =
	    method == LOGIN_TOKEN ? 0 : r->policy->login & LOGIN_TOKEN;
	return start_timer(c->login) ? REASON_NONE : REASON_NO_MEMORY;
}

void
login_begin(struct connection *c, const struct message *m)
{
	struct request *r = &c->request;
	enum reason reason;

	r->server = c->server;
	r->operation = OPERATION_LOGIN;
	r->login_method = LOGIN_TOKEN;
	r->message = *m;
	r->peer_pid = c->pid;
	r->peer_uid = c->uid;
	r->started_us = monotonic_us();
	r->deadline = reply_deadline(m, r->started_us);
	r->done = reply_verdict;
	r->argument = c;
	reason = decide_ask(r);
	if (reason == REASON_NONE)
		reason = begin(c, m, r);
	if (reason != REASON_NONE) {
		decide_refuse(r, reason);
		return;
	}
	request_clear(r);
	ask(c->login);
}
