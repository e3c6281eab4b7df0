/* SPDX-License-Identifier: ISC */
/*
 * What all pages share: head, foot, and the policy that lets a browser load
 * nothing but the style sheet, and send forms nowhere but here.
 */
#include "page.h"

#include <string.h>

#include "http/respond.h"
#include "scopegate/cleanup.h"

static const struct message_row {
	unsigned int status;
	const char *title, *text, *next;
} messages[] = {
    [MESSAGE_PAGE_GONE] = {410, "This login is over",
	"The link or the page has been used up, the login was cancelled in the "
	"terminal, or it took too long. Nobody gets in by it any more.",
	"To sign in, start again in your terminal and open the new link. If "
	"you have just been shown a code, type that one."},
    [MESSAGE_PAGE_FOREIGN] = {403, "Begun in another browser",
	"This login was begun in another browser or in a private window, and "
	"it can only be finished there.",
	"Start again in your terminal, and open its new link in this "
	"browser."},
    [MESSAGE_PAGE_DENIED] = {200, "The login has been stopped",
	"You said that it was not you. Nobody gets in by it, and this gate "
	"keeps nothing of what the broker had granted for it.",
	"If you did not start a login at all, somebody may be trying to get in "
	"as you: tell the administrators of the host. Your password at the "
	"broker was not seen here."},
    [MESSAGE_PAGE_DAMAGED] = {400, "This address is damaged",
	"A part of it is missing, stands there twice or cannot be read.",
	"Start again in your terminal and open the new link as it stands "
	"there. If it happens again, tell the administrators of the host."},
    [MESSAGE_PAGE_CROSS_SITE] = {403, "Sent from another site",
	"This answer did not come from the page that asked the question, so it "
	"does not count. Nothing was approved.",
	"Open the link from your terminal and answer on the page that it leads "
	"to."},
    [MESSAGE_PAGE_UNAVAILABLE] = {503, "Not possible at the moment",
	"Something that the login needs does not answer now. That is neither a "
	"yes nor a no.",
	"Try again in a little while."},
    [MESSAGE_PAGE_LIMITED] = {429, "Too many requests",
	"There were too many requests from your network in a short time.",
	"Wait a little, then load the page again. Your login in the terminal "
	"goes on waiting meanwhile."},
    [MESSAGE_PAGE_NOT_FOUND] = {404, "Nothing is here",
	"This address does not exist on this gate.",
	"Links from a terminal look like /l/ and some letters and digits: "
	"check that you have copied all of it."},
    [MESSAGE_PAGE_METHOD] = {405, "Not in this way",
	"This address does not take that kind of request.",
	"Open the link from your terminal in a browser."},
    [MESSAGE_PAGE_TOO_BIG] = {413, "Too much at once",
	"What was sent is larger than this gate takes.",
	"Open the link from your terminal again."},
    [MESSAGE_PAGE_PLAIN] = {403, "Not without encryption",
	"This address is for the proxy of this gate alone.",
	"Open the link from your terminal as it stands there. If it leads "
	"here, tell the administrators of the host: the proxy's address is "
	"missing in trusted_proxies."},
};

static enum status
render(struct visit *v, const struct page *page)
{
	const struct template_value common[] = {
	    {.name = "title", .text = page->title},
	    {.name = "login", .part = page_file_login},
	    {.name = "grant", .part = page_file_grant},
	    {0},
	};
	struct buf *out = &v->response->body;
	enum status status = template_render(page_file_head, NULL, common, out);

	if (status == STATUS_OK)
		status = template_render(page->body, page->values, common, out);
	if (status == STATUS_OK)
		status = template_render(page_file_foot, NULL, common, out);
	return status;
}

void
page_show(struct visit *v, const struct page *page)
{
	struct http_response *r = v->response;

	respond_empty(r, page->status);
	http_response_header(r, "Content-Type", "text/html; charset=utf-8");
	http_response_header(r, "Content-Security-Policy",
	    "default-src 'none'; style-src 'self'; img-src 'self'; "
	    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'");
	if (render(v, page) == STATUS_OK)
		return;
	buf_clear(&r->body);
	respond_empty(r, 500);
}

void
page_message(struct visit *v, enum page_message which, const char *detail)
{
	const struct message_row *m = &messages[which];
	const struct template_value values[] = {
	    {.name = "text", .text = m->text},
	    {.name = "detail", .text = detail},
	    {.name = "next", .text = m->next},
	    {0},
	};

	page_show(v, &(struct page){.status = m->status,
			 .title = m->title,
			 .body = page_file_message,
			 .values = values});
}

void
page_home(struct visit *v)
{
	const struct template_value values[] = {
	    {.name = "url", .text = v->gateway->settings->public_url},
	    {0},
	};

	page_show(v, &(struct page){.status = 200,
			 .title = "Sign-in gate",
			 .body = page_file_home,
			 .values = values});
}

/* What belongs to all pages and never changes while the program runs. */
static void
respond_file(struct http_response *r, const char *type, const char *text)
{
	r->status = 200;
	http_response_header(r, "Content-Type", type);
	http_response_header(r, "Cache-Control", "max-age=3600");
	buf_append_string(&r->body, text);
}

void
page_style(struct visit *v)
{
	respond_file(v->response, "text/css; charset=utf-8", page_file_style);
}

void
page_icon(struct visit *v)
{
	respond_file(v->response, "image/svg+xml", page_file_icon);
}
