/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "endpoint.h"
#include "http/respond.h"
#include "scopegate/cleanup.h"

/*
 * Two questions, which must not be mixed up: whether this process is alive
 * (else start it anew), and whether decide answers it (else send nobody here
 * for now; starting it anew would help nothing).
 */

static void
say(struct visit *v, unsigned int status, const char *text)
{
	respond_empty(v->response, status);
	http_response_header(
	    v->response, "Content-Type", "text/plain; charset=utf-8");
	buf_append_string(&v->response->body, text);
}

void
endpoint_health(struct visit *v)
{
	say(v, 200, "alive\n");
}

void
endpoint_ready(struct visit *v)
{
	_cleanup_(relay_answer_clear) struct relay_answer answer = {0};

	if (relay_ask(&v->gateway->relay, "metadata", NULL, &answer) ==
		STATUS_OK &&
	    strcmp(answer.result, "metadata") == 0) {
		say(v, 200, "ready\n");
		return;
	}
	visit_retry_after(v, 5);
	say(v, 503, "validatord does not answer\n");
}
