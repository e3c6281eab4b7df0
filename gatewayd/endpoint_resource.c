/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "bearer.h"
#include "endpoint.h"
#include "http/respond.h"
#include "scopegate/cleanup.h"

/* Where a client that was refused learns whom to ask for a token (RFC 9728). */

static void
copy_texts(
    struct json_writer *w, const char *name, const struct json_value *first)
{
	json_write_begin_array(w, name);
	for (const struct json_value *i = first; i != NULL; i = json_next(i)) {
		const char *text;

		if (json_string(i, &text) == STATUS_OK)
			json_write_string(w, NULL, text);
	}
	json_write_end_array(w);
}

void
endpoint_resource(struct visit *v)
{
	_cleanup_(relay_answer_clear) struct relay_answer answer = {0};
	struct json_writer w;
	enum status status =
	    relay_ask(&v->gateway->relay, "metadata", NULL, &answer);

	if (status != STATUS_OK || strcmp(answer.result, "metadata") != 0) {
		bearer_not_asked(v, status != STATUS_OK ? status : STATUS_IO);
		return;
	}
	respond_json(v->response, 200);
	json_writer_init(&w, &v->response->body);
	json_write_begin_object(&w, NULL);
	json_write_string(&w, "resource", v->gateway->settings->public_url);
	json_write_string(
	    &w, "resource_name", relay_text(answer.top, "host", ""));
	copy_texts(
	    &w, "authorization_servers", relay_first(answer.top, "issuers"));
	copy_texts(&w, "scopes_supported", relay_first(answer.top, "scopes"));
	json_write_begin_array(&w, "bearer_methods_supported");
	json_write_string(&w, NULL, "header");
	json_write_end_array(&w);
	json_write_end_object(&w);
}
