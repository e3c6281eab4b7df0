/* SPDX-License-Identifier: ISC */
#include "issuers.h"

#include <stdlib.h>
#include <string.h>

#include "discovery.h"
#include "endpoints.h"
#include "keys.h"
#include "scopegate/cleanup.h"
#include "scopegate/deadline.h"

/* One state an authorization server, and how it fares. */

struct issuers {
	struct server *server;
	struct issuer_state *first;
};

struct issuers *
issuers_new(struct server *server)
{
	struct issuers *i = calloc(1, sizeof(*i));

	if (i != NULL)
		i->server = server;
	return i;
}

struct issuer_state *
issuer_state_ref(struct issuer_state *s)
{
	s->references++;
	return s;
}

void
issuer_state_unref(struct issuer_state *s)
{
	if (s == NULL || --s->references > 0)
		return;
	config_unref(s->snapshot);
	free(s->name);
	free(s->url);
	for (size_t i = 0; i < ENDPOINT_COUNT; i++)
		free(s->written[i]);
	metadata_clear(&s->metadata);
	keys_clear(s);
	endpoints_clear(s);
	free(s);
}

struct issuer_state *
issuers_find(struct issuers *i, const char *name)
{
	struct issuer_state *s = i->first;

	while (s != NULL && strcmp(s->name, name) != 0)
		s = s->next;
	return s;
}

static struct issuer_state *
state_new(struct server *server, const struct issuer *issuer)
{
	struct issuer_state *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return NULL;
	s->references = 1;
	s->server = server;
	s->name = strdup(issuer->name);
	s->url = strdup(issuer->url);
	if (s->name == NULL || s->url == NULL) {
		issuer_state_unref(s);
		return NULL;
	}
	return s;
}

static void
retire(struct issuer_state *s)
{
	while (s != NULL) {
		struct issuer_state *next = s->next;

		s->next = NULL;
		keys_abandon(s);
		discovery_abandon(s);
		issuer_state_unref(s);
		s = next;
	}
}

void
issuers_free(struct issuers *i)
{
	if (i == NULL)
		return;
	retire(i->first);
	free(i);
}

static struct issuer_state *
state_take(struct issuers *i, const struct issuer *issuer)
{
	for (struct issuer_state **at = &i->first; *at != NULL;
	     at = &(*at)->next) {
		struct issuer_state *s = *at;

		if (strcmp(s->name, issuer->name) == 0 &&
		    strcmp(s->url, issuer->url) == 0) {
			*at = s->next;
			s->next = NULL;
			return s;
		}
	}
	return state_new(i->server, issuer);
}

const char *
issuer_endpoint(const struct issuer_state *s, enum endpoint e)
{
	if (s->written[e] != NULL)
		return s->written[e];
	/* A browser shows no certificate of ours. */
	if (s->shows_certificate && s->metadata.mtls[e] != NULL &&
	    e != ENDPOINT_AUTHORIZATION)
		return s->metadata.mtls[e];
	return s->metadata.endpoints[e];
}

unsigned int
issuer_needs(const struct config *c, const struct issuer *issuer)
{
	unsigned int needs = 0;

	if (issuer_introspects(issuer))
		needs |= ENDPOINT_BIT(ENDPOINT_INTROSPECTION);
	if (issuer_needs_keys(issuer) && issuer->signing.jwks_file == NULL)
		needs |= ENDPOINT_BIT(ENDPOINT_JWKS);
	for (size_t i = 0; i < c->policy_count; i++) {
		const struct policy *p = &c->policies[i];

		if (p->issuer != issuer)
			continue;
		if ((p->login & LOGIN_BROWSER) != 0)
			needs |= ENDPOINT_BIT(ENDPOINT_AUTHORIZATION) |
				 ENDPOINT_BIT(ENDPOINT_TOKEN);
		if ((p->login & LOGIN_DEVICE) != 0)
			needs |= ENDPOINT_BIT(ENDPOINT_DEVICE) |
				 ENDPOINT_BIT(ENDPOINT_TOKEN);
	}
	return needs;
}

enum status
issuer_state_follow(struct issuer_state *s, const struct issuer *issuer)
{
	const char *const urls[ENDPOINT_COUNT] = {
	    [ENDPOINT_INTROSPECTION] =
		issuer->introspection_endpoints.count > 0
		    ? issuer->introspection_endpoints.words[0]
		    : NULL,
	    [ENDPOINT_AUTHORIZATION] = issuer->sign_in.authorization_endpoint,
	    [ENDPOINT_TOKEN] = issuer->sign_in.token_endpoint,
	    [ENDPOINT_DEVICE] = issuer->sign_in.device_authorization_endpoint,
	    [ENDPOINT_REVOCATION] = issuer->sign_in.revocation_endpoint,
	    [ENDPOINT_JWKS] = issuer->signing.jwks_uri,
	};

	s->breaker_on = issuer->breaker;
	s->shows_certificate = issuer->proof.certificate_file != NULL;
	for (size_t i = 0; i < ENDPOINT_COUNT; i++) {
		char *copy = urls[i] != NULL ? strdup(urls[i]) : NULL;

		if (urls[i] != NULL && copy == NULL)
			return STATUS_NOMEM;
		free(s->written[i]);
		s->written[i] = copy;
	}
	return endpoints_follow(s, &issuer->introspection_endpoints);
}

enum status
issuers_apply(struct issuers *i, struct config *c)
{
	struct issuer_state *first = NULL, **last = &first;

	for (size_t n = 0; n < c->issuer_count; n++) {
		struct issuer_state *s = state_take(i, &c->issuers[n]);

		if (s == NULL || issuer_state_follow(s, &c->issuers[n]) != STATUS_OK) {
			issuer_state_unref(s);
			*last = i->first;
			i->first = first;
			return STATUS_NOMEM;
		}
		*last = s;
		last = &s->next;
	}
	retire(i->first);
	i->first = first;
	for (size_t n = 0; n < c->issuer_count; n++) {
		const struct issuer *issuer = &c->issuers[n];
		struct issuer_state *state = issuers_find(i, issuer->name);

		if (discovery_missing(state, issuer_needs(c, issuer)) !=
			ENDPOINT_COUNT &&
		    state->metadata_at == 0)
			discovery_recall(state, c, issuer);
		if (discovery_missing(state, issuer_needs(c, issuer)) !=
		    ENDPOINT_COUNT)
			(void)discovery_begin(state, c, issuer);
		if (keys_follow(state, c, issuer) != STATUS_OK)
			return STATUS_NOMEM;
	}
	return STATUS_OK;
}

const char *
breaker_state_name(enum breaker_state s)
{
	static const char *const names[] = {
	    [BREAKER_CLOSED] = "closed",
	    [BREAKER_OPEN] = "open",
	    [BREAKER_HALF_OPEN] = "half-open",
	};

	return names[s];
}

bool
issuer_allows(struct issuer_state *s)
{
	return !s->breaker_on || breaker_allows(&s->breaker, monotonic_us());
}

static bool
is_open(const struct breaker *b)
{
	/* Closed or not; half-open is only a matter of the time of asking. */
	return b->open_until_us != 0;
}

void
issuer_breaker_report(struct issuer_state *s, struct breaker *b, const char *of,
    enum issuer_outcome outcome, unsigned int retry_after_s)
{
	bool was_open = is_open(b);

	if (outcome == ISSUER_FAILED)
		s->failed++;
	if (!s->breaker_on)
		return;
	switch (outcome) {
	case ISSUER_SERVED:
		breaker_succeeded(b);
		break;
	case ISSUER_FAILED:
		breaker_failed(b, monotonic_us(), retry_after_s);
		break;
	case ISSUER_UNASKED:
		breaker_cancelled(b);
		break;
	}
	if (!was_open && is_open(b))
		log_warning("issuer %s: breaker%s%s open: left alone for some "
			    "seconds after failing repeatedly",
		    s->name, of != NULL ? " of " : "", of != NULL ? of : "");
	else if (was_open && !is_open(b))
		log_info("issuer %s: breaker%s%s closed: it answers again",
		    s->name, of != NULL ? " of " : "", of != NULL ? of : "");
}

void
issuer_report(struct issuer_state *s, enum issuer_outcome outcome,
    unsigned int retry_after_s)
{
	issuer_breaker_report(s, &s->breaker, NULL, outcome, retry_after_s);
}
