/* SPDX-License-Identifier: ISC */
/* What decide tells of a login and its grant, as values for the templates. */
#ifndef GATEWAYD_LOGIN_VIEW_H
#define GATEWAYD_LOGIN_VIEW_H

#include "http/template.h"
#include "scopegate/json.h"

#define LOGIN_VIEW_VALUES 32
#define LOGIN_VIEW_SCOPES 128
#define LOGIN_VIEW_WORDS 80

struct scope_view {
	struct template_value values[3];
};

struct login_view {
	struct template_value values[LOGIN_VIEW_VALUES]; /* ends with no name */
	size_t count;
	struct scope_view scopes[LOGIN_VIEW_SCOPES];
	struct template_row scope_rows[LOGIN_VIEW_SCOPES];
	struct scope_view missing[LOGIN_VIEW_SCOPES];
	struct template_row missing_rows[LOGIN_VIEW_SCOPES];
	char age[LOGIN_VIEW_WORDS], seconds[LOGIN_VIEW_WORDS];
	char ends[LOGIN_VIEW_WORDS];
};

/* Borrows from `answer`. STATUS_TOO_BIG: there are too many scopes. */
enum status login_view_make(
    const struct json_value *answer, struct login_view *ret);
/* One more, before its end. */
void login_view_add(struct login_view *v, const char *name, const char *text);

#endif
