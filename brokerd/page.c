/* SPDX-License-Identifier: ISC */
/*
 * What all pages share: head, foot, style and the policy that lets a browser
 * load nothing but the style sheet and send forms nowhere but here.
 */
#include "page.h"

#include "http/respond.h"
#include "routes.h"
#include "scopegate/cleanup.h"

static enum status
set_headers(struct http_response *r, const struct page *page)
{
	_cleanup_(buf_clear) struct buf policy = {0};

	buf_init(&policy, 2048);
	/* Chromium applies form-action to the redirect that answers a form,
	 * too, so the consent page names where the app wants its answer. */
	buf_format(&policy,
	    "default-src 'none'; style-src 'self'; form-action 'self'%s%s; "
	    "frame-ancestors 'none'; base-uri 'none'",
	    page->form_target == NULL ? "" : " ",
	    page->form_target == NULL ? "" : page->form_target);
	if (buf_string(&policy) == NULL)
		return STATUS_TOO_BIG;
	respond_empty(r, page->status);
	http_response_header(r, "Content-Type", "text/html; charset=utf-8");
	http_response_header(r, "Content-Security-Policy", buf_string(&policy));
	return STATUS_OK;
}

void
page_render(struct http_response *r, const struct page *page)
{
	const struct template_value head[] = {
	    {.name = "title", .text = page->title},
	    {0},
	};
	enum status status = set_headers(r, page);

	if (status == STATUS_OK)
		status = template_render(page_file_head, head, &r->body);
	if (status == STATUS_OK)
		status = template_render(page->body, page->values, &r->body);
	if (status == STATUS_OK)
		status = template_render(page_file_foot, head, &r->body);
	if (status != STATUS_OK) {
		buf_clear(&r->body);
		respond_empty(r, 500);
	}
}

void
page_error(struct http_response *r, unsigned int status, const char *title,
    const char *text)
{
	const struct template_value values[] = {
	    {.name = "title", .text = title},
	    {.name = "text", .text = text},
	    {0},
	};
	const struct page page = {status, title, page_file_error, values, NULL};

	page_render(r, &page);
}

void
endpoint_home(struct broker *b, const struct http_request *request,
    struct http_response *response)
{
	const struct template_value values[] = {
	    {.name = "issuer", .text = b->issuer},
	    {0},
	};
	const struct page page = {
	    200, "A reference broker", page_file_home, values, NULL};

	(void)request;
	page_render(response, &page);
}

void
endpoint_style(struct broker *b, const struct http_request *request,
    struct http_response *response)
{
	(void)b;
	(void)request;
	response->status = 200;
	http_response_header(
	    response, "Content-Type", "text/css; charset=utf-8");
	http_response_header(response, "Cache-Control", "max-age=3600");
	buf_append_string(&response->body, page_file_style);
}
