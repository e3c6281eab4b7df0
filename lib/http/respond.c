/* SPDX-License-Identifier: ISC */
/*
 * Answers for programs. Every one of them may hold a token or say something
 * about one, so none is ever stored by a cache.
 */
#include "http/respond.h"

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
respond_redirect(struct http_response *r, const char *location)
{
	respond_empty(r, 303);
	http_response_header(r, "Location", location);
}
