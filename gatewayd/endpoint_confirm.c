/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "endpoint.h"
#include "page.h"
#include "scopegate/cleanup.h"
#include "show.h"

/*
 * Approve or not. The answer counts only from the page that asked: the form
 * carries the state that only that page was given, the browser its cookie, and
 * a browser that tells where a request began says that it began here.
 */

static bool
is_from_here(const char *site)
{
	return site == NULL || strcmp(site, "same-origin") == 0 ||
	       strcmp(site, "none") == 0;
}

void
endpoint_confirm(struct visit *v)
{
	_cleanup_(relay_answer_clear) struct relay_answer answer = {0};
	const char *choice = visit_field(v, "choice");
	const struct relay_field fields[] = {
	    {TAG_STATE, visit_field(v, "state")},
	    {TAG_BROWSER, v->browser},
	    {TAG_CHOICE, choice},
	    {TAG_RHOST, v->client_text},
	    {TAG_NONE, NULL},
	};

	if (!is_from_here(v->request->fetch_site)) {
		page_message(v, MESSAGE_PAGE_CROSS_SITE, NULL);
		return;
	}
	if (v->request->form_status != STATUS_OK || fields[0].text == NULL ||
	    choice == NULL ||
	    (strcmp(choice, "approve") != 0 && strcmp(choice, "deny") != 0)) {
		page_message(v, MESSAGE_PAGE_DAMAGED, NULL);
		return;
	}
	if (v->browser[0] == '\0') {
		page_message(v, MESSAGE_PAGE_FOREIGN, NULL);
		return;
	}
	if (show_asked(v, "confirm", fields, &answer))
		show_result(v, &answer);
}
