/* SPDX-License-Identifier: ISC */
/* Turning an app on and off, submitting it for review, and deleting it. */
#include <stdio.h>

#include "app/app_edit.h"
#include "app/app_list.h"
#include "app/review.h"
#include "developer/app_overview.h"
#include "developer/developer.h"
#include "page.h"
#include "page_files.h"
#include "scopegate/cleanup.h"

static enum status
set_enabled(struct visit *v, const struct app *a, bool enabled)
{
	_cleanup_(transaction_end) struct transaction t = {NULL};
	struct store *s = v->broker->store;
	enum status status = transaction_write(s, &t);

	if (status == STATUS_OK)
		status = app_set_enabled(s, a->id, enabled, v->now);
	if (status == STATUS_OK)
		status = own_app_audit(
		    v, a, enabled ? "app.enable" : "app.disable", "");
	return status == STATUS_OK ? transaction_commit(&t) : status;
}

void
page_app_enable(struct visit *v)
{
	struct app a;

	if (own_app(v, &a))
		own_app_done(v, set_enabled(v, &a, true), "app-enabled");
}

void
page_app_disable(struct visit *v)
{
	struct app a;

	if (own_app(v, &a))
		own_app_done(v, set_enabled(v, &a, false), "app-disabled");
}

static enum status
submit(struct visit *v, enum review_fault *ret_fault)
{
	_cleanup_(transaction_end) struct transaction t = {NULL};
	struct store *s = v->broker->store;
	enum status status = transaction_write(s, &t);

	if (status == STATUS_OK)
		status = review_submit(
		    s, v->id, v->session.user_name, v->now, ret_fault);
	return status == STATUS_OK ? transaction_commit(&t) : status;
}

void
page_app_submit(struct visit *v)
{
	enum review_fault fault = REVIEW_FINE;
	char path[48];
	struct app a;
	enum status status;

	if (!own_app(v, &a))
		return;
	(void)snprintf(path, sizeof(path), "/apps/%lld", (long long)a.id);
	if (!agreement_stands(v, path))
		return;
	status = submit(v, &fault);
	if (status == STATUS_FORBIDDEN)
		own_app_done(v, STATUS_OK,
		    fault == REVIEW_INCOMPLETE ? "app-incomplete"
					       : "app-not-open");
	else
		own_app_done(v, status, "app-submitted");
}

static void
ask_to_delete(struct visit *v, const struct app *a)
{
	struct app_use use = {0};
	char id[24], users[32];

	if (app_use_count(v->broker->store, a->id, &use) != STATUS_OK) {
		page_failed(v);
		return;
	}
	(void)snprintf(id, sizeof(id), "%lld", (long long)a->id);
	(void)snprintf(users, sizeof(users), "%s%lld",
	    use.grants > APP_USE_COUNTED ? "more than " : "",
	    (long long)use.users);
	const struct template_value values[] = {
	    {.name = "id", .text = id},
	    {.name = "app", .text = a->title},
	    {.name = "client_id", .text = a->client_id},
	    {.name = "users", .text = use.users == 0 ? NULL : users},
	    {0},
	};
	page_show(v, &(struct page){.status = 200,
			 .title = "Delete the app?",
			 .body = page_file_app_delete,
			 .values = values,
			 .place = PLACE_APPS});
}

static enum status
delete_app(struct visit *v, const struct app *a)
{
	_cleanup_(transaction_end) struct transaction t = {NULL};
	struct store *s = v->broker->store;
	int64_t grants = 0;
	char detail[64];
	enum status status = transaction_write(s, &t);

	if (status == STATUS_OK)
		status = app_delete(s, a->id, v->now, &grants);
	(void)snprintf(
	    detail, sizeof(detail), "%lld grants revoked", (long long)grants);
	if (status == STATUS_OK)
		status = own_app_audit(v, a, "app.delete", detail);
	return status == STATUS_OK ? transaction_commit(&t) : status;
}

void
page_app_delete(struct visit *v)
{
	struct app a;

	if (!own_app(v, &a))
		return;
	if (v->request->method == HTTP_GET)
		ask_to_delete(v, &a);
	else if (delete_app(v, &a) == STATUS_OK)
		visit_go(v, "/apps", "app-deleted");
	else
		page_failed(v);
}
