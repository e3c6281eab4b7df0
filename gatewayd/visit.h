/* SPDX-License-Identifier: ISC */
/* One request on its way through: what every endpoint gets. */
#ifndef GATEWAYD_VISIT_H
#define GATEWAYD_VISIT_H

#include "counters.h"
#include "http/http_server.h"
#include "limits.h"
#include "relay.h"
#include "scopegate/secret.h"
#include "settings.h"

struct gateway {
	const struct settings *settings;
	struct limits *limits;
	struct counters counters;
	struct relay relay;
	atomic_uint held; /* exchanges that programs wait for */
	unsigned int held_most;
	struct secret event_token; /* empty: there is no receiver */
};

struct visit {
	struct gateway *gateway;
	const struct http_request *request;
	struct http_response *response;
	const char *argument; /* what follows the route's path, or "" */
	struct address client;
	char client_text[ADDRESS_TEXT_SIZE]; /* the same */
	char browser[BROWSER_MAX + 1];       /* the cookie; "" if none */
};

typedef void endpoint(struct visit *v);

/* Who asks: the peer or, if that is a trusted proxy, whom it forwards for.
 * Cookie and client into `v`. STATUS_INVALID: the peer is no address.
 * STATUS_FORBIDDEN: there is no TLS, and the peer is neither of this host nor a
 * trusted proxy. */
enum status visit_open(struct visit *v);
void visit_close(struct visit *v);

/* Of the query or the form: NULL if absent, empty or repeated. */
const char *visit_query(const struct visit *v, const char *name);
const char *visit_field(const struct visit *v, const char *name);

/* Gives the browser its cookie; `value` comes from decide. STATUS_INVALID: it
 * is none. */
enum status visit_set_browser(struct visit *v, const char *value);

/* "Retry-After", within bounds. */
void visit_retry_after(struct visit *v, int64_t seconds);

#endif
