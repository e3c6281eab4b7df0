/* SPDX-License-Identifier: ISC */
/* The pages: HTML for people, from templates compiled in. */
#ifndef GATEWAYD_PAGE_H
#define GATEWAYD_PAGE_H

#include "http/template.h"
#include "page_files.h"
#include "visit.h"

struct page {
	unsigned int status;
	const char *title;
	const char *body; /* page_file_NAME */
	const struct template_value *values;
};

/* A page that cannot be rendered becomes an empty 500. */
void page_show(struct visit *v, const struct page *page);

/* Pages that say one thing, and what to do next. */
enum page_message {
	MESSAGE_PAGE_GONE,
	MESSAGE_PAGE_FOREIGN,
	MESSAGE_PAGE_DENIED,
	MESSAGE_PAGE_DAMAGED,
	MESSAGE_PAGE_CROSS_SITE,
	MESSAGE_PAGE_UNAVAILABLE,
	MESSAGE_PAGE_LIMITED,
	MESSAGE_PAGE_NOT_FOUND,
	MESSAGE_PAGE_METHOD,
	MESSAGE_PAGE_TOO_BIG,
	MESSAGE_PAGE_PLAIN,
};
/* `detail`: a further sentence, or NULL. */
void page_message(struct visit *v, enum page_message which, const char *detail);

endpoint page_home;
endpoint page_style;
endpoint page_icon;

#endif
