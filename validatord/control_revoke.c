/* SPDX-License-Identifier: ISC */
#include "control_revoke.h"

#include <stdio.h>
#include <string.h>

#include "chance.h"
#include "control_grants.h"
#include "grants.h"
#include "login_end.h"
#include "reply.h"
#include "revocation.h"
#include "scopegate/cleanup.h"
#include "scopegate/json.h"
#include "server.h"

/* What is revoked here is on record, and then over at once: in memory, on disk,
 * then for handles of logins a moment ago; only then the broker is told. */

struct revoking {
	struct server *server;
	struct text user;     /* no bytes: one grant only */
	struct audit_act act; /* with what there was to end */
	int64_t asked;
	int64_t unsaved; /* ended, but a restart would not know it */
	bool unrecorded; /* ended, but the audit log does not say so */
};

/* One whose end is not on disk or not on record yet is tried again. */
static bool
is_meant(const struct revoking *r, const struct grant *g)
{
	return (!g->ended || g->unsaved || g->unrecorded) &&
	       (r->user.bytes == NULL ||
		   text_equal_string(r->user, g->local_user));
}

static bool
count_one(struct grant *g, void *argument)
{
	struct revoking *r = argument;

	r->act.grants += is_meant(r, g);
	return true;
}

/*
 * The act is on record before anything ends, and each grant before it ends.
 * But a log that cannot be written keeps nothing alive: it stops whoever wants
 * in, and here it would keep open what the operator shuts, for as long as
 * somebody can fill the disk. So the end holds, nobody is told of a success,
 * and the system's log has it.
 */
static bool
record(struct revoking *r, const struct audit_act *act)
{
	if (audit_write_act(r->server->audit, act) == STATUS_OK)
		return true;
	r->unrecorded = true;
	log_error("audit log %s cannot be written: that uid %u revokes %s%.*s "
		  "is not on record",
	    r->server->config->audit_log, (unsigned int)act->peer_uid,
	    act->grant_id != NULL ? "grant " : "all of user ",
	    act->grant_id != NULL ? GRANT_ID_SIZE : (int)act->user.length,
	    act->grant_id != NULL ? act->grant_id : act->user.bytes);
	return false;
}

static bool
record_one(struct revoking *r, const struct grant *g)
{
	struct audit_act act = r->act;

	act.operation = "revoked";
	act.user = text_of(g->local_user);
	act.grant_id = g->id;
	act.service = text_of(g->service);
	act.issuer = g->issuer;
	act.facts = g->facts;
	return record(r, &act);
}

/* A failure stops nothing: whoever revokes wants all of them gone, and the
 * broker to know it. */
static bool
revoke_one(struct grant *g, void *argument)
{
	struct revoking *r = argument;
	const struct issuer *issuer;

	if (!is_meant(r, g))
		return true;
	/* Without the act a grant's own record says too little. */
	g->unrecorded = !record_one(r, g) || r->unrecorded;
	g->ended = true;
	if (grants_save(r->server->grants, g) != STATUS_OK)
		r->unsaved++;
	log_info("grant %s of issuer %s is revoked by uid %u", g->id, g->issuer,
	    (unsigned int)r->act.peer_uid);
	issuer = config_issuer(r->server->config, g->issuer);
	if (issuer != NULL && revocation_begin(r->server, issuer, g))
		r->asked++;
	return true;
}

/* Sign-ins first, or the next one to be finished would make a grant. */
static void
revoke_user(struct revoking *r)
{
	struct server *s = r->server;

	r->act.user = r->user;
	r->act.sign_ins = (int64_t)logins_of_user(s->logins, r->user);
	grants_each(s->grants, count_one, r);
	if (r->act.grants == 0 && r->act.sign_ins == 0)
		return;
	(void)record(r, &r->act);
	(void)logins_end_user(s->logins, r->user, REASON_LOGIN_REVOKED);
	grants_each(s->grants, revoke_one, r);
}

static void
revoke_id(struct revoking *r, struct text id)
{
	struct grant *g = grants_find_id(r->server->grants, id);

	if (g == NULL || !is_meant(r, g))
		return;
	r->act.grants = 1;
	r->act.user = text_of(g->local_user);
	r->act.grant_id = g->id;
	(void)record(r, &r->act);
	(void)revoke_one(g, r);
}

static void
reply_incomplete(struct connection *c, const struct revoking *r)
{
	char text[512], unsaved[192] = "";

	if (r->unsaved > 0)
		(void)snprintf(unsaved, sizeof(unsaved),
		    ", but the end of %lld of %lld grants could not be "
		    "written to state_dir and holds until a restart only",
		    (long long)r->unsaved, (long long)r->act.grants);
	(void)snprintf(text, sizeof(text),
	    "%lld grants and %lld sign-ins have ended%s%s; look at the disk "
	    "and try again",
	    (long long)r->act.grants, (long long)r->act.sign_ins, unsaved,
	    r->unrecorded ? ", but the audit log cannot be written, so that "
			    "this is not on record"
			  : "");
	control_error(c, text);
}

static void
reply_revoked(struct connection *c, const struct revoking *r)
{
	_cleanup_(buf_clear) struct buf document = {0};
	struct json_writer w;

	buf_init(&document, DOCUMENT_MAX);
	json_writer_init(&w, &document);
	json_write_begin_object(&w, NULL);
	json_write_integer(&w, "ended", r->act.grants);
	json_write_integer(&w, "asked", r->asked);
	json_write_integer(&w, "sign_ins", r->act.sign_ins);
	if (r->act.grants > 0 || r->act.sign_ins > 0)
		json_write_string(&w, "ref", r->act.ref);
	json_write_end_object(&w);
	reply_document(c, &document);
}

void
control_grant_revoke(struct connection *c, const struct message *m)
{
	struct server *s = c->server;
	struct revoking r = {
	    .server = s,
	    .user = m->value[TAG_USER],
	    .act = {.operation = "revoke",
		.peer_pid = c->pid,
		.peer_uid = c->uid},
	};

	if (s->grants == NULL) {
		control_error(c, control_no_grants);
		return;
	}
	if (message_has(m, TAG_HANDLE) == message_has(m, TAG_USER)) {
		connection_reply_error(c, PROTOCOL_ERROR_MALFORMED);
		return;
	}
	if (!chance_ref(r.act.ref))
		memcpy(r.act.ref, NO_REF, sizeof(NO_REF));
	if (message_has(m, TAG_USER))
		revoke_user(&r);
	else
		revoke_id(&r, m->value[TAG_HANDLE]);
	server_flush(s);
	if (r.unsaved > 0 || r.unrecorded)
		reply_incomplete(c, &r);
	else
		reply_revoked(c, &r);
}
