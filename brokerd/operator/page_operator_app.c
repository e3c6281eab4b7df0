/* SPDX-License-Identifier: ISC */
/* One app before an operator: what it declares, its review, and the acts. */
#include <stdio.h>
#include <string.h>

#include "app/app_errors.h"
#include "app/review.h"
#include "field.h"
#include "operator/app_view.h"
#include "operator/listing.h"
#include "operator/operator_page.h"
#include "page.h"
#include "page_files.h"
#include "scopegate/cleanup.h"

#define NUMBER_SIZE 24

struct app_form {
	const char *round; /* the submission that was read before voting */
	const char *vote_reason, *vote_fault;
	const char *suspend_reason, *suspend_fault;
	const char *problem; /* of none of the fields */
};

struct app_view {
	struct app app;
	struct rows *scopes, *redirects, *votes;
	struct fields vote_fields, suspend_fields;
	enum review_fault may_vote;
	char id[NUMBER_SIZE], owner_id[NUMBER_SIZE], approvals[NUMBER_SIZE],
	    round[NUMBER_SIZE], grants[COUNT_TEXT_SIZE], errors[NUMBER_SIZE];
	char created[PAGE_TIME_SIZE], changed[PAGE_TIME_SIZE],
	    submitted[PAGE_TIME_SIZE];
	char initial[INITIAL_SIZE];
};

static void
view_clear(struct app_view *w)
{
	rows_freep(&w->scopes);
	rows_freep(&w->redirects);
	rows_freep(&w->votes);
}

static void
number_text(int64_t n, char ret[NUMBER_SIZE])
{
	(void)snprintf(ret, NUMBER_SIZE, "%lld", (long long)n);
}

static enum status
read_submitted(struct store *s, struct app_view *w)
{
	_cleanup_(query_done) struct query q =
	    query_start(s, "SELECT submitted, (SELECT count(*) FROM app_errors"
			   " WHERE app = apps.id) FROM apps WHERE id = ?");
	enum status status;

	query_integer(&q, w->app.id);
	status = query_step(&q);
	if (status != STATUS_OK)
		return status;
	page_time(query_column_integer(&q, 0), w->submitted);
	number_text(query_column_integer(&q, 1), w->errors);
	return STATUS_OK;
}

static enum status
read_numbers(struct visit *v, struct app_view *w)
{
	struct store *s = v->broker->store;
	const struct app *a = &w->app;
	int64_t grants = 0, approvals = 0;
	enum status status = grant_count(s, a->id, &grants);

	if (status == STATUS_OK)
		status = review_approvals(s, a, &approvals);
	if (status == STATUS_OK)
		status = review_may_vote(s, a, v->session.user, &w->may_vote);
	number_text(a->id, w->id);
	number_text(a->owner_id, w->owner_id);
	number_text(approvals, w->approvals);
	number_text(a->review_round, w->round);
	operator_count_text(grants, w->grants);
	page_time(a->created, w->created);
	page_time(a->changed, w->changed);
	app_view_initial(a->title, w->initial);
	return status == STATUS_OK ? read_submitted(s, w) : status;
}

static enum status
read_lists(struct visit *v, struct app_view *w)
{
	struct store *s = v->broker->store;
	const struct app *a = &w->app;
	enum status status;

	w->scopes = rows_new();
	w->redirects = rows_new();
	w->votes = rows_new();
	if (w->scopes == NULL || w->redirects == NULL || w->votes == NULL)
		return STATUS_NOMEM;
	status = app_view_scopes(s, a->scopes, a->optional_scopes, w->scopes);
	if (status == STATUS_OK)
		status = app_view_redirects(s, a->id, w->redirects);
	return status == STATUS_OK ? app_view_votes(s, a, w->votes) : status;
}

static void
add_fields(struct app_view *w, const struct app_form *f)
{
	fields_add(&w->vote_fields,
	    &(struct field){.name = "vote_reason",
		.label = "Reason",
		.help = "Needed to reject. The app's owner reads it.",
		.type = "textarea",
		.value = f->vote_reason,
		.problem = f->vote_fault,
		.max = APP_REASON_SIZE - 1,
		.focus = f->vote_fault != NULL});
	fields_add(&w->suspend_fields, &(struct field){.name = "suspend_reason",
					   .label = "Reason",
					   .help = "The app's owner reads it.",
					   .type = "text",
					   .value = f->suspend_reason,
					   .problem = f->suspend_fault,
					   .max = APP_REASON_SIZE - 1,
					   .required = true,
					   .focus = f->suspend_fault != NULL});
}

static const char *
yes(bool flag)
{
	return flag ? "yes" : NULL;
}

/* Why there are no buttons to vote with; NULL where nothing is to be said. */
static const char *
why_not(const struct app_view *w)
{
	switch (w->may_vote) {
	case REVIEW_FINE:
	case REVIEW_NOT_SUBMITTED:
	case REVIEW_SUSPENDED:
		return NULL;
	default:
		return review_fault_text(w->may_vote);
	}
}

static void
show_view(struct visit *v, struct app_view *w, const struct app_form *f)
{
	const struct app *a = &w->app;
	const struct template_value values[] = {
	    {.name = "problem", .text = f->problem},
	    {.name = "id", .text = w->id},
	    {.name = "has_logo", .text = yes(a->has_logo)},
	    {.name = "initial", .text = w->initial},
	    {.name = "state", .text = app_state_name(a->state)},
	    {.name = "state_words", .text = app_state_words(a->state)},
	    {.name = "state_reason", .text = a->state_reason},
	    {.name = "off", .text = yes(!a->enabled)},
	    {.name = "client_id", .text = a->client_id},
	    {.name = "owner", .text = a->owner},
	    {.name = "owner_id", .text = w->owner_id},
	    {.name = "description", .text = a->description},
	    {.name = "website", .text = a->website},
	    {.name = "terms_url", .text = a->terms_url},
	    {.name = "privacy_url", .text = a->privacy_url},
	    {.name = "client_kind",
		.text = a->confidential ? "confidential: it has a secret"
					: "public: PKCE, no secret"},
	    {.name = "grant_types", .text = a->grant_types},
	    {.name = "answers",
		.text = a->kind == APP_ALPACA ? "as Alpaca's API gives them"
					      : "as the standards say"},
	    {.name = "tokens",
		.text =
		    a->tokens == APP_TOKENS_JWT ? "JWT (RFC 9068)" : "opaque"},
	    {.name = "grants", .text = w->grants},
	    {.name = "errors", .text = w->errors},
	    {.name = "created", .text = w->created},
	    {.name = "changed", .text = w->changed},
	    {.name = "submitted", .text = w->submitted},
	    {.name = "approvals", .text = w->approvals},
	    {.name = "round", .text = w->round},
	    ROWS_VALUES("scopes", w->scopes),
	    ROWS_VALUES("redirects", w->redirects),
	    ROWS_VALUES("votes", w->votes),
	    {.name = "in_review", .text = yes(a->state == APP_SUBMITTED)},
	    {.name = "may_vote", .text = yes(w->may_vote == REVIEW_FINE)},
	    {.name = "may_not", .text = why_not(w)},
	    {.name = "suspended", .text = yes(a->state == APP_SUSPENDED)},
	    {.name = "vote_fields",
		.rows = w->vote_fields.rows,
		.row_count = w->vote_fields.count},
	    {.name = "suspend_fields",
		.rows = w->suspend_fields.rows,
		.row_count = w->suspend_fields.count},
	    {0},
	};

	_Static_assert(ELEMENTS(values) <= OPERATOR_VALUES_MAX, "too many");
	operator_show(v, TAB_APPS, a->title, page_file_operator_app, values);
}

static void
show(struct visit *v, const struct app_form *f)
{
	_cleanup_(view_clear) struct app_view w = {0};
	enum status status = app_find_by_id(v->broker->store, v->id, &w.app);

	if (status == STATUS_OK)
		status = read_numbers(v, &w);
	if (status == STATUS_OK)
		status = read_lists(v, &w);
	add_fields(&w, f);
	if (status == STATUS_OK)
		show_view(v, &w, f);
	else if (status == STATUS_NOT_FOUND)
		page_not_found(v);
	else
		page_failed(v);
}

/* A vote is on what the operator has read. The owner may have changed the app
 * and submitted it again while the page was open. */
static enum status
vote(struct visit *v, bool approve, const struct app_form *f,
    enum review_fault *ret_fault)
{
	struct store *s = v->broker->store;
	char round[NUMBER_SIZE];
	struct app a;
	enum status status = app_find_by_id(s, v->id, &a);

	if (status != STATUS_OK)
		return status;
	number_text(a.review_round, round);
	if (f->round == NULL || strcmp(f->round, round) != 0) {
		*ret_fault = REVIEW_ANOTHER_ROUND;
		return STATUS_FORBIDDEN;
	}
	return review_vote(s, v->id, v->session.user, approve, f->vote_reason,
	    v->now, ret_fault);
}

static enum status
perform(struct visit *v, const char *what, struct app_form *f,
    enum review_fault *ret_fault)
{
	struct store *s = v->broker->store;
	const char *who = v->session.user_name;

	if (strcmp(what, "approve") == 0 || strcmp(what, "reject") == 0)
		return vote(v, what[0] == 'a', f, ret_fault);
	if (strcmp(what, "suspend") == 0)
		return review_suspend(
		    s, v->id, who, f->suspend_reason, v->now, ret_fault);
	if (strcmp(what, "lift") == 0)
		return review_lift(s, v->id, who, NULL, v->now, ret_fault);
	return STATUS_INVALID;
}

static enum status
act(struct visit *v, const char *what, struct app_form *f)
{
	_cleanup_(transaction_end) struct transaction t = {NULL};
	enum review_fault fault = REVIEW_FINE;
	bool of_suspend = strcmp(what, "suspend") == 0;
	enum status status = transaction_write(v->broker->store, &t);

	if (status == STATUS_OK)
		status = perform(v, what, f, &fault);
	if (status == STATUS_OK)
		return transaction_commit(&t);
	if (fault == REVIEW_NO_REASON || fault == REVIEW_LONG_REASON ||
	    fault == REVIEW_UNREADABLE_REASON)
		*(of_suspend ? &f->suspend_fault : &f->vote_fault) =
		    review_fault_text(fault);
	else
		f->problem = review_fault_text(fault);
	return status;
}

void
page_operator_app(struct visit *v)
{
	struct app_form f = {.round = visit_form(v, "round"),
	    .vote_reason = visit_form(v, "vote_reason"),
	    .suspend_reason = visit_form(v, "suspend_reason")};
	const char *what = visit_form(v, "do");
	enum status status;

	if (v->request->method == HTTP_GET) {
		show(v, &f);
		return;
	}
	status = act(v, what == NULL ? "" : what, &f);
	if (status == STATUS_OK)
		visit_go_id(v, "/operator/apps/", v->id,
		    what[0] == 's'   ? "app-suspended"
		    : what[0] == 'l' ? "app-lifted"
				     : "vote-counted");
	else if (status == STATUS_FORBIDDEN)
		show(v, &f);
	else if (status == STATUS_INVALID)
		page_error(v, 400, "Nothing was done",
		    "The form did not say what to do. Go back and choose a "
		    "button.");
	else if (status == STATUS_NOT_FOUND)
		page_not_found(v);
	else
		page_failed(v);
}
