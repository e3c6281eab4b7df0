/* SPDX-License-Identifier: ISC */
#include "login.h"

#include <event2/event.h>

#include "decide.h"
#include "device.h"
#include "login_device.h"
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

/* Ways to sign in, what is easiest for a person first. */
static const struct way {
	unsigned int method; /* LOGIN_* bit */
	unsigned int endpoints;
} ways[] = {
    {LOGIN_BROWSER,
	ENDPOINT_BIT(ENDPOINT_AUTHORIZATION) | ENDPOINT_BIT(ENDPOINT_TOKEN)},
    {LOGIN_DEVICE, 0}, /* device.c waits for its own */
    {LOGIN_TOKEN, 0},
};

static unsigned int
allowed_ways(const struct policy *p, const struct message *m)
{
	return p->login & message_u8(m, TAG_METHOD, LOGIN_ALL);
}

/* The first that policy and caller allow, and that may open this login. */
static const struct way *
choose_way(const struct policy *p, const struct message *m, unsigned int but,
    enum reason *ret_reason)
{
	unsigned int allowed = allowed_ways(p, m) & ~but;

	*ret_reason = REASON_LOGIN_METHOD_REFUSED;
	for (size_t i = 0; i < ELEMENTS(ways); i++) {
		if ((allowed & ways[i].method) == 0)
			continue;
		if (ways[i].method != LOGIN_DEVICE ||
		    device_allowed(p, m->value[TAG_RHOST]))
			return &ways[i];
		*ret_reason = REASON_REMOTE_DEVICE_REFUSED;
	}
	return NULL;
}

static void
ask_for_redirect(struct login *login)
{
	_cleanup_(secret_clear) struct secret url = {0};

	if (authorization_url(login, &login->visits[0], &url) == STATUS_OK) {
		const struct prompt_shown shown = {.link = url.bytes};

		login_prompt(login, PROMPT_REDIRECT, &shown);
	} else {
		login_end(login, REASON_NO_MEMORY, "");
	}
}

static void
ask_in_browser(struct login *login)
{
	if (redirect_reaches_gateway(login->config, login->issuer))
		login_prompt_page(login);
	else
		ask_for_redirect(login);
}

static void ask(struct login *login, const struct way *way);

/* Where the page is not to be had, the next way that is allowed will do. */
static void
fall_back(struct login *login, enum reason reason)
{
	enum reason refused;
	const struct way *way =
	    choose_way(login->policy, &login->begin, login->method, &refused);

	if (way == NULL || way->method != LOGIN_TOKEN) {
		login_end(login, reason, "");
		return;
	}
	login->method = LOGIN_TOKEN;
	login->beside = 0;
	ask(login, way);
}

static void
endpoints_known(enum reason reason, const char *what, void *argument)
{
	struct login *login = argument;

	(void)what; /* the discovery has logged it */
	if (reason == REASON_NONE)
		ask_in_browser(login);
	else
		fall_back(login, reason);
}

static void
ask(struct login *login, const struct way *way)
{
	enum reason reason = REASON_NONE;

	if (way->method == LOGIN_DEVICE)
		reason = login_device_begin(login);
	else if (way->endpoints != 0)
		reason = issuer_endpoints_wait(login->state, login->config,
		    login->issuer, way->endpoints, &login->ready,
		    endpoints_known, login);
	if (reason != REASON_NONE)
		fall_back(login, reason);
	else if (login->device != NULL || login->ready.done != NULL)
		connection_wait(login->connection);
	else if (way->method == LOGIN_BROWSER)
		ask_in_browser(login);
	else
		login_prompt_again(login, PROMPT_TOKEN);
}

static bool
start_timer(struct login *login)
{
	struct timeval left =
	    timeval_of_us(login->deadline.at_us - login->begun_us);

	return evtimer_add(&login->timer, &left) == 0;
}

static enum reason
begin(struct connection *c, const struct message *m, const struct request *r,
    const struct way **ret)
{
	enum reason reason;
	const struct way *way = choose_way(r->policy, m, 0, &reason);
	struct issuer_state *state =
	    issuers_find(c->server->issuers, r->policy->issuer->name);
	struct login *login = NULL;

	if (way == NULL)
		return reason;
	if (state == NULL)
		return REASON_ISSUER_UNREADY;
	reason = login_add(
	    c->server->logins, c, m, r->config, r->policy, way->method, &login);
	if (reason == REASON_TOO_MANY_LOGINS &&
	    (allowed_ways(r->policy, m) & LOGIN_TOKEN) != 0) {
		way = &ways[ELEMENTS(ways) - 1];
		reason = login_add(c->server->logins, c, m, r->config,
		    r->policy, way->method, &login);
	}
	if (reason != REASON_NONE)
		return reason;
	c->login = login;
	login->state = issuer_state_ref(state);
	login->begun_us = r->started_us;
	login->deadline = r->deadline;
	if (way->method != LOGIN_TOKEN)
		login->beside = allowed_ways(r->policy, m) & LOGIN_TOKEN;
	*ret = way;
	return start_timer(login) ? REASON_NONE : REASON_NO_MEMORY;
}

void
login_begin(struct connection *c, const struct message *m)
{
	struct request *r = &c->request;
	const struct way *way = NULL;
	enum reason reason;

	r->server = c->server;
	r->operation = OPERATION_LOGIN;
	r->login_method = LOGIN_TOKEN;
	r->message = *m;
	ssh_key_print(m->value[TAG_SSH_KEY], r->ssh_key);
	r->peer_pid = c->pid;
	r->peer_uid = c->uid;
	r->started_us = monotonic_us();
	r->deadline = reply_deadline(m, r->started_us);
	r->done = reply_verdict;
	r->argument = c;
	reason = decide_ask(r);
	if (reason == REASON_NONE)
		reason = begin(c, m, r, &way);
	if (reason != REASON_NONE) {
		decide_refuse(r, reason);
		return;
	}
	request_clear(r);
	ask(c->login, way);
}
