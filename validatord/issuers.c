/* SPDX-License-Identifier: ISC */
#include "issuers.h"

#include <stdlib.h>
#include <string.h>

#include "fetcher.h"
#include "introspect.h"
#include "scopegate/cleanup.h"
#include "scopegate/deadline.h"
#include "server.h"

/*
 * One state an authorization server. It chooses no host by itself: endpoints
 * come from the configuration or from metadata whose issuer is the configured
 * one, and the fetch process refuses every other origin.
 */

#define DISCOVERY_MS 5000

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
	free(s->endpoint);
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
tell_waiting(struct issuer_state *s, enum reason reason, const char *what)
{
	struct issuer_ready *ready = s->waiting;

	s->waiting = NULL;
	while (ready != NULL) {
		struct issuer_ready *next = ready->next;
		issuer_ready_done *done = ready->done;

		ready->done = NULL;
		done(reason, what, ready->argument);
		ready = next;
	}
}

/* Before the fetch process is gone, or with a state that is: who waits here
 * is told that its question was cut off. */
static void
discovery_abandon(struct issuer_state *s)
{
	if (s->fetch_id == 0)
		return;
	fetcher_cancel(s->server->fetcher, s->fetch_id);
	s->fetch_id = 0;
	config_unref(TAKE_PTR(s->snapshot));
	s->issuer = NULL;
	tell_waiting(s, REASON_INTERRUPTED, NULL);
	s->references--; /* the caller holds another */
}

static void
retire(struct issuer_state *s)
{
	while (s != NULL) {
		struct issuer_state *next = s->next;

		s->next = NULL;
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

static void discovery_answered(const struct fetch_reply *reply, void *argument);

/* Asks the next of the well-known addresses. false: there is none left. */
static bool
discovery_ask(struct issuer_state *s)
{
	_cleanup_(free_ptr) char *url = metadata_url(s->issuer, s->attempt);

	if (url == NULL)
		return false;
	s->attempt++;
	s->fetch_id = fetcher_ask(s->server->fetcher, FETCH_METADATA, s->name,
	    url, NULL, deadline_in_ms(DISCOVERY_MS), discovery_answered, s);
	return s->fetch_id != 0;
}

static void
discovery_end(struct issuer_state *s, enum reason reason, const char *what)
{
	if (reason == REASON_NONE) {
		s->backoff_ms = 0;
		s->not_before_us = 0;
		log_info("issuer %s: introspection endpoint is %s", s->name,
		    s->endpoint);
	} else {
		s->backoff_ms = s->backoff_ms == 0 ? DISCOVERY_BACKOFF_MS
						   : s->backoff_ms * 2;
		if (s->backoff_ms > DISCOVERY_BACKOFF_MAX_MS)
			s->backoff_ms = DISCOVERY_BACKOFF_MAX_MS;
		s->not_before_us = monotonic_us() + s->backoff_ms * 1000;
		log_warning("issuer %s: discovery failed: %s%s%s", s->name,
		    reason_row(reason)->sentence, what != NULL ? ": " : "",
		    what != NULL ? what : "");
	}
	config_unref(TAKE_PTR(s->snapshot));
	s->issuer = NULL;
	tell_waiting(s,
	    reason == REASON_NONE ? REASON_NONE : REASON_ISSUER_UNREADY, what);
	issuer_state_unref(s);
}

static void
discovery_answered(const struct fetch_reply *reply, void *argument)
{
	struct issuer_state *s = argument;
	char *endpoint = NULL;
	const char *what = NULL;
	enum reason reason = metadata_read(reply, s->issuer, &endpoint, &what);

	s->fetch_id = 0;
	if (reason == REASON_NONE) {
		free(s->endpoint);
		s->endpoint = endpoint;
		s->discovered = true;
		discovery_end(s, REASON_NONE, NULL);
	} else if (!discovery_ask(s)) {
		discovery_end(s, reason, what);
	}
}

/* The discovery holds a reference of its own until its end. */
static bool
discovery_begin(
    struct issuer_state *s, struct config *c, const struct issuer *issuer)
{
	if (s->fetch_id != 0)
		return true;
	s->attempt = 0;
	s->snapshot = config_ref(c);
	s->issuer = issuer;
	if (!discovery_ask(s)) {
		config_unref(TAKE_PTR(s->snapshot));
		s->issuer = NULL;
		return false;
	}
	issuer_state_ref(s);
	return true;
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

static enum status
state_follow(struct issuer_state *s, const struct issuer *issuer)
{
	char *endpoint;

	s->breaker_on = issuer->breaker;
	if (issuer->introspection_endpoint == NULL) {
		if (!s->discovered)
			free(TAKE_PTR(s->endpoint));
		return STATUS_OK;
	}
	endpoint = strdup(issuer->introspection_endpoint);
	if (endpoint == NULL)
		return STATUS_NOMEM;
	free(s->endpoint);
	s->endpoint = endpoint;
	s->discovered = false;
	return STATUS_OK;
}

enum status
issuers_apply(struct issuers *i, struct config *c)
{
	struct issuer_state *first = NULL, **last = &first;

	for (size_t n = 0; n < c->issuer_count; n++) {
		struct issuer_state *s = state_take(i, &c->issuers[n]);

		if (s == NULL || state_follow(s, &c->issuers[n]) != STATUS_OK) {
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

		if (issuer->introspection_endpoint == NULL)
			(void)discovery_begin(
			    issuers_find(i, issuer->name), c, issuer);
	}
	return STATUS_OK;
}

enum reason
issuer_ready_wait(struct issuer_state *s, struct config *c,
    const struct issuer *issuer, struct issuer_ready *ready,
    issuer_ready_done *done, void *argument)
{
	*ready = (struct issuer_ready){.argument = argument};
	if (s->endpoint != NULL)
		return REASON_NONE;
	if (s->fetch_id == 0 && monotonic_us() < s->not_before_us)
		return REASON_ISSUER_UNREADY;
	if (!discovery_begin(s, c, issuer))
		return REASON_ISSUER_UNREADY;
	ready->done = done;
	ready->next = s->waiting;
	s->waiting = ready;
	return REASON_NONE;
}

void
issuer_ready_leave(struct issuer_state *s, struct issuer_ready *ready)
{
	if (ready->done == NULL)
		return;
	for (struct issuer_ready **at = &s->waiting; *at != NULL;
	     at = &(*at)->next) {
		if (*at == ready) {
			*at = ready->next;
			break;
		}
	}
	ready->done = NULL;
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
is_open(const struct issuer_state *s)
{
	/* Closed or not; half-open is only a matter of the time of asking. */
	return s->breaker.open_until_us != 0;
}

void
issuer_report(struct issuer_state *s, enum issuer_outcome outcome,
    unsigned int retry_after_s)
{
	bool was_open = is_open(s);

	if (outcome == ISSUER_FAILED)
		s->failed++;
	if (!s->breaker_on)
		return;
	switch (outcome) {
	case ISSUER_SERVED:
		breaker_succeeded(&s->breaker);
		break;
	case ISSUER_FAILED:
		breaker_failed(&s->breaker, monotonic_us(), retry_after_s);
		break;
	case ISSUER_UNASKED:
		breaker_cancelled(&s->breaker);
		break;
	}
	if (!was_open && is_open(s))
		log_warning("issuer %s: breaker open: left alone for some "
			    "seconds after failing repeatedly",
		    s->name);
	else if (was_open && !is_open(s))
		log_info(
		    "issuer %s: breaker closed: it answers again", s->name);
}
