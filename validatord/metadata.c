/* SPDX-License-Identifier: ISC */
#include "metadata.h"

#include <stdlib.h>
#include <string.h>

#include "introspect.h"
#include "scopegate/buf.h"
#include "scopegate/cleanup.h"
#include "scopegate/json.h"

/*
 * Discovery: where an issuer's metadata lie (RFC 8414 section 3.1, OpenID
 * Connect Discovery section 4.1) and which endpoints they name. Metadata never
 * widen what is allowed: fetch still holds each endpoint against the origins
 * that the configuration names.
 */

#define URL_TEXT_MAX 2048

/* The part of the issuer before its path; 0 if it is no http(s) URL. */
static size_t
origin_length(const char *url)
{
	const char *authority = strstr(url, "://");

	if (authority == NULL || strpbrk(url, "?#") != NULL)
		return 0;
	authority += 3;
	return (size_t)(authority - url) + strcspn(authority, "/");
}

char *
metadata_url(const struct issuer *issuer, unsigned int attempt)
{
	static const char oauth[] = "/.well-known/oauth-authorization-server";
	static const char openid[] = "/.well-known/openid-configuration";
	size_t origin = origin_length(issuer->url);
	size_t length = strlen(issuer->url);
	struct buf b;

	if (origin == 0 || attempt > 1)
		return NULL;
	/* "any terminating '/' MUST be removed", RFC 8414 section 3.1. */
	while (length > origin && issuer->url[length - 1] == '/')
		length--;
	buf_init(&b, 2 * URL_TEXT_MAX);
	(void)buf_append(&b, issuer->url, attempt == 0 ? origin : length);
	(void)buf_append_string(&b, attempt == 0 ? oauth : openid);
	if (attempt == 0)
		(void)buf_append(&b, issuer->url + origin, length - origin);
	return buf_take(&b);
}

static const struct {
	const char *name, *missing;
} rows[] = {
#define ROW(endpoint, name)                                                    \
	[endpoint] = {name,                                                    \
	    "the metadata name no " name "; write it in the issuer's section"}
    ROW(ENDPOINT_INTROSPECTION, "introspection_endpoint"),
    ROW(ENDPOINT_AUTHORIZATION, "authorization_endpoint"),
    ROW(ENDPOINT_TOKEN, "token_endpoint"),
    ROW(ENDPOINT_DEVICE, "device_authorization_endpoint"),
    ROW(ENDPOINT_REVOCATION, "revocation_endpoint"),
    ROW(ENDPOINT_JWKS, "jwks_uri"),
#undef ROW
};

const char *
endpoint_name(enum endpoint e)
{
	return rows[e].name;
}

const char *
endpoint_missing(enum endpoint e)
{
	return rows[e].missing;
}

void
metadata_clear(struct metadata *m)
{
	for (size_t i = 0; i < ENDPOINT_COUNT; i++)
		free(m->endpoints[i]);
	for (size_t i = 0; i < ENDPOINT_COUNT; i++)
		free(m->mtls[i]);
	*m = (struct metadata){0};
}

static bool
is_endpoint(const char *url, const struct issuer *issuer)
{
	if (strlen(url) > URL_TEXT_MAX)
		return false;
	for (const char *c = url; *c != '\0'; c++) {
		if (*c <= ' ' || *c >= 0x7f)
			return false;
	}
	return strncmp(url, "https://", 8) == 0 ||
	       (issuer->insecure_loopback && strncmp(url, "http://", 7) == 0);
}

static enum status
check_issuer(const struct json_value *top, const struct issuer *issuer,
    const char **ret_what)
{
	const char *stated;

	if (json_string(json_get(top, "issuer"), &stated) == STATUS_OK &&
	    strcmp(stated, issuer->url) == 0)
		return STATUS_OK;
	*ret_what = "the metadata name another issuer than `url`";
	return STATUS_MALFORMED;
}

static enum status
read_endpoints(const struct json_value *object, const struct issuer *issuer,
    char *endpoints[ENDPOINT_COUNT], const char **ret_what)
{
	for (size_t i = 0; i < ENDPOINT_COUNT; i++) {
		const struct json_value *v = json_get(object, rows[i].name);
		const char *url;

		if (v == NULL)
			continue;
		if (json_string(v, &url) != STATUS_OK ||
		    !is_endpoint(url, issuer)) {
			*ret_what = "an endpoint in the metadata is no https "
				    "URL";
			return STATUS_MALFORMED;
		}
		endpoints[i] = strdup(url);
		if (endpoints[i] == NULL)
			return STATUS_NOMEM;
	}
	return STATUS_OK;
}

static enum status
read_aliases(const struct json_value *top, const struct issuer *issuer,
    struct metadata *m, const char **ret_what)
{
	const struct json_value *v = json_get(top, "mtls_endpoint_aliases");

	if (v == NULL)
		return STATUS_OK;
	if (json_type(v) != JSON_OBJECT) {
		*ret_what = "mtls_endpoint_aliases in the metadata is no "
			    "object";
		return STATUS_MALFORMED;
	}
	return read_endpoints(v, issuer, m->mtls, ret_what);
}

static bool
lists(const struct json_value *top, const char *name, const char *wanted)
{
	const struct json_value *list = json_get(top, name);
	const char *text;

	if (json_type(list) != JSON_ARRAY)
		return false;
	for (const struct json_value *v = json_first(list); v != NULL;
	     v = json_next(v)) {
		if (json_string(v, &text) == STATUS_OK &&
		    strcmp(text, wanted) == 0)
			return true;
	}
	return false;
}

/* RFC 9207 section 3, RFC 8414 section 2, RFC 9396 section 10; absent: no. */
static enum status
read_abilities(
    const struct json_value *top, struct metadata *m, const char **ret_what)
{
	const struct json_value *iss =
	    json_get(top, "authorization_response_iss_parameter_supported");

	m->pkce_s256 = lists(top, "code_challenge_methods_supported", "S256");
	m->host_login =
	    lists(top, "authorization_details_types_supported", "host_login");
	if (iss == NULL || json_bool(iss, &m->states_iss) == STATUS_OK)
		return STATUS_OK;
	*ret_what = "authorization_response_iss_parameter_supported is no "
		    "boolean";
	return STATUS_MALFORMED;
}

static enum reason
check_answer(const struct fetch_reply *reply, const char **ret_what)
{
	enum reason reason = answer_arrived(reply, ret_what);

	if (reason != REASON_NONE)
		return reason;
	if (reply->http_status == 429)
		return REASON_AS_RATE_LIMIT;
	if (reply->http_status >= 500 && reply->http_status <= 599)
		return REASON_AS_ERROR;
	if (reply->http_status != 200 || reply->encoded)
		return REASON_AS_STATUS_UNEXPECTED;
	if (answer_is_json(reply))
		return REASON_NONE;
	*ret_what = "the metadata are not application/json";
	return REASON_AS_ANSWER_MALFORMED;
}

enum status
metadata_parse(struct text document, const struct issuer *issuer,
    struct metadata *ret, const char **ret_what)
{
	_cleanup_(json_freep) struct json *json = NULL;
	_cleanup_(metadata_clear) struct metadata m = {0};
	enum status s =
	    json_parse(document.bytes, document.length, &json, ret_what);

	if (s == STATUS_OK)
		s = check_issuer(json_top(json), issuer, ret_what);
	if (s == STATUS_OK)
		s = read_endpoints(
		    json_top(json), issuer, m.endpoints, ret_what);
	if (s == STATUS_OK)
		s = read_aliases(json_top(json), issuer, &m, ret_what);
	if (s == STATUS_OK)
		s = read_abilities(json_top(json), &m, ret_what);
	if (s != STATUS_OK)
		return s;
	*ret = m;
	m = (struct metadata){0};
	return STATUS_OK;
}

enum reason
metadata_read(const struct fetch_reply *reply, const struct issuer *issuer,
    struct metadata *ret, const char **ret_what)
{
	enum reason reason;

	*ret_what = NULL;
	reason = check_answer(reply, ret_what);
	if (reason != REASON_NONE)
		return reason;
	switch (metadata_parse((struct text){reply->body, reply->body_length},
	    issuer, ret, ret_what)) {
	case STATUS_OK:
		return REASON_NONE;
	case STATUS_NOMEM:
		return REASON_NO_MEMORY;
	default:
		return REASON_AS_ANSWER_MALFORMED;
	}
}
