/* SPDX-License-Identifier: ISC */
/* An app's logo: shown to anyone, as on the page that asks for consent. */
#include "app/app_logo.h"
#include "developer/developer.h"
#include "http/respond.h"
#include "page.h"

void
page_logo(struct visit *v)
{
	struct http_response *r = v->response;
	enum status status = app_logo_read(v->broker->store, v->id, &r->body);

	if (status == STATUS_NOT_FOUND) {
		page_not_found(v);
		return;
	}
	respond_empty(r, status == STATUS_OK ? 200 : 500);
	http_response_header(r, "Content-Type", "image/png");
	http_response_header(r, "Cross-Origin-Resource-Policy", "same-origin");
}
