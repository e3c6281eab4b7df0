/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>

#include "bearer.h"
#include "endpoint.h"
#include "http/respond.h"
#include "scopegate/cleanup.h"

/*
 * What a proxy asks about a request before it lets it through. The query is
 * the proxy's, and so is the service; only the token comes from whoever asks
 * the proxy. The answer's headers tell the application who that is, so a value
 * that could be read as two headers must not get into one.
 */

#define SERVICE_PREFIX "web:"
#define NAME_MAX_LENGTH (SERVICE_MAX - (sizeof(SERVICE_PREFIX) - 1))
#define VALUE_MAX 8192

/* As a policy's `service` has it. */
static bool
service_name(const struct visit *v, char ret[SERVICE_MAX + 1])
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789._-";
	const char *name = visit_query(v, "service");

	if (v->request->query_status != STATUS_OK || name == NULL ||
	    strlen(name) > NAME_MAX_LENGTH ||
	    strspn(name, allowed) != strlen(name))
		return false;
	(void)snprintf(ret, SERVICE_MAX + 1, SERVICE_PREFIX "%s", name);
	return true;
}

static bool
fits_header(const char *value)
{
	size_t length = strlen(value);

	if (length == 0 || value[0] == ' ' || value[length - 1] == ' ')
		return false;
	for (; *value != '\0'; value++) {
		if (*value < 0x20 || *value >= 0x7f)
			return false;
	}
	return true;
}

static const struct {
	const char *header, *member;
	bool required;
} identity[] = {
    {"X-Auth-Request-User", "user", true},
    {"X-Auth-Request-Subject", "subject", true},
    {"X-Auth-Request-Client", "client_id", false},
    {"X-Auth-Request-Environment", "environment", false},
    {"X-Auth-Request-Issuer", "issuer", false},
    {"X-Auth-Request-Ref", "ref", false},
};

static bool
join_scopes(const struct json_value *first, struct buf *out)
{
	for (const struct json_value *s = first; s != NULL; s = json_next(s)) {
		const char *scope;

		if (json_string(s, &scope) != STATUS_OK ||
		    !fits_header(scope) || strchr(scope, ' ') != NULL)
			return false;
		if (out->length > 0)
			buf_append_byte(out, ' ');
		buf_append_string(out, scope);
	}
	return buf_string(out) != NULL;
}

/* Who it is, whole or not at all: an application must not take a missing name
 * for nobody's. */
static bool
put_identity(struct visit *v, const struct json_value *answer)
{
	_cleanup_(buf_clear) struct buf scopes = {0};

	buf_init(&scopes, VALUE_MAX);
	if (!join_scopes(relay_first(answer, "scopes"), &scopes))
		return false;
	for (size_t i = 0; i < ELEMENTS(identity); i++) {
		const char *value =
		    relay_text(answer, identity[i].member, NULL);

		if (value == NULL && !identity[i].required)
			continue;
		if (value == NULL || !fits_header(value))
			return false;
	}
	for (size_t i = 0; i < ELEMENTS(identity); i++) {
		const char *value =
		    relay_text(answer, identity[i].member, NULL);

		if (value != NULL)
			http_response_header(
			    v->response, identity[i].header, value);
	}
	/* No header can be empty: the HTTP library takes none. */
	if (scopes.length > 0)
		http_response_header(
		    v->response, "X-Auth-Request-Scopes", buf_string(&scopes));
	return true;
}

static void
answer_allow(struct visit *v, const struct relay_answer *answer)
{
	respond_empty(v->response, 200);
	if (put_identity(v, answer->top))
		return;
	log_warning("a user, subject, client or scope holds what no header may "
		    "carry, or is missing: /authorize refuses it");
	visit_retry_after(v, 60);
	bearer_error(v, 503, "temporarily_unavailable",
	    "what is known of the token's owner cannot be told in a header");
}

void
endpoint_authorize(struct visit *v)
{
	_cleanup_(relay_answer_clear) struct relay_answer answer = {0};
	char service[SERVICE_MAX + 1];
	bool given;
	const char *token = bearer_token(v, &given);
	const struct relay_field fields[] = {
	    {TAG_TOKEN, token},
	    {TAG_SERVICE, service},
	    {TAG_RHOST, v->client_text},
	    {TAG_NONE, NULL},
	};
	enum status status;

	if (!service_name(v, service)) {
		bearer_error(v, 400, "invalid_request",
		    "the proxy must name one service, as "
		    "/authorize?service=NAME with small letters, digits, dots, "
		    "dashes and underscores");
		return;
	}
	if (token == NULL) {
		bearer_error(v, 401, given ? "invalid_token" : "token_missing",
		    "send an access token as Authorization: Bearer");
		bearer_challenge(
		    v, &(struct challenge){
			   .error = given ? "invalid_token" : NULL});
		return;
	}
	status = relay_ask(&v->gateway->relay, "authorize", fields, &answer);
	if (status != STATUS_OK)
		bearer_not_asked(v, status);
	else if (strcmp(answer.result, "allow") == 0)
		answer_allow(v, &answer);
	else
		bearer_refuse(v, &answer);
}
