/* SPDX-License-Identifier: ISC */
/* All apps of one developer, a page at a time. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/agreement.h"
#include "app/app_list.h"
#include "developer/developer.h"
#include "page.h"
#include "page_files.h"
#include "scopegate/cleanup.h"
#include "scopegate/conf.h"

#define APPS_A_PAGE 25
#define CARD_VALUES 12

/* Large: allocate it. */
struct app_cards {
	size_t count;
	bool more;
	struct app apps[APPS_A_PAGE];
	struct template_row rows[APPS_A_PAGE];
	struct template_value values[APPS_A_PAGE][CARD_VALUES];
	char ids[APPS_A_PAGE][24], users[APPS_A_PAGE][24];
	char letters[APPS_A_PAGE][APP_INITIAL_SIZE];
};

static void
fill_card(struct app_cards *c, size_t i, const struct app_use *use)
{
	const struct app *a = &c->apps[i];
	bool many = use->grants > APP_USE_COUNTED;

	(void)snprintf(c->ids[i], sizeof(c->ids[i]), "%lld", (long long)a->id);
	(void)snprintf(c->users[i], sizeof(c->users[i]), "%s%lld",
	    many ? "over " : "", (long long)use->users);
	app_initial(a, c->letters[i]);
	const struct template_value values[] = {
	    {.name = "id", .text = c->ids[i]},
	    {.name = "app", .text = a->title},
	    {.name = "letter", .text = c->letters[i]},
	    {.name = "logo", .text = a->has_logo ? "yes" : NULL},
	    {.name = "description", .text = a->description},
	    {.name = "client_id", .text = a->client_id},
	    {.name = "state", .text = app_state_name(a->state)},
	    {.name = "state_words", .text = app_state_words(a->state)},
	    {.name = "alpaca", .text = a->kind == APP_ALPACA ? "yes" : NULL},
	    {.name = "disabled", .text = a->enabled ? NULL : "yes"},
	    {.name = "users", .text = c->users[i]},
	    {0},
	};
	_Static_assert(sizeof(values) <= sizeof(c->values[0]), "CARD_VALUES");
	memcpy(c->values[i], values, sizeof(values));
	c->rows[i].values = c->values[i];
}

static enum status
fill(struct visit *v, int64_t before, struct app_cards *c)
{
	struct store *s = v->broker->store;
	int64_t ids[APPS_A_PAGE + 1];
	size_t count = 0;
	enum status status = app_list_owned(
	    s, v->session.user, before, ids, APPS_A_PAGE + 1, &count);

	c->more = count > APPS_A_PAGE;
	if (c->more)
		count = APPS_A_PAGE;
	for (size_t i = 0; status == STATUS_OK && i < count; i++) {
		struct app_use use = {0};

		status = app_find_by_id(s, ids[i], &c->apps[i]);
		if (status == STATUS_OK)
			status = app_use_count(s, ids[i], &use);
		if (status == STATUS_OK)
			fill_card(c, i, &use);
	}
	c->count = count;
	return status;
}

void
page_apps(struct visit *v)
{
	_cleanup_(free_ptr) struct app_cards *c = calloc(1, sizeof(*c));
	const char *after = visit_query(v, "after");
	int64_t before = 0, signed_at = 0;
	char signed_text[PAGE_TIME_SIZE];

	if (after != NULL &&
	    conf_parse_integer(after, 1, INT64_MAX, &before) != STATUS_OK) {
		page_not_found(v);
		return;
	}
	if (c == NULL || fill(v, before, c) != STATUS_OK ||
	    agreement_signed(v->broker->store, &agreement_current,
		v->session.user, &signed_at) != STATUS_OK) {
		page_failed(v);
		return;
	}
	page_time(signed_at, signed_text);
	const struct template_value values[] = {
	    {.name = "apps", .rows = c->rows, .row_count = c->count},
	    {.name = "any", .text = c->count > 0 ? "yes" : NULL},
	    {.name = "pages", .text = before != 0 || c->more ? "yes" : NULL},
	    {.name = "later", .text = before == 0 ? NULL : "yes"},
	    {.name = "more", .text = c->more ? c->ids[c->count - 1] : NULL},
	    {.name = "signed", .text = signed_at == 0 ? NULL : signed_text},
	    {0},
	};
	page_show(v, &(struct page){.status = 200,
			 .title = "My apps",
			 .body = page_file_apps,
			 .values = values,
			 .place = PLACE_APPS});
}
