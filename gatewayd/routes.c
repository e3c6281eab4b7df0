/* SPDX-License-Identifier: ISC */
/*
 * The table of routes: read this first. 404 and 405 fall out of it; limits,
 * looks that must do nothing, and what every answer carries are handled here,
 * before an endpoint runs.
 */
#include "routes.h"

#include <string.h>

#include "bearer.h"
#include "endpoint.h"
#include "http/respond.h"
#include "page.h"
#include "scopegate/cleanup.h"
#include "scopegate/deadline.h"

enum methods { GET = 1, POST = 2, ANY = 7 };

/* Who reads the answer, and so what a fault looks like. */
enum reader { PERSON, PROGRAM };

static const struct route {
	const char *path; /* with a slash at the end: and what follows */
	const char *name; /* in the metrics */
	enum methods methods;
	enum reader reader;
	enum limit_kind limit;
	bool acts; /* something happens: a mere look must not do it */
	bool held; /* may wait long, and must leave room for pages */
	endpoint *handler;
} routes[] = {
    {"/l/", "link", GET, PERSON, LIMIT_PAGE, true, false, endpoint_link},
    {"/callback", "callback", GET, PERSON, LIMIT_PAGE, true, false,
	endpoint_callback},
    {"/callback/", "callback_issuer", GET, PERSON, LIMIT_PAGE, true, false,
	endpoint_callback},
    {"/confirm", "confirm", POST, PERSON, LIMIT_PAGE, true, false,
	endpoint_confirm},
    {"/code", "code", POST, PROGRAM, LIMIT_CODE, true, true, endpoint_code},
    {"/authorize", "authorize", ANY, PROGRAM, LIMIT_REFUSED, false, true,
	endpoint_authorize},
    {"/events", "events", POST, PROGRAM, LIMIT_CODE, true, false,
	endpoint_events},
    {"/metrics", "metrics", GET, PROGRAM, LIMIT_NONE, false, false,
	endpoint_metrics},
    {"/.well-known/oauth-protected-resource", "resource", GET, PROGRAM,
	LIMIT_PAGE, false, false, endpoint_resource},
    {"/healthz", "healthz", GET, PROGRAM, LIMIT_NONE, false, false,
	endpoint_health},
    {"/readyz", "readyz", GET, PROGRAM, LIMIT_PAGE, false, false,
	endpoint_ready},
    {"/", "home", GET, PERSON, LIMIT_NONE, false, false, page_home},
    {"/style.css", "style", GET, PERSON, LIMIT_NONE, false, false, page_style},
    {"/icon.svg", "icon", GET, PERSON, LIMIT_NONE, false, false, page_icon},
};

#define ROUTE_NONE ELEMENTS(routes)

_Static_assert(ROUTE_NONE < COUNTERS_ROUTES, "a counter a route, and one more");

const char *
route_name(size_t index)
{
	if (index < ROUTE_NONE)
		return routes[index].name;
	return index == ROUTE_NONE ? "none" : NULL;
}

static bool
is_slash_of_home(const struct route *r)
{
	return r->path[1] == '\0';
}

static size_t
find_route(const struct gateway *g, const char *path, const char **ret_rest)
{
	for (size_t i = 0; i < ROUTE_NONE; i++) {
		const struct route *r = &routes[i];
		size_t length = strlen(r->path);

		/* Without a token there is no receiver. */
		if (r->handler == endpoint_events && g->event_token.length == 0)
			continue;
		*ret_rest = "";
		if (strcmp(path, r->path) == 0 &&
		    (is_slash_of_home(r) || r->path[length - 1] != '/'))
			return i;
		if (r->path[length - 1] != '/' || is_slash_of_home(r) ||
		    strncmp(path, r->path, length) != 0 ||
		    path[length] == '\0' || strchr(path + length, '/') != NULL)
			continue;
		*ret_rest = path + length;
		return i;
	}
	return ROUTE_NONE;
}

static void
set_common_headers(struct http_response *r)
{
	http_response_header(r, "X-Content-Type-Options", "nosniff");
	http_response_header(r, "Referrer-Policy", "no-referrer");
	http_response_header(r, "Content-Security-Policy",
	    "default-src 'none'; frame-ancestors 'none'; base-uri 'none'");
}

static void
refuse(struct visit *v, const struct route *route, enum page_message page,
    unsigned int status, const char *error, const char *description)
{
	if (route == NULL || route->reader == PERSON)
		page_message(v, page, NULL);
	else
		bearer_error(v, status, error, description);
}

static void
refuse_method(struct visit *v, const struct route *route)
{
	refuse(v, route, MESSAGE_PAGE_METHOD, 405, "invalid_request",
	    "not with this method");
	http_response_header(v->response, "Allow",
	    route->methods == POST ? "POST" : "GET, HEAD");
}

static bool
method_fits(const struct route *route, enum http_method method)
{
	switch (method) {
	case HTTP_GET:
		return (route->methods & GET) != 0;
	case HTTP_POST:
		return (route->methods & POST) != 0;
	default:
		return route->methods == ANY;
	}
}

static bool
is_prefetch(const struct http_request *r)
{
	return (r->sec_purpose != NULL &&
		   strstr(r->sec_purpose, "prefetch") != NULL) ||
	       (r->purpose != NULL && strstr(r->purpose, "prefetch") != NULL);
}

/* A look that nobody asked for: by a browser that guesses where one will go,
 * or by a program that wants to know what a link leads to. It gets an answer
 * that no browser shows in place of the page. */
static bool
is_mere_look(struct visit *v, const struct route *route)
{
	if (!route->acts || (!v->request->head && !is_prefetch(v->request)))
		return false;
	respond_empty(v->response, v->request->head ? 200 : 503);
	return true;
}

static bool
is_limited(struct visit *v, const struct route *route)
{
	unsigned int wait = 0;

	if ((route->limit == LIMIT_REFUSED ? limits_look : limits_take)(
		v->gateway->limits, route->limit, &v->client, monotonic_us(),
		&wait))
		return false;
	atomic_fetch_add(&v->gateway->counters.limited, 1);
	visit_retry_after(v, wait);
	refuse(v, route, MESSAGE_PAGE_LIMITED, 429, "slow_down",
	    "too many requests from this address");
	return true;
}

/* A busy web tool asks often, and is told no seldom: only that is counted. That
 * no token came is no refusal of one, and costs nobody anything. */
static void
count_refusal(struct visit *v, const struct route *route)
{
	unsigned int wait = 0;

	if (route->limit == LIMIT_REFUSED && v->response->status == 401 &&
	    v->request->authorization != NULL)
		(void)limits_take(v->gateway->limits, route->limit, &v->client,
		    monotonic_us(), &wait);
}

static void
handle(struct visit *v, const struct route *route)
{
	struct gateway *g = v->gateway;

	if (route->held && atomic_fetch_add(&g->held, 1) >= g->held_most) {
		visit_retry_after(v, 1);
		bearer_error(v, 503, "temporarily_unavailable",
		    "too many questions wait for their answer");
	} else {
		route->handler(v);
		count_refusal(v, route);
	}
	if (route->held)
		atomic_fetch_sub(&g->held, 1);
}

static void
run(struct visit *v, const struct route *route)
{
	if (!method_fits(route, v->request->method))
		refuse_method(v, route);
	else if (v->request->header_repeats)
		refuse(v, route, MESSAGE_PAGE_DAMAGED, 400, "invalid_request",
		    "a header stands twice that may stand once, or a list is "
		    "too long");
	else if (v->request->form_status == STATUS_TOO_BIG &&
		 route->methods != ANY)
		refuse(v, route, MESSAGE_PAGE_TOO_BIG, 413, "invalid_request",
		    "the request is larger than 64 KiB");
	else if (!is_mere_look(v, route) && !is_limited(v, route))
		handle(v, route);
}

static void
count(struct gateway *g, size_t route, unsigned int status)
{
	unsigned int class = status / 100;

	if (class < COUNTERS_CLASSES)
		atomic_fetch_add(&g->counters.requests[route][class], 1);
}

static void
refuse_plain(struct visit *v, const struct route *route)
{
	refuse(v, route, MESSAGE_PAGE_PLAIN, 403, "invalid_request",
	    "without TLS only the trusted proxies may ask: use https, and "
	    "replace a token that was sent here");
	http_response_header(v->response, "Connection", "close");
}

void
routes_handle(void *context, const struct http_request *request,
    struct http_response *response)
{
	struct visit v = {
	    .gateway = context, .request = request, .response = response};
	size_t index = find_route(v.gateway, request->path, &v.argument);
	const struct route *route = index < ROUTE_NONE ? &routes[index] : NULL;

	enum status status = visit_open(&v);

	set_common_headers(response);
	if (status == STATUS_FORBIDDEN)
		refuse_plain(&v, route);
	else if (status != STATUS_OK)
		page_message(&v, MESSAGE_PAGE_DAMAGED, NULL);
	else if (route == NULL)
		refuse(&v, NULL, MESSAGE_PAGE_NOT_FOUND, 404, NULL, NULL);
	else
		run(&v, route);
	visit_close(&v);
	count(v.gateway, index, response->status);
}
