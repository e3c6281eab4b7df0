/* SPDX-License-Identifier: ISC */
/*
 * The device authorization endpoint (RFC 8628 section 3.1). A request that
 * names a host to sign in to is answered with a confirmation number besides:
 * whoever allows it must see the terminal that waits, and not only a link that
 * somebody sent (RFC 8628 section 5.4).
 */
#include <string.h>
#include <time.h>

#include "app/app_errors.h"
#include "http/respond.h"
#include "respond_fault.h"
#include "oauth/client_auth.h"
#include "oauth/device_store.h"
#include "oauth/grant.h"
#include "oauth/host_login.h"
#include "oauth/resource.h"
#include "routes.h"
#include "scopegate/cleanup.h"
#include "scopegate/json.h"

static const struct oauth_fault store_failed = {
    .error = OAUTH_SERVER_ERROR, .description = "the store failed"};

static struct oauth_fault
read_scope(const struct http_request *request, const struct app *app,
    struct device *ret)
{
	struct word_set asked;
	struct oauth_fault fault = grant_app_scope(
	    app->scopes, form_get(&request->form, "scope"), &asked);

	if (fault.error == OAUTH_OK)
		word_set_print(&asked, ret->scope);
	return fault;
}

static struct oauth_fault
read_audience(
    struct broker *b, const struct http_request *request, struct device *ret)
{
	const char *resource = form_get(&request->form, "resource");
	struct oauth_fault fault = resource_check(b, resource);

	if (fault.error != OAUTH_OK)
		return fault;
	if (resource == NULL)
		resource = b->audience;
	memcpy(ret->audience, resource, strlen(resource) + 1);
	return OAUTH_FINE;
}

static struct oauth_fault
read_details(const struct http_request *request, struct device *ret)
{
	struct host_login login;

	return host_login_check(
	    form_get(&request->form, "authorization_details"), &login,
	    ret->details);
}

static struct oauth_fault
read_request(struct broker *b, const struct http_request *request,
    const struct app *app, struct device *ret)
{
	struct oauth_fault fault;

	if (app->kind == APP_ALPACA ||
	    !word_set_text_has(app->grant_types, DEVICE_GRANT_TYPE))
		return OAUTH_FAULT(UNAUTHORIZED_CLIENT,
		    "this client is not registered for the device grant");
	memset(ret, 0, sizeof(*ret));
	ret->app = app->id;
	fault = read_scope(request, app, ret);
	if (fault.error == OAUTH_OK)
		fault = read_audience(b, request, ret);
	return fault.error == OAUTH_OK ? read_details(request, ret) : fault;
}

static void
write_url(struct json_writer *w, const char *name, const char *issuer,
    const char *user_code)
{
	_cleanup_(buf_clear) struct buf url = {0};

	buf_init(&url, ISSUER_SIZE + 64);
	buf_format(&url, "%s" DEVICE_PAGE "%s%s", issuer,
	    user_code == NULL ? "" : "?user_code=",
	    user_code == NULL ? "" : user_code);
	json_write_string(w, name, buf_string(&url));
}

static void
write_answer(const struct broker *b, const struct device *d,
    const char *device_code, struct http_response *response)
{
	char shown[USER_CODE_SHOWN_SIZE];
	struct json_writer w;

	user_code_show(d->user_code, shown);
	respond_json(response, 200);
	json_writer_init(&w, &response->body);
	json_write_begin_object(&w, NULL);
	json_write_string(&w, "device_code", device_code);
	json_write_string(&w, "user_code", shown);
	write_url(&w, "verification_uri", b->issuer, NULL);
	write_url(&w, "verification_uri_complete", b->issuer, shown);
	json_write_integer(&w, "expires_in", DEVICE_CODE_SECONDS);
	json_write_integer(&w, "interval", d->every);
	if (d->number[0] != '\0')
		json_write_string(&w, "confirmation_number", d->number);
	json_write_end_object(&w);
}

static enum status
store_device(
    struct broker *b, struct device *d, int64_t now, char ret[RANDOM_TEXT_SIZE])
{
	_cleanup_(transaction_end) struct transaction t = {NULL};
	enum status status = transaction_write(b->store, &t);

	if (status == STATUS_OK)
		status = device_add(b->store, d, now, ret);
	return status == STATUS_OK ? transaction_commit(&t) : status;
}

void
endpoint_device(struct broker *b, const struct http_request *request,
    struct http_response *response)
{
	char text[OAUTH_TEXT_SIZE];
	char device_code[RANDOM_TEXT_SIZE] = "";
	int64_t now = (int64_t)time(NULL);
	struct app app = {0};
	struct device d;
	struct oauth_fault fault = client_form_check(request);

	if (fault.error == OAUTH_OK)
		fault = client_authenticate(b, request, &app);
	if (fault.error == OAUTH_OK)
		fault = read_request(b, request, &app, &d);
	if (fault.error == OAUTH_OK &&
	    store_device(b, &d, now, device_code) != STATUS_OK)
		fault = store_failed;
	if (fault.error == OAUTH_OK) {
		write_answer(b, &d, device_code, response);
		explicit_bzero(device_code, sizeof(device_code));
		return;
	}
	/* That the note cannot be kept changes nothing for the client. */
	oauth_fault_print(&fault, text);
	if (app.id != 0)
		(void)app_error_add(b->store, app.id, request->path,
		    oauth_error_code(fault.error), text, now);
	respond_fault(response, fault);
}
