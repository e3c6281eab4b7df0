/* SPDX-License-Identifier: ISC */
/*
 * Redirect URIs. Pure. The broker sends codes where these functions say, so
 * nothing here normalises, decodes or guesses: unequal is no match.
 */
#include "app/redirect.h"

#include <stdint.h>
#include <string.h>

#include "http/form.h"

/* The pieces of a URI, as spans of its text. */
struct pieces {
	const char *scheme, *host, *port, *rest;
	size_t scheme_length, host_length, port_length;
};

static const char alphanumeric[] =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/* At most five digits, so that no number is too large to be read. */
static bool
port_is_possible(const char *digits, size_t length)
{
	uint32_t port = 0;

	if (length == 0 || length > 5)
		return false;
	for (size_t i = 0; i < length; i++)
		port = port * 10 + (uint32_t)(digits[i] - '0');
	return port > 0 && port <= UINT16_MAX;
}

/* scheme "://" host [":" port] rest; false if it does not look so. */
static bool
split(const char *uri, struct pieces *ret)
{
	/* The first colon ends the scheme, whatever follows it: a browser goes
	 * to evil.example.net with "http:evil.example.net://localhost/". */
	const char *at = strchr(uri, ':');
	struct pieces p = {.scheme = uri};

	if (at == NULL || at == uri || strncmp(at, "://", 3) != 0)
		return false;
	p.scheme_length = (size_t)(at - uri);
	p.host = at + 3;
	if (*p.host == '[')
		p.host_length = strcspn(p.host, "]/?#") + 1;
	else
		p.host_length = strcspn(p.host, ":/?#");
	if (p.host_length == 0 || strlen(p.host) < p.host_length)
		return false;
	at = p.host + p.host_length;
	if (*at == ':') {
		p.port = ++at;
		p.port_length = strspn(at, "0123456789");
		at += p.port_length;
		if (!port_is_possible(p.port, p.port_length))
			return false;
	}
	if (*at != '\0' && *at != '/' && *at != '?')
		return false;
	p.rest = at;
	*ret = p;
	return true;
}

static bool
span_is(const char *span, size_t length, const char *text)
{
	return strlen(text) == length && memcmp(span, text, length) == 0;
}

static bool
host_is_loopback_literal(const struct pieces *p)
{
	return span_is(p->host, p->host_length, "127.0.0.1") ||
	       span_is(p->host, p->host_length, "[::1]");
}

/* Letters, digits, dots and hyphens: what CSP's host-source can carry too. */
static bool
host_is_plain(const struct pieces *p)
{
	for (size_t i = 0; i < p->host_length; i++) {
		char c = p->host[i];

		if (c != '.' && c != '-' && strchr(alphanumeric, c) == NULL)
			return false;
	}
	return true;
}

static const char *
private_scheme_problem(const char *uri)
{
	size_t length = strcspn(uri, ":");
	const char *dot = memchr(uri, '.', length);

	for (size_t i = 0; i < length; i++) {
		if (strchr("+-.", uri[i]) == NULL &&
		    strchr(alphanumeric, uri[i]) == NULL)
			return "it has no scheme";
	}
	if (uri[length] != ':' || length == 0 || dot == NULL)
		return "it must be https, http on a loopback address, or a "
		       "scheme of the app's own with a dot in it";
	return NULL;
}

const char *
redirect_uri_problem(const char *uri)
{
	struct pieces p;

	if (strlen(uri) >= REDIRECT_URI_SIZE)
		return "it is too long";
	for (const char *c = uri; *c != '\0'; c++) {
		if (*c <= ' ' || *c > '~' || strchr("\"<>\\^`{|}", *c) != NULL)
			return "it holds a character that a URI cannot have";
	}
	if (strchr(uri, '#') != NULL)
		return "it has a fragment";
	if (strchr(uri, '*') != NULL)
		return "it has a wildcard; register each URI in full";
	if (strncmp(uri, "https:", 6) != 0 && strncmp(uri, "http:", 5) != 0)
		return private_scheme_problem(uri);
	if (!split(uri, &p))
		return "its host or port is not written as a URI has it";
	if (span_is(p.scheme, p.scheme_length, "https"))
		return host_is_plain(&p) ? NULL
					 : "its host is not a plain name";
	if (host_is_loopback_literal(&p) ||
	    span_is(p.host, p.host_length, "localhost"))
		return NULL;
	return "plain http is for loopback addresses only";
}

bool
redirect_uri_matches(const char *registered, const char *presented)
{
	struct pieces r, p;

	if (strcmp(registered, presented) == 0)
		return true;
	return split(registered, &r) && split(presented, &p) &&
	       span_is(r.scheme, r.scheme_length, "http") &&
	       span_is(p.scheme, p.scheme_length, "http") &&
	       host_is_loopback_literal(&r) && r.port == NULL &&
	       p.port != NULL && r.host_length == p.host_length &&
	       memcmp(r.host, p.host, r.host_length) == 0 &&
	       strcmp(r.rest, p.rest) == 0;
}

enum status
redirect_uri_csp_source(const char *uri, struct buf *ret)
{
	struct pieces p;

	/* A private-use scheme, or an IPv6 literal, which host-source lacks. */
	if (!split(uri, &p) || !host_is_plain(&p) ||
	    strncmp(uri, "http", 4) != 0)
		return buf_append(ret, uri, strcspn(uri, ":") + 1);
	return buf_append(ret, uri, (size_t)(p.rest - uri));
}

enum status
redirect_uri_origin(const char *uri, struct buf *ret)
{
	struct pieces p;

	if (!split(uri, &p))
		return buf_append(ret, uri, strcspn(uri, ":") + 1);
	return buf_append(ret, uri, (size_t)(p.rest - uri));
}

bool
redirect_uri_is_local(const char *uri)
{
	struct pieces p;

	return split(uri, &p) &&
	       (host_is_loopback_literal(&p) ||
		   span_is(p.host, p.host_length, "localhost"));
}

enum status
redirect_uri_begin(struct buf *out, const char *uri)
{
	buf_append_string(out, uri);
	return buf_append_byte(out, strchr(uri, '?') == NULL ? '?' : '&');
}

void
redirect_uri_add(struct buf *out, const char *name, const char *value)
{
	if (out->length > 0 && out->data[out->length - 1] != '?' &&
	    out->data[out->length - 1] != '&')
		buf_append_byte(out, '&');
	form_encode_pair(out, name, value);
}
