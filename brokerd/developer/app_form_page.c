/* SPDX-License-Identifier: ISC */
/* Puts the form of an app onto a page. */
#include "developer/app_form_page.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/review.h"
#include "app/scope_list.h"
#include "field.h"
#include "page.h"
#include "page_files.h"
#include "scopegate/cleanup.h"

#define LINE_VALUES 5

/* Scopes to tick. Large: allocated. */
struct scope_choice {
	struct scope_list known;
	struct template_value values[WORD_SET_WORDS_MAX][LINE_VALUES];
	struct template_row rows[WORD_SET_WORDS_MAX];
};

static const char *
given(bool flag)
{
	return flag ? "yes" : NULL;
}

static enum status
fill_scopes(struct store *s, const struct app_form *f, struct scope_choice *ret)
{
	char names[WORD_SET_TEXT_SIZE];
	enum status status = scope_names(s, names);

	if (status == STATUS_OK)
		status = scope_list_fill(s, names, &ret->known);
	if (status != STATUS_OK)
		return status;
	for (size_t i = 0; i < ret->known.count; i++) {
		const char *name = ret->known.set.words[i];
		const struct template_value values[LINE_VALUES] = {
		    {.name = "scope", .text = name},
		    {.name = "words", .text = ret->known.lines[i].words},
		    {.name = "chosen",
			.text = given(word_set_text_has(f->app.scopes, name))},
		    {.name = "optional",
			.text = given(
			    word_set_text_has(f->app.optional_scopes, name))},
		};
		memcpy(ret->values[i], values, sizeof(values));
		ret->rows[i].values = ret->values[i];
	}
	return STATUS_OK;
}

static const struct field texts[APP_TEXTS] = {
    [TEXT_TITLE] = {.name = "title",
	.label = "Name",
	.help = "What people are asked to allow. Your own: not one that "
		"suggests that this broker made the app.",
	.type = "text",
	.max = APP_TITLE_SIZE - 1,
	.required = true},
    [TEXT_DESCRIPTION] = {.name = "description",
	.label = "Description",
	.help = "What it does for people, in a sentence or two. Needed for "
		"review.",
	.type = "textarea",
	.max = APP_DESCRIPTION_SIZE - 1},
    [TEXT_WEBSITE] = {.name = "website",
	.label = "Website",
	.help = "https, or http on a loopback address. Needed for review.",
	.type = "url",
	.max = APP_URL_SIZE - 1},
    [TEXT_TERMS] = {.name = "terms_url",
	.label = "Terms of use",
	.type = "url",
	.max = APP_URL_SIZE - 1},
    [TEXT_PRIVACY] = {.name = "privacy_url",
	.label = "Privacy policy",
	.type = "url",
	.max = APP_URL_SIZE - 1},
    [TEXT_REDIRECTS] = {.name = "redirect_uris",
	.label = "Redirect URIs",
	.help = "Where people are sent back to, one a line, at most 16. They "
		"are compared letter for letter: https, or http on a loopback "
		"address (then 127.0.0.1 and [::1] without a port match every "
		"port), or a scheme of your own with a dot in it.",
	.type = "textarea"},
};

static void
fill_fields(const struct app_form *f, struct fields *ret)
{
	bool focused = false;

	for (size_t i = 0; i < APP_TEXTS; i++) {
		struct field one = texts[i];

		one.value = f->texts[i];
		one.problem = f->problems[i];
		one.focus = one.problem != NULL && !focused;
		focused |= one.focus;
		fields_add(ret, &one);
	}
}

static bool
has_grant(const struct app_form *f, const char *type)
{
	return word_set_text_has(f->app.grant_types, type);
}

void
app_form_show(struct visit *v, const struct app_form *f, const char *problem)
{
	_cleanup_(free_ptr) struct scope_choice *scopes =
	    calloc(1, sizeof(*scopes));
	const struct app *a = &f->app;
	bool new = a->id == 0;
	struct fields fields = {0};
	char id[24];

	if (scopes == NULL ||
	    fill_scopes(v->broker->store, f, scopes) != STATUS_OK) {
		page_failed(v);
		return;
	}
	fill_fields(f, &fields);
	(void)snprintf(id, sizeof(id), "%lld", (long long)a->id);
	const struct template_value values[] = {
	    {.name = "new", .text = given(new)},
	    {.name = "id", .text = id},
	    {.name = "problem", .text = problem},
	    {.name = "revision", .text = f->revision},
	    {.name = "reviewed", .text = given(review_reopens(a))},
	    {.name = "fields", .rows = fields.rows, .row_count = fields.count},
	    {.name = "scopes",
		.rows = scopes->rows,
		.row_count = scopes->known.count},
	    {.name = "scope_problem", .text = f->scope_problem},
	    {.name = "choice_problem", .text = f->choice_problem},
	    {.name = "confidential", .text = given(a->confidential)},
	    {.name = "alpaca", .text = given(a->kind == APP_ALPACA)},
	    {.name = "jwt", .text = given(a->tokens == APP_TOKENS_JWT)},
	    {.name = "refresh", .text = given(has_grant(f, "refresh_token"))},
	    {.name = "itself",
		.text = given(has_grant(f, "client_credentials"))},
	    {.name = "device", .text = given(has_grant(f, DEVICE_GRANT_TYPE))},
	    {0},
	};
	page_show(v, &(struct page){.status = 200,
			 .title = new ? "Create an app" : "Change the app",
			 .body = page_file_app_form,
			 .values = values,
			 .place = PLACE_APPS});
}
