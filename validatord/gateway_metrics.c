/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "connections.h"
#include "fetcher.h"
#include "gateway_command.h"
#include "gateway_write.h"
#include "login_code.h"
#include "server.h"

/*
 * What the front may tell of the gate: counters whose names are fixed, and
 * what a program has to know to bring a token. No user, no address, no scope
 * of anybody.
 */

static void
write_counts(struct json_writer *w, const struct server *s)
{
	const struct logins *l = s->logins;

	json_write_begin_object(w, "decisions");
	for (int v = VERDICT_ALLOW; v <= VERDICT_UNAVAILABLE; v++)
		json_write_integer(
		    w, verdict_name((enum verdict)v), (int64_t)s->decisions[v]);
	json_write_end_object(w);
	json_write_begin_object(w, "logins");
	json_write_integer(w, "waiting", (int64_t)l->count);
	json_write_integer(w, "begun", (int64_t)l->begun);
	json_write_integer(w, "finished", (int64_t)s->sign_ins);
	json_write_integer(w, "unfinished", (int64_t)l->unfinished);
	json_write_integer(w, "declined", (int64_t)l->declined);
	json_write_integer(w, "codes", (int64_t)login_codes_count(l->codes));
	json_write_end_object(w);
	json_write_begin_object(w, "cache");
	json_write_integer(w, "hit", (int64_t)s->cache_uses[CACHE_HIT]);
	json_write_integer(w, "miss", (int64_t)s->cache_uses[CACHE_MISS]);
	json_write_integer(w, "joined", (int64_t)s->cache_uses[CACHE_JOINED]);
	json_write_end_object(w);
}

static void
write_issuer(
    struct json_writer *w, struct server *s, const struct issuer *issuer)
{
	const struct issuer_state *state =
	    issuers_find(s->issuers, issuer->name);

	if (state == NULL)
		return;
	json_write_begin_object(w, NULL);
	json_write_string(w, "name", issuer->name);
	json_write_string(w, "breaker",
	    breaker_state_name(breaker_state(&state->breaker, monotonic_us())));
	json_write_integer(w, "in_flight", state->in_flight);
	json_write_integer(w, "asked", (int64_t)state->asked);
	json_write_integer(w, "failed", (int64_t)state->failed);
	json_write_end_object(w);
}

void
gateway_metrics(struct connection *c, const struct message *m)
{
	struct server *s = c->server;
	struct gateway_document d;

	(void)m;
	gateway_start(&d, "metrics");
	json_write_integer(
	    &d.w, "uptime_s", (monotonic_us() - s->started_us) / 1000000);
	json_write_integer(&d.w, "generation", s->config->generation);
	json_write_bool(&d.w, "config_stale", s->config_error != NULL);
	json_write_integer(&d.w, "connections", (int64_t)s->connections->count);
	json_write_integer(
	    &d.w, "audit_sequence", (int64_t)audit_sequence(s->audit));
	json_write_integer(&d.w, "grants",
	    s->grants != NULL ? (int64_t)grants_count(s->grants) : 0);
	json_write_integer(
	    &d.w, "fetch_restarts", fetcher_restarts(s->fetcher));
	write_counts(&d.w, s);
	json_write_begin_array(&d.w, "issuers");
	for (size_t i = 0; i < s->config->issuer_count; i++)
		write_issuer(&d.w, s, &s->config->issuers[i]);
	json_write_end_array(&d.w);
	gateway_send(c, &d);
}

/* metadata: RFC 9728, for the pages that are gated here. */

static bool
is_of_web(const struct policy *p)
{
	for (size_t i = 0; i < p->services.count; i++) {
		if (strncmp(p->services.words[i], "web:", 4) == 0)
			return true;
	}
	return false;
}

static void
add_words(struct word_list *all, const struct word_list *more)
{
	for (size_t i = 0; i < more->count; i++) {
		if (!word_list_has(all, more->words[i]))
			(void)word_list_add(
			    all, more->words[i], strlen(more->words[i]));
	}
}

void
gateway_metadata(struct connection *c, const struct message *m)
{
	const struct config *config = c->server->config;
	struct word_list issuers = {0}, scopes = {0};
	struct gateway_document d;

	(void)m;
	for (size_t i = 0; i < config->policy_count; i++) {
		const struct policy *p = &config->policies[i];
		char *url = p->issuer->url;
		const struct word_list one = {.words = &url, .count = 1};

		if (!is_of_web(p))
			continue;
		add_words(&issuers, &one);
		add_words(&scopes, &p->require);
		add_words(&scopes, &p->require_any);
	}
	gateway_start(&d, "metadata");
	json_write_string(&d.w, "host", config->host_name);
	gateway_write_words(&d.w, "issuers", &issuers);
	gateway_write_words(&d.w, "scopes", &scopes);
	word_list_clear(&issuers);
	word_list_clear(&scopes);
	gateway_send(c, &d);
}
