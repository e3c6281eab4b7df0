/* SPDX-License-Identifier: ISC */
/*
 * The consent page: which app, whose, what it would be able to do, on which
 * account, and two answers of equal weight. Every scope that will be granted
 * is on it in words.
 */
#include "oauth/page_consent.h"

#include "app/scope_list.h"
#include "page.h"
#include "page_files.h"
#include "scopegate/cleanup.h"

#define CONSENT_QUERY_MAX 32768

static void
show(struct visit *v, const struct authorization *a, const char *query,
    const struct scope_list *scopes)
{
	_cleanup_(buf_clear) struct buf target = {0};
	_cleanup_(buf_clear) struct buf path = {0};
	_cleanup_(buf_clear) struct buf again = {0};

	buf_init(&path, CONSENT_QUERY_MAX);
	buf_init(&again, CONSENT_QUERY_MAX * 3);
	buf_format(&path, "/oauth/authorize?%s", query);
	if (buf_string(&path) != NULL)
		form_encode_pair(&again, "return", buf_string(&path));
	if (buf_string(&path) == NULL || buf_string(&again) == NULL) {
		page_failed(v);
		return;
	}
	const struct template_value values[] = {
	    {.name = "app", .text = a->app.title},
	    {.name = "client_id", .text = a->app.client_id},
	    {.name = "owner", .text = a->app.owner},
	    {.name = "redirect_uri", .text = a->redirect_uri},
	    {.name = "query", .text = query},
	    {.name = "again", .text = buf_string(&again)},
	    {.name = "env", .text = a->env},
	    {.name = "scopes",
		.rows = scopes->rows,
		.row_count = scopes->count},
	    {0},
	};

	buf_init(&target, REDIRECT_URI_SIZE);
	(void)redirect_uri_csp_source(a->redirect_uri, &target);
	page_show(v, &(struct page){.status = 200,
			 .title = "Allow access?",
			 .body = page_file_consent,
			 .values = values,
			 .form_target = buf_string(&target)});
}

void
page_consent(struct visit *v, const struct authorization *a, const char *query)
{
	_cleanup_(free_ptr) struct scope_list *scopes =
	    calloc(1, sizeof(*scopes));
	char asked[WORD_SET_TEXT_SIZE];

	word_set_print(&a->scope, asked);
	if (scopes == NULL ||
	    scope_list_fill(v->broker->store, asked, scopes) != STATUS_OK)
		page_failed(v);
	else
		show(v, a, query, scopes);
}
