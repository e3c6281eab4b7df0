/* SPDX-License-Identifier: ISC */
#include "origin.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "scopegate/cleanup.h"

/*
 * decide names a URL, but it must not be able to choose a host: whoever takes
 * decide over could else send tokens and our credentials anywhere.
 */

#define ORIGIN_MAX 300

static void
release_url(CURLU **u)
{
	curl_url_cleanup(*u);
}

static void
release_part(char **part)
{
	curl_free(*part);
}

static bool
is_loopback(const char *host)
{
	struct in_addr address;

	return strcmp(host, "[::1]") == 0 ||
	       (inet_pton(AF_INET, host, &address) == 1 &&
		   (ntohl(address.s_addr) >> 24) == 127);
}

static bool
has_part(CURLU *u, CURLUPart what)
{
	_cleanup_(release_part) char *part = NULL;

	return curl_url_get(u, what, &part, 0) == CURLUE_OK;
}

/* Parts with no place in an endpoint (RFC 6749 section 3.2), and ways to make
 * a reader take one host for another. */
static bool
has_foreign_part(CURLU *u)
{
	return has_part(u, CURLUPART_USER) || has_part(u, CURLUPART_PASSWORD) ||
	       has_part(u, CURLUPART_OPTIONS) ||
	       has_part(u, CURLUPART_FRAGMENT) || has_part(u, CURLUPART_ZONEID);
}

static enum status
origin_of(const struct issuer *issuer, const char *url, char *ret)
{
	_cleanup_(release_url) CURLU *u = curl_url();
	_cleanup_(release_part) char *scheme = NULL;
	_cleanup_(release_part) char *host = NULL;
	_cleanup_(release_part) char *port = NULL;
	int n;

	if (u == NULL)
		return STATUS_NOMEM;
	if (curl_url_set(u, CURLUPART_URL, url, 0) != CURLUE_OK ||
	    has_foreign_part(u) ||
	    curl_url_get(u, CURLUPART_SCHEME, &scheme, 0) != CURLUE_OK ||
	    curl_url_get(u, CURLUPART_HOST, &host, 0) != CURLUE_OK ||
	    curl_url_get(u, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT) !=
		CURLUE_OK)
		return STATUS_INVALID;
	if (strcasecmp(scheme, "https") != 0 &&
	    (strcasecmp(scheme, "http") != 0 || !issuer->insecure_loopback ||
		!is_loopback(host)))
		return STATUS_INVALID;
	n = snprintf(ret, ORIGIN_MAX, "%s://%s:%s", scheme, host, port);
	if (n < 0 || n >= ORIGIN_MAX)
		return STATUS_INVALID;
	/* Scheme and host compare without case, RFC 3986 section 6.2.2.1. */
	for (char *c = ret; *c != '\0'; c++) {
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c + 'a' - 'A');
	}
	return STATUS_OK;
}

static enum status
add_origin(const struct issuer *issuer, const char *url, struct word_list *l)
{
	char origin[ORIGIN_MAX];
	enum status s = origin_of(issuer, url, origin);
	char **grown;

	if (s != STATUS_OK)
		return s;
	grown = reallocarray(l->words, l->count + 2, sizeof(*grown));
	if (grown == NULL)
		return STATUS_NOMEM;
	l->words = grown;
	l->words[l->count] = strdup(origin);
	if (l->words[l->count] == NULL)
		return STATUS_NOMEM;
	l->words[++l->count] = NULL;
	return STATUS_OK;
}

/* A template's address up to its first brace, which must not be in the host:
 * then a value would choose it. One that begins with {api_url} names none. */
static enum status
add_probe(const struct issuer *issuer, const char *url, struct word_list *l)
{
	_cleanup_(free_ptr) char *fixed = strndup(url, strcspn(url, "{"));
	const char *authority;

	if (fixed == NULL)
		return STATUS_NOMEM;
	if (fixed[0] == '\0')
		return STATUS_OK;
	authority = strstr(fixed, "://");
	if (authority == NULL ||
	    (strchr(authority + 3, '/') == NULL && strchr(url, '{') != NULL))
		return STATUS_INVALID;
	return add_origin(issuer, fixed, l);
}

/* What is written was chosen by the operator. authorization_endpoint is not
 * here: browsers go there, and nobody else. */
static enum status
add_written(const struct issuer *issuer, struct word_list *l)
{
	const struct sign_in *sign_in = &issuer->sign_in;
	const char *const urls[] = {
	    issuer->url,
	    sign_in->token_endpoint,
	    sign_in->device_authorization_endpoint,
	    sign_in->revocation_endpoint,
	    sign_in->api_url,
	    sign_in->paper_api_url,
	};
	enum status s = STATUS_OK;

	for (size_t i = 0; s == STATUS_OK && i < ELEMENTS(urls); i++) {
		if (urls[i] != NULL)
			s = add_origin(issuer, urls[i], l);
	}
	return s;
}

static enum status
add_all(const struct issuer *issuer, const struct word_list *urls,
    struct word_list *l)
{
	enum status s = STATUS_OK;

	for (size_t i = 0; s == STATUS_OK && i < urls->count; i++)
		s = add_origin(issuer, urls->words[i], l);
	return s;
}

enum status
origins_of(const struct issuer *issuer, struct word_list *ret)
{
	_cleanup_(word_list_clear) struct word_list l = {0};
	enum status s = add_written(issuer, &l);

	if (s == STATUS_OK)
		s = add_all(issuer, &issuer->introspection_endpoints, &l);
	if (s == STATUS_OK)
		s = add_all(issuer, &issuer->endpoint_origins, &l);
	for (size_t i = 0; s == STATUS_OK && i < issuer->probe_count; i++)
		s = add_probe(issuer, issuer->probes[i].url, &l);
	if (s != STATUS_OK)
		return s;
	*ret = l;
	l = (struct word_list){0};
	return STATUS_OK;
}

bool
origin_allowed(const struct word_list *origins, const struct issuer *issuer,
    const char *url)
{
	char origin[ORIGIN_MAX];

	return origin_of(issuer, url, origin) == STATUS_OK &&
	       word_list_has(origins, origin);
}
