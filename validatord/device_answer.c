/* SPDX-License-Identifier: ISC */
#include "device_answer.h"

#include <stdlib.h>
#include <string.h>

#include "config_url.h"
#include "introspect.h"
#include "scopegate/cleanup.h"
#include "scopegate/json.h"
#include "scopegate/message.h"

/*
 * Link and code go to a terminal, so nothing passes that is not visible ASCII
 * and short, and no link that is not what a browser may be sent to.
 */

void
device_answer_clear(struct device_answer *a)
{
	secret_clear(&a->device_code);
	free(a->user_code);
	free(a->link);
	free(a->complete);
	free(a->number);
	*a = (struct device_answer){0};
}

static bool
is_visible(const char *text, size_t most)
{
	size_t n = 0;

	while (text[n] > ' ' && text[n] < 0x7f)
		n++;
	return n > 0 && n <= most && text[n] == '\0';
}

/* A query is what verification_uri_complete differs by. */
static bool
is_link(const char *text, const struct issuer *issuer)
{
	_cleanup_(free_ptr) char *plain = strndup(text, strcspn(text, "?"));
	char origin[URL_ORIGIN_MAX];

	return plain != NULL && is_visible(text, LINK_MAX) &&
	       strchr(text, '#') == NULL &&
	       config_url_fault(plain, issuer->insecure_loopback, origin) ==
		   NULL;
}

static bool
is_code(const char *text, const struct issuer *issuer)
{
	(void)issuer;
	return is_visible(text, USER_CODE_MAX);
}

static bool
is_number(const char *text, const struct issuer *issuer)
{
	(void)issuer;
	return is_visible(text, NUMBER_MAX) &&
	       strspn(text, "0123456789") == strlen(text);
}

static enum status
read_texts(const struct json_value *top, const struct issuer *issuer,
    struct device_answer *a, const char **ret_what)
{
	const struct {
		const char *name;
		char **to;
		bool required;
		bool (*is)(const char *text, const struct issuer *issuer);
		const char *what;
	} rows[] = {
	    {"user_code", &a->user_code, true, is_code,
		"the answer's user_code is missing or cannot be shown"},
	    {"verification_uri", &a->link, true, is_link,
		"the answer's verification_uri is no https URL"},
	    {"verification_uri_complete", &a->complete, false, is_link,
		"the answer's verification_uri_complete is no https URL"},
	    {"confirmation_number", &a->number, false, is_number,
		"the answer's confirmation_number is no number"},
	};

	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		const struct json_value *v = json_get(top, rows[i].name);
		const char *text;

		if (v == NULL && !rows[i].required)
			continue;
		if (json_string(v, &text) != STATUS_OK ||
		    !rows[i].is(text, issuer)) {
			*ret_what = rows[i].what;
			return STATUS_MALFORMED;
		}
		*rows[i].to = strdup(text);
		if (*rows[i].to == NULL)
			return STATUS_NOMEM;
	}
	return STATUS_OK;
}

static enum status
read_code(const struct json_value *top, struct device_answer *a,
    const char **ret_what)
{
	const char *code;

	if (json_string(json_get(top, "device_code"), &code) == STATUS_OK &&
	    is_visible(code, DEVICE_CODE_MAX))
		return secret_set(&a->device_code, code, strlen(code));
	*ret_what = "the answer has no device_code";
	return STATUS_MALFORMED;
}

static enum status
read_times(const struct json_value *top, struct device_answer *a,
    const char **ret_what)
{
	const struct json_value *interval = json_get(top, "interval");

	a->interval_s = DEVICE_INTERVAL_S;
	if (json_integer(json_get(top, "expires_in"), 1, INT32_MAX,
		&a->expires_in_s) != STATUS_OK) {
		*ret_what = "the answer's expires_in is no number of seconds";
		return STATUS_MALFORMED;
	}
	if (interval != NULL && json_integer(interval, 0, DEVICE_INTERVAL_MAX_S,
				    &a->interval_s) != STATUS_OK) {
		*ret_what = "the answer's interval is no number up to 300";
		return STATUS_MALFORMED;
	}
	if (a->interval_s == 0)
		a->interval_s = 1;
	return STATUS_OK;
}

/* RFC 6749 section 5.2: whose fault it is. */
static enum reason
read_error(const struct fetch_reply *reply, const char **ret_what)
{
	static const struct {
		const char *error;
		enum reason reason;
		const char *what;
	} rows[] = {
	    {"invalid_client", REASON_AS_REJECTS_US, NULL},
	    {"unauthorized_client", REASON_AS_REJECTS_US,
		"the client may not use the device grant: allow it at the "
		"authorization server"},
	    {"invalid_scope", REASON_AS_STATUS_UNEXPECTED,
		"the client may not ask for these scopes: mend `scope` or "
		"what the policy requires, or allow them there"},
	    {"invalid_authorization_details", REASON_AS_STATUS_UNEXPECTED,
		"the authorization server does not take this host's name, "
		"service or user: mend `host_name`"},
	};
	_cleanup_(json_freep) struct json *document = NULL;
	const char *why, *error;

	if (reply->encoded || !answer_is_json(reply) ||
	    json_parse(reply->body, reply->body_length, &document, &why) !=
		STATUS_OK ||
	    json_string(json_get(json_top(document), "error"), &error) !=
		STATUS_OK)
		return REASON_AS_STATUS_UNEXPECTED;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		if (strcmp(rows[i].error, error) != 0)
			continue;
		*ret_what = rows[i].what;
		return rows[i].reason;
	}
	return REASON_AS_STATUS_UNEXPECTED;
}

static enum reason
check_answer(const struct fetch_reply *reply, const char **ret_what)
{
	enum reason reason = answer_arrived(reply, ret_what);
	int status = reply->http_status;

	if (reason != REASON_NONE)
		return reason;
	if (status == 429)
		return REASON_AS_RATE_LIMIT;
	if (status >= 500 && status <= 599)
		return REASON_AS_ERROR;
	if (status == 400 || status == 401 || status == 403)
		reason = read_error(reply, ret_what);
	if (status == 401 || status == 403)
		return REASON_AS_REJECTS_US;
	if (reason != REASON_NONE)
		return reason;
	if (status != 200 || reply->encoded)
		return REASON_AS_STATUS_UNEXPECTED;
	return answer_is_json(reply) ? REASON_NONE : REASON_AS_ANSWER_MALFORMED;
}

enum reason
device_answer_read(const struct fetch_reply *reply, const struct issuer *issuer,
    struct device_answer *ret, const char **ret_what)
{
	_cleanup_(json_freep) struct json *document = NULL;
	_cleanup_(device_answer_clear) struct device_answer a = {0};
	enum reason reason;
	enum status s;

	*ret_what = NULL;
	reason = check_answer(reply, ret_what);
	if (reason != REASON_NONE)
		return reason;
	s = json_parse(reply->body, reply->body_length, &document, ret_what);
	if (s == STATUS_OK)
		s = read_code(json_top(document), &a, ret_what);
	if (s == STATUS_OK)
		s = read_texts(json_top(document), issuer, &a, ret_what);
	if (s == STATUS_OK)
		s = read_times(json_top(document), &a, ret_what);
	if (s != STATUS_OK)
		return s == STATUS_NOMEM ? REASON_NO_MEMORY
					 : REASON_AS_ANSWER_MALFORMED;
	*ret = a;
	a = (struct device_answer){0};
	return REASON_NONE;
}
