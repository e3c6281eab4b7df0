/* SPDX-License-Identifier: ISC */
#include "endpoint.h"
#include "http/respond.h"
#include "page.h"
#include "scopegate/cleanup.h"
#include "show.h"

#include <string.h>

/* From the short link in the terminal to the broker's page. */

static bool
is_web_url(const char *url)
{
	if (strncmp(url, "https://", 8) != 0 && strncmp(url, "http://", 7) != 0)
		return false;
	for (; *url != '\0'; url++) {
		if (*url <= 0x20 || *url >= 0x7f)
			return false;
	}
	return true;
}

void
endpoint_link(struct visit *v)
{
	_cleanup_(relay_answer_clear) struct relay_answer answer = {0};
	const struct relay_field fields[] = {
	    {TAG_LINK, v->argument},
	    {TAG_RHOST, v->client_text},
	    {TAG_BROWSER, v->browser[0] != '\0' ? v->browser : NULL},
	    {TAG_NONE, NULL},
	};
	const char *url;

	if (!show_asked(v, "link", fields, &answer))
		return;
	if (strcmp(answer.result, "redirect") != 0) {
		show_result(v, &answer);
		return;
	}
	url = relay_text(answer.top, "url", "");
	if (!is_web_url(url) ||
	    visit_set_browser(v, relay_text(answer.top, "browser", "")) !=
		STATUS_OK) {
		log_warning("validatord sent no address or cookie that a "
			    "browser could take");
		page_message(v, MESSAGE_PAGE_UNAVAILABLE, NULL);
		return;
	}
	respond_redirect(v->response, url);
}
