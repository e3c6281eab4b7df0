/* SPDX-License-Identifier: ISC */
/*
 * One request for a page, as its handler has it. The router has opened the
 * session, checked that whoever asks may see the page, and refused a form that
 * does not carry the session's token, before a handler runs.
 */
#ifndef BROKERD_VISIT_H
#define BROKERD_VISIT_H

#include <stdint.h>

#include "broker.h"
#include "http/http_server.h"
#include "identity/browser_session.h"

struct visit {
	struct broker *broker;
	const struct http_request *request;
	struct http_response *response;
	int64_t now; /* seconds since the epoch */
	int64_t id;  /* what stands for {id} in the path; 0 if nothing does */
	struct browser_session session;
};

typedef void page_handler(struct visit *v);

/* Value of a field of the form or, second, of the query; NULL as form_get(). */
const char *visit_form(const struct visit *v, const char *name);
const char *visit_query(const struct visit *v, const char *name);

/* To a path of ours, 303; `notice` (a name of page.c's table, or NULL) is said
 * on the page that follows. */
void visit_go(struct visit *v, const char *path, const char *notice);
/* The same with the visit's id behind: visit_go_id(v, "/apps/", 7, NULL). */
void visit_go_id(
    struct visit *v, const char *prefix, int64_t id, const char *notice);
/* To the sign-in page, and then back to `path` (ours, with its query). */
void visit_go_sign_in(struct visit *v, const char *path);
/* Is this a path of ours, safe to be redirected to? */
bool visit_path_is_ours(const char *path);

#endif
