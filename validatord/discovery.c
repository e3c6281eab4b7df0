/* SPDX-License-Identifier: ISC */
#include "discovery.h"

#include <stdlib.h>
#include <time.h>

#include "fetcher.h"
#include "last_good.h"
#include "scopegate/cleanup.h"
#include "scopegate/deadline.h"
#include "server.h"

/*
 * Where an authorization server is asked, and who waits to know. It chooses no
 * host by itself: endpoints come from the configuration or from metadata whose
 * issuer is the configured one, and the fetch process refuses every other
 * origin.
 */

#define DISCOVERY_MS 5000
/* Older metadata are asked for anew in the background, and count until that
 * has succeeded, but no longer than a day. */
#define FRESH_S 3600
#define STALE_S (24 * 3600)

enum endpoint
discovery_missing(const struct issuer_state *s, unsigned int wanted)
{
	unsigned int e = 0;

	while (e < ENDPOINT_COUNT &&
	       ((wanted & ENDPOINT_BIT(e)) == 0 ||
		   issuer_endpoint(s, (enum endpoint)e) != NULL))
		e++;
	return (enum endpoint)e;
}

/* Whoever is told may go, or make others go, so each is taken off first. */
static void
tell_waiting(struct issuer_state *s, enum reason failure, const char *what)
{
	s->telling = s->waiting;
	s->waiting = NULL;
	while (s->telling != NULL) {
		struct issuer_ready *ready = s->telling;
		issuer_ready_done *done = ready->done;
		enum endpoint missing = discovery_missing(s, ready->wanted);

		s->telling = ready->next;
		ready->done = NULL;
		if (failure != REASON_NONE)
			done(failure, what, ready->argument);
		else if (missing != ENDPOINT_COUNT)
			done(REASON_ISSUER_UNREADY, endpoint_missing(missing),
			    ready->argument);
		else
			done(REASON_NONE, NULL, ready->argument);
	}
}

/* Before the fetch process is gone, or with a state that is: who waits here
 * is told that its question was cut off. */
void
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
back_off(struct issuer_state *s)
{
	s->backoff_ms =
	    s->backoff_ms == 0 ? DISCOVERY_BACKOFF_MS : s->backoff_ms * 2;
	if (s->backoff_ms > DISCOVERY_BACKOFF_MAX_MS)
		s->backoff_ms = DISCOVERY_BACKOFF_MAX_MS;
	s->not_before_us = monotonic_us() + s->backoff_ms * 1000;
}

/* What the configuration wants and the metadata do not name. */
static void
look_for_missing(struct issuer_state *s)
{
	enum endpoint missing =
	    discovery_missing(s, issuer_needs(s->snapshot, s->issuer));

	s->backoff_ms = 0;
	s->not_before_us = 0;
	log_info("issuer %s: its metadata have been read", s->name);
	if (missing == ENDPOINT_COUNT)
		return;
	back_off(s);
	log_warning("issuer %s: %s", s->name, endpoint_missing(missing));
}

static void
discovery_end(struct issuer_state *s, enum reason reason, const char *what)
{
	if (reason == REASON_NONE) {
		look_for_missing(s);
	} else {
		back_off(s);
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
take_metadata(struct issuer_state *s, struct metadata *m, int64_t at)
{
	metadata_clear(&s->metadata);
	s->metadata = *m;
	s->metadata_at = at;
}

/* A failure costs nothing before the next outage, and is told by keys.c where
 * it matters. */
static void
keep_on_disk(const struct issuer_state *s, const struct fetch_reply *reply)
{
	(void)last_good_write(s->snapshot->state_dir, LAST_GOOD_METADATA,
	    s->url, s->metadata_at,
	    (struct text){reply->body, reply->body_length});
}

void
discovery_recall(
    struct issuer_state *s, const struct config *c, const struct issuer *issuer)
{
	_cleanup_(buf_clear) struct buf document;
	struct metadata metadata;
	const char *what;
	int64_t at;

	buf_init(&document, FETCH_BODY_MAX);
	if (last_good_read(c->state_dir, LAST_GOOD_METADATA, s->url, &at,
		&document) != STATUS_OK ||
	    metadata_parse(
		(struct text){buf_string(&document), document.length}, issuer,
		&metadata, &what) != STATUS_OK)
		return;
	take_metadata(s, &metadata, at);
	log_info("issuer %s: its metadata of %lld seconds ago are there",
	    s->name, (long long)((int64_t)time(NULL) - at));
}

/* A clock that was set back makes nothing young. */
static bool
older(const struct issuer_state *s, int64_t than_s)
{
	int64_t age = (int64_t)time(NULL) - s->metadata_at;

	return s->metadata_at != 0 && (age < 0 || age > than_s);
}

static void
look_at_age(
    struct issuer_state *s, struct config *c, const struct issuer *issuer)
{
	if (older(s, STALE_S)) {
		metadata_clear(&s->metadata);
		s->metadata_at = 0;
	} else if (older(s, FRESH_S) && monotonic_us() >= s->not_before_us) {
		(void)discovery_begin(s, c, issuer);
	}
}

static void
discovery_answered(const struct fetch_reply *reply, void *argument)
{
	struct issuer_state *s = argument;
	struct metadata metadata;
	const char *what = NULL;
	enum reason reason = metadata_read(reply, s->issuer, &metadata, &what);

	s->fetch_id = 0;
	if (reason == REASON_NONE) {
		take_metadata(s, &metadata, (int64_t)time(NULL));
		keep_on_disk(s, reply);
		discovery_end(s, REASON_NONE, NULL);
	} else if (!discovery_ask(s)) {
		discovery_end(s, reason, what);
	}
}

/* The discovery holds a reference of its own until its end. */
bool
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

enum reason
issuer_endpoints_wait(struct issuer_state *s, struct config *c,
    const struct issuer *issuer, unsigned int wanted,
    struct issuer_ready *ready, issuer_ready_done *done, void *argument)
{
	*ready = (struct issuer_ready){.wanted = wanted, .argument = argument};
	look_at_age(s, c, issuer);
	if (discovery_missing(s, wanted) == ENDPOINT_COUNT)
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

static void
take_off(struct issuer_ready **list, const struct issuer_ready *ready)
{
	while (*list != NULL && *list != ready)
		list = &(*list)->next;
	if (*list != NULL)
		*list = ready->next;
}

void
issuer_ready_leave(struct issuer_state *s, struct issuer_ready *ready)
{
	if (ready->done == NULL)
		return;
	take_off(&s->waiting, ready);
	take_off(&s->telling, ready);
	ready->done = NULL;
}
