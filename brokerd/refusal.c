/* SPDX-License-Identifier: ISC */
/* What was typed is still in the browser: each page says how it is not lost,
 * or where to begin anew. */
#include "refusal.h"

#include "page.h"
#include "page_files.h"
#include "scopegate/cleanup.h"

#define SIGN_IN_MAX (4 * HTTP_MEMORY_MAX)

struct refusal {
	unsigned int status;
	const char *title, *text;
	const char *back;    /* to load the page again; NULL: no link */
	const char *sign_in; /* the query of the sign-in page; NULL: no link */
};

static void
show(struct visit *v, const struct refusal *r)
{
	const struct template_value values[] = {
	    {.name = "text", .text = r->text},
	    {.name = "back", .text = r->back},
	    {.name = "sign_in", .text = r->sign_in},
	    {0},
	};

	page_show(v, &(struct page){.status = r->status,
			 .title = r->title,
			 .body = page_file_form_refused,
			 .values = values});
}

void
refuse_damaged(struct visit *v, const char *back)
{
	struct refusal r = {.status = 400,
	    .title = "This form cannot be read",
	    .text = "Part of it is damaged or was left out on the way. Nothing "
		    "was changed. Open the page again and repeat what you did.",
	    .back = back};

	if (v->request->form_status == STATUS_TOO_BIG) {
		r.status = 413;
		r.title = "That is too large";
		r.text = "A form may have 64 KiB, and a picture for a logo 256 "
			 "KiB. Nothing was changed. Go back and send less.";
	} else if (v->request->form_status == STATUS_FORBIDDEN) {
		r.title = "One file at a time";
		r.text = "More than one file was sent. Nothing was changed. Go "
			 "back and choose one.";
	}
	show(v, &r);
}

void
refuse_stale(struct visit *v, const char *back)
{
	show(v, &(struct refusal){.status = 403,
		    .title = "This form is out of date",
		    .text = v->session.user == 0
				? "It was not made for this browser, or "
				  "somebody has signed in or out here since. "
				  "Open the page again and repeat what you did."
				: "It was not made for you, who are signed in "
				  "now, or it was open for more than eight "
				  "hours. Open the page again and repeat what "
				  "you did.",
		    .back = back});
}

void
refuse_signed_out(struct visit *v, const char *back)
{
	_cleanup_(buf_clear) struct buf query = {0};

	buf_init(&query, SIGN_IN_MAX);
	form_encode_pair(&query, "return", back);
	if (buf_string(&query) == NULL) {
		page_failed(v);
		return;
	}
	show(v, &(struct refusal){.status = 403,
		    .title = "You are signed out",
		    .text = "Nothing was changed, and what you typed is not "
			    "lost.",
		    .sign_in = buf_string(&query)});
}
