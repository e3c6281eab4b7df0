/* SPDX-License-Identifier: ISC */
#include "login_redeem.h"

#include <stdlib.h>
#include <string.h>

#include "decide.h"
#include "exchange.h"
#include "login_end.h"
#include "login_request.h"
#include "login_url.h"
#include "scopegate/cleanup.h"
#include "server.h"

/*
 * Two steps: the token endpoint (and the broker's API) says what was granted,
 * then the pipeline says whether that would do, so that the page already can.
 * Must never leave a grant behind that nobody took: it is thrown away, which
 * revokes it where the issuer can.
 */

#define PREVIEW_MS 5000

struct redeem {
	TAILQ_ENTRY(redeem) entry;
	struct logins *logins;
	struct config *config;
	const struct issuer *issuer; /* of the snapshot */
	struct login *login;         /* NULL: it is over */
	struct visit *visit;
	struct connection *visitor; /* NULL: it left */
	redeem_done *done;
	struct exchange *exchange; /* NULL: answered */
	struct request preview;
};

static void
redeem_free(struct redeem *rd)
{
	if (rd->login != NULL) {
		rd->login->redeem = NULL;
		if (rd->visit->stage == VISIT_REDEEMING)
			rd->visit->stage = VISIT_OVER;
	}
	if (rd->visitor != NULL)
		rd->visitor->redeem = NULL;
	TAILQ_REMOVE(&rd->logins->redeems, rd, entry);
	config_unref(rd->config);
	free(rd);
}

/* The last act: whoever is told may end login and visitor. */
static void
finish(struct redeem *rd, struct redeem_result *result)
{
	struct connection *visitor = rd->visitor;
	redeem_done *done = rd->done;

	result->login = rd->login;
	result->visit = rd->visit;
	redeem_free(rd);
	if (visitor != NULL)
		done(visitor, result);
}

/* A refusal is the login's end, and its terminal hears of it. Whoever pasted
 * the redirect there is the visitor, and hears of it as that. */
static void
refuse(struct redeem *rd, struct redeem_result *result)
{
	struct login *login = rd->login;
	bool pasted = rd->visitor == login->connection;
	enum reason reason = result->reason;

	finish(rd, result);
	if (!pasted)
		login_end(login, reason, "");
}

static void
fail(struct redeem *rd, struct redeem_result *result)
{
	if (rd->login == NULL) {
		finish(rd, result);
	} else if (reason_row(result->reason)->verdict == VERDICT_DENY) {
		refuse(rd, result);
	} else {
		rd->login->trouble = result->reason;
		finish(rd, result);
	}
}

static void
take_grant(struct redeem *rd, struct grant *grant)
{
	struct redeem_result result = {.error = "", .detail = ""};

	if (rd->login == NULL || rd->visitor == NULL) {
		exchange_discard(rd->logins->server, rd->config, grant);
		finish(rd, &result);
		return;
	}
	rd->login->grant = grant;
	rd->login->trouble = REASON_NONE;
	finish(rd, &result);
}

/* The refusal is on record; the terminal is told after the page. */
static void
refuse_recorded(struct redeem *rd, struct redeem_result *result)
{
	struct connection *c = rd->login->connection;
	struct request preview = rd->preview;

	result->detail = preview.detail;
	finish(rd, result);
	preview.argument = c;
	if (c->request.waiting)
		request_clear(&preview);
	else
		reply_verdict(&preview);
}

static void
previewed(struct request *r)
{
	struct redeem *rd = r->argument;
	struct redeem_result result = {.error = "", .detail = ""};

	if (r->reason == REASON_GRANTED) {
		struct grant *grant = TAKE_PTR(r->fresh_grant);

		request_clear(r);
		take_grant(rd, grant);
		return;
	}
	result.reason = r->reason;
	if (r->verdict == VERDICT_DENY && rd->login != NULL) {
		refuse_recorded(rd, &result);
		return;
	}
	request_clear(r);
	fail(rd, &result);
}

static void
preview(struct redeem *rd, struct grant *grant)
{
	struct request *r = &rd->preview;
	_cleanup_(buf_clear) struct buf packet = {0};

	buf_init_sensitive(&packet, MESSAGE_MAX);
	login_request(rd->login, r);
	r->operation = OPERATION_PREVIEW;
	r->deadline =
	    deadline_earlier(rd->login->deadline, deadline_in_ms(PREVIEW_MS));
	r->done = previewed;
	r->argument = rd;
	if (login_request_grant(rd->login, r, grant, &packet) != STATUS_OK) {
		r->config = config_ref(rd->config);
		r->reason = REASON_NO_MEMORY;
		r->verdict = VERDICT_UNAVAILABLE;
		previewed(r);
		return;
	}
	(void)decide(r);
}

static void
exchanged(struct exchange_result *answer, void *argument)
{
	struct redeem *rd = argument;
	struct redeem_result result = {
	    .reason = answer->reason, .error = answer->error, .detail = ""};
	struct grant *grant = TAKE_PTR(answer->grant);

	rd->exchange = NULL;
	if (answer->reason != REASON_NONE || grant == NULL) {
		if (result.reason == REASON_NONE)
			result.reason = REASON_AS_ANSWER_MALFORMED;
		grant_free(grant);
		fail(rd, &result);
	} else if (rd->login == NULL || rd->visitor == NULL ||
		   rd->visitor == rd->login->connection) {
		take_grant(rd, grant);
	} else {
		preview(rd, grant);
	}
}

enum reason
redeem_begin(struct login *login, struct visit *visit, struct text code,
    struct connection *visitor, redeem_done *done)
{
	struct server *s = login->connection->server;
	struct redeem *rd = calloc(1, sizeof(*rd));
	_cleanup_(secret_clear) struct secret form = {0};
	enum reason reason = REASON_NO_MEMORY;

	visit->stage = VISIT_OVER;
	if (rd != NULL && exchange_form(login, visit, code, &form) == STATUS_OK)
		rd->exchange = exchange_begin(s, login->config, login->issuer,
		    login->policy->environment, &form, exchanged, rd, &reason);
	explicit_bzero(visit->verifier, sizeof(visit->verifier));
	if (rd == NULL || rd->exchange == NULL) {
		free(rd);
		login->trouble = reason;
		return reason;
	}
	visit->stage = VISIT_REDEEMING;
	rd->logins = s->logins;
	rd->config = config_ref(login->config);
	rd->issuer = login->issuer;
	rd->login = login;
	rd->visit = visit;
	rd->visitor = visitor;
	rd->done = done;
	TAILQ_INSERT_TAIL(&s->logins->redeems, rd, entry);
	login->redeem = rd;
	if (visitor != NULL)
		visitor->redeem = rd;
	return REASON_NONE;
}

void
redeem_leave(struct login *login)
{
	struct redeem *rd = TAKE_PTR(login->redeem);
	struct redeem_result gone = {.error = "", .detail = ""};

	if (rd == NULL)
		return;
	rd->login = NULL;
	if (rd->exchange != NULL)
		return; /* what comes of it is thrown away */
	decide_cancel(&rd->preview);
	request_clear(&rd->preview);
	finish(rd, &gone);
}

void
redeem_leave_visitor(struct connection *visitor)
{
	struct redeem *rd = TAKE_PTR(visitor->redeem);

	if (rd != NULL)
		rd->visitor = NULL;
}

void
redeem_cancel_all(struct logins *l)
{
	struct redeem *rd;

	while ((rd = TAILQ_FIRST(&l->redeems)) != NULL) {
		if (rd->exchange != NULL)
			exchange_cancel(TAKE_PTR(rd->exchange));
		/* Nobody is left who could revoke it. */
		grant_free(TAKE_PTR(rd->preview.fresh_grant));
		decide_cancel(&rd->preview);
		request_clear(&rd->preview);
		redeem_free(rd);
	}
}
