/* SPDX-License-Identifier: ISC */
/* The pages: HTML for people, from templates compiled in. */
#ifndef BROKERD_PAGE_H
#define BROKERD_PAGE_H

#include "oauth/authorization.h"
#include "broker.h"
#include "identity/browser_session.h"
#include "http/http_server.h"
#include "http/template.h"

/* brokerd/pages/NAME as text; made at build time. */
extern const char page_file_head[], page_file_foot[], page_file_home[],
    page_file_error[], page_file_login[], page_file_consent[],
    page_file_style[];

struct page {
	unsigned int status;
	const char *title;
	const char *body; /* a template */
	const struct template_value *values;
	const char *form_target; /* a CSP source that forms may lead to; NULL */
};
/* A page that cannot be rendered becomes an empty 500. */
void page_render(struct http_response *r, const struct page *page);

void page_error(struct http_response *r, unsigned int status, const char *title,
    const char *text);
/* `query`: the authorization request, encoded; `problem` NULL at first. */
void page_login(struct http_response *r, const struct authorization *a,
    const struct browser_session *s, const char *query, const char *problem);
void page_consent(struct broker *b, struct http_response *r,
    const struct authorization *a, const struct browser_session *s,
    const char *query);

#endif
