/* SPDX-License-Identifier: ISC */
/* Client secrets: made and shown once, and deleted. */
#include <stdio.h>
#include <string.h>

#include "app/app_secret.h"
#include "developer/developer.h"
#include "page.h"
#include "page_files.h"
#include "scopegate/cleanup.h"
#include "scopegate/conf.h"

static enum status
add(struct visit *v, const struct app *a, char ret[RANDOM_TEXT_SIZE])
{
	_cleanup_(transaction_end) struct transaction t = {NULL};
	struct store *s = v->broker->store;
	enum status status = transaction_write(s, &t);

	if (status == STATUS_OK)
		status = app_secret_add(s, a->id, v->now, ret);
	if (status == STATUS_OK)
		status = own_app_audit(v, a, "app.secret_add", "");
	return status == STATUS_OK ? transaction_commit(&t) : status;
}

static void
show(struct visit *v, const struct app *a, const char *secret)
{
	char id[24];

	(void)snprintf(id, sizeof(id), "%lld", (long long)a->id);
	const struct template_value values[] = {
	    {.name = "id", .text = id},
	    {.name = "app", .text = a->title},
	    {.name = "client_id", .text = a->client_id},
	    {.name = "secret", .text = secret},
	    {0},
	};
	page_show(v, &(struct page){.status = 200,
			 .title = "The new secret",
			 .body = page_file_app_secret,
			 .values = values,
			 .place = PLACE_APPS});
}

void
page_app_secret_add(struct visit *v)
{
	char secret[RANDOM_TEXT_SIZE] = "";
	struct app a;
	enum status status;

	if (!own_app(v, &a))
		return;
	if (!a.confidential) {
		page_error(v, 409, "This app has no secrets",
		    "It was made as an app that cannot keep one. It uses PKCE "
		    "instead.");
		return;
	}
	status = add(v, &a, secret);
	if (status == STATUS_OK)
		show(v, &a, secret);
	else if (status == STATUS_FORBIDDEN)
		own_app_done(v, STATUS_OK, "secrets-full");
	else
		page_failed(v);
	explicit_bzero(secret, sizeof(secret));
}

static enum status delete (struct visit *v, const struct app *a, int64_t id) {
	_cleanup_(transaction_end) struct transaction t = {NULL};
	struct store *s = v->broker->store;
	enum status status = transaction_write(s, &t);

	if (status == STATUS_OK) status = app_secret_delete(s, a->id, id);
	if (status == STATUS_OK)
	    status = own_app_audit(v, a, "app.secret_delete", "");
	return status == STATUS_OK ? transaction_commit(&t) : status;
}

void
page_app_secret_delete(struct visit *v)
{
	const char *text = visit_form(v, "secret");
	int64_t id = 0;
	struct app a;
	enum status status = STATUS_NOT_FOUND;

	if (!own_app(v, &a))
		return;
	if (text != NULL &&
	    conf_parse_integer(text, 1, INT64_MAX, &id) == STATUS_OK)
		status = delete (v, &a, id);
	if (status == STATUS_NOT_FOUND)
		page_not_found(v);
	else
		own_app_done(v, status, "secret-deleted");
}
