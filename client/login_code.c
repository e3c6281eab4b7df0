/* SPDX-License-Identifier: ISC */
#include "login_code.h"

#include <stdio.h>
#include <string.h>

#include "http.h"
#include "scopegate/cleanup.h"
#include "scopegate/json.h"
#include "url.h"

#define CODE_LONGEST 256
#define SENTENCE_SHOWN 300

static enum status
send_request(const struct code_request *r, struct http_answer *ret,
    char ret_problem[HTTP_PROBLEM_SIZE])
{
	_cleanup_(buf_clear) struct buf url = {0};
	_cleanup_(buf_clear) struct buf form = {0};
	struct http_request request = {
	    .form = &form, .bearer = r->token, .ca_file = r->ca_file};
	size_t length = strlen(r->gate);

	buf_init(&url, URL_MAX);
	buf_init(&form, 2048);
	while (length > 0 && r->gate[length - 1] == '/')
		length--;
	buf_format(&url, "%.*s/code", (int)length, r->gate);
	form_add(&form, "host", r->host);
	form_add(&form, "user", r->user);
	form_add(&form, "service", r->service);
	request.url = buf_string(&url);
	if (request.url == NULL || buf_string(&form) == NULL)
		return STATUS_TOO_BIG;
	return http_exchange(&request, ret, ret_problem);
}

static void
copy_plain(const char *text, char *ret, size_t size)
{
	size_t n = 0;

	for (; *text != '\0' && n + 1 < size; text++)
		ret[n++] = *text >= 0x20 && *text <= 0x7e ? *text : '?';
	ret[n] = '\0';
}

/* The gate's own sentence: "sentence", or RFC 6750's description. */
static enum status
tell_refusal(const struct code_request *r, long status,
    const struct json_value *o, char ret_problem[PROBLEM_SIZE])
{
	const char *sentence = NULL, *ref = NULL;
	char shown[SENTENCE_SHOWN], reference[48] = "";

	if (json_string(json_get(o, "error_description"), &sentence) !=
		STATUS_OK &&
	    json_string(json_get(o, "sentence"), &sentence) != STATUS_OK &&
	    json_string(json_get(o, "error"), &sentence) != STATUS_OK)
		sentence = "it does not say why";
	copy_plain(sentence, shown, sizeof(shown));
	/* What the operator's `validatorctl explain` takes. */
	if (json_string(json_get(o, "ref"), &ref) == STATUS_OK)
		copy_plain(ref, reference, sizeof(reference));
	(void)snprintf(ret_problem, PROBLEM_SIZE,
	    "%s gives no login code for %s at %s (%ld): %s%s%s%s", r->gate,
	    r->user, r->host, status, shown,
	    reference[0] != '\0' ? " (reference " : "", reference,
	    reference[0] != '\0' ? ")" : "");
	return status == 401 || status == 403 ? STATUS_FORBIDDEN : STATUS_IO;
}

static bool
code_valid(const char *code)
{
	size_t n = strlen(code);

	if (n == 0 || n > CODE_LONGEST)
		return false;
	for (; *code != '\0'; code++)
		if (*code < 0x21 || *code > 0x7e)
			return false;
	return true;
}

enum status
login_code_get(const struct code_request *request, struct secret *ret,
    char ret_problem[PROBLEM_SIZE])
{
	_cleanup_(http_answer_clear) struct http_answer answer = {0};
	_cleanup_(json_freep) struct json *j = NULL;
	const char *reason = NULL, *code = NULL;
	char problem[HTTP_PROBLEM_SIZE] = "the request is too long";
	enum status s = send_request(request, &answer, problem);

	if (s != STATUS_OK) {
		(void)snprintf(ret_problem, PROBLEM_SIZE, "%s", problem);
		return s;
	}
	s = json_parse(
	    buf_string(&answer.body), answer.body.length, &j, &reason);
	if (answer.status < 200 || answer.status > 299)
		return tell_refusal(request, answer.status,
		    s == STATUS_OK ? json_top(j) : NULL, ret_problem);
	if (s == STATUS_OK)
		s = json_string(json_get(json_top(j), "code"), &code);
	if (s != STATUS_OK || !code_valid(code)) {
		(void)snprintf(ret_problem, PROBLEM_SIZE,
		    "%s answered with no login code: is it the gatewayd of %s?",
		    request->gate, request->host);
		return STATUS_MALFORMED;
	}
	return secret_set(ret, code, strlen(code));
}
