/* SPDX-License-Identifier: ISC */
/*
 * The table of routes. 404 and 405 fall out of it; what every answer carries
 * is set here, before the endpoint adds its own.
 */
#include "routes.h"

#include <string.h>

#include "page.h"
#include "http/respond.h"
#include "scopegate/cleanup.h"

struct route {
	enum http_method method;
	const char *path;
	endpoint *handler;
};

static const struct route routes[] = {
    {HTTP_GET, "/", endpoint_home},
    {HTTP_GET, "/style.css", endpoint_style},
    {HTTP_GET, "/.well-known/oauth-authorization-server", endpoint_metadata},
    {HTTP_GET, "/oauth/authorize", endpoint_authorize},
    {HTTP_POST, "/oauth/authorize/sign-in", endpoint_sign_in},
    {HTTP_POST, "/oauth/authorize/sign-out", endpoint_sign_out},
    {HTTP_POST, "/oauth/authorize/decide", endpoint_decide},
    {HTTP_POST, "/oauth/token", endpoint_token},
    {HTTP_POST, "/oauth/introspect", endpoint_introspect},
    {HTTP_POST, "/oauth/revoke", endpoint_revoke},
};

static void
set_common_headers(struct http_response *r)
{
	http_response_header(r, "X-Content-Type-Options", "nosniff");
	http_response_header(r, "Referrer-Policy", "no-referrer");
	http_response_header(r, "Content-Security-Policy",
	    "default-src 'none'; frame-ancestors 'none'; base-uri 'none'");
}

static void
refuse(bool path_known, enum http_method known, struct http_response *r)
{
	if (!path_known) {
		page_error(r, 404, "Nothing is here",
		    "This address does not exist on this broker.");
		return;
	}
	respond_empty(r, 405);
	http_response_header(
	    r, "Allow", known == HTTP_GET ? "GET, HEAD" : "POST");
}

void
routes_handle(void *context, const struct http_request *request,
    struct http_response *response)
{
	struct broker *b = context;
	enum http_method known = HTTP_OTHER;
	bool path_known = false;

	set_common_headers(response);
	for (size_t i = 0; i < ELEMENTS(routes); i++) {
		if (strcmp(routes[i].path, request->path) != 0)
			continue;
		path_known = true;
		known = routes[i].method;
		if (routes[i].method != request->method)
			continue;
		(void)pthread_mutex_lock(&b->lock);
		routes[i].handler(b, request, response);
		(void)pthread_mutex_unlock(&b->lock);
		return;
	}
	refuse(path_known, known, response);
}
