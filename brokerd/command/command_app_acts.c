/* SPDX-License-Identifier: ISC */
/* `brokerd app ...`: apps, their review and their suspension. */
#include <stdio.h>
#include <string.h>

#include "app/review.h"
#include "audit/audit_log.h"
#include "command/app_acts.h"
#include "command/command.h"
#include "command/verbs.h"
#include "operator/listing.h"
#include "page.h"
#include "scopegate/cleanup.h"

#define LINES 100
#define VOTES 20
#define APP_COLUMNS "%-32s  %-10s  %-4s  %-5s  %-16s"

static void
print_app(const struct app_line *a, bool json)
{
	_cleanup_(buf_clear) struct buf line = {0};
	struct json_writer w;

	if (!json) {
		char votes[32] = "-";

		/* An app that a shell approved had no votes. */
		if (a->state == APP_SUBMITTED || a->approvals > 0)
			(void)snprintf(votes, sizeof(votes), "%lld/%d",
			    (long long)a->approvals, REVIEW_APPROVALS);
		printf(APP_COLUMNS "  ", a->client_id, app_state_name(a->state),
		    a->enabled ? "on" : "off", votes,
		    a->owner[0] == '\0' ? "-" : a->owner);
		verb_column(a->title, 0);
		putchar('\n');
		return;
	}
	verb_json_begin(&line, &w);
	json_write_string(&w, "app", a->client_id);
	json_write_string(&w, "title", a->title);
	json_write_string(&w, "owner", a->owner);
	json_write_string(&w, "state", app_state_name(a->state));
	json_write_bool(&w, "enabled", a->enabled);
	json_write_integer(&w, "submitted", a->submitted);
	json_write_integer(&w, "approvals", a->approvals);
	verb_json_end(&line, &w);
}

static int
print_apps(const struct verb_request *r, bool queue)
{
	const struct app_filter f = {.state = r->text[OPTION_STATE],
	    .client = r->text[OPTION_BEGINS],
	    .owner = r->text[OPTION_OWNER]};
	struct verb_list shown = {
	    .request = r, .what = queue ? "apps in review" : "apps"};
	struct app_line lines[LINES];
	char header[96];
	size_t count = LINES;
	int64_t after = 0;
	enum status status = STATUS_OK;

	(void)snprintf(header, sizeof(header), APP_COLUMNS "  %s", "APP",
	    "STATE", "ON", "VOTES", "OWNER", "TITLE");
	shown.header = header;
	while (status == STATUS_OK && count == LINES) {
		status =
		    queue
			? app_queue(r->store, after, lines, LINES, &count)
			: app_lines(r->store, &f, after, lines, LINES, &count);
		for (size_t i = 0; status == STATUS_OK && i < count; i++) {
			verb_list_line(&shown);
			print_app(&lines[i], r->flag[OPTION_JSON]);
			after = lines[i].id;
		}
	}
	return verb_list_end(&shown, status, NULL);
}

int
verb_app_list(const struct verb_request *r)
{
	const char *state = r->text[OPTION_STATE];
	enum app_state known;

	if (state != NULL && app_state_parse(state, &known) != STATUS_OK) {
		(void)verb_end("--state", STATUS_INVALID,
		    "it is draft, submitted, approved, rejected or suspended");
		return EXIT_USAGE;
	}
	if (r->text[OPTION_BEGINS] != NULL && r->text[OPTION_OWNER] != NULL) {
		(void)verb_end("--begins", STATUS_INVALID,
		    "give this or --owner, not both");
		return EXIT_USAGE;
	}
	return print_apps(r, false);
}

int
verb_app_review(const struct verb_request *r)
{
	return print_apps(r, true);
}

static enum status
print_redirects(struct store *s, int64_t app)
{
	_cleanup_(query_done) struct query q =
	    query_start(s, "SELECT uri FROM app_redirects WHERE app = ?"
			   " ORDER BY uri");
	enum status status;

	query_integer(&q, app);
	while ((status = query_step(&q)) == STATUS_OK)
		printf("redirect     %s\n", query_column_text(&q, 0));
	return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

static enum status
print_audiences(struct store *s, int64_t app)
{
	_cleanup_(query_done) struct query q =
	    query_start(s, "SELECT audience FROM app_audiences WHERE app = ?"
			   " ORDER BY audience");
	enum status status;

	query_integer(&q, app);
	while ((status = query_step(&q)) == STATUS_OK)
		printf("introspects  %s\n", query_column_text(&q, 0));
	return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

static enum status
print_votes(struct store *s, int64_t app)
{
	struct review_vote votes[VOTES];
	size_t count = 0;
	enum status status = review_votes(s, app, votes, VOTES, &count);

	for (size_t i = 0; status == STATUS_OK && i < count; i++) {
		char at[PAGE_TIME_SIZE];

		page_time(votes[i].at, at);
		printf("vote         %s  round %lld  %s  %s  ", at,
		    (long long)votes[i].round, votes[i].reviewer,
		    votes[i].approve ? "approved" : "rejected");
		verb_column(votes[i].reason, 0);
		putchar('\n');
	}
	return status;
}

static void
print_texts(const struct app *a)
{
	const struct {
		const char *name, *text;
	} lines[] = {
	    {"app", a->client_id},
	    {"title", a->title},
	    {"owner", a->owner[0] == '\0' ? "-" : a->owner},
	    {"state", app_state_name(a->state)},
	    {"reason", a->state_reason},
	    {"enabled", a->enabled ? "yes" : "no"},
	    {"description", a->description},
	    {"website", a->website},
	    {"terms", a->terms_url},
	    {"privacy", a->privacy_url},
	    {"client", a->confidential ? "confidential" : "public"},
	    {"kind", a->kind == APP_ALPACA ? "alpaca" : "standard"},
	    {"tokens", a->tokens == APP_TOKENS_JWT ? "jwt" : "opaque"},
	    {"grants", a->grant_types},
	    {"scopes", a->scopes},
	    {"optional", a->optional_scopes},
	};

	for (size_t i = 0; i < ELEMENTS(lines); i++) {
		if (lines[i].text[0] == '\0')
			continue;
		printf("%-12s ", lines[i].name);
		verb_column(lines[i].text, 0);
		putchar('\n');
	}
}

int
verb_app_show(const struct verb_request *r)
{
	const char *id = r->text[OPTION_APP];
	int64_t grants = 0;
	struct app a;
	enum status status = app_find(r->store, id, &a);

	if (status == STATUS_OK)
		status = grant_count(r->store, a.id, &grants);
	if (status != STATUS_OK)
		return verb_end(id, status, NULL);
	print_texts(&a);
	status = print_redirects(r->store, a.id);
	if (status == STATUS_OK)
		status = print_audiences(r->store, a.id);
	printf("standing     %lld grant%s%s\n", (long long)grants,
	    grants == 1 ? "" : "s",
	    grants >= LISTING_COUNT_MAX ? " or more" : "");
	if (status == STATUS_OK)
		status = print_votes(r->store, a.id);
	return verb_end(id, status, NULL);
}

enum app_act { ACT_SUBMIT, ACT_APPROVE, ACT_REJECT, ACT_SUSPEND, ACT_LIFT };

static enum status
vote(const struct verb_request *r, const struct app *a, bool approve,
    enum review_fault *ret_fault)
{
	const char *reviewer = r->text[OPTION_REVIEWER];
	char subject[CLIENT_ID_SIZE + 8];
	struct user u;
	enum status status = user_find(r->store, reviewer, &u);

	if (status != STATUS_OK) {
		(void)verb_end(reviewer, status, NULL);
		return status;
	}
	/* Who has the store can vote in anybody's name; that is not hidden. */
	(void)snprintf(subject, sizeof(subject), "app %s", a->client_id);
	status = audit_append(r->store, wall_clock(),
	    &(struct audit_entry){"shell", "review.vote_as", subject, u.name});
	return status == STATUS_OK
		   ? review_vote(r->store, a->id, u.id, approve,
			 r->text[OPTION_REASON], wall_clock(), ret_fault)
		   : status;
}

static enum status
perform(const struct verb_request *r, const struct app *a, enum app_act act,
    enum review_fault *ret_fault)
{
	const char *reason = r->text[OPTION_REASON];

	switch (act) {
	case ACT_SUBMIT:
		return review_submit(
		    r->store, a->id, "shell", wall_clock(), ret_fault);
	case ACT_APPROVE:
	case ACT_REJECT:
		return vote(r, a, act == ACT_APPROVE, ret_fault);
	case ACT_SUSPEND:
		return review_suspend(
		    r->store, a->id, "shell", reason, wall_clock(), ret_fault);
	case ACT_LIFT:
		return review_lift(
		    r->store, a->id, "shell", reason, wall_clock(), ret_fault);
	}
	return STATUS_INVALID;
}

/* A vote alone does not change the state. */
static void
print_outcome(const struct app *a, enum app_act act, int64_t approvals)
{
	printf("app %s: ", a->client_id);
	if (act == ACT_APPROVE)
		printf("vote counted, %lld of %d, ", (long long)approvals,
		    REVIEW_APPROVALS);
	puts(app_state_name(a->state));
}

static int
act_on_app(const struct verb_request *r, enum app_act act)
{
	_cleanup_(transaction_end) struct transaction t = {NULL};
	const char *id = r->text[OPTION_APP];
	enum review_fault fault = REVIEW_FINE;
	int64_t approvals = 0;
	struct app a;
	enum status status = transaction_write(r->store, &t);

	if (status == STATUS_OK)
		status = app_find(r->store, id, &a);
	if (status == STATUS_OK)
		status = perform(r, &a, act, &fault);
	if (status == STATUS_OK)
		status = app_find_by_id(r->store, a.id, &a);
	if (status == STATUS_OK)
		status = review_approvals(r->store, &a, &approvals);
	if (status == STATUS_OK)
		status = transaction_commit(&t);
	if (status == STATUS_OK)
		print_outcome(&a, act, approvals);
	if (fault == REVIEW_SUSPENDED)
		return verb_end(id, status,
		    "This app is suspended; `brokerd app lift` ends that.");
	return verb_end(
	    id, status, fault == REVIEW_FINE ? NULL : review_fault_text(fault));
}

int
verb_app_submit(const struct verb_request *r)
{
	return act_on_app(r, ACT_SUBMIT);
}

int
verb_app_approve(const struct verb_request *r)
{
	return act_on_app(r, ACT_APPROVE);
}

int
verb_app_reject(const struct verb_request *r)
{
	return act_on_app(r, ACT_REJECT);
}

int
verb_app_suspend(const struct verb_request *r)
{
	return act_on_app(r, ACT_SUSPEND);
}

int
verb_app_lift(const struct verb_request *r)
{
	return act_on_app(r, ACT_LIFT);
}
