/* SPDX-License-Identifier: ISC */
/* All that the page of an app shows, read from the store, as template rows. */
#ifndef BROKERD_APP_OVERVIEW_H
#define BROKERD_APP_OVERVIEW_H

#include "api/rate_limit.h"
#include "app/app_edit.h"
#include "app/app_errors.h"
#include "app/app_list.h"
#include "app/app_secret.h"
#include "app/review.h"
#include "app/scope_list.h"
#include "page.h"

#define OVERVIEW_ERRORS 20
#define OVERVIEW_VOTES 20
#define OVERVIEW_LINES 20
#define OVERVIEW_VALUES 6

/* Lines of one list of the page. */
struct overview_list {
	size_t count;
	struct template_row rows[OVERVIEW_LINES];
	struct template_value values[OVERVIEW_LINES][OVERVIEW_VALUES];
	/* What has no place elsewhere: times and numbers as text. */
	char texts[OVERVIEW_LINES][3][PAGE_TIME_SIZE];
};

/* Large: allocate it. */
struct app_overview {
	struct app_use use;
	struct redirect_list redirects;
	struct scope_list scopes;
	struct app_secret secrets[APP_SECRETS_MAX];
	size_t secret_count;
	struct app_error errors[OVERVIEW_ERRORS];
	struct review_vote votes[OVERVIEW_VOTES];
	int64_t approvals;
	struct overview_list secret_lines, redirect_lines, error_lines,
	    vote_lines, missing_lines;
};

enum status app_overview_fill(
    struct store *s, const struct app *a, struct app_overview *ret);

#endif
