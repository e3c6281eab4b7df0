/* SPDX-License-Identifier: ISC */
/* All that an app declares and how it was judged, for the operator's page. */
#ifndef BROKERD_APP_VIEW_H
#define BROKERD_APP_VIEW_H

#include "app/app_store.h"
#include "operator/rows.h"
#include "scopegate/status.h"
#include "store/store.h"

/* Scopes as rows of {{scope}}, {{words}} and {{optional}}. */
enum status app_view_scopes(struct store *s, const char *scopes,
    const char *optional, struct rows *ret);
/* {{uri}} */
enum status app_view_redirects(struct store *s, int64_t app, struct rows *ret);
/* {{at}} {{round}} {{current}} {{reviewer}} {{vote}} {{reason}} */
enum status app_view_votes(
    struct store *s, const struct app *a, struct rows *ret);

/* The first letter of a title, which is UTF-8. */
#define INITIAL_SIZE 5
void app_view_initial(const char *title, char ret[INITIAL_SIZE]);

#endif
