/* SPDX-License-Identifier: ISC */
#include "revocation.h"

#include "exchange.h"
#include "fetcher.h"
#include "form.h"
#include "grant_owner.h"
#include "scopegate/cleanup.h"
#include "scopegate/deadline.h"
#include "server.h"

/*
 * RFC 7009, on the best effort: what is revoked here is over already, and the
 * server's answer changes nothing of that. It is logged when it fails.
 */

#define REVOCATION_MS 5000

static void
answered(const struct fetch_reply *reply, void *argument)
{
	(void)argument;
	/* Section 2.2: 200, also for a token that is not known any more. */
	if (reply->result == FETCH_ANSWERED && reply->http_status == 200)
		return;
	log_warning("a grant that ended here could not be revoked at its "
		    "broker (status %d): end it there among the connected "
		    "apps",
	    reply->result == FETCH_ANSWERED ? reply->http_status : 0);
}

/* The refresh token, where there is one: the grant ends with it (section 2.1).
 */
static enum status
make_form(const struct grant *g, struct secret *ret)
{
	bool refresh = g->refresh_token.length > 0;
	const struct secret *token = refresh ? &g->refresh_token : &g->token;
	const char *hint = refresh ? "refresh_token" : "access_token";
	enum status s =
	    form_put(ret, "token", (struct text){token->bytes, token->length});

	if (s == STATUS_OK)
		s = form_put(ret, "token_type_hint", text_of(hint));
	return s;
}

/* By the rules that hold now, since what is sent goes where they say. */
static bool
is_server_of(const struct server *server, const struct issuer *issuer,
    const struct grant *g)
{
	const struct issuer *now = config_issuer(server->config, issuer->name);

	if (now != NULL && grant_owner(g, now) == REASON_NONE)
		return true;
	log_warning("a grant of issuer %s that ended here is not revoked at "
		    "its broker, for the section names another url or "
		    "client_id by now: end it there among the connected apps",
	    issuer->name);
	return false;
}

bool
revocation_begin(struct server *server, const struct issuer *issuer,
    const struct grant *grant)
{
	_cleanup_(secret_clear) struct secret form = {0};
	const struct issuer_state *state =
	    issuers_find(server->issuers, issuer->name);
	const char *endpoint =
	    state != NULL ? issuer_endpoint(state, ENDPOINT_REVOCATION) : NULL;

	if (endpoint == NULL || !is_server_of(server, issuer, grant) ||
	    make_form(grant, &form) != STATUS_OK)
		return false;
	return fetcher_ask(server->fetcher, FETCH_REVOKE, issuer->name,
		   endpoint, &form, deadline_in_ms(REVOCATION_MS), answered,
		   NULL) != 0;
}

void
exchange_discard(
    struct server *server, struct config *config, struct grant *grant)
{
	const struct issuer *issuer =
	    grant != NULL ? config_issuer(config, grant->issuer) : NULL;

	if (issuer != NULL)
		(void)revocation_begin(server, issuer, grant);
	grant_free(grant);
}
