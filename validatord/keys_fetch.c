/* SPDX-License-Identifier: ISC */
#include "keys_fetch.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "fetcher.h"
#include "introspect.h"
#include "last_good.h"
#include "scopegate/cleanup.h"
#include "scopegate/deadline.h"
#include "server.h"

/*
 * A new set replaces the old one only when it was read and holds a key; until
 * then, and while the server is away, the old one goes on.
 */

#define FETCH_MS 3000
#define BACKOFF_MS 1000 /* doubles after each failure */
#define BACKOFF_MAX_MS 60000

static void
say_left_out(void *context, size_t index, const char *kid, const char *why)
{
	const struct issuer_state *s = context;

	(void)kid;
	log_warning("issuer %s: key %zu of its key set is left out: %s",
	    s->name, index + 1, why);
}

enum status
keys_read(struct issuer_state *s, const struct issuer *issuer,
    struct text document, struct jwks **ret, const char **ret_what)
{
	const struct jwks_listener listener = {say_left_out, s};
	enum status status = jwks_read(
	    document, &issuer->signing.algorithms, &listener, ret, ret_what);

	if (status != STATUS_OK || (*ret)->count > 0)
		return status;
	jwks_free(TAKE_PTR(*ret));
	*ret_what = "the key set holds no key that can be used";
	return STATUS_MALFORMED;
}

/* Mostly it is: what was said of it need not be said again. */
static bool
is_the_same(const struct issuer_keys *k, struct text document)
{
	return k->set != NULL && k->length == document.length &&
	       memcmp(k->document, document.bytes, document.length) == 0;
}

enum status
keys_take(struct issuer_state *s, const struct issuer *issuer,
    struct text document, int64_t at, const char **ret_what)
{
	struct issuer_keys *k = s->keys;
	_cleanup_(jwks_freep) struct jwks *set = NULL;
	enum status status;
	char *copy;

	if (is_the_same(k, document)) {
		k->fetched_at = at;
		return STATUS_OK;
	}
	status = keys_read(s, issuer, document, &set, ret_what);
	if (status != STATUS_OK)
		return status;
	/* One octet more, so that an empty one has an address too. */
	copy = malloc(document.length + 1);
	if (copy == NULL)
		return STATUS_NOMEM;
	memcpy(copy, document.bytes, document.length);
	free(k->document);
	k->document = copy;
	k->length = document.length;
	jwks_free(k->set);
	k->set = TAKE_PTR(set);
	k->fetched_at = at;
	return STATUS_OK;
}

/* Telling. Whoever is told may go, or make others go. */

static void
tell_waiting(struct issuer_keys *k)
{
	k->telling = k->waiting;
	k->waiting = NULL;
	while (k->telling != NULL) {
		struct keys_ready *ready = k->telling;
		void (*done)(void *) = ready->done;

		k->telling = ready->next;
		ready->done = NULL;
		done(ready->argument);
	}
}

static void
take_off(struct keys_ready **list, const struct keys_ready *ready)
{
	while (*list != NULL && *list != ready)
		list = &(*list)->next;
	if (*list != NULL)
		*list = ready->next;
}

void
keys_ready_leave(struct issuer_state *s, struct keys_ready *ready)
{
	if (ready->done == NULL)
		return;
	take_off(&s->keys->waiting, ready);
	take_off(&s->keys->telling, ready);
	ready->done = NULL;
}

/* Fetching. */

static void
fetch_end(struct issuer_state *s, enum reason reason, const char *what)
{
	struct issuer_keys *k = s->keys;

	if (reason == REASON_NONE) {
		k->backoff_ms = 0;
		k->not_before_us = 0;
	} else {
		k->backoff_ms =
		    k->backoff_ms == 0 ? BACKOFF_MS : k->backoff_ms * 2;
		if (k->backoff_ms > BACKOFF_MAX_MS)
			k->backoff_ms = BACKOFF_MAX_MS;
		k->not_before_us = monotonic_us() + k->backoff_ms * 1000;
		/* Nothing was shown, so nothing was used up. */
		k->stranger_count = k->stranger_next = 0;
		k->unknown_us = k->wrong_us = 0;
		log_warning("issuer %s: its key set cannot be fetched: %s%s%s",
		    s->name, reason_row(reason)->sentence,
		    what != NULL ? ": " : "", what != NULL ? what : "");
	}
	k->busy = false;
	config_unref(TAKE_PTR(k->snapshot));
	k->issuer = NULL;
	tell_waiting(k);
	issuer_state_unref(s);
}

static void
keep_on_disk(const struct issuer_state *s)
{
	const struct issuer_keys *k = s->keys;
	enum status status = last_good_write(k->snapshot->state_dir,
	    LAST_GOOD_JWKS, k->source, k->fetched_at,
	    (struct text){k->document, k->length});

	if (status != STATUS_OK)
		log_warning("issuer %s: its key set is not kept in %s for a "
			    "restart without the server: %s",
		    s->name, k->snapshot->state_dir, status_text(status));
}

static enum reason
check_reply(const struct fetch_reply *reply, const char **ret_what)
{
	static const char type[] = "application/jwk-set+json";
	enum reason reason = answer_arrived(reply, ret_what);

	if (reason != REASON_NONE)
		return reason;
	if (reply->http_status == 429)
		return REASON_AS_RATE_LIMIT;
	if (reply->http_status >= 500 && reply->http_status <= 599)
		return REASON_AS_ERROR;
	if (reply->http_status != 200 || reply->encoded)
		return REASON_AS_STATUS_UNEXPECTED;
	if (answer_is_json(reply) ||
	    strncmp(reply->content_type, type, sizeof(type) - 1) == 0)
		return REASON_NONE;
	*ret_what = "the key set is neither application/jwk-set+json nor "
		    "application/json";
	return REASON_AS_ANSWER_MALFORMED;
}

static void
fetched(const struct fetch_reply *reply, void *argument)
{
	struct issuer_state *s = argument;
	struct issuer_keys *k = s->keys;
	const char *what = NULL;
	enum reason reason = check_reply(reply, &what);
	enum status status;

	k->fetch_id = 0;
	if (reason == REASON_NONE) {
		status = keys_take(s, k->issuer,
		    (struct text){reply->body, reply->body_length},
		    (int64_t)time(NULL), &what);
		if (status == STATUS_OK)
			keep_on_disk(s);
		else
			reason = status == STATUS_NOMEM
				     ? REASON_NO_MEMORY
				     : REASON_AS_ANSWER_MALFORMED;
	}
	fetch_end(s, reason, what);
}

static void
ask(enum reason reason, const char *what, void *argument)
{
	struct issuer_state *s = argument;
	struct issuer_keys *k = s->keys;

	if (reason == REASON_NONE) {
		k->fetch_id = fetcher_ask(s->server->fetcher, FETCH_JWKS,
		    s->name, issuer_endpoint(s, ENDPOINT_JWKS), NULL,
		    deadline_in_ms(FETCH_MS), fetched, s);
		if (k->fetch_id == 0)
			reason = REASON_FETCH_DOWN;
	}
	if (reason != REASON_NONE)
		fetch_end(s, reason, what);
}

bool
keys_backing_off(const struct issuer_keys *k)
{
	return monotonic_us() < k->not_before_us;
}

/* A fetch holds a reference of its own until its end. */
bool
keys_fetch_begin(
    struct issuer_state *s, struct config *c, const struct issuer *issuer)
{
	struct issuer_keys *k = s->keys;
	enum reason reason;

	if (k->busy)
		return true;
	if (keys_backing_off(k))
		return false;
	k->busy = true;
	k->snapshot = config_ref(c);
	k->issuer = issuer;
	issuer_state_ref(s);
	reason = issuer_endpoints_wait(
	    s, c, issuer, ENDPOINT_BIT(ENDPOINT_JWKS), &k->endpoint, ask, s);
	if (reason != REASON_NONE || k->endpoint.done == NULL)
		ask(reason, NULL, s);
	return k->busy;
}

void
keys_abandon(struct issuer_state *s)
{
	struct issuer_keys *k = s->keys;

	if (k == NULL || !k->busy)
		return;
	issuer_ready_leave(s, &k->endpoint);
	if (k->fetch_id != 0)
		fetcher_cancel(s->server->fetcher, k->fetch_id);
	k->fetch_id = 0;
	k->busy = false;
	config_unref(TAKE_PTR(k->snapshot));
	k->issuer = NULL;
	k->cut_off = true;
	tell_waiting(k);
	k->cut_off = false;
	s->references--; /* the caller holds another */
}
