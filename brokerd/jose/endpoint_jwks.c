/* SPDX-License-Identifier: ISC */
/*
 * The public keys (RFC 7517), for whoever checks what the broker signed. They
 * may be cached: the next key is among them long before it signs.
 */
#include <time.h>

#include "http/respond.h"
#include "respond_fault.h"
#include "jose/key_ring.h"
#include "routes.h"
#include "scopegate/cleanup.h"
#include "scopegate/log.h"

void
endpoint_jwks(struct broker *b, const struct http_request *request,
    struct http_response *response)
{
	_cleanup_(transaction_end) struct transaction t = {NULL};
	_cleanup_(buf_clear) struct buf body = {0};
	enum status status = transaction_read(b->store, &t);

	(void)request;
	buf_init(&body, HTTP_ANSWER_MAX);
	if (status == STATUS_OK)
		status =
		    key_ring_write_public(b->store, (int64_t)time(NULL), &body);
	if (status != STATUS_OK) {
		log_error(
		    "the signing keys cannot be read: %s", status_text(status));
		respond_fault(response,
		    OAUTH_FAULT(SERVER_ERROR, "the keys cannot be read"));
		return;
	}
	response->status = 200;
	http_response_header(response, "Content-Type", "application/json");
	http_response_header(response, "Cache-Control", "max-age=300");
	buf_append(&response->body, body.data, body.length);
}
