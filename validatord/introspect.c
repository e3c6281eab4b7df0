/* SPDX-License-Identifier: ISC */
#include "introspect.h"

#include <string.h>
#include <strings.h>

#include "facts_read.h"
#include "form.h"
#include "scopegate/cleanup.h"
#include "scopegate/json.h"

/*
 * From a token to a request, and from an HTTP answer to a document that is
 * worth reading. Only 200 with application/json is an answer about a token;
 * everything else is unavailable, never "inactive".
 */

enum status
introspect_form(
    const struct issuer *issuer, struct text token, struct secret *ret)
{
	_cleanup_(secret_clear) struct secret form = {0};
	enum status s = form_put(&form, "token", token);

	if (s == STATUS_OK && issuer->send_token_type_hint)
		s = form_put(&form, "token_type_hint", text_of("access_token"));
	if (s != STATUS_OK)
		return s;
	secret_clear(ret);
	*ret = form;
	form = (struct secret){0};
	return STATUS_OK;
}

enum reason
answer_arrived(const struct fetch_reply *reply, const char **ret_what)
{
	static const struct {
		enum fetch_result result;
		enum reason reason;
		const char *what;
	} rows[] = {
	    {FETCH_UNREACHABLE, REASON_AS_UNREACHABLE, NULL},
	    {FETCH_TIMEOUT, REASON_AS_TIMEOUT, NULL},
	    {FETCH_TLS, REASON_AS_TLS, NULL},
	    {FETCH_TOO_LARGE, REASON_AS_ANSWER_TOO_LARGE, NULL},
	    {FETCH_REFUSED, REASON_AS_UNREACHABLE,
		"the endpoint's origin is neither the issuer's nor in "
		"`endpoint_origins`"},
	    {FETCH_BUSY, REASON_OVERLOADED, NULL},
	    {FETCH_DOWN, REASON_FETCH_DOWN, NULL},
	    {FETCH_INTERRUPTED, REASON_INTERRUPTED, NULL},
	};

	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		if (rows[i].result != reply->result)
			continue;
		*ret_what = rows[i].what;
		return rows[i].reason;
	}
	if (reply->result == FETCH_ANSWERED)
		return REASON_NONE;
	*ret_what = "the fetch process gave a result that does not exist";
	return REASON_AS_UNREACHABLE;
}

bool
answer_is_json(const struct fetch_reply *reply)
{
	static const char type[] = "application/json";
	const char *rest = reply->content_type;

	if (strncasecmp(rest, type, sizeof(type) - 1) != 0)
		return false;
	rest += sizeof(type) - 1;
	rest += strspn(rest, " \t");
	return *rest == '\0' || *rest == ';';
}

/* RFC 6749 section 5.2 and RFC 7009 section 2.2.1 error codes, where one says
 * more than the status. */
static enum reason
bad_request_reason(const struct fetch_reply *reply, const char **ret_what)
{
	_cleanup_(json_freep) struct json *document = NULL;
	const char *why, *error = NULL;

	*ret_what = "status 400";
	if (reply->encoded || !answer_is_json(reply) ||
	    json_parse(reply->body, reply->body_length, &document, &why) !=
		STATUS_OK ||
	    json_string(json_get(json_top(document), "error"), &error) !=
		STATUS_OK)
		return REASON_AS_STATUS_UNEXPECTED;
	if (strcmp(error, "unsupported_token_type") == 0)
		return REASON_AS_TOKEN_UNSUPPORTED;
	if (strcmp(error, "invalid_client") == 0 ||
	    strcmp(error, "unauthorized_client") == 0)
		return REASON_AS_REJECTS_US;
	return REASON_AS_STATUS_UNEXPECTED;
}

enum reason
introspect_status(const struct fetch_reply *reply, const char **ret_what)
{
	int status = reply->http_status;

	*ret_what = NULL;
	if (status == 401 || status == 403)
		return REASON_AS_REJECTS_US;
	if (status == 400)
		return bad_request_reason(reply, ret_what);
	if (status == 429)
		return REASON_AS_RATE_LIMIT;
	if (status >= 500 && status <= 599)
		return REASON_AS_ERROR;
	return status == 200 ? REASON_NONE : REASON_AS_STATUS_UNEXPECTED;
}

static enum reason
body_reason(const struct fetch_reply *reply, const char **ret_what)
{
	if (reply->encoded) {
		*ret_what = "the body has a Content-Encoding, although the "
			    "request accepts none";
		return REASON_AS_ANSWER_MALFORMED;
	}
	if (!answer_is_json(reply)) {
		*ret_what = "the body is not application/json";
		return REASON_AS_ANSWER_MALFORMED;
	}
	return REASON_NONE;
}

enum reason
introspect_read(const struct fetch_reply *reply, int64_t now,
    struct facts **ret_facts, const char **ret_what)
{
	_cleanup_(json_freep) struct json *document = NULL;
	_cleanup_(facts_unrefp) struct facts *f = NULL;
	const char *why = NULL;
	enum reason reason;
	enum status s;

	*ret_what = NULL;
	reason = answer_arrived(reply, ret_what);
	if (reason == REASON_NONE)
		reason = introspect_status(reply, ret_what);
	if (reason == REASON_NONE)
		reason = body_reason(reply, ret_what);
	if (reason != REASON_NONE)
		return reason;
	s = json_parse(reply->body, reply->body_length, &document, &why);
	if (s == STATUS_OK) {
		f = facts_new();
		s = f != NULL ? STATUS_OK : STATUS_NOMEM;
	}
	if (s == STATUS_OK)
		s = facts_read(json_top(document), f, &why);
	if (s != STATUS_OK) {
		*ret_what = why;
		return s == STATUS_NOMEM ? REASON_NO_MEMORY
					 : REASON_AS_ANSWER_MALFORMED;
	}
	f->checked_at = now;
	*ret_facts = TAKE_PTR(f);
	return REASON_NONE;
}
