/* SPDX-License-Identifier: ISC */
/* `brokerd live ...`: requests for live accounts. */
#include <stdio.h>

#include "command/command.h"
#include "command/verbs.h"
#include "operator/acts.h"
#include "operator/listing.h"
#include "page.h"
#include "scopegate/cleanup.h"

#define LINES 100

static void
print_request(const struct live_line *l, bool json)
{
	_cleanup_(buf_clear) struct buf line = {0};
	char requested[PAGE_TIME_SIZE];
	struct json_writer w;

	if (!json) {
		page_time(l->account.requested, requested);
		printf("%-32s  %-14s  %s\n", l->user, l->account.number,
		    requested);
		return;
	}
	verb_json_begin(&line, &w);
	json_write_string(&w, "user", l->user);
	json_write_string(&w, "account", l->account.number);
	json_write_integer(&w, "requested", l->account.requested);
	verb_json_end(&line, &w);
}

static int
list(const struct verb_request *r)
{
	struct verb_list shown = {
	    .request = r, .what = "requests for live accounts"};
	struct live_line lines[LINES];
	char header[80];
	size_t count = LINES;
	int64_t after = 0;
	enum status status = STATUS_OK;

	(void)snprintf(header, sizeof(header), "%-32s  %-14s  %s", "USER",
	    "ACCOUNT", "ASKED");
	shown.header = header;
	while (status == STATUS_OK && count == LINES) {
		status = live_lines(r->store, after, lines, LINES, &count);
		for (size_t i = 0; status == STATUS_OK && i < count; i++) {
			verb_list_line(&shown);
			print_request(&lines[i], r->flag[OPTION_JSON]);
			after = lines[i].account.id;
		}
	}
	return verb_list_end(&shown, status, NULL);
}

static int
decide(const struct verb_request *r, bool approve)
{
	const struct operator_who who = {0, "shell", wall_clock()};
	const char *name = r->text[OPTION_USER], *fault = NULL;
	struct account a;
	struct user u;
	enum status status = user_find(r->store, name, &u);

	if (status == STATUS_OK) {
		status = account_find(r->store, u.id, "live", &a);
		if (status == STATUS_NOT_FOUND)
			fault = "has not asked for a live account";
	}
	if (status == STATUS_OK)
		status = operator_decide_live(r->store, a.id, approve,
		    r->text[OPTION_REASON], &who, &fault);
	if (status == STATUS_OK)
		printf("user %s: live account %s\n", name,
		    approve ? "approved" : "refused");
	return verb_end(name, status, fault);
}

static int
approve(const struct verb_request *r)
{
	return decide(r, true);
}

static int
refuse(const struct verb_request *r)
{
	return decide(r, false);
}

static const struct verb verbs[] = {
    {.name = "list",
	.run = list,
	.takes = TAKES(JSON),
	.help = "who waits for a live account, the oldest request first"},
    {.name = "approve",
	.run = approve,
	.needs = TAKES(USER),
	.takes = TAKES(REASON),
	.help = "open the account"},
    {.name = "refuse",
	.run = refuse,
	.needs = TAKES(USER) | TAKES(REASON),
	.help = "refuse it; the user may ask again"},
    {0},
};
const struct noun noun_live = {"live", verbs};
