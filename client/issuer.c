/* SPDX-License-Identifier: ISC */
/* Finding out what an issuer is: the user's words first, then its metadata. */
#include "issuer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scopegate/cleanup.h"
#include "scopegate/json.h"
#include "secret_file.h"
#include "url.h"

static const char *const member_names[ENDPOINT_COUNT] = {
    [ENDPOINT_AUTHORIZATION] = "authorization_endpoint",
    [ENDPOINT_TOKEN] = "token_endpoint",
    [ENDPOINT_DEVICE] = "device_authorization_endpoint",
    [ENDPOINT_REVOCATION] = "revocation_endpoint",
};

void
issuer_clear(struct issuer *i)
{
	for (size_t n = 0; n < ENDPOINT_COUNT; n++)
		free(i->endpoints[n]);
	secret_clear(&i->client_secret);
	*i = (struct issuer){0};
}

static enum status
set_endpoint(struct issuer *i, enum endpoint which, const char *url)
{
	if (url == NULL || i->endpoints[which] != NULL)
		return STATUS_OK;
	i->endpoints[which] = strdup(url);
	return i->endpoints[which] != NULL ? STATUS_OK : STATUS_NOMEM;
}

static enum status
take_written(struct issuer *i)
{
	const struct issuer_settings *s = i->settings;

	if (set_endpoint(i, ENDPOINT_AUTHORIZATION,
		s->authorization_endpoint) != STATUS_OK ||
	    set_endpoint(i, ENDPOINT_TOKEN, s->token_endpoint) != STATUS_OK ||
	    set_endpoint(i, ENDPOINT_DEVICE,
		s->device_authorization_endpoint) != STATUS_OK ||
	    set_endpoint(i, ENDPOINT_REVOCATION, s->revocation_endpoint) !=
		STATUS_OK)
		return STATUS_NOMEM;
	return STATUS_OK;
}

/* RFC 8414 section 3 puts the well-known part before the issuer's path, and
 * OpenID Connect Discovery section 4 behind it. */
static void
metadata_url(const char *issuer, bool openid, struct buf *ret)
{
	const char *authority = strstr(issuer, "://") + 3;
	size_t length = strlen(issuer);
	const char *path = authority + strcspn(authority, "/");

	if (length > 0 && issuer[length - 1] == '/')
		length--;
	if (path > issuer + length)
		path = issuer + length;
	if (openid)
		buf_format(ret, "%.*s/.well-known/openid-configuration",
		    (int)length, issuer);
	else
		buf_format(ret,
		    "%.*s/.well-known/oauth-authorization-server%.*s",
		    (int)(path - issuer), issuer,
		    (int)(length - (size_t)(path - issuer)), path);
}

static enum status
take_metadata(struct issuer *i, const struct json_value *o,
    char ret_problem[PROBLEM_SIZE])
{
	const char *issuer = NULL;

	if (json_string(json_get(o, "issuer"), &issuer) != STATUS_OK ||
	    strcmp(issuer, i->settings->url) != 0) {
		(void)snprintf(ret_problem, PROBLEM_SIZE,
		    "the metadata of %s are not its own (RFC 8414 section "
		    "3.3): write `url` exactly as the issuer writes itself",
		    i->settings->url);
		return STATUS_UNTRUSTED;
	}
	for (size_t n = 0; n < ENDPOINT_COUNT; n++) {
		const char *url = NULL;
		const char *fault = NULL;

		if (json_string(json_get(o, member_names[n]), &url) ==
		    STATUS_OK)
			fault = url_fault(url, i->settings->insecure_loopback);
		if (fault != NULL) {
			(void)snprintf(ret_problem, PROBLEM_SIZE,
			    "the %s of %s %s", member_names[n],
			    i->settings->url, fault);
			return STATUS_MALFORMED;
		}
		if (set_endpoint(i, (enum endpoint)n, url) != STATUS_OK)
			return STATUS_NOMEM;
	}
	(void)json_bool(
	    json_get(o, "authorization_response_iss_parameter_supported"),
	    &i->promises_iss);
	return STATUS_OK;
}

static enum status
ask_metadata(struct issuer *i, bool openid, char ret_problem[PROBLEM_SIZE])
{
	_cleanup_(http_answer_clear) struct http_answer answer = {0};
	_cleanup_(json_freep) struct json *j = NULL;
	_cleanup_(buf_clear) struct buf url = {0};
	struct http_request request = {.ca_file = i->settings->ca_file};
	const char *reason = NULL;
	char problem[HTTP_PROBLEM_SIZE];
	enum status s;

	buf_init(&url, URL_MAX);
	metadata_url(i->settings->url, openid, &url);
	request.url = buf_string(&url);
	if (request.url == NULL)
		return url.error;
	s = http_exchange(&request, &answer, problem);
	if (s != STATUS_OK) {
		(void)snprintf(ret_problem, PROBLEM_SIZE, "%s", problem);
		return s;
	}
	if (answer.status != 200 ||
	    json_parse(buf_string(&answer.body), answer.body.length, &j,
		&reason) != STATUS_OK) {
		(void)snprintf(ret_problem, PROBLEM_SIZE,
		    "%s has no metadata to discover (it answered %ld): check "
		    "`url`, or write the endpoints into its section",
		    i->settings->url, answer.status);
		return STATUS_NOT_FOUND;
	}
	return take_metadata(i, json_top(j), ret_problem);
}

static enum status
discover(struct issuer *i, char ret_problem[PROBLEM_SIZE])
{
	enum status s = ask_metadata(i, false, ret_problem);

	return s == STATUS_NOT_FOUND ? ask_metadata(i, true, ret_problem) : s;
}

static enum status
take_secret(struct issuer *i, char ret_problem[PROBLEM_SIZE])
{
	const struct issuer_settings *s = i->settings;
	enum status status;

	i->auth = (enum client_auth)s->client_auth;
	if (i->auth == CLIENT_AUTH_AUTO)
		i->auth = s->client_secret_file != NULL ? CLIENT_AUTH_POST
							: CLIENT_AUTH_NONE;
	if (i->auth == CLIENT_AUTH_NONE)
		return STATUS_OK;
	status = secret_file_read(
	    s->client_secret_file, &i->client_secret, ret_problem);
	return status;
}

enum status
issuer_find(const struct issuer_settings *settings, enum endpoint needed,
    struct issuer *ret, char ret_problem[PROBLEM_SIZE])
{
	_cleanup_(issuer_clear) struct issuer i = {.settings = settings};
	enum status s;

	(void)snprintf(ret_problem, PROBLEM_SIZE, "out of memory");
	if (settings->client_id == NULL) {
		(void)snprintf(ret_problem, PROBLEM_SIZE,
		    "%s has no client_id: write it into its section, or use "
		    "--client-id",
		    settings->name);
		return STATUS_INVALID;
	}
	s = take_secret(&i, ret_problem);
	if (s == STATUS_OK)
		s = take_written(&i);
	if (s == STATUS_OK && settings->url != NULL &&
	    i.endpoints[needed] == NULL)
		s = discover(&i, ret_problem);
	if (s != STATUS_OK)
		return s;
	if (i.endpoints[needed] == NULL) {
		(void)snprintf(ret_problem, PROBLEM_SIZE,
		    "%s has no %s: it does not offer that, or its section "
		    "should say so",
		    settings->name, member_names[needed]);
		return STATUS_NOT_FOUND;
	}
	*ret = i;
	i = (struct issuer){0};
	return STATUS_OK;
}
