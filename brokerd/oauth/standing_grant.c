/* SPDX-License-Identifier: ISC */
/*
 * Standing grants. One that nobody signed in for, such as an operator's from
 * the shell, is no consent of the person's.
 */
#include "oauth/standing_grant.h"

#include <string.h>

#include "scopegate/cleanup.h"

static void
note(struct query *q, const struct grant *wanted, struct standing *s)
{
	const char *env = query_column_text(q, 0);
	struct word_set asked, had;

	if (s->last == 0) {
		s->last = query_column_integer(q, 4);
		if (query_copy_text(q, 0, s->last_env, sizeof(s->last_env)) !=
		    STATUS_OK)
			s->last_env[0] = '\0';
	}
	if (strcmp(query_column_text(q, 2), wanted->audience) != 0 ||
	    strcmp(query_column_text(q, 3), wanted->details) != 0 ||
	    word_set_parse(wanted->scope, &asked) != STATUS_OK ||
	    word_set_parse(query_column_text(q, 1), &had) != STATUS_OK ||
	    !word_set_within(&asked, &had))
		return;
	s->paper |= strcmp(env, "paper") == 0;
	s->live |= strcmp(env, "live") == 0;
}

enum status
standing_find(struct store *s, const struct grant *wanted, struct standing *ret)
{
	_cleanup_(query_done) struct query q = query_start(s,
	    "SELECT env, scope, audience, details, created FROM"
	    " (SELECT * FROM grants WHERE user = ? AND app = ?"
	    " ORDER BY id DESC LIMIT ?) WHERE revoked = 0 AND auth_time > 0");
	struct standing found = {0};
	enum status status;

	query_integer(&q, wanted->user);
	query_integer(&q, wanted->app);
	query_integer(&q, STANDING_GRANTS_MAX);
	while ((status = query_step(&q)) == STATUS_OK)
		note(&q, wanted, &found);
	if (status != STATUS_NOT_FOUND)
		return status;
	*ret = found;
	return STATUS_OK;
}
