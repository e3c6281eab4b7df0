/* SPDX-License-Identifier: ISC */
/*
 * Answers for programs. Every one of them may hold a token or say something
 * about one, so none is ever stored by a cache.
 */
#include "http/respond.h"

#include "scopegate/json.h"

void
respond_empty(struct http_response *r, unsigned int status)
{
	r->status = status;
	http_response_header(r, "Cache-Control", "no-store");
	http_response_header(r, "Pragma", "no-cache");
}

void
respond_json(struct http_response *r, unsigned int status)
{
	respond_empty(r, status);
	http_response_header(r, "Content-Type", "application/json");
}

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

void
respond_redirect(struct http_response *r, const char *location)
{
	respond_empty(r, 303);
	http_response_header(r, "Location", location);
}
