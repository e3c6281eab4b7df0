/* SPDX-License-Identifier: ISC */
#include "finding.h"

#include <stdio.h>
#include <string.h>

#include "claims.h"
#include "decide.h"
#include "facts_both.h"
#include "finding_wait.h"
#include "grant_owner.h"
#include "grants.h"
#include "jwt_question.h"
#include "probe_question.h"
#include "question.h"
#include "recheck.h"
#include "scopegate/cleanup.h"
#include "server.h"

/*
 * Where facts come from. A request waits here and nowhere else; it goes on in
 * decide_facts_found(). Nothing here may judge what it finds.
 */

#define US_PER_S INT64_C(1000000)

static enum reason go_on(struct request *r);

static void
facts_arrived(const struct flight_answer *answer, void *argument)
{
	struct request *r = argument;
	enum reason reason;

	finding_stop(r);
	if (answer->reason != REASON_NONE) {
		(void)snprintf(r->detail, sizeof(r->detail), "%s",
		    answer->what != NULL ? answer->what : "");
		decide_facts_found(r, answer->reason);
		return;
	}
	r->facts = facts_ref(answer->facts);
	reason = go_on(r);
	if (!r->waiting)
		decide_facts_found(r, reason);
}

typedef enum reason ask_question(struct request *r, struct text token,
    const struct facts_key *key, struct flight **ret);

static enum reason
ask_introspection(struct request *r, struct text token,
    const struct facts_key *key, struct flight **ret)
{
	const char *what = NULL;

	return question_ask(
	    r->server, r->config, r->issuer, token, key, ret, &what);
}

static enum reason
ask_probes(struct request *r, struct text token, const struct facts_key *key,
    struct flight **ret)
{
	return probe_question_ask(r->server, r->config, r->issuer,
	    r->policy->environment, token, key, ret);
}

/* From the cache, from a question on its way, or by asking. */
static enum reason
find_by_asking(
    struct request *r, const struct facts_key *key, ask_question *ask)
{
	struct server *s = r->server;
	struct flight *flight;

	facts_key_fingerprint(key, r->fingerprint);
	r->facts =
	    facts_cache_get(s->cache, key, r->started_us, &r->cache_age_ms);
	if (r->facts != NULL) {
		r->cache = CACHE_HIT;
		return REASON_NONE;
	}
	flight = flights_find(s->flights, key);
	r->cache = flight != NULL ? CACHE_JOINED : CACHE_MISS;
	if (flight == NULL) {
		enum reason reason =
		    ask(r, r->message.value[TAG_TOKEN], key, &flight);

		if (reason != REASON_NONE)
			return reason;
	}
	return finding_wait(r, flight, facts_arrived);
}

static enum reason
find_by_introspection(struct request *r)
{
	struct facts_key key;

	if (facts_cache_key(r->server->cache, r->issuer->name,
		r->config->generation, r->message.value[TAG_TOKEN],
		&key) != STATUS_OK)
		return REASON_NO_MEMORY;
	return find_by_asking(r, &key, ask_introspection);
}

static enum reason
find_by_probe(struct request *r)
{
	struct facts_key key;

	if (probe_question_key(r->server, r->config, r->issuer,
		r->policy->environment, r->message.value[TAG_TOKEN],
		&key) != STATUS_OK)
		return REASON_NO_MEMORY;
	return find_by_asking(r, &key, ask_probes);
}

/* The flight has a name of its own: what lands is not an answer of the server. */
static enum reason
find_by_signature(struct request *r)
{
	char name[CONF_NAME_MAX + sizeof(" (signed)")];
	struct facts_key key;
	const struct jwt_asking asking = {.server = r->server,
	    .config = r->config,
	    .issuer = r->issuer,
	    .token = r->message.value[TAG_TOKEN],
	    .key = &key};
	struct jwt_result result;
	struct flight *flight;
	enum reason reason;

	(void)snprintf(name, sizeof(name), "%s (signed)", r->issuer->name);
	if (facts_cache_key(r->server->cache, name, r->config->generation,
		asking.token, &key) != STATUS_OK)
		return REASON_NO_MEMORY;
	facts_key_fingerprint(&key, r->fingerprint);
	flight = flights_find(r->server->flights, &key);
	if (flight == NULL) {
		reason = jwt_question_ask(&asking, &result, &flight);
		if (result.what != NULL)
			(void)snprintf(
			    r->detail, sizeof(r->detail), "%s", result.what);
		r->facts = result.facts;
		if (reason != REASON_NONE || flight == NULL)
			return reason;
	}
	return finding_wait(r, flight, facts_arrived);
}

/* After each of the two: the token by itself, then the server's answer. */
static enum reason
go_on(struct request *r)
{
	_cleanup_(facts_unrefp) struct facts *asked = NULL;
	enum reason reason;

	if (r->issuer->validation != VALIDATION_BOTH)
		return REASON_NONE;
	if (r->own_facts == NULL) {
		r->own_facts = TAKE_PTR(r->facts);
		reason = claims_check(
		    r->own_facts, r->issuer, r->at_us / US_PER_S, NULL);
		if (reason == REASON_NONE)
			reason = find_by_introspection(r);
		return reason != REASON_NONE || r->waiting ? reason : go_on(r);
	}
	if (!r->facts->active)
		return REASON_NONE;
	asked = TAKE_PTR(r->facts);
	return facts_join(r->own_facts, asked, &r->facts);
}

static enum reason
find_by_both(struct request *r)
{
	enum reason reason = find_by_signature(r);

	return reason != REASON_NONE || r->waiting ? reason : go_on(r);
}

/* A refresh gave another token in its place. That one never leaves this host,
 * so whoever brings the old one may have had it from anywhere: it counts for
 * those who were on their way, for `leeway`, and then no more. A clock that
 * went back proves nothing. */
static bool
is_replaced(const struct request *r, const struct grant *g)
{
	int64_t at = grants_replaced_at(
	    r->server->grants, g, r->message.value[TAG_TOKEN]);
	int64_t ago_ms = (r->at_us / US_PER_S - at) * 1000;

	return at != 0 && (ago_ms < 0 || ago_ms > r->issuer->leeway_ms);
}

/* The record says what was granted; what is asked anew is only whether that
 * still holds. */
static enum reason
find_in_record(struct request *r, struct grant *g)
{
	const struct recheck_question q = {.config = r->config,
	    .issuer = r->issuer,
	    .grant = g,
	    .now = r->at_us / US_PER_S};
	const char *what = NULL;
	struct flight *flight;
	bool joined = false;
	enum recheck_need need;
	enum reason reason;

	memcpy(r->grant_id, g->id, sizeof(r->grant_id));
	reason = grant_owner(g, r->issuer);
	if (reason != REASON_NONE)
		return reason;
	need = recheck_need(&q, &r->cache_age_ms);
	if (need == RECHECK_OVER)
		return REASON_GRANT_ENDED;
	if (is_replaced(r, g))
		return REASON_TOKEN_EXPIRED;
	if (need == RECHECK_NOT_NEEDED) {
		r->cache = CACHE_HIT;
		r->facts = facts_ref(g->facts);
		return REASON_NONE;
	}
	reason = recheck_ask(r->server, &q, &flight, &joined, &what);
	if (reason != REASON_NONE)
		return reason;
	r->cache = joined ? CACHE_JOINED : CACHE_MISS;
	return finding_wait(r, flight, facts_arrived);
}

/* A token that we did not obtain may have been given to any other app, whose
 * makers could log in with it: there is no audience that would show it. */
static enum reason
find_by_grant(struct request *r)
{
	struct text token = r->message.value[TAG_TOKEN];
	struct grants *grants = r->server->grants;
	struct facts_key key;
	struct grant *g;

	if (grants == NULL)
		return REASON_GRANT_STORE_FAILED;
	if (facts_cache_key(r->server->cache, r->issuer->name,
		r->config->generation, token, &key) != STATUS_OK)
		return REASON_NO_MEMORY;
	facts_key_fingerprint(&key, r->fingerprint);
	g = grants_find_token(grants, r->issuer->name, token);
	if (g != NULL)
		return find_in_record(r, g);
	return r->issuer->sign_in.allow_foreign_tokens ? find_by_probe(r)
						       : REASON_TOKEN_FOREIGN;
}

enum reason
find_facts(struct request *r)
{
	static enum reason (*const ways[])(struct request * r) = {
	    [VALIDATION_INTROSPECT] = find_by_introspection,
	    [VALIDATION_GRANT] = find_by_grant,
	    [VALIDATION_PROBE] = find_by_probe,
	    [VALIDATION_JWT] = find_by_signature,
	    [VALIDATION_BOTH] = find_by_both,
	};

	return ways[r->issuer->validation](r);
}

/* What was proven when the handle was made need not be told again; whoever
 * tells of another key has none, as far as that handle goes. */
static void
take_key(struct request *r, const struct handle_entry *entry)
{
	if (r->ssh_key[0] == '\0')
		memcpy(r->ssh_key, entry->ssh_key, sizeof(r->ssh_key));
	else if (entry->ssh_key[0] != '\0' &&
		 strcmp(r->ssh_key, entry->ssh_key) != 0)
		r->ssh_key[0] = '\0';
}

/* The handle names facts; what they are worth is judged anew, by the rules
 * that hold now. */
enum reason
find_handle(struct request *r)
{
	const struct text *value = r->message.value;
	const struct handle_entry *entry =
	    handles_find(r->server->handles, value[TAG_HANDLE], r->started_us);

	if (entry == NULL)
		return REASON_HANDLE_UNKNOWN;
	if (!text_equal_string(value[TAG_USER], entry->user) ||
	    !text_equal_string(value[TAG_SERVICE], entry->service))
		return REASON_HANDLE_MISMATCH;
	if (strcmp(entry->issuer, r->issuer->name) != 0)
		return REASON_ISSUER_MISMATCH;
	r->facts = facts_ref(entry->facts);
	r->login_method = entry->login_method;
	take_key(r, entry);
	return REASON_NONE;
}
