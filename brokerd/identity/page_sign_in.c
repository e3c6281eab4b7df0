/* SPDX-License-Identifier: ISC */
/* The sign-in page. It says who will be let in on the way, and nothing about
 * which user names exist. */
#include "page.h"

void
page_login(struct http_response *r, const struct authorization *a,
    const struct browser_session *s, const char *query, const char *problem)
{
	const struct template_value values[] = {
	    {.name = "app", .text = a->app.title},
	    {.name = "query", .text = query},
	    {.name = "form_token", .text = s->form_token},
	    {.name = "problem", .text = problem},
	    {0},
	};
	const struct page page = {
	    200, "Sign in", page_file_login, values, NULL};

	page_render(r, &page);
}
