/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "introspect.h"
#include "scopegate/buf.h"
#include "scopegate/cleanup.h"
#include "scopegate/json.h"

/*
 * Discovery: where an issuer's metadata lie (RFC 8414 section 3.1, OpenID
 * Connect Discovery section 4.1) and which endpoint they name. Metadata never
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
read_endpoint(const struct json_value *top, const struct issuer *issuer,
    const char **ret, const char **ret_what)
{
	const char *stated;

	if (json_string(json_get(top, "issuer"), &stated) != STATUS_OK ||
	    strcmp(stated, issuer->url) != 0) {
		*ret_what = "the metadata name another issuer than `url`";
		return STATUS_MALFORMED;
	}
	if (json_string(json_get(top, "introspection_endpoint"), ret) !=
	    STATUS_OK) {
		*ret_what = "the metadata name no introspection_endpoint; "
			    "write it in the issuer's section";
		return STATUS_MALFORMED;
	}
	if (!is_endpoint(*ret, issuer)) {
		*ret_what = "the introspection_endpoint is no https URL";
		return STATUS_MALFORMED;
	}
	return STATUS_OK;
}

enum reason
metadata_read(const struct fetch_reply *reply, const struct issuer *issuer,
    char **ret_endpoint, const char **ret_what)
{
	_cleanup_(json_freep) struct json *document = NULL;
	const char *endpoint;
	enum reason reason;
	enum status s;
	char *copy;

	*ret_what = NULL;
	reason = answer_arrived(reply, ret_what);
	if (reason != REASON_NONE)
		return reason;
	if (reply->http_status == 429)
		return REASON_AS_RATE_LIMIT;
	if (reply->http_status >= 500 && reply->http_status <= 599)
		return REASON_AS_ERROR;
	if (reply->http_status != 200 || reply->encoded)
		return REASON_AS_STATUS_UNEXPECTED;
	if (!answer_is_json(reply)) {
		*ret_what = "the metadata are not application/json";
		return REASON_AS_ANSWER_MALFORMED;
	}
	s = json_parse(reply->body, reply->body_length, &document, ret_what);
	if (s == STATUS_OK)
		s = read_endpoint(
		    json_top(document), issuer, &endpoint, ret_what);
	if (s != STATUS_OK)
		return s == STATUS_NOMEM ? REASON_NO_MEMORY
					 : REASON_AS_ANSWER_MALFORMED;
	copy = strdup(endpoint);
	if (copy == NULL)
		return REASON_NO_MEMORY;
	*ret_endpoint = copy;
	return REASON_NONE;
}
