/* SPDX-License-Identifier: ISC */
#include "login_request.h"

/*
 * The pipeline reads one message. For what is typed or granted later that
 * message is written here, out of LOGIN_BEGIN and the token.
 */

static const enum message_tag kept_tags[] = {
    TAG_SERVICE,
    TAG_USER,
    TAG_RHOST,
    TAG_TTY,
    TAG_RUSER,
    TAG_POLICY,
    TAG_UID,
    TAG_BUDGET_MS,
};

void
login_request(struct login *login, struct request *r)
{
	struct connection *c = login->connection;

	r->server = c->server;
	r->operation = OPERATION_LOGIN;
	r->login_method = login->method;
	r->received = login->packet;
	r->packet_size = login->packet_size;
	r->message = login->begin;
	ssh_key_print(login->begin.value[TAG_SSH_KEY], r->ssh_key);
	r->peer_pid = c->pid;
	r->peer_uid = c->uid;
	r->started_us = monotonic_us();
	r->deadline = login->deadline;
}

enum status
login_request_token(struct login *login, struct request *r, struct text token,
    struct buf *packet)
{
	enum status status;

	login_request(login, r);
	r->login_method = LOGIN_TOKEN;
	message_start(packet, MESSAGE_CHECK, login->begin.id);
	for (size_t i = 0; i < sizeof(kept_tags) / sizeof(kept_tags[0]); i++) {
		if (message_has(&login->begin, kept_tags[i]))
			message_put(packet, kept_tags[i],
			    login->begin.value[kept_tags[i]]);
	}
	message_put(packet, TAG_TOKEN, token);
	status = message_finish(packet);
	if (status != STATUS_OK)
		return status == STATUS_NOMEM ? status : STATUS_MALFORMED;
	r->received = packet->data;
	r->packet_size = packet->length;
	return message_open(
	    packet->data, packet->length, DIRECTION_REQUEST, &r->message);
}

enum status
login_request_grant(struct login *login, struct request *r, struct grant *grant,
    struct buf *packet)
{
	struct text token = {grant->token.bytes, grant->token.length};
	enum status status = STATUS_OK;

	r->fresh_grant = grant;
	/* Only where the server is asked about the token it gave. */
	if (issuer_judges_tokens(login->issuer))
		status = login_request_token(login, r, token, packet);
	r->login_method = login->method;
	return status;
}
