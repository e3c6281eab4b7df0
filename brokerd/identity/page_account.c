/* SPDX-License-Identifier: ISC */
/* Where one lands after signing in: the accounts, and the way to a live one. */
#include <stdio.h>
#include <string.h>

#include "audit/audit_log.h"
#include "identity/account_store.h"
#include "page.h"
#include "page_files.h"
#include "routes.h"
#include "scopegate/cleanup.h"

/* An account as a row of the page. */
struct account_row {
	bool exists;
	struct account account;
	char requested[PAGE_TIME_SIZE], decided[PAGE_TIME_SIZE];
	struct template_value values[8];
	struct template_row row;
};

static enum status
fill(struct visit *v, const char *env, struct account_row *r)
{
	struct account *a = &r->account;
	enum status status =
	    account_find(v->broker->store, v->session.user, env, a);

	if (status != STATUS_OK)
		return status == STATUS_NOT_FOUND ? STATUS_OK : status;
	page_time(a->requested, r->requested);
	page_time(a->decided, r->decided);
	const struct template_value values[] = {
	    {.name = "number", .text = a->number},
	    {.name = "id", .text = a->uuid},
	    {.name = "reason", .text = a->reason},
	    {.name = "requested", .text = r->requested},
	    {.name = "decided", .text = r->decided},
	    {0},
	};
	_Static_assert(sizeof(values) <= sizeof(r->values), "values");
	memcpy(r->values, values, sizeof(values));
	r->row.values = r->values;
	r->exists = true;
	return STATUS_OK;
}

/* The part of the page for an account in this state. */
static struct template_value
part(const char *name, const struct account_row *r, const char *state)
{
	bool shown = r->exists && strcmp(r->account.state, state) == 0;

	return (struct template_value){
	    .name = name, .rows = &r->row, .row_count = shown ? 1 : 0};
}

void
page_account(struct visit *v)
{
	struct account_row paper = {0}, live = {0};

	if (fill(v, "paper", &paper) != STATUS_OK ||
	    fill(v, "live", &live) != STATUS_OK) {
		page_failed(v);
		return;
	}
	const struct template_value values[] = {
	    part("paper", &paper, "active"),
	    part("active", &live, "active"),
	    part("asked", &live, "requested"),
	    part("refused", &live, "refused"),
	    {.name = "none", .text = live.exists ? NULL : "yes"},
	    {0},
	};
	page_show(v, &(struct page){.status = 200,
			 .title = "Your account",
			 .body = page_file_account,
			 .values = values,
			 .place = PLACE_ACCOUNT});
}

static enum status
request_live(struct visit *v)
{
	_cleanup_(transaction_end) struct transaction t = {NULL};
	struct store *s = v->broker->store;
	char subject[USER_NAME_SIZE + 8];
	enum status status = transaction_write(s, &t);

	(void)snprintf(
	    subject, sizeof(subject), "user %s", v->session.user_name);
	if (status == STATUS_OK)
		status = account_request_live(s, v->session.user, v->now);
	if (status == STATUS_OK)
		status = audit_append(s, v->now,
		    &(struct audit_entry){v->session.user_name,
			"account.request_live", subject, ""});
	return status == STATUS_OK ? transaction_commit(&t) : status;
}

void
page_account_live(struct visit *v)
{
	enum status status = request_live(v);

	if (status == STATUS_OK)
		visit_go(v, "/account", "live-requested");
	else if (status == STATUS_FORBIDDEN) /* asked twice: it says so */
		visit_go(v, "/account", NULL);
	else
		page_failed(v);
}
