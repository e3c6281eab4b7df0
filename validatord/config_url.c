/* SPDX-License-Identifier: ISC */
/*
 * The URLs that an operator writes. Only the plain form passes: whatever two
 * parsers could read differently (user info, backslashes, escapes in a host)
 * is refused here, so that a token goes where the operator reads that it goes.
 */
#include "config_url.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "scopegate/conf.h"

#define HOST_MAX 253 /* octets of a DNS name */

struct url {
	bool secure;
	char host[HOST_MAX + 1]; /* small letters, without brackets */
	bool bracketed;
	int64_t port;
};

static const char bad_port[] =
    "has a port that is none: write 1 to 65535, or leave it out";
static const char bad_host[] =
    "has no valid host: write a name, an IPv4 address or [IPv6 address]";

static bool
is_host_octet(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
	       c == '.';
}

static bool
host_valid(const struct url *u)
{
	struct in6_addr address;

	if (u->host[0] == '\0')
		return false;
	if (u->bracketed)
		return inet_pton(AF_INET6, u->host, &address) == 1;
	for (const char *p = u->host; *p != '\0'; p++) {
		if (!is_host_octet(*p))
			return false;
	}
	return true;
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
	if (length > HOST_MAX)
		return bad_host;
	for (size_t i = 0; i < length; i++) {
		bool capital = text[i] >= 'A' && text[i] <= 'Z';

		u->host[i] = (char)(capital ? text[i] + ('a' - 'A') : text[i]);
	}
	u->host[length] = '\0';
	return host_valid(u) ? NULL : bad_host;
}

/* `text` is what stands between "://" and the path. */
static const char *
authority_read(const char *text, size_t length, struct url *u)
{
	const char *end = text + length, *host_end, *port;
	char digits[8] = "";

	if (memchr(text, '@', length) != NULL)
		return "holds user info (an `@`): write the host alone, and "
		       "our credentials in client_id and client_secret_file";
	u->bracketed = length > 0 && *text == '[';
	host_end = memchr(text, u->bracketed ? ']' : ':', length);
	if (u->bracketed && host_end == NULL)
		return bad_host;
	port = host_end == NULL ? end : host_end + u->bracketed;
	if (host_end == NULL)
		host_end = end;
	text += u->bracketed;
	u->port = u->secure ? 443 : 80;
	if (port < end) {
		size_t n = (size_t)(end - port) - 1;

		if (*port != ':' || n == 0 || n > 5 || port[1] == '-')
			return bad_port;
		memcpy(digits, port + 1, n);
		if (conf_parse_integer(digits, 1, 65535, &u->port) != STATUS_OK)
			return bad_port;
	}
	return host_read(text, (size_t)(host_end - text), u);
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
	if (strchr(url, '?') != NULL || strchr(url, '#') != NULL)
		return "holds a query or a fragment: write it without `?` "
		       "and `#`";
	return NULL;
}

const char *
config_url_fault(
    const char *url, bool loopback, char ret_origin[URL_ORIGIN_MAX])
{
	struct url u = {.secure = strncmp(url, "https://", 8) == 0};
	const char *authority = url + (u.secure ? 8 : 7);
	const char *fault = octets_fault(url);

	if (fault != NULL)
		return fault;
	if (!u.secure && strncmp(url, "http://", 7) != 0)
		return "is no https:// URL: write https://HOST/PATH";
	fault = authority_read(authority, strcspn(authority, "/"), &u);
	if (fault != NULL)
		return fault;
	if (!u.secure && !is_loopback(&u))
		return "is plain http:// and anybody on the way can read the "
		       "tokens: write https://";
	if (!u.secure && !loopback)
		return "is plain http://: write https://, or for a test on "
		       "this host add `insecure_loopback = yes`";
	(void)snprintf(ret_origin, URL_ORIGIN_MAX, "%s://%s%s%s:%u",
	    u.secure ? "https" : "http", u.bracketed ? "[" : "", u.host,
	    u.bracketed ? "]" : "", (unsigned int)u.port);
	return NULL;
}

bool
config_url_is_origin(const char *url)
{
	const char *path = strchr(strstr(url, "://") + 3, '/');

	return path == NULL || path[1] == '\0';
}
