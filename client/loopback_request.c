/* SPDX-License-Identifier: ISC */
#include "loopback_request.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "proof.h"
#include "scopegate/cleanup.h"
#include "url.h"

#define PAGE_MAX 4096
#define PAGE_MS 2000 /* for a browser to take its page */
#define VALUE_MAX 4096

static const char head_lines[] = "Content-Type: text/html; charset=utf-8\r\n"
				 "Cache-Control: no-store\r\n"
				 "Referrer-Policy: no-referrer\r\n"
				 "X-Content-Type-Options: nosniff\r\n"
				 "Content-Security-Policy: default-src 'none'; "
				 "style-src 'unsafe-inline'; frame-ancestors "
				 "'none'\r\n"
				 "Connection: close\r\n";

static void
write_all(int fd, const char *text, size_t length)
{
	struct deadline deadline = deadline_in_ms(PAGE_MS);

	while (length > 0 && !deadline_passed(deadline)) {
		struct pollfd p = {.fd = fd, .events = POLLOUT};
		ssize_t n;

		if (poll(&p, 1, deadline_left_ms(deadline)) <= 0)
			return;
		n = send(fd, text, length, MSG_NOSIGNAL);
		if (n <= 0)
			return;
		text += n;
		length -= (size_t)n;
	}
	(void)shutdown(fd, SHUT_WR);
}

static void
write_page(int fd, const char *status, const char *title, const char *text)
{
	_cleanup_(buf_clear) struct buf page = {0};
	_cleanup_(buf_clear) struct buf body = {0};

	buf_init(&page, PAGE_MAX);
	buf_init(&body, PAGE_MAX);
	buf_format(&body,
	    "<!DOCTYPE html>\n<html lang=\"en\"><head><meta "
	    "charset=\"utf-8\"><meta name=\"viewport\" "
	    "content=\"width=device-width\"><title>%s</title><style>"
	    "body{font:18px/1.5 system-ui,sans-serif;max-width:34em;"
	    "margin:20vh auto 0;padding:0 1em;color:#1c2733;"
	    "background:#fff}h1{font-size:1.5em}"
	    "@media(prefers-color-scheme:dark){body{color:#e6eaee;"
	    "background:#161b21}}</style></head>"
	    "<body><main><h1>%s</h1><p>%s</p></main></body></html>\n",
	    title, title, text);
	buf_format(&page, "HTTP/1.1 %s\r\n%sContent-Length: %zu\r\n\r\n%s",
	    status, head_lines, body.length,
	    buf_string(&body) != NULL ? buf_string(&body) : "");
	if (buf_string(&page) != NULL)
		write_all(fd, buf_string(&page), page.length);
}

void
loopback_page(int fd, bool good, const char *text)
{
	write_page(fd, good ? "200 OK" : "400 Bad Request",
	    good ? "You are signed in" : "You are not signed in", text);
}

void
loopback_not_found(int fd)
{
	write_page(fd, "404 Not Found", "Not found",
	    "There is nothing here but the end of a sign-in.");
}

/* false: a parameter that is there twice, or no encoding. */
static bool
take(const char *query, const char *name, struct buf *ret)
{
	enum status s;

	buf_init_sensitive(ret, VALUE_MAX);
	s = query_get(query, name, ret);
	return s == STATUS_OK || s == STATUS_NOT_FOUND;
}

static bool
state_matches(const char *query, const char *state)
{
	_cleanup_(buf_clear) struct buf found = {0};

	buf_init_sensitive(&found, VALUE_MAX);
	return query_get(query, "state", &found) == STATUS_OK &&
	       buf_string(&found) != NULL &&
	       proof_equal(state, buf_string(&found));
}

static enum request_kind
read_query(const char *query, const char *state, struct redirect *ret)
{
	if (!state_matches(query, state))
		return REQUEST_STRANGER;
	/* All are made, so that all may be cleared. */
	ret->repeated = !take(query, "code", &ret->code);
	ret->repeated |= !take(query, "iss", &ret->iss);
	ret->repeated |= !take(query, "error", &ret->error);
	ret->repeated |= !take(query, "error_description", &ret->description);
	return REQUEST_REDIRECT;
}

enum request_kind
loopback_request(
    const char *head, const char *path, const char *state, struct redirect *ret)
{
	_cleanup_(buf_clear) struct buf query = {0};
	size_t line = strcspn(head, "\r\n"), target, n = strlen(path);

	if (strncmp(head, "GET ", 4) != 0)
		return REQUEST_OTHER;
	head += 4;
	target = strcspn(head, " \r\n");
	if (target + 4 >= line || strncmp(head, path, n) != 0 ||
	    (head[n] != '?' && head[n] != ' '))
		return REQUEST_OTHER;
	buf_init_sensitive(&query, LOOPBACK_HEAD_MAX);
	if (head[n] == '?')
		buf_append(&query, head + n + 1, target - n - 1);
	if (buf_string(&query) == NULL)
		return REQUEST_OTHER;
	return read_query(buf_string(&query), state, ret);
}
