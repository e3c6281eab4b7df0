/* SPDX-License-Identifier: ISC */
/*
 * The form of an app: what its developer types, what is wrong with it, and
 * the app that it comes to. No store here: the caller says which scopes there
 * are.
 */
#ifndef BROKERD_APP_FORM_H
#define BROKERD_APP_FORM_H

#include <stdbool.h>

#include "app/app_edit.h"
#include "http/form.h"
#include "oauth/device_store.h"

/* X(NAME, "name of the control") */
#define APP_TEXT_LIST(X)                                                       \
	X(TITLE, "title")                                                      \
	X(DESCRIPTION, "description")                                          \
	X(WEBSITE, "website")                                                  \
	X(TERMS, "terms_url")                                                  \
	X(PRIVACY, "privacy_url")                                              \
	X(REDIRECTS, "redirect_uris")

enum app_text {
#define X(name, control) TEXT_##name,
	APP_TEXT_LIST(X)
#undef X
	    APP_TEXTS
};

#define APP_FORM_PROBLEM_SIZE 1024

struct app_form {
	const char *texts[APP_TEXTS]; /* as typed or stored; NULL: empty */
	const char *problems[APP_TEXTS];
	const char *scope_problem, *choice_problem; /* of what is ticked */
	struct app app;
	struct redirect_list redirects;
	struct buf redirect_text; /* stored ones, one a line */
	char redirect_problem[APP_FORM_PROBLEM_SIZE]; /* says which lines */
	char revision[RANDOM_TEXT_SIZE]; /* of what is stored; "": new */
};

/* As stored, to be changed. */
enum status app_form_of(
    struct app_form *f, const struct app *a, const struct redirect_list *l);
/*
 * As typed. f->app is a new app, or the one that is changed, whose kind,
 * client type and owner stay. False if there is a problem anywhere; f->app and
 * f->redirects are of use only if there is none. Borrows from `form`.
 */
bool app_form_read(
    struct app_form *f, const struct form *form, const char *known_scopes);
void app_form_clear(struct app_form *f); /* for _cleanup_() */

/* NULL, or why this cannot be the address of a website. */
const char *app_url_problem(const char *url);

/* A digest of all that the form can change, as it is stored: when it is not
 * the one that the form was filled from, somebody else has been there. */
enum status app_form_revision(const struct app *a,
    const struct redirect_list *l, char ret[RANDOM_TEXT_SIZE]);
/* What differs, as words for a record, into `ret` ("" if nothing does), and
 * whether it must be reviewed anew: scopes or redirect URIs. */
bool app_form_changes(const struct app_form *f, const struct app *old,
    const struct redirect_list *old_redirects, struct buf *ret);

#endif
