/* SPDX-License-Identifier: ISC */
#include "token_answer.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "facts_read.h"
#include "introspect.h"
#include "scopegate/cleanup.h"
#include "scopegate/json.h"
#include "scopegate/protocol.h"

/*
 * Only 200 with a JSON object that holds a bearer token is a token. Absent
 * `scope` means in RFC 6749 section 5.1 that what was asked for was granted;
 * brokers leave it out without meaning that, so here it means unknown, which
 * passes no scope rule.
 */

#define EXPIRES_IN_MAX (366 * 24 * INT64_C(3600))
#define API_BASE_MAX 2048

static const char *const credentials[] = {"access_token", "refresh_token",
    "id_token", "extended_token", "public_token", "enctoken", "token", NULL};

void
token_answer_clear(struct token_answer *a)
{
	secret_clear(&a->token);
	secret_clear(&a->refresh_token);
	word_list_clear(&a->scopes);
	free(a->api_base);
	claims_free(a->claims, a->claim_count);
	*a = (struct token_answer){0};
}

/* RFC 6749 section 5.2, RFC 8628 section 3.5. */
static enum reason
reason_of_error(const char *error)
{
	static const struct {
		const char *error;
		enum reason reason;
	} rows[] = {
	    {"invalid_grant", REASON_GRANT_REFUSED},
	    {"authorization_pending", REASON_GRANT_REFUSED},
	    {"slow_down", REASON_GRANT_REFUSED},
	    {"expired_token", REASON_LOGIN_UNFINISHED},
	    {"access_denied", REASON_LOGIN_DECLINED},
	    {"invalid_client", REASON_AS_REJECTS_US},
	    {"unauthorized_client", REASON_AS_REJECTS_US},
	    {"temporarily_unavailable", REASON_AS_ERROR},
	    {"server_error", REASON_AS_ERROR},
	};

	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		if (strcmp(rows[i].error, error) == 0)
			return rows[i].reason;
	}
	return REASON_AS_STATUS_UNEXPECTED;
}

/* A word that may be shown; whatever else the server says stays with it. */
static void
copy_error(const char *error, char *ret)
{
	size_t length = strlen(error);

	if (length < TOKEN_ERROR_SIZE &&
	    strspn(error, "abcdefghijklmnopqrstuvwxyz_") == length)
		memcpy(ret, error, length + 1);
}

static enum reason
read_error(const struct fetch_reply *reply, char *error, const char **ret_what)
{
	_cleanup_(json_freep) struct json *document = NULL;
	const char *why, *text = NULL;
	enum reason reason;

	if (reply->encoded || !answer_is_json(reply) ||
	    json_parse(reply->body, reply->body_length, &document, &why) !=
		STATUS_OK ||
	    json_string(json_get(json_top(document), "error"), &text) !=
		STATUS_OK) {
		*ret_what = "the token endpoint gives no `error` of RFC 6749 "
			    "section 5.2";
		return REASON_NONE;
	}
	copy_error(text, error);
	reason = reason_of_error(error);
	if (reason == REASON_AS_STATUS_UNEXPECTED)
		*ret_what = "the token endpoint gives an `error` that says "
			    "that our request is not what it expects";
	return reason;
}

static enum reason
check_status(const struct fetch_reply *reply, const struct issuer *issuer,
    char *error, const char **ret_what)
{
	int status = reply->http_status;
	enum reason reason = REASON_NONE;

	if (status == 429)
		return REASON_AS_RATE_LIMIT;
	if (status >= 500 && status <= 599)
		return REASON_AS_ERROR;
	if (status == 200)
		return REASON_NONE;
	if (status >= 400)
		reason = read_error(reply, error, ret_what);
	if (reason != REASON_NONE)
		return reason;
	/* Kite says 403 where others say invalid_grant. */
	if (issuer->sign_in.exchange == EXCHANGE_KITE && status == 403)
		return REASON_GRANT_REFUSED;
	return status == 401 || status == 403 ? REASON_AS_REJECTS_US
					      : REASON_AS_STATUS_UNEXPECTED;
}

static enum status
read_token(const struct json_value *v, struct secret *ret)
{
	const char *text;
	enum status s = json_string(v, &text);

	if (s != STATUS_OK)
		return s;
	if (strlen(text) > TOKEN_MAX)
		return STATUS_MALFORMED;
	s = secret_set(ret, text, strlen(text));
	if (s == STATUS_OK && !secret_is_b64token(ret))
		s = STATUS_MALFORMED;
	return s;
}

/* RFC 6749 appendix A.17: a refresh token is any visible ASCII. */
static enum status
read_refresh_token(const struct json_value *v, struct secret *ret)
{
	const char *text;
	enum status s = json_string(v, &text);

	if (s == STATUS_NOT_FOUND || (v != NULL && json_type(v) == JSON_NULL))
		return STATUS_OK;
	if (s != STATUS_OK || strlen(text) > TOKEN_MAX)
		return STATUS_MALFORMED;
	for (const char *c = text; *c != '\0'; c++) {
		if (*c < 0x20 || *c > 0x7e)
			return STATUS_MALFORMED;
	}
	return *text == '\0' ? STATUS_OK : secret_set(ret, text, strlen(text));
}

/* Where it is left out, against the RFC, a probe has to show that the token
 * works as a bearer token; with no probe nobody would. */
static bool
type_is_bearer(const struct json_value *top, const struct issuer *issuer)
{
	const struct json_value *v = json_get(top, "token_type");
	const char *type;

	if (v == NULL)
		return issuer->probe_count > 0;
	return json_string(v, &type) == STATUS_OK &&
	       strcasecmp(type, "bearer") == 0;
}

static enum status
read_scopes(const struct json_value *top, const struct issuer *issuer,
    struct token_answer *ret)
{
	const struct json_value *v = json_get(top, "scope");
	enum status s;

	if (v == NULL || json_type(v) == JSON_NULL)
		return STATUS_OK;
	s = facts_scopes_read(v,
	    issuer->sign_in.scope_separator == SEPARATOR_COMMA, &ret->scopes);
	ret->scopes_known = s == STATUS_OK;
	return s;
}

/* Whether its host may be asked is fetch's to say, call by call. */
static enum status
read_api_base(const struct json_value *top, const struct issuer *issuer,
    struct token_answer *ret)
{
	const char *text;

	if (issuer->sign_in.api_url_member == NULL)
		return STATUS_OK;
	if (json_string(json_get(top, issuer->sign_in.api_url_member), &text) !=
		STATUS_OK ||
	    strlen(text) > API_BASE_MAX ||
	    (strncmp(text, "https://", 8) != 0 &&
		!(issuer->insecure_loopback &&
		    strncmp(text, "http://", 7) == 0)))
		return STATUS_MALFORMED;
	for (const char *c = text; *c != '\0'; c++) {
		if (*c <= ' ' || *c >= 0x7f)
			return STATUS_MALFORMED;
	}
	ret->api_base = strdup(text);
	return ret->api_base != NULL ? STATUS_OK : STATUS_NOMEM;
}

static enum status
read_expiry(const struct json_value *top, struct token_answer *ret)
{
	enum status s = json_integer(
	    json_get(top, "expires_in"), 1, EXPIRES_IN_MAX, &ret->expires_in);

	return s == STATUS_NOT_FOUND ? STATUS_OK : s;
}

static enum status
read_members(const struct json_value *top, const struct issuer *issuer,
    struct token_answer *ret, const char **ret_what)
{
	enum status s = read_token(json_get(top, "access_token"), &ret->token);

	*ret_what = "access_token is missing or no token (RFC 6750 section "
		    "2.1)";
	if (s == STATUS_OK && !type_is_bearer(top, issuer)) {
		*ret_what = "token_type is not `bearer`, and no other kind of "
			    "token can be used here";
		return STATUS_MALFORMED;
	}
	if (s == STATUS_OK) {
		*ret_what = "refresh_token is no string of visible ASCII";
		s = read_refresh_token(
		    json_get(top, "refresh_token"), &ret->refresh_token);
	}
	if (s == STATUS_OK) {
		*ret_what = "scope is neither a list of up to 128 scopes nor "
			    "an array of them (RFC 6749 section 3.3)";
		s = read_scopes(top, issuer, ret);
	}
	if (s == STATUS_OK) {
		*ret_what = "expires_in is no number of seconds up to a year";
		s = read_expiry(top, ret);
	}
	if (s == STATUS_OK) {
		*ret_what = "the member that `api_url_member` names is no "
			    "https URL";
		s = read_api_base(top, issuer, ret);
	}
	if (s == STATUS_OK) {
		*ret_what = NULL;
		s = claims_read(
		    top, credentials, &ret->claims, &ret->claim_count);
	}
	return s == STATUS_NOT_FOUND ? STATUS_MALFORMED : s;
}

enum reason
token_answer_read(const struct fetch_reply *reply, const struct issuer *issuer,
    struct token_answer *ret, char *error, const char **ret_what)
{
	_cleanup_(json_freep) struct json *document = NULL;
	_cleanup_(token_answer_clear) struct token_answer answer = {0};
	const struct json_value *top;
	enum reason reason;
	enum status s;

	*ret_what = NULL;
	error[0] = '\0';
	reason = answer_arrived(reply, ret_what);
	if (reason == REASON_NONE)
		reason = check_status(reply, issuer, error, ret_what);
	if (reason != REASON_NONE)
		return reason;
	if (reply->encoded || !answer_is_json(reply)) {
		*ret_what = "the token answer is not application/json";
		return REASON_AS_ANSWER_MALFORMED;
	}
	s = json_parse(reply->body, reply->body_length, &document, ret_what);
	if (s == STATUS_OK) {
		top = json_top(document);
		if (issuer->sign_in.exchange == EXCHANGE_KITE)
			top = json_get(top, "data");
		s = read_members(top, issuer, &answer, ret_what);
	}
	if (s != STATUS_OK)
		return s == STATUS_NOMEM ? REASON_NO_MEMORY
					 : REASON_AS_ANSWER_MALFORMED;
	*ret = answer;
	answer = (struct token_answer){0};
	return REASON_NONE;
}
