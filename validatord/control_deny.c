/* SPDX-License-Identifier: ISC */
#include "control_deny.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "chance.h"
#include "control_grants.h"
#include "deny.h"
#include "reply.h"
#include "scopegate/cleanup.h"
#include "scopegate/json.h"
#include "server.h"

/*
 * To shut somebody out must work even where the log and the disk are full: it
 * is in force, and what is missing is told. To let somebody in again must be on
 * record before, and on disk, or it is not done.
 */

struct rule_asked {
	enum deny_kind kind;
	struct text issuer, value;
	struct audit_act act;
};

/* false: the reply has been made. */
static bool
read_rule(struct connection *c, const struct message *m, const char *operation,
    struct rule_asked *ret)
{
	const struct text *value = m->value;

	*ret = (struct rule_asked){.issuer = value[TAG_ISSUER],
	    .value = value[TAG_VALUE],
	    .act = {.operation = operation,
		.value = value[TAG_VALUE],
		.peer_pid = c->pid,
		.peer_uid = c->uid}};
	if (!message_has(m, TAG_KIND) || !message_has(m, TAG_VALUE)) {
		connection_reply_error(c, PROTOCOL_ERROR_MALFORMED);
		return false;
	}
	if (!deny_kind_named(value[TAG_KIND], &ret->kind)) {
		control_error(c, "there is no such kind of rule");
		return false;
	}
	if (!chance_ref(ret->act.ref))
		memcpy(ret->act.ref, NO_REF, sizeof(NO_REF));
	ret->act.kind = deny_kind_name(ret->kind);
	return true;
}

/* A rule of a section that is not there would deny nobody. */
static bool
find_issuer(struct connection *c, struct rule_asked *rule)
{
	const struct config *config = c->server->config;

	if (rule->issuer.bytes == NULL)
		return true;
	for (size_t i = 0; i < config->issuer_count; i++) {
		if (text_equal_string(
			rule->issuer, config->issuers[i].name)) {
			rule->act.issuer = config->issuers[i].name;
			return true;
		}
	}
	return false;
}

static void
reply_done(struct connection *c, const char *what, bool done, const char *ref)
{
	_cleanup_(buf_clear) struct buf document;
	struct json_writer w;

	buf_init(&document, DOCUMENT_MAX);
	json_writer_init(&w, &document);
	json_write_begin_object(&w, NULL);
	json_write_bool(&w, what, done);
	json_write_string(&w, "ref", ref);
	json_write_end_object(&w);
	reply_document(c, &document);
}

static const char no_issuer[] =
    "there is no issuer of that name: 'validatorctl status' lists them";

void
control_deny(struct connection *c, const struct message *m)
{
	struct server *s = c->server;
	struct rule_asked rule;
	bool recorded;
	enum status status;

	if (!read_rule(c, m, "deny", &rule))
		return;
	if (!find_issuer(c, &rule)) {
		control_error(c, no_issuer);
		return;
	}
	status = deny_add(s->denied, rule.kind, rule.issuer, rule.value,
	    (int64_t)time(NULL), c->uid);
	if (status == STATUS_INVALID) {
		control_error(c, "the value is not one that such a rule can "
				 "have");
		return;
	}
	if (status == STATUS_TOO_BIG || status == STATUS_NOMEM) {
		control_error(c, "NOT denied: there is no room for another "
				 "rule; remove some with 'validatorctl allow'");
		return;
	}
	recorded = audit_write_act(s->audit, &rule.act) == STATUS_OK;
	if (!recorded)
		log_error("that uid %u denies %s %.*s is not on record: the "
			  "audit log cannot be written",
		    (unsigned int)c->uid, rule.act.kind,
		    (int)rule.value.length, rule.value.bytes);
	if (status != STATUS_OK && status != STATUS_BUSY)
		control_error(c, "denied, but only until a restart: state_dir "
				 "cannot be written; mend it and say it again");
	else if (!recorded)
		control_error(c, "denied, but the audit log cannot be written, "
				 "so that this is not on record");
	else
		reply_done(c, "added", status == STATUS_OK, rule.act.ref);
}

static bool
is_like(const struct deny_rule *r, const struct rule_asked *asked)
{
	return r->kind == asked->kind &&
	       text_equal_string(asked->value, r->value);
}

static bool
is_same(const struct deny_rule *r, const struct rule_asked *asked)
{
	if (!is_like(r, asked))
		return false;
	return asked->issuer.bytes == NULL
		   ? r->issuer == NULL
		   : r->issuer != NULL &&
			 text_equal_string(asked->issuer, r->issuer);
}

static bool
is_there(const struct deny_list *d, const struct rule_asked *asked)
{
	for (size_t i = 0; i < d->count; i++) {
		if (is_same(&d->rules[i], asked))
			return true;
	}
	return false;
}

/* Whoever takes back the wrong one of two must hear of the other, which goes
 * on denying. */
static void
reply_none(struct connection *c, const struct rule_asked *asked)
{
	const struct deny_list *d = c->server->denied;
	_cleanup_(buf_clear) struct buf text;
	const char *before = ", but one of ";

	buf_init(&text, DOCUMENT_MAX / 2);
	(void)buf_append_string(&text,
	    asked->issuer.bytes != NULL ? "there is no such rule of that issuer"
					: "there is no such rule of any issuer");
	for (size_t i = 0; i < d->count; i++) {
		const struct deny_rule *r = &d->rules[i];

		if (!is_like(r, asked))
			continue;
		(void)buf_format(&text, "%s%s%s", before,
		    r->issuer != NULL ? "issuer " : "any issuer",
		    r->issuer != NULL ? r->issuer : "");
		before = " and one of ";
	}
	(void)buf_append_string(&text,
	    before[0] == ','
		? "; 'validatorctl deny list' shows them"
		: ": name it with --issuer, or leave that out for any");
	control_error(c, text.error == STATUS_OK ? buf_string(&text)
						 : "there is no such rule");
}

void
control_allow(struct connection *c, const struct message *m)
{
	struct server *s = c->server;
	struct rule_asked rule;

	if (!read_rule(c, m, "allow", &rule))
		return;
	/* A section that has gone leaves its rules. */
	(void)find_issuer(c, &rule);
	if (!is_there(s->denied, &rule)) {
		reply_none(c, &rule);
		return;
	}
	if (audit_write_act(s->audit, &rule.act) != STATUS_OK) {
		control_error(c, "nothing is changed: the audit log cannot be "
				 "written, and this must be on record");
		return;
	}
	switch (deny_remove(s->denied, rule.kind, rule.issuer, rule.value)) {
	case STATUS_OK:
		reply_done(c, "removed", true, rule.act.ref);
		break;
	default:
		control_error(c, "the rule stays: state_dir cannot be written, "
				 "and a restart would bring it back");
		break;
	}
}

void
control_denied(struct connection *c, const struct message *m)
{
	const struct deny_list *d = c->server->denied;
	_cleanup_(buf_clear) struct buf document;
	struct json_writer w;

	(void)m;
	buf_init(&document, DOCUMENT_MAX);
	json_writer_init(&w, &document);
	json_write_begin_object(&w, NULL);
	json_write_begin_array(&w, "rules");
	for (size_t i = 0; i < d->count; i++) {
		const struct deny_rule *r = &d->rules[i];

		json_write_begin_object(&w, NULL);
		json_write_string(&w, "kind", deny_kind_name(r->kind));
		json_write_string(&w, "issuer", r->issuer);
		json_write_string(&w, "value", r->value);
		json_write_integer(&w, "since", r->since);
		json_write_integer(&w, "by", r->by);
		json_write_end_object(&w);
	}
	json_write_end_array(&w);
	json_write_end_object(&w);
	if (document.error == STATUS_OK)
		reply_document(c, &document);
	else
		control_error(c, "the list is too long to be shown: look at "
				 "the file `" DENY_FILE "` in state_dir");
}
