/* SPDX-License-Identifier: ISC */
/*
 * What all pages share: head, foot, navigation, and the policy that lets a
 * browser load nothing but the style sheet and our own pictures, and send
 * forms nowhere but here.
 */
#include "page.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "http/respond.h"
#include "page_files.h"
#include "scopegate/cleanup.h"

/* What a page may say about what was just done; `?notice=NAME`. */
static const struct {
	const char *name, *text;
} notices[] = {
    {"device-allowed", "You allowed it. The device goes on by itself."},
    {"device-denied", "You said no. The device gets nothing."},
    {"fault-set", "The fault is set."},
    {"faults-cleared", "All faults are cleared."},
    {"signed-out", "You are signed out."},
    {"sign-first", "First read and sign this agreement. You are led back "
		   "afterwards."},
    {"signed", "Signed. Thank you."},
    {"app-created", "The app has been created."},
    {"app-saved", "Saved."},
    {"app-same", "Nothing was changed."},
    {"app-reopened", "Saved. What was reviewed has changed, so the app is a "
		     "draft again: submit it for review."},
    {"app-enabled", "The app is turned on."},
    {"app-disabled", "The app is turned off."},
    {"app-deleted", "The app has been deleted, and everybody disconnected."},
    {"app-submitted", "Submitted. The operators will look at it."},
    {"app-incomplete", "Not submitted: something is missing. See below."},
    {"app-not-open", "Not submitted: the app is in review or approved "
		     "already, or suspended."},
    {"secret-deleted", "The secret has been deleted. It works no more."},
    {"secrets-full", "Two secrets are live already. Delete one first."},
    {"logo-saved", "The logo is in place."},
    {"logo-removed", "The logo has been removed."},
    {"access-revoked",
	"Access is revoked. What the app had no longer works here."},
    {"live-requested", "You have asked for a live account."},
    {"password-changed",
	"Your password is changed, and every other browser is signed out."},
    {"welcome", "Welcome. A paper account has been opened for you."},
    {"vote-counted", "Your vote is counted."},
    {"app-suspended", "The app is suspended. Its tokens stopped working."},
    {"app-lifted", "The suspension is lifted."},
    {"user-disabled", "Disabled: signed out everywhere."},
    {"user-enabled", "Enabled: may sign in again."},
    {"operator-made", "This is an operator now."},
    {"operator-unmade", "This is an ordinary user now."},
    {"live-approved", "The live account is open."},
    {"live-refused", "The request is refused."},
    {"grant-revoked", "The grant is revoked. Its tokens stopped working."},
    {"keys-rotated", "The next key signs now."},
    {"receiver-added", "The receiver is added. It is told from now on."},
    {"receiver-removed", "The receiver is removed."},
};

/* A link on somebody else's page must not put words into our mouth, such as
 * that access was revoked; browsers say where a request comes from (W3C Fetch
 * Metadata). */
static const char *
notice_text(const struct visit *v)
{
	const char *name = visit_query(v, "notice");
	const char *from = v->request->fetch_site;

	if (from != NULL && strcmp(from, "same-origin") != 0 &&
	    strcmp(from, "none") != 0)
		return NULL;
	for (size_t i = 0; name != NULL && i < ELEMENTS(notices); i++) {
		if (strcmp(notices[i].name, name) == 0)
			return notices[i].text;
	}
	return NULL;
}

static enum status
set_headers(struct http_response *r, const struct page *page)
{
	_cleanup_(buf_clear) struct buf policy = {0};

	buf_init(&policy, 2048);
	/* Chromium applies form-action to the redirect that answers a form,
	 * too, so the consent page names where the app wants its answer. */
	buf_format(&policy,
	    "default-src 'none'; style-src 'self'; img-src 'self'; "
	    "form-action 'self'%s%s; frame-ancestors 'none'; base-uri 'none'",
	    page->form_target == NULL ? "" : " ",
	    page->form_target == NULL ? "" : page->form_target);
	if (buf_string(&policy) == NULL)
		return STATUS_TOO_BIG;
	respond_empty(r, page->status);
	http_response_header(r, "Content-Type", "text/html; charset=utf-8");
	http_response_header(r, "Content-Security-Policy", buf_string(&policy));
	return STATUS_OK;
}

static const char *
lit(const struct page *page, enum page_place place)
{
	return page->place == place ? "page" : NULL;
}

static enum status
render(struct visit *v, const struct page *page)
{
	const struct browser_session *s = &v->session;
	const struct template_value common[] = {
	    {.name = "title", .text = page->title},
	    {.name = "user", .text = s->user_name},
	    {.name = "operator", .text = s->is_operator ? "yes" : NULL},
	    {.name = "form_token", .text = s->form_token},
	    {.name = "issuer", .text = v->broker->issuer},
	    {.name = "notice", .text = notice_text(v)},
	    {.name = "wide", .text = page->wide ? "wide" : NULL},
	    {.name = "at_account", .text = lit(page, PLACE_ACCOUNT)},
	    {.name = "at_connected", .text = lit(page, PLACE_CONNECTED)},
	    {.name = "at_apps", .text = lit(page, PLACE_APPS)},
	    {.name = "at_operator", .text = lit(page, PLACE_OPERATOR)},
	    {.name = "field", .part = page_file_field},
	    {0},
	};
	struct buf *out = &v->response->body;
	enum status status = set_headers(v->response, page);

	if (status == STATUS_OK)
		status = template_render(page_file_head, NULL, common, out);
	if (status == STATUS_OK)
		status = template_render(page->body, page->values, common, out);
	if (status == STATUS_OK)
		status = template_render(page_file_foot, NULL, common, out);
	return status;
}

void
page_show(struct visit *v, const struct page *page)
{
	if (render(v, page) == STATUS_OK)
		return;
	buf_clear(&v->response->body);
	respond_empty(v->response, 500);
}

void
page_error(
    struct visit *v, unsigned int status, const char *title, const char *text)
{
	const struct template_value values[] = {
	    {.name = "text", .text = text},
	    {0},
	};

	page_show(v, &(struct page){.status = status,
			 .title = title,
			 .body = page_file_error,
			 .values = values});
}

void
page_failed(struct visit *v)
{
	page_error(v, 500, "That did not work",
	    "The broker could not read or write its store. Nothing was "
	    "changed. Please try again.");
}

void
page_not_found(struct visit *v)
{
	page_error(v, 404, "Nothing is here",
	    "This address does not exist on this broker, or it is not yours "
	    "to see.");
}

void
page_time(int64_t when, char ret[PAGE_TIME_SIZE])
{
	time_t t = (time_t)when;
	struct tm tm;

	if (when == 0 || gmtime_r(&t, &tm) == NULL ||
	    strftime(ret, PAGE_TIME_SIZE, "%Y-%m-%d %H:%M UTC", &tm) == 0)
		(void)snprintf(ret, PAGE_TIME_SIZE, "never");
}

void
page_time_exact(int64_t when, char ret[PAGE_TIME_SIZE])
{
	time_t t = (time_t)when;
	struct tm tm;

	if (when == 0 || gmtime_r(&t, &tm) == NULL ||
	    strftime(ret, PAGE_TIME_SIZE, "%Y-%m-%d %H:%M:%S UTC", &tm) == 0)
		(void)snprintf(ret, PAGE_TIME_SIZE, "never");
}

void
page_home(struct visit *v)
{
	if (v->session.user != 0) {
		visit_go(v, "/account", NULL);
		return;
	}
	page_show(v, &(struct page){.status = 200,
			 .title = "A broker to try things against",
			 .body = page_file_home});
}
