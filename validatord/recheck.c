/* SPDX-License-Identifier: ISC */
#include "recheck.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "form.h"
#include "grant_expiry.h"
#include "grant_owner.h"
#include "probing.h"
#include "scopegate/cleanup.h"
#include "server.h"
#include "token_ask.h"

/*
 * The grant is named by its id and looked up again after each wait, since it
 * may have been revoked or purged meanwhile. What the broker says is on disk
 * before anybody hears of it.
 */

struct recheck {
	struct recheck *next;
	struct server *server;
	struct config *config;
	const struct issuer *issuer;
	char id[GRANT_ID_SIZE];
	struct flight *flight;   /* NULL: nobody waits */
	struct token_ask *ask;   /* while it is refreshed */
	struct probing *probing; /* while the API is asked */
};

static void
unlink_recheck(struct recheck *r)
{
	struct recheck **at = &r->server->rechecks;

	while (*at != NULL && *at != r)
		at = &(*at)->next;
	if (*at == r)
		*at = r->next;
}

static void
recheck_free(struct recheck *r)
{
	unlink_recheck(r);
	config_unref(r->config);
	free(r);
}

static void
land(struct recheck *r, enum reason reason, const char *what)
{
	struct grant *g = grants_find_id(r->server->grants, text_of(r->id));
	struct flight_answer answer = {.reason = reason, .what = what};
	struct flight *flight = r->flight;

	if (reason == REASON_NONE && (g == NULL || g->ended))
		answer.reason = REASON_GRANT_ENDED;
	if (answer.reason == REASON_NONE)
		answer.facts = g->facts;
	recheck_free(r);
	if (flight != NULL)
		flight_land(flight, &answer);
}

static enum reason
end_grant(struct recheck *r, struct grant *g)
{
	g->ended = true;
	log_info("issuer %s: grant %s has ended: %s", r->issuer->name, g->id,
	    g->refresh_lost
		? "an earlier refresh was sent and its answer was lost, and "
		  "the broker takes the old token no more"
		: "the broker says that its token is dead");
	/* Ended in memory whatever the disk says; a store that fails costs
	 * another question after a restart, no more. */
	if (grants_save(r->server->grants, g) != STATUS_OK)
		log_error("grant %s: its end could not be written to %s", g->id,
		    r->server->config->state_dir);
	return REASON_TOKEN_INACTIVE;
}

/* The grant as it is, with the time of this look. */
static enum reason
note_verified(struct grant *g, struct probing_result *result, int64_t now)
{
	_cleanup_(facts_unrefp) struct facts *f = facts_copy(g->facts);

	if (f == NULL)
		return REASON_NO_MEMORY;
	if (result != NULL && probing_facts(result, f) != STATUS_OK)
		return REASON_NO_MEMORY;
	f->checked_at = now;
	facts_unref(g->facts);
	g->facts = TAKE_PTR(f);
	g->verified_at = now;
	return REASON_NONE;
}

/* The same token must still reach the same account, or the user map would let
 * somebody else in. */
static bool
is_same_account(const struct grant *g, const struct probing_result *result)
{
	const char *before = g->facts->subject, *now = result->answer->subject;

	return before == NULL || now == NULL || strcmp(before, now) == 0;
}

static void
probed(struct probing_result *result, void *argument)
{
	struct recheck *r = argument;
	struct grant *g = grants_find_id(r->server->grants, text_of(r->id));
	enum reason reason = result->reason;
	const char *what = result->what;

	r->probing = NULL;
	if (g == NULL || g->ended) {
		reason = REASON_GRANT_ENDED;
	} else if (reason == REASON_TOKEN_INACTIVE) {
		reason = end_grant(r, g);
	} else if (reason == REASON_NONE && !is_same_account(g, result)) {
		reason = REASON_ACCOUNT_REFUSED;
		what = "the token reaches another account than at sign-in";
	} else if (reason == REASON_NONE) {
		reason = note_verified(g, result, (int64_t)time(NULL));
		/* A broker may say so only now. */
		g->ends_at = grant_earlier(g->ends_at, g->facts->expires_at);
	}
	land(r, reason, what);
}

static int
environment_of(const struct facts *f)
{
	if (f->environment == NULL)
		return ENVIRONMENT_ANY;
	return strcmp(f->environment, "live") == 0 ? ENVIRONMENT_LIVE
						   : ENVIRONMENT_PAPER;
}

static enum reason
begin_probing(struct recheck *r, struct grant *g)
{
	const struct probing_question q = {.issuer = r->issuer,
	    .environment = environment_of(g->facts),
	    .api_base = g->api_base,
	    .account = g->facts->subject != NULL ? g->facts->subject : g->id,
	    .token = {g->token.bytes, g->token.length}};
	enum reason reason = REASON_NONE;

	r->probing =
	    probing_begin(r->server, r->config, &q, probed, r, &reason);
	return reason;
}

/* The new tokens, and until when they hold. RFC 6749 section 6: an absent
 * scope is what was granted before; a wider one is none that anybody gave. */
static enum reason
take_refreshed(struct recheck *r, struct grant *g, struct token_answer *a)
{
	int64_t now = (int64_t)time(NULL), end = 0;
	const struct sign_in *s = &r->issuer->sign_in;
	struct probe_answer stated = {
	    .scopes_known = a->scopes_known, .scopes = a->scopes};
	struct probing_result result = {.answer = &stated};
	enum reason reason;

	secret_clear(&g->token);
	g->refresh_lost = false;
	g->token = a->token;
	a->token = (struct secret){0};
	if (a->refresh_token.length > 0) {
		secret_clear(&g->refresh_token);
		g->refresh_token = a->refresh_token;
		a->refresh_token = (struct secret){0};
	}
	if (grant_token_end(s, a->expires_in, now, &end) != STATUS_OK)
		end = now;
	g->ends_at = grant_earlier(end, grant_age_end(s, g->made_at));
	reason = note_verified(g, &result, now);
	a->scopes = stated.scopes;
	if (reason == REASON_NONE)
		g->facts->expires_at = g->ends_at;
	/* Before it is used: the old one may be worth nothing by now. */
	if (grants_save(r->server->grants, g) != STATUS_OK)
		reason = REASON_GRANT_STORE_FAILED;
	return reason;
}

/* invalid_grant, said to another app than the grant's, says nothing of it (RFC
 * 6749 section 5.2: "or was issued to another client"). */
static bool
was_ours_to_ask(const struct recheck *r, const struct grant *g)
{
	return grant_owner(g, r->issuer) == REASON_NONE &&
	       issuer_still_same(r->issuer, r->server->config);
}

static void
refreshed(struct token_result *result, void *argument)
{
	struct recheck *r = argument;
	struct grant *g = grants_find_id(r->server->grants, text_of(r->id));
	enum reason reason = result->reason;

	r->ask = NULL;
	if (g != NULL)
		g->refresh_lost |= reason == REASON_AS_TIMEOUT ||
				   reason == REASON_AS_UNREACHABLE;
	if (g == NULL)
		reason = REASON_GRANT_ENDED;
	else if (reason == REASON_NONE)
		reason = take_refreshed(r, g, &result->answer);
	else if (strcmp(result->error, "invalid_grant") == 0 && !g->ended &&
		 was_ours_to_ask(r, g))
		reason = end_grant(r, g);
	if (reason == REASON_NONE && !g->ended && r->flight != NULL &&
	    probing_possible(r->issuer, environment_of(g->facts))) {
		reason = begin_probing(r, g);
		if (reason == REASON_NONE)
			return;
	}
	land(r, reason, result->what);
}

static enum reason
begin_refresh(struct recheck *r, struct grant *g)
{
	_cleanup_(secret_clear) struct secret form = {0};
	enum reason reason = REASON_NO_MEMORY;

	if (form_put(&form, "grant_type", text_of("refresh_token")) !=
		STATUS_OK ||
	    form_put(&form, "refresh_token",
		(struct text){g->refresh_token.bytes,
		    g->refresh_token.length}) != STATUS_OK)
		return reason;
	r->ask = token_ask_begin(
	    r->server, r->config, r->issuer, &form, refreshed, r, &reason);
	return reason;
}

static bool
has_expired(const struct grant *g, int64_t now)
{
	return g->ends_at != 0 && now >= g->ends_at;
}

enum recheck_need
recheck_need(const struct recheck_question *q, int64_t *ret_age_ms)
{
	const struct grant *g = q->grant;
	int64_t age_end = grant_age_end(&q->issuer->sign_in, g->made_at);
	int64_t age_ms = (q->now - g->verified_at) * 1000;

	*ret_age_ms = age_ms;
	if (g->ended || (age_end != 0 && q->now >= age_end))
		return RECHECK_OVER;
	if (has_expired(g, q->now))
		/* Without a refresh the claims stage says that it expired;
		 * nobody need be asked about that. */
		return g->refresh_token.length > 0 ? RECHECK_NEEDED
						   : RECHECK_NOT_NEEDED;
	if (!probing_possible(q->issuer, environment_of(g->facts)))
		return RECHECK_NOT_NEEDED;
	/* A clock that went back proves nothing about the age. */
	return age_ms >= 0 && age_ms < q->issuer->cache_ms ? RECHECK_NOT_NEEDED
							   : RECHECK_NEEDED;
}

/* Nobody waits any more. */
static void
cancelled(void *argument)
{
	struct recheck *r = argument;

	r->flight = NULL;
	if (r->ask != NULL)
		return; /* refreshed() ends it */
	probing_cancel(r->probing);
	recheck_free(r);
}

static struct recheck *
find_recheck(struct server *server, const char *id)
{
	struct recheck *r = server->rechecks;

	while (r != NULL && strcmp(r->id, id) != 0)
		r = r->next;
	return r;
}

/* Whatever generation of the configuration asks: it is one and the same. */
static struct flight *
open_flight(struct recheck *r)
{
	struct facts_key key;

	if (facts_cache_key(r->server->cache, "recheck of a grant", 0,
		text_of(r->id), &key) != STATUS_OK)
		return NULL;
	return flights_open(r->server->flights, &key, cancelled, r);
}

static struct recheck *
recheck_new(struct server *server, const struct recheck_question *q)
{
	struct recheck *r = calloc(1, sizeof(*r));

	if (r == NULL)
		return NULL;
	r->server = server;
	r->config = config_ref(q->config);
	r->issuer = q->issuer;
	memcpy(r->id, q->grant->id, sizeof(r->id));
	r->next = server->rechecks;
	server->rechecks = r;
	return r;
}

enum reason
recheck_ask(struct server *server, const struct recheck_question *q,
    struct flight **ret, bool *ret_joined, const char **ret_what)
{
	struct recheck *r = find_recheck(server, q->grant->id);
	enum reason reason = grant_owner(q->grant, q->issuer);

	*ret_what = NULL;
	if (reason != REASON_NONE)
		return reason;
	*ret_joined = r != NULL;
	if (r == NULL) {
		r = recheck_new(server, q);
		if (r == NULL)
			return REASON_NO_MEMORY;
		reason = has_expired(q->grant, q->now)
			     ? begin_refresh(r, q->grant)
			     : begin_probing(r, q->grant);
	}
	if (reason != REASON_NONE) {
		recheck_free(r);
		return reason;
	}
	if (r->flight == NULL)
		r->flight = open_flight(r);
	if (r->flight == NULL) {
		cancelled(r);
		return REASON_NO_MEMORY;
	}
	*ret = r->flight;
	return REASON_NONE;
}

void
rechecks_cancel(struct server *server)
{
	while (server->rechecks != NULL) {
		struct recheck *r = server->rechecks;

		token_ask_cancel(r->ask);
		probing_cancel(r->probing);
		recheck_free(r);
	}
}
