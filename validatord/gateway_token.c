/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "decide.h"
#include "gateway_command.h"
#include "gateway_write.h"
#include "login_code.h"
#include "scopegate/cleanup.h"
#include "server.h"

/*
 * Tokens that programs bring: one for a login code, one for a page. Both are
 * decisions like any other, by the same pipeline and on record.
 */

#define WEB_PREFIX "web:"

static void
decide_token(struct connection *c, const struct message *m,
    enum operation operation, request_done *done)
{
	struct request *r = &c->request;

	r->server = c->server;
	r->operation = operation;
	r->login_method = LOGIN_TOKEN;
	r->message = *m;
	r->peer_pid = c->pid;
	r->peer_uid = c->uid;
	r->started_us = monotonic_us();
	r->deadline = deadline_in_ms(REQUEST_CONTROL_MS - REQUEST_MARGIN_MS);
	r->done = done;
	r->argument = c;
	connection_decide(c);
}

static bool
wants_step_up(enum reason reason)
{
	return reason == REASON_AUTHENTICATION_TOO_OLD ||
	       reason == REASON_AUTHENTICATION_TOO_WEAK;
}

/* RFC 6750 section 3.1: is the token at fault, or what it may do? Or did the
 * user authenticate too long ago, or too weakly (RFC 9470 section 3)? */
static const char *
bearer_error(enum reason reason)
{
	if (wants_step_up(reason))
		return "insufficient_user_authentication";
	return reason_row(reason)->auth == PAM_ANSWER_PERM_DENIED
		   ? "insufficient_scope"
		   : "invalid_token";
}

/* What would do: the client asks the authorization server for it. */
static void
write_step_up(struct json_writer *w, const struct request *r)
{
	const struct policy *p = r->policy;

	if (!wants_step_up(r->reason) || p == NULL)
		return;
	if (p->acr.count > 0) {
		json_write_begin_array(w, "acr_values");
		for (size_t i = 0; i < p->acr.count; i++)
			json_write_string(w, NULL, p->acr.words[i]);
		json_write_end_array(w);
	}
	if (p->max_age_ms > 0)
		json_write_integer(w, "max_age", p->max_age_ms / 1000);
}

static void
not_allowed(struct connection *c, const struct request *r)
{
	struct gateway_document d;

	if (r->verdict == VERDICT_UNAVAILABLE) {
		gateway_unavailable(c, r->reason, r->retry_after_s);
		return;
	}
	gateway_start(&d, "deny");
	gateway_write_reason(&d.w, r->reason);
	json_write_string(&d.w, "error", bearer_error(r->reason));
	gateway_write_missing(&d.w, r->reason, r->detail);
	write_step_up(&d.w, r);
	json_write_string(&d.w, "ref", r->ref);
	if (r->retry_after_s > 0)
		json_write_integer(&d.w, "retry_after", r->retry_after_s);
	gateway_send(c, &d);
}

/* code */

static void
make_code(struct connection *c, struct request *r)
{
	const struct text *value = r->message.value;
	const struct text token = {r->kept_token.bytes, r->kept_token.length};
	char code[LOGIN_CODE_SIZE];
	struct gateway_document d;

	if (!login_codes_make(c->server->logins->codes, token, value[TAG_USER],
		value[TAG_SERVICE], text_of(r->config->host_name),
		monotonic_us(), code)) {
		gateway_unavailable(c, REASON_NO_MEMORY, 0);
		return;
	}
	gateway_start(&d, "code");
	json_write_string(&d.w, "code", code);
	explicit_bzero(code, sizeof(code));
	json_write_integer(&d.w, "seconds", LOGIN_CODE_LIFE_MS / 1000);
	gateway_send(c, &d);
}

/* The reply closes the connection, which clears its request. */
static void
code_decided(struct request *r)
{
	if (r->verdict == VERDICT_ALLOW)
		make_code(r->argument, r);
	else
		not_allowed(r->argument, r);
}

void
gateway_code(struct connection *c, const struct message *m)
{
	const char *host = c->server->config->host_name;
	struct text token = m->value[TAG_TOKEN];
	struct gateway_document d;

	if (!text_equal_string(m->value[TAG_HOST], host)) {
		gateway_start(&d, "invalid");
		json_write_string(&d.w, "sentence",
		    "login codes of this gate are for its own host: name "
		    "that one in `host`");
		json_write_string(&d.w, "host", host);
		gateway_send(c, &d);
		return;
	}
	/* The pipeline forgets the token while it waits. */
	if (secret_set(&c->request.kept_token, token.bytes, token.length) !=
	    STATUS_OK) {
		gateway_unavailable(c, REASON_NO_MEMORY, 0);
		return;
	}
	decide_token(c, m, OPERATION_CODE, code_decided);
}

/* authorize */

static void
let_in(struct connection *c, const struct request *r)
{
	const struct facts *f = r->facts;
	struct gateway_document d;

	gateway_start(&d, "allow");
	json_write_string(&d.w, "user", r->local_user);
	json_write_string(&d.w, "subject", f->subject);
	if (f->client_id != NULL)
		json_write_string(&d.w, "client_id", f->client_id);
	json_write_string(&d.w, "issuer", r->issuer->name);
	if (f->environment != NULL)
		json_write_string(&d.w, "environment", f->environment);
	if (f->scopes_known)
		gateway_write_words(&d.w, "scopes", &f->scopes);
	json_write_string(&d.w, "ref", r->ref);
	if (f->expires_at != 0)
		json_write_integer(&d.w, "expires_at", f->expires_at);
	gateway_send(c, &d);
}

static void
web_decided(struct request *r)
{
	if (r->verdict == VERDICT_ALLOW)
		let_in(r->argument, r);
	else
		not_allowed(r->argument, r);
}

/* A page is no PAM service, and must not be taken for one. */
void
gateway_authorize(struct connection *c, const struct message *m)
{
	struct text service = m->value[TAG_SERVICE];

	if (service.length <= strlen(WEB_PREFIX) ||
	    memcmp(service.bytes, WEB_PREFIX, strlen(WEB_PREFIX)) != 0) {
		connection_reply_error(c, PROTOCOL_ERROR_MALFORMED);
		return;
	}
	decide_token(c, m, OPERATION_WEB, web_decided);
}
