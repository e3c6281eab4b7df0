/* SPDX-License-Identifier: ISC */
#include "url.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "scopegate/conf.h"

static const char bad_port[] =
    "has a port that is none: write 1 to 65535, or leave it out";
static const char bad_host[] =
    "has no valid host: write a name, an IPv4 address or [IPv6 address]";

static bool
host_valid(const struct url *u)
{
	struct in6_addr address;
	size_t n = strspn(u->host, "abcdefghijklmnopqrstuvwxyz0123456789-.");

	if (u->bracketed)
		return inet_pton(AF_INET6, u->host, &address) == 1;
	return n > 0 && u->host[n] == '\0';
}

/* Of a literal address only: a name is what the resolver says it is. */
static bool
is_loopback(const struct url *u)
{
	struct in_addr v4;
	struct in6_addr v6;

	if (u->bracketed)
		return inet_pton(AF_INET6, u->host, &v6) == 1 &&
		       IN6_IS_ADDR_LOOPBACK(&v6);
	return inet_pton(AF_INET, u->host, &v4) == 1 &&
	       ntohl(v4.s_addr) >> 24 == 127;
}

static const char *
host_read(const char *text, size_t length, struct url *u)
{
	if (length > URL_HOST_MAX)
		return bad_host;
	for (size_t i = 0; i < length; i++) {
		bool capital = text[i] >= 'A' && text[i] <= 'Z';

		u->host[i] = (char)(capital ? text[i] + ('a' - 'A') : text[i]);
	}
	u->host[length] = '\0';
	return host_valid(u) ? NULL : bad_host;
}

static const char *
port_read(const char *text, size_t length, struct url *u)
{
	char digits[8] = "";

	u->port_set = length > 0;
	if (length == 0)
		return NULL;
	if (*text != ':' || length < 2 || length > 6 || text[1] == '-')
		return bad_port;
	memcpy(digits, text + 1, length - 1);
	return conf_parse_integer(digits, 1, 65535, &u->port) == STATUS_OK
		   ? NULL
		   : bad_port;
}

static const char *
authority_read(const char *text, size_t length, struct url *u)
{
	const char *end = text + length, *host_end;
	const char *fault;

	if (memchr(text, '@', length) != NULL)
		return "holds user info (an `@`): write the host alone";
	u->bracketed = length > 0 && *text == '[';
	host_end = memchr(text, u->bracketed ? ']' : ':', length);
	if (u->bracketed && host_end == NULL)
		return bad_host;
	if (host_end == NULL)
		host_end = end;
	text += u->bracketed;
	fault = host_read(text, (size_t)(host_end - text), u);
	if (fault != NULL)
		return fault;
	host_end += u->bracketed;
	return port_read(host_end, (size_t)(end - host_end), u);
}

static const char *
octets_fault(const char *url)
{
	for (const char *p = url; *p != '\0'; p++) {
		unsigned char c = (unsigned char)*p;

		if (c <= 0x20 || c >= 0x7f || strchr("\"<>\\^`{|}", c) != NULL)
			return "holds a character that a URL cannot have: "
			       "escape it (%41) or remove it";
	}
	if (strchr(url, '#') != NULL)
		return "holds a fragment: write it without `#`";
	return NULL;
}

static const char *
parse(const char *text, struct url *u)
{
	const char *fault = octets_fault(text);
	const char *authority, *path;

	*u = (struct url){.secure = strncmp(text, "https://", 8) == 0};
	if (fault != NULL)
		return fault;
	if (!u->secure && strncmp(text, "http://", 7) != 0)
		return "is no https:// URL: write https://HOST/PATH";
	authority = text + (u->secure ? 8 : 7);
	path = authority + strcspn(authority, "/?");
	u->port = u->secure ? 443 : 80;
	fault = authority_read(authority, (size_t)(path - authority), u);
	if (fault != NULL)
		return fault;
	if (strlen(path) >= sizeof(u->path))
		return "is too long";
	(void)snprintf(u->path, sizeof(u->path), "%s", path);
	return NULL;
}

const char *
url_fault(const char *text, bool loopback)
{
	struct url u;
	const char *fault = parse(text, &u);

	if (fault != NULL || u.secure)
		return fault;
	if (!is_loopback(&u))
		return "is plain http:// and anybody on the way can read the "
		       "tokens: write https://";
	return loopback ? NULL
			: "is plain http://: write https://, or for a test on "
			  "this machine add `insecure_loopback = yes`";
}

const char *
redirect_fault(const char *text)
{
	struct url u;
	const char *fault = parse(text, &u);

	if (fault != NULL)
		return fault;
	if (u.secure ||
	    (strcmp(u.host, "127.0.0.1") != 0 && strcmp(u.host, "::1") != 0 &&
		strcmp(u.host, "localhost") != 0))
		return "is not on this machine: write "
		       "http://127.0.0.1:PORT/PATH as it is registered, or "
		       "with [::1] or localhost";
	if (strchr(u.path, '?') != NULL)
		return "holds a query: write it without `?`";
	return NULL;
}

void
url_read(const char *text, struct url *ret)
{
	(void)parse(text, ret);
}

static bool
is_unreserved(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	       (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' ||
	       c == '~';
}

void
url_encode(struct buf *out, const char *text)
{
	for (; *text != '\0'; text++) {
		if (is_unreserved(*text))
			buf_append_byte(out, (uint8_t)*text);
		else
			buf_format(out, "%%%02X", (unsigned char)*text);
	}
}

void
form_add(struct buf *out, const char *name, const char *value)
{
	if (value == NULL)
		return;
	if (out->length > 0 && out->data[out->length - 1] != '?')
		buf_append_byte(out, '&');
	url_encode(out, name);
	buf_append_byte(out, '=');
	url_encode(out, value);
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static enum status
decode(const char *text, size_t length, struct buf *ret)
{
	for (size_t i = 0; i < length; i++) {
		int high, low;

		if (text[i] != '%') {
			buf_append_byte(
			    ret, text[i] == '+' ? ' ' : (uint8_t)text[i]);
			continue;
		}
		high = i + 2 < length ? hex_digit(text[i + 1]) : -1;
		low = i + 2 < length ? hex_digit(text[i + 2]) : -1;
		if (high < 0 || low < 0 || high + low == 0)
			return STATUS_MALFORMED;
		buf_append_byte(ret, (uint8_t)(high * 16 + low));
		i += 2;
	}
	return ret->error;
}

enum status
query_get(const char *query, const char *name, struct buf *ret)
{
	size_t n = strlen(name);
	const char *found = NULL;

	for (const char *p = query; *p != '\0'; p += *p == '&') {
		size_t length = strcspn(p, "&");

		if (strncmp(p, name, n) == 0 && p[n] == '=') {
			if (found != NULL)
				return STATUS_MALFORMED;
			found = p + n + 1;
		}
		p += length;
	}
	if (found == NULL)
		return STATUS_NOT_FOUND;
	return decode(found, strcspn(found, "&"), ret);
}
