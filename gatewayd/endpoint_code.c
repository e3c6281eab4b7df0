/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>

#include "bearer.h"
#include "endpoint.h"
#include "http/respond.h"
#include "scopegate/cleanup.h"

/* A token that is too long to paste against a code that is not. */

/* Which field is missing, or NULL. */
static const char *
first_missing(const struct relay_field *fields, const char *const *names)
{
	for (; *names != NULL; names++, fields++) {
		if (fields->text == NULL)
			return *names;
	}
	return NULL;
}

/* The code would be for another host than decide's: no fault of the token. */
static void
refuse_host(struct visit *v, const struct relay_answer *answer)
{
	struct json_writer w;

	respond_json(v->response, 400);
	json_writer_init(&w, &v->response->body);
	json_write_begin_object(&w, NULL);
	json_write_string(&w, "error", "invalid_request");
	json_write_string(&w, "error_description",
	    relay_text(answer->top, "sentence", "not for this host"));
	json_write_string(&w, "host", relay_text(answer->top, "host", ""));
	json_write_end_object(&w);
}

static void
send_code(struct visit *v, const struct relay_answer *answer)
{
	struct json_writer w;

	respond_json(v->response, 200);
	json_writer_init(&w, &v->response->body);
	json_write_begin_object(&w, NULL);
	json_write_string(&w, "code", relay_text(answer->top, "code", ""));
	json_write_integer(
	    &w, "expires_in", relay_number(answer->top, "seconds", 60));
	json_write_end_object(&w);
}

/* False: it is answered already. */
static bool
check(struct visit *v, const struct relay_field *fields)
{
	static const char *const names[] = {"user", "service", "host", NULL};
	const char *missing = first_missing(fields, names);
	char text[96];

	if (v->request->form_status == STATUS_OK && missing == NULL &&
	    !form_has_repeats(&v->request->form))
		return true;
	(void)snprintf(text, sizeof(text),
	    missing == NULL || v->request->form_status != STATUS_OK
		? "the form cannot be read: send user, service and host once "
		  "each, form-encoded"
		: "%s is missing in the form",
	    missing);
	bearer_error(v, 400, "invalid_request", text);
	return false;
}

void
endpoint_code(struct visit *v)
{
	_cleanup_(relay_answer_clear) struct relay_answer answer = {0};
	bool given;
	const char *token = bearer_token(v, &given);
	const struct relay_field fields[] = {
	    {TAG_USER, visit_field(v, "user")},
	    {TAG_SERVICE, visit_field(v, "service")},
	    {TAG_HOST, visit_field(v, "host")},
	    {TAG_TOKEN, token},
	    {TAG_RHOST, v->client_text},
	    {TAG_NONE, NULL},
	};
	enum status status;

	if (token == NULL) {
		/* RFC 6750 section 3.1: nothing given, nothing said. */
		bearer_error(v, 401, given ? "invalid_token" : "token_missing",
		    "send an access token as Authorization: Bearer");
		bearer_challenge(
		    v, &(struct challenge){
			   .error = given ? "invalid_token" : NULL});
		return;
	}
	if (!check(v, fields))
		return;
	status = relay_ask(&v->gateway->relay, "code", fields, &answer);
	if (status != STATUS_OK)
		bearer_not_asked(v, status);
	else if (strcmp(answer.result, "code") == 0)
		send_code(v, &answer);
	else if (strcmp(answer.result, "invalid") == 0)
		refuse_host(v, &answer);
	else
		bearer_refuse(v, &answer);
}
