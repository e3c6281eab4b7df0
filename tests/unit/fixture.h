/* SPDX-License-Identifier: ISC */
/*
 * tests/profiles/NAME/CASE: what a broker answers, written from its documents,
 * and what that must be taken for. Lines of `key: value`, an empty line, and
 * the body.
 *
 *	kind: success | refusal | outage
 *	probe: NAME | token: yes | introspection: yes | metadata: yes |
 *	       jwt: TYP           the body is the claims, signed by the test;
 *	                          TYP is the header's, or - for none
 *	request: METHOD URL            with `header`: what must be sent
 *	header: NAME: VALUE            again for each; TOKEN is the token
 *	answer: STATUS [CONTENT-TYPE] | timeout | unreachable | signed
 *	expect: valid | invalid | elsewhere | refused [REASON] |
 *	        unavailable REASON
 *	subject, display, scopes (or `unknown`), client, user, expires_in,
 *	api_base
 */
#ifndef SCOPEGATE_TESTS_FIXTURE_H
#define SCOPEGATE_TESTS_FIXTURE_H

#include <stddef.h>

#include "fetcher.h"

struct fixture {
	char path[512];
	char text[8192];
	char headers[512]; /* one a line, as probe_fill() gives them */
	const char *kind, *probe, *token, *introspection, *metadata, *jwt;
	const char *request, *answer, *client, *user;
	const char *expect, *subject, *display, *scopes, *expires_in, *api_base;
	const char *body;
	char type[64]; /* of the content */
	struct fetch_reply reply;
};

void fixture_read(const char *path, struct fixture *ret);

/* The names in a folder without those that begin with a dot, in order. */
struct word_list;
void names_in(const char *folder, struct word_list *ret);
/* Of the source tree: top_srcdir/`name`. */
void source_path(char *ret, size_t size, const char *name);

#endif
