/* SPDX-License-Identifier: ISC */
#include "dispatch.h"

#include <arpa/inet.h>
#include <string.h>

#include "connection.h"
#include "control.h"
#include "gateway.h"
#include "login.h"
#include "reply.h"
#include "scopegate/cleanup.h"
#include "server.h"

/*
 * Authority is the socket that a message came by: a pair that is not in the
 * table is refused, whoever sends it. Order: peer, header and grammar, type.
 */

#define ID_OFFSET 8 /* of the id in the header */

typedef void answer(struct connection *c, const struct message *m);

static answer answer_check, answer_account;

static const struct {
	enum socket_kind kind;
	enum message_type type;
	answer *answer;
} rows[] = {
    {SOCKET_LOGIN, MESSAGE_CHECK, answer_check},
    {SOCKET_LOGIN, MESSAGE_ACCOUNT, answer_account},
    {SOCKET_TOOLS, MESSAGE_CHECK, answer_check},
    {SOCKET_TOOLS, MESSAGE_ACCOUNT, answer_account},
    {SOCKET_LOGIN, MESSAGE_LOGIN_BEGIN, login_begin},
    {SOCKET_LOGIN, MESSAGE_LOGIN_ANSWER, login_answer},
    {SOCKET_CTL, MESSAGE_CONTROL, control_answer},
    {SOCKET_GATEWAY, MESSAGE_GATEWAY, gateway_answer},
};

/* Even what is refused unread is answered under its own id, if it has one. */
static uint32_t
id_of(const uint8_t *packet, size_t size)
{
	uint32_t id = 0;

	if (size >= ID_OFFSET + sizeof(id))
		memcpy(&id, packet + ID_OFFSET, sizeof(id));
	return ntohl(id);
}

void
dispatch(struct connection *c, const uint8_t *packet, size_t size)
{
	struct message m;
	enum status status;

	c->id = id_of(packet, size);
	c->request.received = packet;
	c->request.packet_size = size;
	if (c->refused) {
		connection_reply_error(c, PROTOCOL_ERROR_BUSY);
		return;
	}
	if (c->kind != SOCKET_TOOLS && !connection_is_trusted(c)) {
		connection_reply_error(c, PROTOCOL_ERROR_PEER);
		return;
	}
	status = message_open(packet, size, DIRECTION_REQUEST, &m);
	if (status != STATUS_OK) {
		connection_reply_error(c, status == STATUS_VERSION
					      ? PROTOCOL_ERROR_VERSION
					      : PROTOCOL_ERROR_MALFORMED);
		return;
	}
	/* Within a conversation the next answer, and nothing else. */
	if ((c->login != NULL) != (m.type == MESSAGE_LOGIN_ANSWER)) {
		connection_reply_error(c, PROTOCOL_ERROR_TYPE);
		return;
	}
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		if (rows[i].kind == c->kind && rows[i].type == m.type) {
			rows[i].answer(c, &m);
			return;
		}
	}
	connection_reply_error(c, PROTOCOL_ERROR_TYPE);
}

static void
answer_request(
    struct connection *c, const struct message *m, enum operation operation)
{
	struct request *r = &c->request;

	r->server = c->server;
	r->operation = operation;
	r->login_method = LOGIN_TOKEN;
	r->message = *m;
	r->by_uid = c->kind == SOCKET_TOOLS;
	if (c->kind == SOCKET_LOGIN)
		ssh_key_print(m->value[TAG_SSH_KEY], r->ssh_key);
	r->peer_pid = c->pid;
	r->peer_uid = c->uid;
	r->started_us = monotonic_us();
	r->deadline = reply_deadline(m, r->started_us);
	r->done = reply_verdict;
	r->argument = c;
	connection_decide(c);
}

static void
answer_check(struct connection *c, const struct message *m)
{
	answer_request(c, m, OPERATION_LOGIN);
}

static void
answer_account(struct connection *c, const struct message *m)
{
	answer_request(c, m, OPERATION_ACCOUNT);
}
