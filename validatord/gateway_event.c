/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "gateway_command.h"
#include "gateway_write.h"
#include "scopegate/cleanup.h"
#include "server.h"

/*
 * A security event token says that something has ended. It is a hint: whoever
 * forges one makes us ask the broker once more, and no grant ends but by the
 * broker's own word.
 */

struct hint {
	const struct config *config;
	const char *iss;
	const char *subject; /* NULL: any */
	int64_t grants;
};

static void
invalid(struct connection *c, const char *sentence)
{
	struct gateway_document d;

	gateway_start(&d, "invalid");
	json_write_string(&d.w, "sentence", sentence);
	gateway_send(c, &d);
}

/* RFC 9493 `iss_sub` by `sub_id`, or `sub` as older tokens have it. */
static const char *
subject_of(const struct json_value *top)
{
	const struct json_value *id = json_get(top, "sub_id");
	const char *text = NULL;

	if (json_string(json_get(id, "sub"), &text) != STATUS_OK)
		(void)json_string(json_get(top, "sub"), &text);
	return text;
}

static bool
doubt_grant(struct grant *g, void *argument)
{
	struct hint *h = argument;
	const struct issuer *issuer = config_issuer(h->config, g->issuer);

	if (g->ended || issuer == NULL || strcmp(issuer->url, h->iss) != 0)
		return true;
	if (h->subject != NULL && (g->facts->subject == NULL ||
				      strcmp(g->facts->subject, h->subject)))
		return true;
	g->verified_at = 0;
	h->grants++;
	return true;
}

/* A broker may know a person by another name than the account that its API
 * shows; then all of its grants are in doubt. */
static int64_t
doubt(struct server *s, const char *iss, const char *subject)
{
	struct hint h = {.config = s->config, .iss = iss, .subject = subject};

	s->cache_epoch++;
	facts_cache_flush(s->cache);
	if (s->grants == NULL)
		return 0;
	grants_each(s->grants, doubt_grant, &h);
	if (h.grants == 0 && subject != NULL) {
		h.subject = NULL;
		grants_each(s->grants, doubt_grant, &h);
	}
	return h.grants;
}

static bool
is_issuer(const struct config *c, const char *iss)
{
	for (size_t i = 0; i < c->issuer_count; i++) {
		if (strcmp(c->issuers[i].url, iss) == 0)
			return true;
	}
	return false;
}

void
gateway_event(struct connection *c, const struct message *m)
{
	struct text text = m->value[TAG_DOCUMENT];
	_cleanup_(json_freep) struct json *claims = NULL;
	const char *why = NULL, *iss = NULL;
	struct gateway_document d;
	int64_t grants;

	if (json_parse(text.bytes, text.length, &claims, &why) != STATUS_OK) {
		invalid(c, why != NULL ? why : "the claims cannot be read");
		return;
	}
	if (json_string(json_get(json_top(claims), "iss"), &iss) != STATUS_OK ||
	    !is_issuer(c->server->config, iss)) {
		invalid(c, "iss is none of the issuers that are known here");
		return;
	}
	if (json_count(json_get(json_top(claims), "events")) == 0) {
		invalid(c, "events has no member");
		return;
	}
	grants = doubt(c->server, iss, subject_of(json_top(claims)));
	gateway_start(&d, "accepted");
	json_write_integer(&d.w, "grants", grants);
	gateway_send(c, &d);
}
