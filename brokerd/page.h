/* SPDX-License-Identifier: ISC */
/* The pages: HTML for people, from templates compiled in. */
#ifndef BROKERD_PAGE_H
#define BROKERD_PAGE_H

#include "http/http_server.h"
#include "http/template.h"
#include "visit.h"

/* Which entry of the navigation is lit. */
enum page_place {
	PLACE_NONE,
	PLACE_ACCOUNT,
	PLACE_CONNECTED,
	PLACE_APPS,
	PLACE_OPERATOR,
};

struct page {
	unsigned int status;
	const char *title;
	const char *body; /* a template: brokerd/pages/NAME.html */
	const struct template_value *values;
	const char *form_target; /* a CSP source that forms may lead to; NULL */
	enum page_place place;
	bool wide; /* tables */
};

/*
 * Every template may use, beside its own values: {{title}}, {{user}} (empty if
 * nobody is signed in), {{operator}}, {{form_token}}, {{issuer}}, {{notice}},
 * and the part {{>field}} inside {{#fields}} (field.h). A page that cannot be
 * rendered becomes an empty 500.
 */
void page_show(struct visit *v, const struct page *page);

/* A page that says what went wrong and what to do next. */
void page_error(
    struct visit *v, unsigned int status, const char *title, const char *text);
void page_failed(struct visit *v);    /* 500: the store failed */
void page_not_found(struct visit *v); /* 404 */

/* "2026-11-26 09:30 UTC"; "never" for 0. */
#define PAGE_TIME_SIZE 24
void page_time(int64_t when, char ret[PAGE_TIME_SIZE]);
/* With the seconds. */
void page_time_exact(int64_t when, char ret[PAGE_TIME_SIZE]);

page_handler page_home;

#endif
