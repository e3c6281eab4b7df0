/* SPDX-License-Identifier: ISC */
/* A fault as the answer of an endpoint that speaks JSON. */
#include "respond_fault.h"

#include "http/respond.h"
#include "scopegate/json.h"

void
respond_fault(struct http_response *r, struct oauth_fault fault)
{
	struct json_writer w;
	char text[OAUTH_TEXT_SIZE];

	oauth_fault_print(&fault, text);
	respond_json(r, oauth_error_http_status(fault.error));
	if (fault.error == OAUTH_INVALID_CLIENT)
		http_response_header(r, "WWW-Authenticate",
		    "Basic realm=\"brokerd\", charset=\"UTF-8\"");
	json_writer_init(&w, &r->body);
	json_write_begin_object(&w, NULL);
	json_write_string(&w, "error", oauth_error_code(fault.error));
	json_write_string(&w, "error_description", text);
	json_write_end_object(&w);
}
