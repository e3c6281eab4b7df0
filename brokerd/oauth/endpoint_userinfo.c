/* SPDX-License-Identifier: ISC */
/*
 * Who is it? (OpenID Connect Core section 5.3.) It answers for any audience:
 * the token proves to the broker itself what the broker said before.
 */
#include <time.h>

#include "http/respond.h"
#include "oauth/bearer.h"
#include "oauth/grant.h"
#include "routes.h"
#include "scopegate/json.h"

void
endpoint_userinfo(struct broker *b, const struct http_request *request,
    struct http_response *response)
{
	struct token token;
	struct json_writer w;
	int64_t now = (int64_t)time(NULL);
	enum status status = bearer_find(b, request, now, &token);

	if (status != STATUS_OK) {
		bearer_refuse(response, status);
		return;
	}
	/* A token of an app that acts for itself has no user to speak of. */
	if (token.grant.user == 0 ||
	    !word_set_text_has(token.scope, SCOPE_OPENID)) {
		bearer_refuse_scope(response, SCOPE_OPENID);
		return;
	}
	respond_json(response, 200);
	json_writer_init(&w, &response->body);
	json_write_begin_object(&w, NULL);
	json_write_string(&w, "sub", token.sub);
	if (word_set_text_has(token.scope, SCOPE_PROFILE))
		json_write_string(&w, "preferred_username", token.user_name);
	json_write_end_object(&w);
	call_log_add(&b->calls, b->store, token.grant.id,
	    request->method == HTTP_POST ? "POST" : "GET", request->path, 200,
	    now);
}
