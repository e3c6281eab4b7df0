/* SPDX-License-Identifier: ISC */
#include "reply.h"

#include "chance.h"
#include "decide.h"
#include "login_table.h"
#include "scopegate/cleanup.h"
#include "server.h"

/* Must never send what is not on record: it is called when a decision is. */

#define JITTER_MS 100

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

void
reply_verdict(struct request *r)
{
	struct connection *c = r->argument;
	int64_t at_us = earliest_us(r);
	struct buf reply;

	put_verdict(&reply, r, c->id);
	request_clear(r);
	connection_end_login(c);
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

void
reply_document(struct connection *c, struct buf *document)
{
	struct buf reply;
	const char *json = buf_string(document);

	/* It may hold a code or a state. */
	buf_init_sensitive(&reply, MESSAGE_MAX);
	message_start(&reply, MESSAGE_DOCUMENT, c->id);
	if (json != NULL)
		message_put_string(&reply, TAG_DOCUMENT, json);
	buf_clear(document);
	if (json == NULL || message_finish(&reply) != STATUS_OK) {
		buf_clear(&reply);
		connection_reply_error(c, PROTOCOL_ERROR_INTERNAL);
		return;
	}
	connection_reply(c, &reply);
}

struct deadline
reply_deadline(const struct message *m, int64_t now_us)
{
	int64_t budget_ms = message_u32(m, TAG_BUDGET_MS, 1);
	int64_t margin_ms = budget_ms > 2 * REQUEST_MARGIN_MS
				? REQUEST_MARGIN_MS
				: budget_ms / 2;

	return (struct deadline){now_us + (budget_ms - margin_ms) * 1000};
}
