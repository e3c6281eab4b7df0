/* SPDX-License-Identifier: ISC */
#include "control.h"

#include <stdlib.h>

#include "connection.h"
#include "control_deny.h"
#include "control_grants.h"
#include "control_revoke.h"
#include "decide.h"
#include "document.h"
#include "reload.h"
#include "reply.h"
#include "scopegate/cleanup.h"
#include "server.h"

/* One table of commands. `check` is a decision like a login's, by the same
 * code, but it shows its rules, has no floor and counts against nobody. */

typedef void command(struct connection *c, const struct message *m);

static command command_status, command_check, command_flush, command_reload;

static const struct {
	const char *name;
	command *run;
} commands[] = {
    {"status", command_status},
    {"check", command_check},
    {"flush", command_flush},
    {"reload", command_reload},
    {"deny", control_deny},
    {"allow", control_allow},
    {"denied", control_denied},
    {"grants", control_grants},
    {"grant-revoke", control_grant_revoke},
    {"key-rotate", control_key_rotate},
};

void
control_answer(struct connection *c, const struct message *m)
{
	for (size_t i = 0; i < ELEMENTS(commands); i++) {
		if (text_equal_string(
			m->value[TAG_COMMAND], commands[i].name)) {
			commands[i].run(c, m);
			return;
		}
	}
	connection_reply_error(c, PROTOCOL_ERROR_COMMAND);
}

static void
command_status(struct connection *c, const struct message *m)
{
	struct buf document;

	(void)m;
	buf_init(&document, DOCUMENT_MAX);
	document_status(&document, c->server);
	reply_document(c, &document);
}

static void
check_done(struct request *r)
{
	struct connection *c = r->argument;
	struct buf document;

	buf_init(&document, DOCUMENT_MAX);
	document_check(&document, r);
	request_clear(r);
	reply_document(c, &document);
}

static void
command_check(struct connection *c, const struct message *m)
{
	struct request *r = &c->request;

	if (!message_has(m, TAG_SERVICE) || !message_has(m, TAG_USER) ||
	    !message_has(m, TAG_TOKEN)) {
		connection_reply_error(c, PROTOCOL_ERROR_MALFORMED);
		return;
	}
	r->report = calloc(1, sizeof(*r->report));
	if (r->report == NULL) {
		connection_reply_error(c, PROTOCOL_ERROR_INTERNAL);
		return;
	}
	r->server = c->server;
	r->operation = OPERATION_CHECK;
	r->login_method = LOGIN_TOKEN;
	r->message = *m;
	r->peer_pid = c->pid;
	r->peer_uid = c->uid;
	r->started_us = monotonic_us();
	r->deadline = deadline_in_ms(REQUEST_CONTROL_MS - REQUEST_MARGIN_MS);
	r->done = check_done;
	r->argument = c;
	connection_decide(c);
}

static void
command_flush(struct connection *c, const struct message *m)
{
	struct server *s = c->server;
	size_t positive = facts_cache_count(s->cache, true);
	size_t negative = facts_cache_count(s->cache, false);
	struct buf document;

	(void)m;
	server_flush(s);
	log_info("cache flushed: %zu positive, %zu negative entries", positive,
	    negative);
	buf_init(&document, DOCUMENT_MAX);
	document_flush(&document, positive, negative);
	reply_document(c, &document);
}

static void
reload_finished(const char *error, void *argument)
{
	struct connection *c = argument;
	struct buf document;

	buf_init(&document, DOCUMENT_MAX);
	document_reload(&document, c->server, error);
	reply_document(c, &document);
}

static void
command_reload(struct connection *c, const struct message *m)
{
	(void)m;
	/* First: a reload that fails at once has replied on its return. */
	connection_wait(c);
	reload_begin(c->server->reload, reload_finished, c);
}
