/* SPDX-License-Identifier: ISC */
/*
 * The tables of routes. 404 and 405 fall out of them; what every answer
 * carries is set here, before the endpoint adds its own. A form is refused
 * here when it does not carry the session's token, so that no page can forget
 * to ask for it.
 */
#include "routes.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "api/api_fault.h"
#include "developer/developer.h"
#include "http/respond.h"
#include "respond_fault.h"
#include "operator/fault.h"
#include "operator/operator_page.h"
#include "page.h"
#include "page_files.h"
#include "push/page_receivers.h"
#include "push/pusher.h"
#include "refusal.h"
#include "scopegate/cleanup.h"
#include "scopegate/conf.h"

static const struct endpoint_route {
	enum http_method method;
	const char *path;
	endpoint *handler;
} endpoint_routes[] = {
    {HTTP_GET, "/style.css", endpoint_style},
    {HTTP_GET, "/icon.svg", endpoint_icon},
    {HTTP_GET, "/.well-known/oauth-authorization-server", endpoint_metadata},
    {HTTP_GET, "/oauth/jwks", endpoint_jwks},
    {HTTP_GET, "/.well-known/openid-configuration", endpoint_metadata},
    {HTTP_POST, "/oauth/token", endpoint_token},
    {HTTP_POST, "/oauth/device_authorization", endpoint_device},
    {HTTP_POST, "/oauth/introspect", endpoint_introspect},
    {HTTP_POST, "/oauth/revoke", endpoint_revoke},
    {HTTP_GET, "/oauth/userinfo", endpoint_userinfo},
    {HTTP_POST, "/oauth/userinfo", endpoint_userinfo},
    {HTTP_GET, "/v2/account", endpoint_account_live},
    {HTTP_GET, "/paper/v2/account", endpoint_account_paper},
};

#define PAGE_PATH_SIZE 64 /* of those below, with a number in them */

enum access { ANYONE, USER, OPERATOR };

static const struct page_route {
	enum http_method method;
	const char *path; /* {id} stands for a number */
	enum access access;
	page_handler *handler;
} page_routes[] = {
    {HTTP_GET, "/", ANYONE, page_home},
    {HTTP_GET, "/sign-in", ANYONE, page_sign_in},
    {HTTP_POST, "/sign-in", ANYONE, page_sign_in},
    {HTTP_GET, "/sign-up", ANYONE, page_sign_up},
    {HTTP_POST, "/sign-up", ANYONE, page_sign_up},
    {HTTP_POST, "/sign-out", ANYONE, page_sign_out},
    {HTTP_GET, "/apps", USER, page_apps},
    {HTTP_GET, "/apps/agreement", USER, page_agreement},
    {HTTP_POST, "/apps/agreement", USER, page_agreement},
    {HTTP_GET, "/apps/new", USER, page_app_new},
    {HTTP_POST, "/apps/new", USER, page_app_new},
    {HTTP_GET, "/apps/{id}", USER, page_app},
    {HTTP_GET, "/apps/{id}/edit", USER, page_app_edit},
    {HTTP_POST, "/apps/{id}/edit", USER, page_app_edit},
    {HTTP_GET, "/apps/{id}/delete", USER, page_app_delete},
    {HTTP_POST, "/apps/{id}/delete", USER, page_app_delete},
    {HTTP_POST, "/apps/{id}/enable", USER, page_app_enable},
    {HTTP_POST, "/apps/{id}/disable", USER, page_app_disable},
    {HTTP_POST, "/apps/{id}/submit", USER, page_app_submit},
    {HTTP_POST, "/apps/{id}/secrets", USER, page_app_secret_add},
    {HTTP_GET, "/apps/{id}/secrets/delete", USER, page_app_secret_delete},
    {HTTP_POST, "/apps/{id}/secrets/delete", USER, page_app_secret_delete},
    {HTTP_GET, "/connected", USER, page_connected},
    {HTTP_GET, "/connected/{id}", USER, page_connection},
    {HTTP_POST, "/connected/{id}/revoke", USER, page_connection_revoke},
    {HTTP_GET, "/account", USER, page_account},
    {HTTP_POST, "/account/live", USER, page_account_live},
    {HTTP_GET, "/account/password", USER, page_password},
    {HTTP_POST, "/account/password", USER, page_password},
    {HTTP_GET, "/apps/{id}/logo", ANYONE, page_logo},
    {HTTP_POST, "/apps/{id}/logo", USER, page_logo_upload},
    {HTTP_POST, "/apps/{id}/logo/remove", USER, page_logo_remove},
    {HTTP_GET, "/oauth/authorize", ANYONE, page_authorize},
    {HTTP_POST, "/oauth/authorize", ANYONE, page_authorize},
    {HTTP_GET, "/device", USER, page_device},
    {HTTP_POST, "/device", USER, page_device},
    {HTTP_GET, "/device/done", USER, page_device_done},
    {HTTP_GET, "/operator", OPERATOR, page_operator},
    {HTTP_GET, "/operator/reviews", OPERATOR, page_operator_reviews},
    {HTTP_GET, "/operator/apps", OPERATOR, page_operator_apps},
    {HTTP_GET, "/operator/apps/{id}", OPERATOR, page_operator_app},
    {HTTP_POST, "/operator/apps/{id}", OPERATOR, page_operator_app},
    {HTTP_GET, "/operator/users", OPERATOR, page_operator_users},
    {HTTP_GET, "/operator/users/{id}", OPERATOR, page_operator_user},
    {HTTP_POST, "/operator/users/{id}", OPERATOR, page_operator_user},
    {HTTP_GET, "/operator/live-accounts", OPERATOR, page_operator_live},
    {HTTP_POST, "/operator/live-accounts", OPERATOR, page_operator_live},
    {HTTP_GET, "/operator/grants", OPERATOR, page_operator_grants},
    {HTTP_GET, "/operator/grants/{id}", OPERATOR, page_operator_grant},
    {HTTP_POST, "/operator/grants/{id}", OPERATOR, page_operator_grant},
    {HTTP_GET, "/operator/audit", OPERATOR, page_operator_audit},
    {HTTP_GET, "/operator/audit.jsonl", OPERATOR, page_operator_audit_file},
    {HTTP_GET, "/operator/keys", OPERATOR, page_operator_keys},
    {HTTP_POST, "/operator/keys", OPERATOR, page_operator_keys},
    {HTTP_GET, "/operator/receivers", OPERATOR, page_receivers},
    {HTTP_POST, "/operator/receivers", OPERATOR, page_receivers},
    {HTTP_GET, "/operator/receivers/remove", OPERATOR, page_receiver_remove},
    {HTTP_POST, "/operator/receivers/remove", OPERATOR, page_receiver_remove},
    {HTTP_GET, "/operator/faults", OPERATOR, page_faults},
    {HTTP_POST, "/operator/faults", OPERATOR, page_faults},
};

static void
set_common_headers(struct http_response *r)
{
	http_response_header(r, "X-Content-Type-Options", "nosniff");
	http_response_header(r, "Referrer-Policy", "no-referrer");
	http_response_header(r, "Content-Security-Policy",
	    "default-src 'none'; frame-ancestors 'none'; base-uri 'none'");
}

/* Does the path fit the pattern? *ret_id: what {id} stands for. */
static bool
path_fits(const char *pattern, const char *path, int64_t *ret_id)
{
	static const char hole[] = "{id}";
	const char *at = strstr(pattern, hole);
	size_t before = at == NULL ? 0 : (size_t)(at - pattern), digits;
	char number[20];

	if (at == NULL)
		return strcmp(pattern, path) == 0;
	if (strncmp(pattern, path, before) != 0)
		return false;
	digits = strspn(path + before, "0123456789");
	if (digits == 0 || digits >= sizeof(number) ||
	    strcmp(at + sizeof(hole) - 1, path + before + digits) != 0)
		return false;
	memcpy(number, path + before, digits);
	number[digits] = '\0';
	return conf_parse_integer(number, 1, INT64_MAX, ret_id) == STATUS_OK;
}

static void
refuse_method(const char *path, const char *allow, struct http_response *r)
{
	if (api_has_path(path))
		api_refuse(r, API_FAULT_METHOD);
	else
		respond_empty(r, 405);
	http_response_header(r, "Allow", allow);
}

/* Which methods does this path have? NULL if it is none of ours. */
static const char *
methods_of(const char *path)
{
	bool get = false, post = false;
	int64_t id;

	for (size_t i = 0; i < ELEMENTS(endpoint_routes); i++) {
		if (strcmp(endpoint_routes[i].path, path) != 0)
			continue;
		get |= endpoint_routes[i].method == HTTP_GET;
		post |= endpoint_routes[i].method == HTTP_POST;
	}
	for (size_t i = 0; i < ELEMENTS(page_routes); i++) {
		if (!path_fits(page_routes[i].path, path, &id))
			continue;
		get |= page_routes[i].method == HTTP_GET;
		post |= page_routes[i].method == HTTP_POST;
	}
	if (get)
		return post ? "GET, HEAD, POST" : "GET, HEAD";
	return post ? "POST" : NULL;
}

/* A picture is no page to come back to. */
static bool
has_page(const char *path)
{
	int64_t id;

	for (size_t i = 0; i < ELEMENTS(page_routes); i++) {
		if (page_routes[i].method == HTTP_GET &&
		    page_routes[i].handler != page_logo &&
		    path_fits(page_routes[i].path, path, &id))
			return true;
	}
	return false;
}

/* The page of the request as a place to come back to, with the query. A form
 * that is sent elsewhere stands on the page above: /apps/7/submit on /apps/7.
 */
static const char *
place_of(const struct http_request *request, struct buf *ret)
{
	const struct form *query = &request->query;
	char path[PAGE_PATH_SIZE];
	char *end;

	if (strlen(request->path) >= sizeof(path))
		return "/";
	memcpy(path, request->path, strlen(request->path) + 1);
	while (!has_page(path) && (end = strrchr(path, '/')) != NULL)
		*end = '\0';
	buf_init(ret, HTTP_MEMORY_MAX);
	buf_append_string(ret, path[0] == '\0' ? "/" : path);
	if (strcmp(path, request->path) != 0)
		return buf_string(ret);
	for (size_t i = 0; i < query->count; i++) {
		buf_append_byte(ret, i == 0 ? '?' : '&');
		form_encode_pair(
		    ret, query->fields[i].name, query->fields[i].value);
	}
	return buf_string(ret) == NULL ? "/" : buf_string(ret);
}

/* False: it has been refused. That nobody is signed in is said first: what was
 * typed can be sent once more then. */
static bool
may_send(struct visit *v, const struct page_route *route)
{
	_cleanup_(buf_clear) struct buf place = {0};
	const char *back = place_of(v->request, &place);

	if (v->request->form_status != STATUS_OK)
		refuse_damaged(v, back);
	else if (route->access >= USER && v->session.user == 0)
		refuse_signed_out(v, back);
	else if (!browser_session_owns_form(&v->session, v->request))
		refuse_stale(v, back);
	else
		return true;
	return false;
}

static void
sign_in_first(struct visit *v)
{
	_cleanup_(buf_clear) struct buf place = {0};

	visit_go_sign_in(v, place_of(v->request, &place));
}

static void
run_page(struct visit *v, const struct page_route *route)
{
	if (v->request->query_status != STATUS_OK)
		page_error(v, 400, "This address is damaged",
		    "Part of it cannot be read. Go back and try again; if an "
		    "app sent you here, the fault is the app's.");
	else if (v->request->method == HTTP_POST && !may_send(v, route))
		return;
	else if (route->access >= USER && v->session.user == 0)
		sign_in_first(v);
	else if (route->access == OPERATOR && !v->session.is_operator)
		page_error(v, 403, "For operators only",
		    "You are signed in, but not as an operator of this "
		    "broker.");
	else
		route->handler(v);
}

static void
handle_page(struct broker *b, const struct http_request *request,
    struct http_response *response)
{
	struct visit v = {.broker = b,
	    .request = request,
	    .response = response,
	    .now = (int64_t)time(NULL)};
	const char *methods = methods_of(request->path);

	if (browser_session_open(b, request, response, v.now, &v.session) !=
	    STATUS_OK) {
		respond_empty(response, 500);
		return;
	}
	for (size_t i = 0; i < ELEMENTS(page_routes); i++) {
		if (page_routes[i].method == request->method &&
		    path_fits(page_routes[i].path, request->path, &v.id)) {
			run_page(&v, &page_routes[i]);
			browser_session_wipe(&v.session);
			return;
		}
	}
	if (methods != NULL)
		refuse_method(request->path, methods, response);
	else if (api_has_path(request->path))
		api_refuse(response, API_FAULT_NOT_FOUND);
	else
		page_not_found(&v);
	browser_session_wipe(&v.session);
}

static const struct endpoint_route *
find_endpoint(const struct http_request *request)
{
	for (size_t i = 0; i < ELEMENTS(endpoint_routes); i++) {
		if (endpoint_routes[i].method == request->method &&
		    strcmp(endpoint_routes[i].path, request->path) == 0)
			return &endpoint_routes[i];
	}
	return NULL;
}

/* With what the fault menu does to it, if the server was started for that. */
static void
run_endpoint(const struct endpoint_route *route, struct broker *b,
    const struct http_request *request, struct http_response *response)
{
	struct fault_list faults = {0};

	if (b->faults &&
	    fault_strike(b->store, route->path, &faults) != STATUS_OK)
		faults.count = 0;
	if (!fault_before(b, &faults, route->path, response))
		return;
	if (request->form_status == STATUS_TOO_BIG) {
		respond_fault(
		    response, OAUTH_FAULT(INVALID_REQUEST,
				  "the request is larger than 64 KiB"));
		response->status = 413;
		return;
	}
	route->handler(b, request, response);
	fault_after(&faults, response);
}

void
routes_handle(void *context, const struct http_request *request,
    struct http_response *response)
{
	const struct endpoint_route *route = find_endpoint(request);
	struct broker *b = context;
	bool told;

	set_common_headers(response);
	(void)pthread_mutex_lock(&b->lock);
	if (route != NULL)
		run_endpoint(route, b, request, response);
	else
		handle_page(b, request, response);
	told = store_took_event(b->store);
	(void)pthread_mutex_unlock(&b->lock);
	if (told)
		pusher_wake(b->pusher);
}

/* What belongs to all pages and never changes while the program runs. */
static void
respond_file(struct http_response *r, const char *type, const char *text)
{
	r->status = 200;
	http_response_header(r, "Content-Type", type);
	http_response_header(r, "Cache-Control", "max-age=3600");
	buf_append_string(&r->body, text);
}

void
endpoint_style(struct broker *b, const struct http_request *request,
    struct http_response *response)
{
	(void)b;
	(void)request;
	respond_file(response, "text/css; charset=utf-8", page_file_style);
}

void
endpoint_icon(struct broker *b, const struct http_request *request,
    struct http_response *response)
{
	(void)b;
	(void)request;
	respond_file(response, "image/svg+xml", page_file_icon);
}
