/* SPDX-License-Identifier: ISC */
/* Client secrets: made and shown once, and deleted. */
#include <stdio.h>
#include <string.h>

#include "app/app_secret.h"
#include "confirm.h"
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
	char id[24], mark[SECRET_MARK_SIZE];

	if (app_secret_mark(secret, mark) != STATUS_OK) {
		page_failed(v);
		return;
	}
	(void)snprintf(id, sizeof(id), "%lld", (long long)a->id);
	const struct template_value values[] = {
	    {.name = "id", .text = id},
	    {.name = "app", .text = a->title},
	    {.name = "client_id", .text = a->client_id},
	    {.name = "mark", .text = mark},
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

static void
ask(struct visit *v, const struct app *a, const struct app_secret *secret)
{
	char text[256], action[96], back[64], id[24], made[PAGE_TIME_SIZE];
	char used[PAGE_TIME_SIZE];

	page_time_exact(secret->created, made);
	page_time(secret->last_used, used);
	(void)snprintf(text, sizeof(text),
	    "The secret %s was made %s; last used: %s. An app that still signs "
	    "in with it gets no more tokens. This cannot be undone.",
	    secret->mark, made, used);
	(void)snprintf(id, sizeof(id), "%lld", (long long)secret->id);
	(void)snprintf(action, sizeof(action),
	    "/apps/%lld/secrets/delete?secret=%lld", (long long)a->id,
	    (long long)secret->id);
	(void)snprintf(
	    back, sizeof(back), "/apps/%lld#credentials", (long long)a->id);
	confirm_ask(v, &(struct confirmation){.title = "Delete the secret?",
			   .text = text,
			   .action = action,
			   .name = "secret",
			   .value = id,
			   .button = "Delete the secret",
			   .back = back,
			   .place = PLACE_APPS});
}

static enum status
ask_to_delete(struct visit *v, const struct app *a, int64_t id)
{
	struct app_secret all[APP_SECRETS_MAX];
	size_t count = 0;
	enum status status =
	    app_secret_list(v->broker->store, a->id, all, &count);

	for (size_t i = 0; status == STATUS_OK && i < count; i++) {
		if (all[i].id == id) {
			ask(v, a, &all[i]);
			return STATUS_OK;
		}
	}
	return status == STATUS_OK ? STATUS_NOT_FOUND : status;
}

void
page_app_secret_delete(struct visit *v)
{
	bool get = v->request->method == HTTP_GET;
	const char *text =
	    get ? visit_query(v, "secret") : visit_form(v, "secret");
	int64_t id = 0;
	struct app a;
	enum status status = STATUS_NOT_FOUND;

	if (!own_app(v, &a))
		return;
	if (text != NULL &&
	    conf_parse_integer(text, 1, INT64_MAX, &id) == STATUS_OK)
		status = get ? ask_to_delete(v, &a, id) : delete (v, &a, id);
	if (get && status == STATUS_OK)
		return;
	if (status == STATUS_NOT_FOUND)
		page_not_found(v);
	else
		own_app_done(v, status, "secret-deleted");
}
