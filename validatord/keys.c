/* SPDX-License-Identifier: ISC */
#include "keys.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "keys_fetch.h"
#include "last_good.h"
#include "scopegate/cleanup.h"
#include "scopegate/deadline.h"

/*
 * Which keys count now, and when others are worth asking for. What a token says
 * can cause a fetch, and bounds keep it from causing more than that.
 */

#define SOURCE_MAX 2048 /* three lines of the configuration, and 16 pins */
#define DUE_PERCENT 80 /* of `jwks_refresh`: a fetch in the background */

static int64_t
wall_s(void)
{
	return (int64_t)time(NULL);
}

void
keys_clear(struct issuer_state *s)
{
	struct issuer_keys *k = s->keys;

	if (k == NULL)
		return;
	config_unref(k->snapshot);
	jwks_free(k->set);
	free(k->document);
	free(k->source);
	free(k);
	s->keys = NULL;
}

static void
read_from_disk(struct issuer_state *s, const struct config *c,
    const struct issuer *issuer)
{
	_cleanup_(buf_clear) struct buf document;
	const char *what = NULL;
	enum status status;
	int64_t at;

	buf_init(&document, JSON_DOCUMENT_MAX);
	status = last_good_read(
	    c->state_dir, LAST_GOOD_JWKS, s->keys->source, &at, &document);
	if (status == STATUS_OK)
		status = keys_take(s, issuer,
		    (struct text){buf_string(&document), document.length}, at,
		    &what);
	if (status == STATUS_OK)
		log_info("issuer %s: its key set of %lld seconds ago is there",
		    s->name, (long long)(wall_s() - at));
	else if (status != STATUS_NOT_FOUND && status != STATUS_FORBIDDEN)
		log_warning("issuer %s: its key set in %s is not used: %s",
		    s->name, c->state_dir,
		    what != NULL ? what : status_text(status));
}

/* Under another list of algorithms keys may be for another one. */
static void
read_anew(struct issuer_state *s, const struct issuer *issuer)
{
	struct issuer_keys *k = s->keys;
	const char *what = NULL;
	struct jwks *set = NULL;
	enum status status = keys_read(
	    s, issuer, (struct text){k->document, k->length}, &set, &what);

	if (status != STATUS_OK)
		log_warning("issuer %s: none of its keys is for an algorithm "
			    "that is allowed now",
		    s->name);
	jwks_free(k->set);
	k->set = set;
}

/* A URL has no blank, so nothing else reads like it. */
static char *
source_of(const struct issuer *issuer)
{
	const char *uri = issuer->signing.jwks_uri;
	struct buf text;

	buf_init(&text, SOURCE_MAX);
	(void)buf_append_string(&text, issuer->url);
	if (uri != NULL)
		(void)buf_format(&text, " %s", uri);
	/* Keys that came by other rules of trust are not those. */
	if (issuer->ca_file != NULL)
		(void)buf_format(&text, " ca %s", issuer->ca_file);
	for (size_t i = 0; i < issuer->tls_pins.count; i++)
		(void)buf_format(&text, " pin %s", issuer->tls_pins.words[i]);
	return buf_take(&text);
}

static enum status
begin(struct issuer_state *s, struct config *c, const struct issuer *issuer,
    char **source)
{
	s->keys = calloc(1, sizeof(*s->keys));
	if (s->keys == NULL)
		return STATUS_NOMEM;
	s->keys->source = TAKE_PTR(*source);
	read_from_disk(s, c, issuer);
	return STATUS_OK;
}

/* What is on its way is read under the new rules, too. */
static void
go_on(struct issuer_state *s, struct config *c, const struct issuer *issuer)
{
	struct issuer_keys *k = s->keys;

	if (k->document != NULL)
		read_anew(s, issuer);
	if (!k->busy)
		return;
	config_unref(k->snapshot);
	k->snapshot = config_ref(c);
	k->issuer = issuer;
}

static void
drop(struct issuer_state *s)
{
	keys_abandon(s);
	keys_clear(s);
}

enum status
keys_follow(
    struct issuer_state *s, struct config *c, const struct issuer *issuer)
{
	_cleanup_(free_ptr) char *source = NULL;
	enum status status = STATUS_OK;

	if (!issuer_needs_keys(issuer) || issuer->signing.jwks_file != NULL) {
		drop(s);
		return STATUS_OK;
	}
	source = source_of(issuer);
	if (source == NULL)
		return STATUS_NOMEM;
	/* Who names another place has a reason not to trust the old one. */
	if (s->keys != NULL && strcmp(s->keys->source, source) != 0)
		drop(s);
	if (s->keys == NULL)
		status = begin(s, c, issuer, &source);
	else
		go_on(s, c, issuer);
	if (status == STATUS_OK)
		(void)keys_now(s, c, issuer);
	return status;
}

/* Using. */

/* A clock that was set back makes no key young. */
static bool
younger(const struct issuer_keys *k, int64_t than_ms)
{
	int64_t age = wall_s() - k->fetched_at;

	return k->set != NULL && age >= 0 && age * 1000 < than_ms;
}

int64_t
keys_age_s(const struct issuer_state *s, const struct issuer *issuer)
{
	if (issuer->signing.static_keys != NULL || s->keys == NULL ||
	    s->keys->set == NULL)
		return -1;
	return wall_s() - s->keys->fetched_at;
}

const struct jwks *
keys_now(struct issuer_state *s, struct config *c, const struct issuer *issuer)
{
	int64_t refresh = issuer->signing.refresh_ms;

	if (issuer->signing.static_keys != NULL)
		return issuer->signing.static_keys;
	if (s->keys == NULL)
		return NULL;
	if (!younger(s->keys, refresh * DUE_PERCENT / 100))
		(void)keys_fetch_begin(s, c, issuer);
	return younger(s->keys, refresh) ? s->keys->set : NULL;
}

const struct jwks *
keys_kept(const struct issuer_state *s, const struct issuer *issuer)
{
	const struct signing *signing = &issuer->signing;

	if (signing->static_keys != NULL)
		return signing->static_keys;
	if (s->keys == NULL)
		return NULL;
	return younger(s->keys, signing->stale_ms) ||
		       younger(s->keys, signing->refresh_ms)
		   ? s->keys->set
		   : NULL;
}

bool
keys_are_failing(const struct issuer_state *s)
{
	return s->keys != NULL &&
	       (s->keys->backoff_ms != 0 || s->keys->cut_off);
}

/* A name that a fetch has just shown to be unknown must not use up the next
 * one, which a key that is really new may need. */
static bool
is_stranger(const struct issuer_keys *k, const char *kid)
{
	int64_t now = monotonic_us();

	for (size_t i = 0; i < k->stranger_count; i++) {
		const struct stranger *s = &k->strangers[i];

		if (now - s->seen_us < KEYS_STRANGER_MS * INT64_C(1000) &&
		    digest_matches(&s->name, text_of(kid)))
			return true;
	}
	return false;
}

static void
note_stranger(struct issuer_keys *k, const char *kid)
{
	struct stranger *s = &k->strangers[k->stranger_next];

	(void)digest_of(text_of(kid), &s->name);
	s->seen_us = monotonic_us();
	k->stranger_next = (k->stranger_next + 1) % KEYS_STRANGERS;
	if (k->stranger_count < KEYS_STRANGERS)
		k->stranger_count++;
}

/* At most once in `every_ms`, counted from the last time it was allowed. */
static bool
allowed(int64_t *last_us, int64_t every_ms)
{
	int64_t now = monotonic_us();

	if (*last_us != 0 && now - *last_us < every_ms * 1000)
		return false;
	*last_us = now;
	return true;
}

/* What a token says may cause a fetch: how often? */
static bool
worth_asking(struct issuer_keys *k, enum keys_doubt doubt, const char *kid)
{
	switch (doubt) {
	case KEYS_OLD:
		return true;
	case KEYS_UNKNOWN:
		if (is_stranger(k, kid) ||
		    !allowed(&k->unknown_us, KEYS_UNKNOWN_MS))
			return false;
		note_stranger(k, kid);
		return true;
	case KEYS_WRONG:
		return allowed(&k->wrong_us, KEYS_WRONG_MS);
	}
	return false;
}

enum keys_doubt
keys_doubt_of(enum reason reason)
{
	if (reason == REASON_KEY_UNKNOWN)
		return KEYS_UNKNOWN;
	return reason == REASON_SIGNATURE_INVALID ? KEYS_WRONG : KEYS_OLD;
}

bool
keys_wait(struct issuer_state *s, struct config *c,
    const struct issuer *issuer, enum keys_doubt doubt, const char *kid,
    struct keys_ready *ready, void (*done)(void *argument), void *argument)
{
	struct issuer_keys *k = s->keys;

	if (k == NULL)
		return false;
	/* What is on its way already is waited for. */
	if (!k->busy && (keys_backing_off(k) || !worth_asking(k, doubt, kid) ||
			    !keys_fetch_begin(s, c, issuer)))
		return false;
	*ready = (struct keys_ready){
	    .next = k->waiting, .done = done, .argument = argument};
	k->waiting = ready;
	return true;
}
