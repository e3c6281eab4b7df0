/* SPDX-License-Identifier: ISC */
/*
 * Tokens, made and handed out. How they look and what goes with them is the
 * app's kind and token format.
 */
#include "oauth/issue.h"

#include <string.h>

#include "http/respond.h"
#include "oauth/grant.h"
#include "scopegate/json.h"

void
issued_wipe(struct issued *i)
{
	explicit_bzero(i, sizeof(*i));
}

enum status
issue_tokens(struct broker *b, const struct app *app, const struct issue *issue,
    int64_t now, struct issued *ret)
{
	char scope[WORD_SET_TEXT_SIZE];
	struct token_request request = {.grant = issue->grant.id,
	    .kind = TOKEN_ACCESS,
	    .scope = scope,
	    .now = now,
	    .expires = now + ACCESS_TOKEN_SECONDS};
	enum status status;

	(void)app;
	word_set_print(&issue->scope, scope);
	status = token_issue(b->store, &request, ret->access);
	if (status != STATUS_OK || !issue->refresh)
		return status;
	request.kind = TOKEN_REFRESH;
	/* RFC 6749 section 6: the new one has the scope of the old one. */
	request.scope = issue->grant.scope;
	request.expires = now + REFRESH_TOKEN_SECONDS;
	return token_issue(b->store, &request, ret->refresh);
}

void
issued_write(struct http_response *response, const struct app *app,
    const struct issue *issue, const struct issued *issued)
{
	char scope[WORD_SET_TEXT_SIZE];
	struct json_writer w;

	(void)app;
	word_set_print(&issue->scope, scope);
	respond_json(response, 200);
	json_writer_init(&w, &response->body);
	json_write_begin_object(&w, NULL);
	json_write_string(&w, "access_token", issued->access);
	json_write_string(&w, "token_type", "Bearer");
	json_write_integer(&w, "expires_in", ACCESS_TOKEN_SECONDS);
	if (issue->refresh)
		json_write_string(&w, "refresh_token", issued->refresh);
	if (scope[0] != '\0')
		json_write_string(&w, "scope", scope);
	json_write_end_object(&w);
}
