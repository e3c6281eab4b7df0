/* SPDX-License-Identifier: ISC */
#include "control_grants.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "grants.h"
#include "reply.h"
#include "scopegate/cleanup.h"
#include "scopegate/json.h"
#include "server.h"

const char control_no_grants[] =
    "no issuer is validated by grants here: write `validation = grant` in an "
    "issuer's section";

void
control_error(struct connection *c, const char *text)
{
	_cleanup_(buf_clear) struct buf document = {0};
	struct json_writer w;

	buf_init(&document, DOCUMENT_MAX);
	json_writer_init(&w, &document);
	json_write_begin_object(&w, NULL);
	json_write_string(&w, "error", text);
	json_write_end_object(&w);
	reply_document(c, &document);
}

static const char *
state_of(const struct grant *g, int64_t now)
{
	if (g->ended)
		return "ended";
	return g->ends_at != 0 && now >= g->ends_at ? "expired" : "live";
}

static void
write_scopes(struct json_writer *w, const struct facts *f)
{
	if (!f->scopes_known) {
		json_write_null(w, "scopes");
		return;
	}
	json_write_begin_array(w, "scopes");
	for (size_t i = 0; i < f->scopes.count; i++)
		json_write_string(w, NULL, f->scopes.words[i]);
	json_write_end_array(w);
}

static void
write_grant(struct json_writer *w, const struct grant *g, int64_t now)
{
	const struct facts *f = g->facts;
	const struct claim *display = facts_claim(f, "display");

	json_write_begin_object(w, NULL);
	json_write_string(w, "id", g->id);
	json_write_string(w, "issuer", g->issuer);
	json_write_string(w, "user", g->local_user);
	json_write_string(w, "service", g->service);
	json_write_string(w, "subject", f->subject);
	json_write_string(w, "display",
	    display != NULL && display->values.count > 0
		? display->values.words[0]
		: NULL);
	json_write_string(w, "environment", f->environment);
	json_write_string(w, "client_id", f->client_id);
	write_scopes(w, f);
	json_write_integer(w, "made_at", g->made_at);
	json_write_integer(w, "verified_at", g->verified_at);
	if (g->ends_at != 0)
		json_write_integer(w, "ends_at", g->ends_at);
	else
		json_write_null(w, "ends_at");
	json_write_bool(w, "refreshable", g->refresh_token.length > 0);
	json_write_string(w, "state", state_of(g, now));
	json_write_end_object(w);
}

/* Octets that a grant may take at most; an octet becomes up to six. */
static size_t
room_for(const struct grant *g)
{
	const struct facts *f = g->facts;
	const struct claim *display = facts_claim(f, "display");
	size_t octets =
	    strlen(g->issuer) + strlen(g->local_user) + strlen(g->service);

	octets += f->subject != NULL ? strlen(f->subject) : 0;
	octets += f->client_id != NULL ? strlen(f->client_id) : 0;
	if (display != NULL && display->values.count > 0)
		octets += strlen(display->values.words[0]);
	for (size_t i = 0; i < f->scopes.count; i++)
		octets += strlen(f->scopes.words[i]) + 1;
	return 512 + 6 * octets;
}

struct listing {
	struct buf *document;
	struct json_writer *w;
	struct text user, after;
	bool begun; /* past `after` */
	bool full;
	const char *last;
	int64_t now;
};

static bool
list_one(struct grant *g, void *argument)
{
	struct listing *l = argument;

	if (!l->begun) {
		l->begun = text_equal_string(l->after, g->id);
		return true;
	}
	if (l->user.bytes != NULL && !text_equal_string(l->user, g->local_user))
		return true;
	if (l->document->length + room_for(g) > DOCUMENT_MAX - 64) {
		l->full = true;
		return false;
	}
	write_grant(l->w, g, l->now);
	l->last = g->id;
	return true;
}

void
control_grants(struct connection *c, const struct message *m)
{
	_cleanup_(buf_clear) struct buf document = {0};
	struct grants *grants = c->server->grants;
	struct json_writer w;
	struct listing l = {.document = &document,
	    .w = &w,
	    .user = m->value[TAG_USER],
	    .after = m->value[TAG_REF],
	    .begun = !message_has(m, TAG_REF),
	    .now = (int64_t)time(NULL)};
	const struct grant *one;

	if (grants == NULL) {
		control_error(c, control_no_grants);
		return;
	}
	buf_init(&document, DOCUMENT_MAX);
	json_writer_init(&w, &document);
	json_write_begin_object(&w, NULL);
	json_write_begin_array(&w, "grants");
	if (message_has(m, TAG_HANDLE)) {
		one = grants_find_id(grants, m->value[TAG_HANDLE]);
		if (one != NULL)
			write_grant(&w, one, l.now);
	} else {
		grants_each(grants, list_one, &l);
	}
	json_write_end_array(&w);
	if (l.full && l.last != NULL)
		json_write_string(&w, "more", l.last);
	json_write_end_object(&w);
	reply_document(c, &document);
}

void
control_key_rotate(struct connection *c, const struct message *m)
{
	_cleanup_(buf_clear) struct buf document = {0};
	struct server *s = c->server;
	struct conf_error error = {0};
	char said[sizeof(error.file) + sizeof(error.text) + 4];
	struct json_writer w;

	(void)m;
	if (s->grants == NULL) {
		control_error(c, control_no_grants);
		return;
	}
	if (grants_rotate_key(s->grants, &error) != STATUS_OK) {
		(void)snprintf(
		    said, sizeof(said), "%s: %s", error.file, error.text);
		log_error("%s", said);
		control_error(c, said);
		return;
	}
	log_info("the key of %zu grants is rotated", grants_count(s->grants));
	buf_init(&document, DOCUMENT_MAX);
	json_writer_init(&w, &document);
	json_write_begin_object(&w, NULL);
	json_write_bool(&w, "rotated", true);
	json_write_integer(&w, "grants", (int64_t)grants_count(s->grants));
	json_write_end_object(&w);
	reply_document(c, &document);
}
