/* SPDX-License-Identifier: ISC */
#include "document.h"

#include <unistd.h>

#include "connections.h"
#include "deny.h"
#include "endpoints.h"
#include "fetcher.h"
#include "keys.h"
#include "scopegate/json.h"
#include "server.h"

/* What operators and their scripts read. It tells what is known and leaves
 * judgement to the tool; it must stay quick, for it runs between logins. */

#define WARNINGS_MAX 16

/* The one that most questions go to. */
static enum endpoint
chief_endpoint(const struct issuer *issuer)
{
	if (issuer_introspects(issuer))
		return ENDPOINT_INTROSPECTION;
	return issuer_signs(issuer) ? ENDPOINT_JWKS : ENDPOINT_TOKEN;
}

/* The endpoints behind the first, where there are any. */
static void
write_further(struct json_writer *w, const struct issuer_state *state)
{
	if (state->further_count == 0)
		return;
	json_write_begin_array(w, "further_endpoints");
	for (size_t i = 0; i < state->further_count; i++) {
		const struct further_endpoint *f = &state->further[i];

		json_write_begin_object(w, NULL);
		json_write_string(w, "endpoint", f->url);
		json_write_string(w, "breaker",
		    breaker_state_name(
			breaker_state(&f->breaker, monotonic_us())));
		json_write_end_object(w);
	}
	json_write_end_array(w);
}

/* A signed token that nobody asks about counts until it ends. */
static void
write_revocation(struct json_writer *w, const struct issuer *issuer)
{
	if (issuer->validation != VALIDATION_JWT) {
		json_write_integer(w, "revocation_seen_within_s",
		    (issuer->cache_ms + 999) / 1000);
		return;
	}
	json_write_null(w, "revocation_seen_within_s");
	json_write_integer(
	    w, "max_lifetime_s", issuer->signing.max_lifetime_ms / 1000);
}

static void
write_keys(struct json_writer *w, const struct issuer_state *state,
    const struct issuer *issuer)
{
	int64_t age_s = keys_age_s(state, issuer);

	if (!issuer_signs(issuer))
		return;
	json_write_begin_object(w, "keys");
	json_write_string(w, "from",
	    issuer->signing.static_keys != NULL ? "file" : "server");
	if (age_s < 0)
		json_write_null(w, "age_s");
	else
		json_write_integer(w, "age_s", age_s);
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
	json_write_string(w, "url", issuer->url);
	json_write_string(w, "endpoint",
	    issuer_endpoint(state, chief_endpoint(issuer)));
	json_write_string(w, "breaker",
	    breaker_state_name(breaker_state(&state->breaker, monotonic_us())));
	write_further(w, state);
	json_write_integer(w, "in_flight", state->in_flight);
	json_write_integer(w, "asked", (int64_t)state->asked);
	json_write_integer(w, "failed", (int64_t)state->failed);
	write_revocation(w, issuer);
	write_keys(w, state, issuer);
	json_write_end_object(w);
}

static void
write_work(struct json_writer *w, const struct server *s)
{
	json_write_begin_object(w, "fetch");
	json_write_bool(w, "running", fetcher_running(s->fetcher));
	json_write_integer(w, "restarts", fetcher_restarts(s->fetcher));
	json_write_end_object(w);
	json_write_begin_object(w, "audit");
	json_write_string(w, "path", s->config->audit_log);
	json_write_integer(w, "sequence", (int64_t)audit_sequence(s->audit));
	json_write_end_object(w);
	json_write_integer(w, "denied_rules", (int64_t)s->denied->count);
	json_write_integer(w, "connections", (int64_t)s->connections->count);
	json_write_begin_object(w, "cache");
	json_write_integer(
	    w, "positive", (int64_t)facts_cache_count(s->cache, true));
	json_write_integer(
	    w, "negative", (int64_t)facts_cache_count(s->cache, false));
	json_write_end_object(w);
	json_write_begin_object(w, "decisions");
	for (int v = VERDICT_ALLOW; v <= VERDICT_UNAVAILABLE; v++)
		json_write_integer(
		    w, verdict_name((enum verdict)v), (int64_t)s->decisions[v]);
	json_write_end_object(w);
}

void
document_status(struct buf *out, struct server *s)
{
	char warnings[WARNINGS_MAX][256];
	size_t count = config_warnings(s->config, warnings, WARNINGS_MAX);
	struct json_writer w;

	json_writer_init(&w, out);
	json_write_begin_object(&w, NULL);
	json_write_string(&w, "version", PACKAGE_VERSION);
	json_write_integer(&w, "protocol", PROTOCOL_VERSION);
	json_write_integer(&w, "pid", getpid());
	json_write_integer(
	    &w, "uptime_s", (monotonic_us() - s->started_us) / 1000000);
	json_write_integer(&w, "generation", s->config->generation);
	json_write_string(&w, "config", s->config->path);
	json_write_string(&w, "config_error", s->config_error);
	write_work(&w, s);
	json_write_begin_array(&w, "issuers");
	for (size_t i = 0; i < s->config->issuer_count; i++)
		write_issuer(&w, s, &s->config->issuers[i]);
	json_write_end_array(&w);
	json_write_begin_array(&w, "warnings");
	for (size_t i = 0; i < count && i < WARNINGS_MAX; i++)
		json_write_string(&w, NULL, warnings[i]);
	json_write_end_array(&w);
	json_write_end_object(&w);
}

void
document_flush(struct buf *out, size_t positive, size_t negative)
{
	struct json_writer w;

	json_writer_init(&w, out);
	json_write_begin_object(&w, NULL);
	json_write_bool(&w, "flushed", true);
	json_write_integer(&w, "positive", (int64_t)positive);
	json_write_integer(&w, "negative", (int64_t)negative);
	json_write_end_object(&w);
}

void
document_reload(struct buf *out, const struct server *s, const char *error)
{
	struct json_writer w;

	json_writer_init(&w, out);
	json_write_begin_object(&w, NULL);
	json_write_bool(&w, "reloaded", error == NULL);
	if (error != NULL)
		json_write_string(&w, "error", error);
	else
		json_write_integer(&w, "generation", s->config->generation);
	json_write_end_object(&w);
}
