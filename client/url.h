/* SPDX-License-Identifier: ISC */
/*
 * URLs and forms. Only the plain form of a URL passes: whatever two parsers
 * could read differently is refused, so that a token goes where the user reads
 * that it goes.
 */
#ifndef CLIENT_URL_H
#define CLIENT_URL_H

#include <stdbool.h>
#include <stdint.h>

#include "scopegate/buf.h"
#include "scopegate/status.h"

#define URL_HOST_MAX 253
#define URL_MAX 4096

struct url {
	bool secure;
	char host[URL_HOST_MAX + 1]; /* small letters, without brackets */
	bool bracketed;
	int64_t port;  /* the scheme's own where none is written */
	bool port_set; /* is one written? */
	char path[512];
};

/* NULL: fine. Else a static phrase: what is wrong and how to mend it. http://
 * passes only to a literal loopback address and with `loopback`. */
const char *url_fault(const char *text, bool loopback);
/* A redirect URI of RFC 8252: http://, 127.0.0.1, [::1] or localhost. */
const char *redirect_fault(const char *text);
/* Of a text without a fault, one of the two above. */
void url_read(const char *text, struct url *ret);

/* Appends text, percent-encoded but for the unreserved (RFC 3986 2.3). */
void url_encode(struct buf *out, const char *text);
/* Appends [&]name=value, encoded; nothing if `value` is NULL. */
void form_add(struct buf *out, const char *name, const char *value);
/*
 * The value of `name` in a query, decoded into `ret` and wiped by the caller.
 * STATUS_NOT_FOUND; STATUS_MALFORMED: it is there twice, or badly encoded.
 */
enum status query_get(const char *query, const char *name, struct buf *ret);

#endif
