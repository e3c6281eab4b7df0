/* SPDX-License-Identifier: ISC */
/* Gathers what there is to know about an app. Every list is bounded. */
#include "developer/app_overview.h"

#include <stdio.h>
#include <string.h>

#include "scopegate/cleanup.h"

/* One more line, of up to OVERVIEW_VALUES - 1 values. */
static void
add_line(struct overview_list *l, const struct template_value *values)
{
	size_t i = l->count, n = 0;

	while (values[n].name != NULL)
		n++;
	memcpy(l->values[i], values, (n + 1) * sizeof(values[0]));
	l->rows[i].values = l->values[i];
	l->count++;
}

static enum status
fill_secrets(struct store *s, const struct app *a, struct app_overview *o)
{
	struct overview_list *l = &o->secret_lines;
	enum status status =
	    app_secret_list(s, a->id, o->secrets, &o->secret_count);

	for (size_t i = 0; status == STATUS_OK && i < o->secret_count; i++) {
		char(*texts)[PAGE_TIME_SIZE] = l->texts[i];

		(void)snprintf(texts[0], PAGE_TIME_SIZE, "%lld",
		    (long long)o->secrets[i].id);
		page_time_exact(o->secrets[i].created, texts[1]);
		page_time(o->secrets[i].last_used, texts[2]);
		add_line(l, (const struct template_value[]){
				{.name = "secret", .text = texts[0]},
				{.name = "mark", .text = o->secrets[i].mark},
				{.name = "created", .text = texts[1]},
				{.name = "used", .text = texts[2]}, {0}});
	}
	return status;
}

static enum status
fill_redirects(struct store *s, const struct app *a, struct app_overview *o)
{
	enum status status = app_redirect_list(s, a->id, &o->redirects);

	for (size_t i = 0; status == STATUS_OK && i < o->redirects.count; i++)
		add_line(&o->redirect_lines,
		    (const struct template_value[]){
			{.name = "uri", .text = o->redirects.uris[i]}, {0}});
	return status;
}

static enum status
fill_scopes(struct store *s, const struct app *a, struct app_overview *o)
{
	enum status status = scope_list_fill(s, a->scopes, &o->scopes);

	for (size_t i = 0; status == STATUS_OK && i < o->scopes.count; i++) {
		const char *name = o->scopes.set.words[i];

		/* In place of the end of the list, which moves on. */
		o->scopes.lines[i].values[2] = (struct template_value){
		    .name = "optional",
		    .text = word_set_text_has(a->optional_scopes, name) ? "yes"
									: NULL};
		o->scopes.lines[i].values[3] = (struct template_value){0};
	}
	return status;
}

static enum status
fill_errors(struct store *s, const struct app *a, struct app_overview *o)
{
	struct overview_list *l = &o->error_lines;
	size_t count = 0;
	enum status status =
	    app_error_list(s, a->id, o->errors, OVERVIEW_ERRORS, &count);

	for (size_t i = 0; status == STATUS_OK && i < count; i++) {
		page_time(o->errors[i].at, l->texts[i][0]);
		add_line(
		    l, (const struct template_value[]){
			   {.name = "at", .text = l->texts[i][0]},
			   {.name = "endpoint", .text = o->errors[i].endpoint},
			   {.name = "error", .text = o->errors[i].error},
			   {.name = "description",
			       .text = o->errors[i].description},
			   {0}});
	}
	return status;
}

/* Who voted is not told: reviewers answer to the operator. */
static enum status
fill_votes(struct store *s, const struct app *a, struct app_overview *o)
{
	struct overview_list *l = &o->vote_lines;
	size_t count = 0;
	enum status status =
	    review_votes(s, a->id, o->votes, OVERVIEW_VOTES, &count);

	for (size_t i = 0; status == STATUS_OK && i < count; i++) {
		const struct review_vote *vote = &o->votes[i];

		page_time(vote->at, l->texts[i][0]);
		(void)snprintf(l->texts[i][1], PAGE_TIME_SIZE, "%lld",
		    (long long)vote->round);
		add_line(l, (const struct template_value[]){
				{.name = "at", .text = l->texts[i][0]},
				{.name = "round", .text = l->texts[i][1]},
				{.name = "approve",
				    .text = vote->approve ? "yes" : NULL},
				{.name = "reason", .text = vote->reason}, {0}});
	}
	return status;
}

enum status
app_overview_fill(
    struct store *s, const struct app *a, struct app_overview *ret)
{
	static enum status (*const fill[])(
	    struct store *, const struct app *, struct app_overview *) = {
	    fill_secrets, fill_redirects, fill_scopes, fill_errors, fill_votes};
	enum status status = app_use_count(s, a->id, &ret->use);

	for (size_t i = 0; i < ELEMENTS(fill) && status == STATUS_OK; i++)
		status = fill[i](s, a, ret);
	if (status == STATUS_OK)
		status = review_approvals(s, a, &ret->approvals);
	for (size_t i = 0; status == STATUS_OK && review_lacks(a, i) != NULL;
	     i++)
		add_line(&ret->missing_lines,
		    (const struct template_value[]){
			{.name = "and", .text = i == 0 ? "" : " and "},
			{.name = "missing", .text = review_lacks(a, i)}, {0}});
	return status;
}
