/* SPDX-License-Identifier: ISC */
/* Making an app. */
#include <string.h>

#include "app/app_list.h"
#include "app/scope_store.h"
#include "developer/app_form_page.h"
#include "developer/developer.h"
#include "page.h"
#include "scopegate/cleanup.h"

static enum status
add(struct visit *v, struct app_form *f)
{
	_cleanup_(transaction_end) struct transaction t = {NULL};
	struct store *s = v->broker->store;
	struct app *a = &f->app;
	enum status status = transaction_write(s, &t);

	memcpy(a->owner, v->session.user_name, sizeof(a->owner));
	if (status == STATUS_OK)
		status = client_id_make(a->client_id);
	if (status == STATUS_OK)
		status = app_add(s, a, v->now);
	if (status == STATUS_OK)
		status = app_redirect_replace(s, a->id, &f->redirects);
	if (status == STATUS_OK)
		status = own_app_audit(v, a, "app.create", a->title);
	return status == STATUS_OK ? transaction_commit(&t) : status;
}

/* May this developer make one more? */
static bool
has_room(struct visit *v)
{
	int64_t ids[APPS_PER_OWNER_MAX];
	size_t count = 0;

	if (app_list_owned(v->broker->store, v->session.user, 0, ids,
		APPS_PER_OWNER_MAX, &count) != STATUS_OK) {
		page_failed(v);
		return false;
	}
	if (count < APPS_PER_OWNER_MAX)
		return true;
	page_error(v, 409, "You have enough apps",
	    "You have 100 apps, which is the limit. Delete one that you do "
	    "not need any more, then make the new one.");
	return false;
}

static void
create(struct visit *v, struct app_form *f)
{
	char known[WORD_SET_TEXT_SIZE];

	if (scope_names(v->broker->store, known) != STATUS_OK)
		page_failed(v);
	else if (!app_form_read(f, &v->request->form, known))
		app_form_show(
		    v, f, "Not saved yet: put right what is marked below.");
	else if (add(v, f) == STATUS_OK)
		visit_go_id(v, "/apps/", f->app.id, "app-created");
	else
		app_form_show(v, f, "The app could not be stored. Try again.");
}

void
page_app_new(struct visit *v)
{
	_cleanup_(app_form_clear) struct app_form f = {
	    .app = {.confidential = true,
		.grant_types = "authorization_code refresh_token"}};

	if (!agreement_stands(v, "/apps/new") || !has_room(v))
		return;
	if (v->request->method == HTTP_POST)
		create(v, &f);
	else
		app_form_show(v, &f, NULL);
}
