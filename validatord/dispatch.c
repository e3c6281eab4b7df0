/* SPDX-License-Identifier: ISC */
#include "dispatch.h"

#include <arpa/inet.h>
#include <string.h>

#include "chance.h"
#include "connection.h"
#include "control.h"
#include "decide.h"
#include "scopegate/cleanup.h"
#include "server.h"

/*
 * Authority is the socket that a message came by: a pair that is not in the
 * table is refused, whoever sends it. Order: peer, header and grammar, type.
 */

#define ID_OFFSET 8 /* of the id in the header */
#define JITTER_MS 100

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
    {SOCKET_CTL, MESSAGE_CONTROL, control_answer},
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
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		if (rows[i].kind == c->kind && rows[i].type == m.type) {
			rows[i].answer(c, &m);
			return;
		}
	}
	connection_reply_error(c, PROTOCOL_ERROR_TYPE);
}

static void
put_verdict(struct buf *reply, const struct request *r, uint32_t id)
{
	buf_init(reply, MESSAGE_MAX);
	message_start(reply, MESSAGE_VERDICT, id);
	message_put_u8(reply, TAG_VERDICT, (uint8_t)r->verdict);
	message_put_u16(reply, TAG_REASON, (uint16_t)r->reason);
	message_put_string(reply, TAG_REF, r->ref);
	if (r->verdict == VERDICT_ALLOW && r->handle[0] != '\0')
		message_put_string(reply, TAG_HANDLE, r->handle);
	if (r->detail[0] != '\0')
		message_put_string(reply, TAG_DETAIL, r->detail);
	if (r->retry_after_s > 0)
		message_put_u32(reply, TAG_RETRY_AFTER, r->retry_after_s);
}

/* How long a refusal took must not tell at which stage it was made. */
static int64_t
earliest_us(const struct request *r)
{
	if (r->verdict != VERDICT_DENY)
		return 0;
	return r->started_us + r->config->failure_floor_ms * 1000 +
	       (int64_t)chance_below(JITTER_MS + 1) * 1000;
}

static void
verdict_done(struct request *r)
{
	struct connection *c = r->argument;
	int64_t at_us = earliest_us(r);
	struct buf reply;

	put_verdict(&reply, r, c->id);
	request_clear(r);
	if (message_finish(&reply) != STATUS_OK) {
		buf_clear(&reply);
		connection_reply_error(c, PROTOCOL_ERROR_INTERNAL);
		return;
	}
	if (at_us > 0)
		connection_reply_at(c, &reply, at_us);
	else
		connection_reply(c, &reply);
}

static struct deadline
deadline_of(const struct message *m, int64_t now_us)
{
	int64_t budget_ms = message_u32(m, TAG_BUDGET_MS, 1);
	int64_t margin_ms = budget_ms > 2 * REQUEST_MARGIN_MS
				? REQUEST_MARGIN_MS
				: budget_ms / 2;

	return (struct deadline){now_us + (budget_ms - margin_ms) * 1000};
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
	r->peer_pid = c->pid;
	r->peer_uid = c->uid;
	r->started_us = monotonic_us();
	r->deadline = deadline_of(m, r->started_us);
	r->done = verdict_done;
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
