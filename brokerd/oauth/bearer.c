/* SPDX-License-Identifier: ISC */
/*
 * Reading the token of a request, and refusing it. A token in the query is
 * never looked at: it would stand in logs and histories (RFC 9700 section
 * 4.3.2).
 */
#include "oauth/bearer.h"

#include <string.h>
#include <strings.h>

#include "http/respond.h"
#include "respond_fault.h"
#include "oauth/grant.h"
#include "scopegate/json.h"

/* b64token, section 2.1. */
static bool
is_token(const char *text)
{
	static const char allowed[] =
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "0123456789-._~+/";
	size_t length = strspn(text, allowed);

	return length > 0 && text[length + strspn(text + length, "=")] == '\0';
}

static enum status
read_token(const struct http_request *request, const char **ret)
{
	static const char scheme[] = "Bearer ";
	const char *header = request->authorization;
	const char *field = form_get(&request->form, "access_token");

	if (request->form_status == STATUS_OK &&
	    form_repeats(&request->form, "access_token"))
		return STATUS_MALFORMED;
	if (header == NULL && field == NULL)
		return STATUS_NOT_FOUND;
	/* Section 2: one method in one request. */
	if (header != NULL && field != NULL)
		return STATUS_MALFORMED;
	if (header != NULL) {
		if (strncasecmp(header, scheme, sizeof(scheme) - 1) != 0)
			return STATUS_MALFORMED;
		header += sizeof(scheme) - 1;
		header += strspn(header, " ");
	}
	*ret = header != NULL ? header : field;
	return is_token(*ret) ? STATUS_OK : STATUS_MALFORMED;
}

enum status
bearer_find(struct broker *b, const struct http_request *request, int64_t now,
    struct token *ret)
{
	const char *text = NULL;
	enum status status = read_token(request, &text);

	if (status != STATUS_OK)
		return status;
	status = token_find(b->store, text, ret);
	if (status == STATUS_NOT_FOUND ||
	    (status == STATUS_OK && !grant_token_is_active(ret, now)))
		return STATUS_FORBIDDEN;
	return status;
}

static void
refuse(struct http_response *response, unsigned int status,
    const char *challenge, const char *error, const char *description)
{
	struct json_writer w;

	respond_json(response, status);
	http_response_header(response, "WWW-Authenticate", challenge);
	json_writer_init(&w, &response->body);
	json_write_begin_object(&w, NULL);
	json_write_string(&w, "error", error);
	json_write_string(&w, "error_description", description);
	json_write_end_object(&w);
}

void
bearer_refuse(struct http_response *response, enum status status)
{
	switch (status) {
	case STATUS_NOT_FOUND:
		/* Section 3.1: no error code for who sent no token. */
		respond_empty(response, 401);
		http_response_header(
		    response, "WWW-Authenticate", "Bearer realm=\"brokerd\"");
		break;
	case STATUS_MALFORMED:
		refuse(response, 400,
		    "Bearer realm=\"brokerd\", error=\"invalid_request\"",
		    "invalid_request",
		    "send one access token, as Authorization: Bearer TOKEN");
		break;
	case STATUS_FORBIDDEN:
		refuse(response, 401,
		    "Bearer realm=\"brokerd\", error=\"invalid_token\"",
		    "invalid_token",
		    "the access token is unknown, expired or revoked");
		break;
	default:
		respond_fault(
		    response, OAUTH_FAULT(SERVER_ERROR, "the store failed"));
		break;
	}
}

void
bearer_refuse_scope(struct http_response *response, const char *scope)
{
	struct buf challenge = {0};

	buf_init(&challenge, 512);
	buf_format(&challenge,
	    "Bearer realm=\"brokerd\", error=\"insufficient_scope\", "
	    "scope=\"%s\"",
	    scope);
	refuse(response, 403,
	    buf_string(&challenge) == NULL ? "Bearer" : buf_string(&challenge),
	    "insufficient_scope",
	    "the access token lacks a scope; the "
	    "WWW-Authenticate header names it");
	buf_clear(&challenge);
}
