/* SPDX-License-Identifier: ISC */
/* Changing an app. A change of what has been reviewed ends the approval, in
 * the same transaction. */
#include <string.h>

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

/* Was the form filled from what is stored now? */
static bool
is_current(const struct visit *v, const struct app_form *f)
{
	const char *revision = visit_form(v, "revision");

	return revision != NULL && strcmp(revision, f->revision) == 0;
}

/* A form that comes back for another reason was still filled from what it was
 * filled from. */
static void
keep_revision(const struct visit *v, struct app_form *f)
{
	const char *revision = visit_form(v, "revision");

	if (revision == NULL || strlen(revision) >= sizeof(f->revision))
		revision = "";
	memcpy(f->revision, revision, strlen(revision) + 1);
}

static const char changed_meanwhile[] =
    "Not saved: this app was changed after you opened the form, in another "
    "tab or from a shell. To put what stands below in place of that, save "
    "once more; to see it, open the app in another tab.";

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
		keep_revision(v, f);
		app_form_show(
		    v, f, "Not saved yet: put right what is marked below.");
		return;
	}
	buf_init(&changes, 512);
	review = app_form_changes(f, &old, &redirects, &changes);
	if (changes.length == 0)
		own_app_done(v, STATUS_OK, "app-same");
	else if (!is_current(v, f))
		app_form_show(v, f, changed_meanwhile);
	else if (store_changes_of(v, f, buf_string(&changes), review) ==
		 STATUS_OK)
		own_app_done(v, STATUS_OK,
		    review && review_reopens(&old) ? "app-reopened"
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
	    app_form_of(&f, &a, &redirects) != STATUS_OK ||
	    app_form_revision(&a, &redirects, f.revision) != STATUS_OK)
		page_failed(v);
	else if (v->request->method == HTTP_POST)
		save(v, &f);
	else
		app_form_show(v, &f, NULL);
}
