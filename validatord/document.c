/* SPDX-License-Identifier: ISC */
#include "document.h"

#include <unistd.h>

#include "connections.h"
#include "endpoints.h"
#include "fetcher.h"
#include "scopegate/json.h"
#include "server.h"

/* What operators and their scripts read. It tells what is known and leaves
 * judgement to the tool; it must stay quick, for it runs between logins. */

#define WARNINGS_MAX 16

static void
write_words(struct json_writer *w, const char *name, const struct word_list *l)
{
	json_write_begin_array(w, name);
	for (size_t i = 0; i < l->count; i++)
		json_write_string(w, NULL, l->words[i]);
	json_write_end_array(w);
}

static void
write_view(struct json_writer *w, const char *name, struct text t)
{
	if (t.bytes == NULL)
		json_write_null(w, name);
	else
		json_write_text(w, name, t.bytes, t.length);
}

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
	json_write_integer(
	    w, "revocation_seen_within_s", (issuer->cache_ms + 999) / 1000);
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

static void
write_facts(struct json_writer *w, const struct facts *f)
{
	if (f == NULL) {
		json_write_null(w, "facts");
		return;
	}
	json_write_begin_object(w, "facts");
	json_write_bool(w, "active", f->active);
	json_write_string(w, "issuer", f->issuer);
	json_write_string(w, "subject", f->subject);
	json_write_string(w, "client_id", f->client_id);
	write_words(w, "audience", &f->audience);
	if (f->scopes_known)
		write_words(w, "scopes", &f->scopes);
	else
		json_write_null(w, "scopes");
	json_write_integer(w, "expires_at", f->expires_at);
	json_write_integer(w, "issued_at", f->issued_at);
	json_write_integer(w, "not_before", f->not_before);
	json_write_integer(w, "auth_time", f->auth_time);
	json_write_string(w, "environment", f->environment);
	json_write_integer(w, "checked_at", f->checked_at);
	json_write_end_object(w);
}

static void
write_outcome(struct json_writer *w, const struct request *r)
{
	static const char *const caches[] = {
	    [CACHE_NONE] = "none",
	    [CACHE_HIT] = "hit",
	    [CACHE_MISS] = "miss",
	    [CACHE_JOINED] = "joined",
	};
	const struct reason_row *row = reason_row(r->reason);

	json_write_string(w, "verdict", verdict_name(r->verdict));
	json_write_string(w, "reason", row->name);
	json_write_string(w, "sentence", row->sentence);
	json_write_string(w, "pam_auth", pam_answer_name(row->auth));
	json_write_string(w, "pam_account", pam_answer_name(row->account));
	json_write_string(w, "ref", r->ref);
	json_write_string(w, "detail", r->detail);
	json_write_string(
	    w, "issuer", r->issuer != NULL ? r->issuer->name : NULL);
	json_write_string(
	    w, "policy", r->policy != NULL ? r->policy->name : NULL);
	json_write_string(w, "cache", caches[r->cache]);
	json_write_integer(w, "as_us", r->as_us);
	json_write_integer(w, "total_us", r->total_us);
}

void
document_check(struct buf *out, const struct request *r)
{
	struct json_writer w;

	json_writer_init(&w, out);
	json_write_begin_object(&w, NULL);
	write_view(&w, "service", r->message.value[TAG_SERVICE]);
	write_view(&w, "user", r->message.value[TAG_USER]);
	write_view(&w, "rhost", r->message.value[TAG_RHOST]);
	write_outcome(&w, r);
	json_write_begin_array(&w, "rules");
	for (size_t i = 0; i < r->report->count; i++) {
		const struct report_rule *rule = &r->report->rules[i];

		json_write_begin_object(&w, NULL);
		json_write_string(&w, "name", rule->name);
		json_write_bool(&w, "passed", rule->passed);
		json_write_string(&w, "detail", rule->detail);
		json_write_end_object(&w);
	}
	json_write_end_array(&w);
	write_facts(&w, r->facts);
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
