/* SPDX-License-Identifier: ISC */
#include <string.h>
#include <strings.h>

#include "bearer.h"
#include "endpoint.h"
#include "http/respond.h"
#include "scopegate/cleanup.h"
#include "security_event.h"

/*
 * A receiver of security events (RFC 8935). An event makes decide ask the
 * authorization server anew and ends nothing by itself, so whoever gets hold
 * of the bearer token can cause questions and no more.
 */

static void
refuse(struct visit *v, unsigned int status, const char *err,
    const char *description)
{
	struct json_writer w;

	respond_json(v->response, status);
	http_response_header(v->response, "Content-Language", "en");
	json_writer_init(&w, &v->response->body);
	json_write_begin_object(&w, NULL);
	json_write_string(&w, "err", err);
	json_write_string(&w, "description", description);
	json_write_end_object(&w);
}

/* In a time that tells nothing of where they differ; the length is no secret
 * of a random token. */
static bool
equal(const char *a, const struct secret *b)
{
	unsigned char difference = 0;

	if (strlen(a) != b->length)
		return false;
	for (size_t i = 0; i < b->length; i++)
		difference |= (unsigned char)(a[i] ^ b->bytes[i]);
	return difference == 0;
}

static bool
is_event(const struct http_request *r)
{
	static const char type[] = "application/secevent+jwt";
	const char *given = r->content_type;

	return given != NULL &&
	       strncasecmp(given, type, sizeof(type) - 1) == 0 &&
	       strchr("; ", given[sizeof(type) - 1]) != NULL;
}

static void
pass_on(struct visit *v, const char *claims)
{
	_cleanup_(relay_answer_clear) struct relay_answer answer = {0};
	const struct relay_field fields[] = {
	    {TAG_DOCUMENT, claims}, {TAG_NONE, NULL}};
	enum status status =
	    relay_ask(&v->gateway->relay, "event", fields, &answer);

	if (status == STATUS_INVALID) {
		refuse(v, 400, "invalid_request", "the event is too large");
	} else if (status != STATUS_OK) {
		bearer_not_asked(v, status);
	} else if (strcmp(answer.result, "accepted") == 0) {
		respond_empty(v->response, 202);
	} else if (strcmp(answer.result, "invalid") == 0) {
		refuse(v, 400, "invalid_request",
		    relay_text(answer.top, "sentence", "not understood"));
	} else {
		bearer_refuse(v, &answer);
	}
}

void
endpoint_events(struct visit *v)
{
	_cleanup_(buf_clear) struct buf claims = {0};
	const struct http_request *r = v->request;
	bool given;
	const char *token = bearer_token(v, &given), *fault;

	buf_init(&claims, DOCUMENT_MAX);
	if (token == NULL || !equal(token, &v->gateway->event_token)) {
		refuse(v, 401, "authentication_failed",
		    "the bearer token is missing or not the one agreed on");
		bearer_challenge(
		    v, &(struct challenge){
			   .error = given ? "invalid_token" : NULL});
		return;
	}
	if (!is_event(r) || r->body == NULL) {
		refuse(v, 400, "invalid_request",
		    "send one security event token as "
		    "application/secevent+jwt");
		return;
	}
	fault = security_event_claims(r->body, r->body_size, &claims);
	if (fault != NULL)
		refuse(v, 400, "invalid_request", fault);
	else
		pass_on(v, buf_string(&claims));
}
