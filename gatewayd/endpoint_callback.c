/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "endpoint.h"
#include "page.h"
#include "scopegate/cleanup.h"
#include "show.h"

#define NAME_MAX_LENGTH 40

/* Where the broker sends the browser back to (RFC 6749 section 4.1.2). What it
 * says goes on to decide as it came; a parameter that stands twice has no
 * value that all would read alike. */

/* "" is the address that all issuers may share; else an issuer has one of its
 * own, and decide says whether it is that of the login's. */
static bool
is_issuer(const char *name)
{
	static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "abcdefghijklmnopqrstuvwxyz"
				      "0123456789._-";

	return strlen(name) <= NAME_MAX_LENGTH &&
	       strspn(name, allowed) == strlen(name);
}

void
endpoint_callback(struct visit *v)
{
	_cleanup_(relay_answer_clear) struct relay_answer answer = {0};
	const char *code = visit_query(v, "code");
	/* What Kite Connect calls it. */
	const char *request_token = visit_query(v, "request_token");
	const struct relay_field fields[] = {
	    {TAG_STATE, visit_query(v, "state")},
	    {TAG_PATH, v->request->path},
	    {TAG_RHOST, v->client_text},
	    {TAG_BROWSER, v->browser[0] != '\0' ? v->browser : NULL},
	    {TAG_CODE, code != NULL ? code : request_token},
	    {TAG_ISS, visit_query(v, "iss")},
	    {TAG_OAUTH_ERROR, visit_query(v, "error")},
	    {TAG_ERROR_DESCRIPTION, visit_query(v, "error_description")},
	    {TAG_NONE, NULL},
	};

	if (!is_issuer(v->argument)) {
		page_message(v, MESSAGE_PAGE_NOT_FOUND, NULL);
		return;
	}
	if (v->request->query_status != STATUS_OK ||
	    form_has_repeats(&v->request->query) || fields[0].text == NULL ||
	    (code == NULL && request_token == NULL &&
		visit_query(v, "error") == NULL)) {
		page_message(v, MESSAGE_PAGE_DAMAGED, NULL);
		return;
	}
	if (show_asked(v, "callback", fields, &answer))
		show_result(v, &answer);
}
