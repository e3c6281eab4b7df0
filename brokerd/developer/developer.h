/* SPDX-License-Identifier: ISC */
/* The pages of those who make apps. */
#ifndef BROKERD_DEVELOPER_H
#define BROKERD_DEVELOPER_H

#include <stdbool.h>

#include "app/app_store.h"
#include "visit.h"

page_handler page_agreement;  /* GET shows, POST signs */
page_handler page_apps;       /* GET: all of one's own */
page_handler page_app_new;    /* GET, POST */
page_handler page_app;        /* GET: one, with all there is to know */
page_handler page_app_edit;   /* GET, POST */
page_handler page_app_delete; /* GET asks, POST does */
page_handler page_app_enable, page_app_disable, page_app_submit; /* POST */
page_handler page_app_secret_add;                /* POST: shows it once */
page_handler page_app_secret_delete; /* GET asks, POST does */
page_handler page_logo;                          /* GET: anyone may see it */
page_handler page_logo_upload, page_logo_remove; /* POST */

/* The app of the path, if it is the visitor's own. Else false, and the page is
 * one that says there is no such thing, or that the store failed. */
bool own_app(struct visit *v, struct app *ret);
/* A record that this visitor did something to the app. */
enum status own_app_audit(struct visit *v, const struct app *a,
    const char *action, const char *detail);
/* Ends a POST: the app's page with the notice, or one that says it failed. */
void own_app_done(struct visit *v, enum status status, const char *notice);

/* The app's page. `logo_problem`: what is wrong with what was sent, or NULL. */
void app_show(struct visit *v, const struct app *a, const char *logo_problem);

/* The first character of a title, for where there is no logo. */
#define APP_INITIAL_SIZE 5
void app_initial(const struct app *a, char ret[APP_INITIAL_SIZE]);

/* Has the visitor signed the current agreement? If not, leads there, and back
 * to `path` afterwards. */
bool agreement_stands(struct visit *v, const char *path);

#endif
