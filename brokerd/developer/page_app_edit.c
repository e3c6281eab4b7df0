/* SPDX-License-Identifier: ISC */
/* Changing an app. A change of what has been reviewed ends the approval, in
 * the same transaction. */
#include "app/review.h"
#include "app/scope_store.h"
#include "developer/app_form_page.h"
#include "developer/developer.h"
#include "page.h"
#include "scopegate/cleanup.h"

static enum status
store_changes_of(
    struct visit *v, const struct app_form *f, const char *changes, bool review)
{
	_cleanup_(transaction_end) struct transaction t = {NULL};
	struct store *s = v->broker->store;
	enum status status = transaction_write(s, &t);

	if (status == STATUS_OK)
		status = app_update(s, &f->app, v->now);
	if (status == STATUS_OK)
		status = app_redirect_replace(s, v->id, &f->redirects);
	if (status == STATUS_OK)
		status = own_app_audit(v, &f->app, "app.edit", changes);
	if (status == STATUS_OK && review)
		status = review_reopen(s, v->id, v->session.user_name, v->now);
	return status == STATUS_OK ? transaction_commit(&t) : status;
}

static void
save(struct visit *v, struct app_form *f)
{
	_cleanup_(buf_clear) struct buf changes = {0};
	struct app old = f->app;
	struct redirect_list redirects = f->redirects;
	char known[WORD_SET_TEXT_SIZE];
	bool review;

	if (scope_names(v->broker->store, known) != STATUS_OK) {
		page_failed(v);
		return;
	}
	if (!app_form_read(f, &v->request->form, known)) {
		app_form_show(
		    v, f, "Not saved yet: put right what is marked below.");
		return;
	}
	buf_init(&changes, 512);
	review = app_form_changes(f, &old, &redirects, &changes);
	if (changes.length == 0)
		own_app_done(v, STATUS_OK, "app-same");
	else if (store_changes_of(v, f, buf_string(&changes), review) ==
		 STATUS_OK)
		own_app_done(v, STATUS_OK,
		    review && (old.state == APP_APPROVED ||
				  old.state == APP_SUBMITTED)
			? "app-reopened"
			: "app-saved");
	else
		app_form_show(
		    v, f, "The change could not be stored. Try again.");
}

void
page_app_edit(struct visit *v)
{
	_cleanup_(app_form_clear) struct app_form f = {0};
	struct redirect_list redirects;
	struct app a;

	if (!own_app(v, &a))
		return;
	if (app_redirect_list(v->broker->store, v->id, &redirects) !=
		STATUS_OK ||
	    app_form_of(&f, &a, &redirects) != STATUS_OK)
		page_failed(v);
	else if (v->request->method == HTTP_POST)
		save(v, &f);
	else
		app_form_show(v, &f, NULL);
}
