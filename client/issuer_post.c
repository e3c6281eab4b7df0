/* SPDX-License-Identifier: ISC */
/* Asking an issuer's endpoints, as the client that we are (RFC 6749 2.3). */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "issuer.h"
#include "oauth_words.h"
#include "scopegate/cleanup.h"
#include "scopegate/json.h"
#include "url.h"

void
oauth_answer_clear(struct oauth_answer *a)
{
	json_freep(&a->json);
}

/* RFC 6749 section 2.3.1 encodes both before they become a Basic credential. */
static enum status
send_form(const struct issuer *i, enum endpoint where, struct buf *form,
    struct http_answer *ret, char ret_problem[HTTP_PROBLEM_SIZE])
{
	_cleanup_(buf_clear) struct buf user = {0};
	_cleanup_(buf_clear) struct buf password = {0};
	struct http_request request = {.url = i->endpoints[where],
	    .form = form,
	    .ca_file = i->settings->ca_file};

	buf_init(&user, 4096);
	buf_init_sensitive(&password, 16384);
	switch (i->auth) {
	case CLIENT_AUTH_BASIC:
		url_encode(&user, i->settings->client_id);
		url_encode(&password, i->client_secret.bytes);
		request.user = buf_string(&user);
		request.password = buf_string(&password);
		if (request.user == NULL || request.password == NULL)
			return STATUS_NOMEM;
		break;
	case CLIENT_AUTH_POST:
		form_add(form, "client_id", i->settings->client_id);
		form_add(form, "client_secret", i->client_secret.bytes);
		break;
	default:
		form_add(form, "client_id", i->settings->client_id);
		break;
	}
	if (buf_string(form) == NULL)
		return form->error;
	return http_exchange(&request, ret, ret_problem);
}

static enum status
tell_fault(const struct issuer *i, enum endpoint where, struct oauth_answer *a,
    char ret_problem[PROBLEM_SIZE])
{
	const char *error = NULL, *description = NULL;
	const struct json_value *o = a->json != NULL ? json_top(a->json) : NULL;
	char words[OAUTH_WORDS_SIZE];

	if (o == NULL ||
	    json_string(json_get(o, "error"), &error) != STATUS_OK ||
	    !oauth_error_valid(error) || a->status < 400 || a->status > 499) {
		(void)snprintf(ret_problem, PROBLEM_SIZE,
		    "%s answered %ld where it should grant or refuse",
		    i->endpoints[where], a->status);
		return STATUS_IO;
	}
	(void)snprintf(a->error, sizeof(a->error), "%s", error);
	(void)json_string(json_get(o, "error_description"), &description);
	oauth_words(error, description, words);
	(void)snprintf(ret_problem, PROBLEM_SIZE, "%s refuses: %s",
	    i->settings->name, words);
	return STATUS_FORBIDDEN;
}

enum status
issuer_post(const struct issuer *i, enum endpoint where, struct buf *form,
    bool may_be_empty, struct oauth_answer *ret, char ret_problem[PROBLEM_SIZE])
{
	_cleanup_(http_answer_clear) struct http_answer answer = {0};
	char problem[HTTP_PROBLEM_SIZE] = "out of memory";
	const char *reason = NULL;
	enum status s = send_form(i, where, form, &answer, problem);

	*ret = (struct oauth_answer){0};
	if (s != STATUS_OK) {
		(void)snprintf(ret_problem, PROBLEM_SIZE, "%s", problem);
		return s;
	}
	ret->status = answer.status;
	s = json_parse(
	    buf_string(&answer.body), answer.body.length, &ret->json, &reason);
	if (answer.status == 200 && (s == STATUS_OK || may_be_empty))
		return STATUS_OK;
	return tell_fault(i, where, ret, ret_problem);
}

enum status
issuer_ask_token(const struct issuer *i, struct buf *form,
    struct token_set *ret, char ret_error[64], char ret_problem[PROBLEM_SIZE])
{
	_cleanup_(oauth_answer_clear) struct oauth_answer answer = {0};
	const char *problem = NULL;
	enum status s =
	    issuer_post(i, ENDPOINT_TOKEN, form, false, &answer, ret_problem);

	(void)snprintf(ret_error, 64, "%s", answer.error);
	if (s != STATUS_OK)
		return s;
	s = token_set_from_answer(
	    json_top(answer.json), (int64_t)time(NULL), ret, &problem);
	if (s != STATUS_OK)
		(void)snprintf(ret_problem, PROBLEM_SIZE,
		    "the token response of %s %s", i->settings->name, problem);
	return s;
}
