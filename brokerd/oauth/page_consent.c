/* SPDX-License-Identifier: ISC */
/*
 * The consent page: which app, whose, what it would be able to do, on which
 * account, and two answers of equal weight. Every scope that will be granted
 * is on it in words.
 */
#include "page.h"

#include "scopegate/cleanup.h"

struct scope_line {
	char words[SCOPE_WORDS_SIZE];
	struct template_value values[3];
};

struct scope_lines {
	struct scope_line lines[WORD_SET_WORDS_MAX];
	struct template_row rows[WORD_SET_WORDS_MAX];
};

static enum status
fill_lines(
    struct broker *b, const struct word_set *scope, struct scope_lines *ret)
{
	enum status status = STATUS_OK;

	for (size_t i = 0; i < scope->count && status == STATUS_OK; i++) {
		struct scope_line *l = &ret->lines[i];

		status = scope_words(b->store, scope->words[i], l->words);
		l->values[0].name = "scope";
		l->values[0].text = scope->words[i];
		l->values[1].name = "words";
		l->values[1].text = l->words;
		ret->rows[i].values = l->values;
	}
	return status;
}

static void
render(struct http_response *r, const struct authorization *a,
    const struct template_value *values)
{
	_cleanup_(buf_clear) struct buf target = {0};
	struct page page = {
	    200, "Allow access?", page_file_consent, values, NULL};

	buf_init(&target, REDIRECT_URI_SIZE);
	(void)redirect_uri_csp_source(a->redirect_uri, &target);
	page.form_target = buf_string(&target);
	page_render(r, &page);
}

void
page_consent(struct broker *b, struct http_response *r,
    const struct authorization *a, const struct browser_session *s,
    const char *query)
{
	_cleanup_(free_ptr) struct scope_lines *lines =
	    calloc(1, sizeof(*lines));
	const struct template_value values[] = {
	    {.name = "app", .text = a->app.title},
	    {.name = "client_id", .text = a->app.client_id},
	    {.name = "owner", .text = a->app.owner},
	    {.name = "user", .text = s->user_name},
	    {.name = "redirect_uri", .text = a->redirect_uri},
	    {.name = "query", .text = query},
	    {.name = "form_token", .text = s->form_token},
	    {.name = "env", .text = a->env},
	    {.name = "scopes",
		.rows = lines == NULL ? NULL : lines->rows,
		.row_count = a->scope.count},
	    {0},
	};

	if (lines == NULL || fill_lines(b, &a->scope, lines) != STATUS_OK)
		page_error(r, 500, "That did not work",
		    "The broker could not read its store. Please try again.");
	else
		render(r, a, values);
}
