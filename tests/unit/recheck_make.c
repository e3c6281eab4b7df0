/* SPDX-License-Identifier: ISC */
#include "recheck_make.h"

#include <string.h>
#include <time.h>

struct waiting waiting[WAITERS];

static void
landed(const struct flight_answer *answer, void *argument)
{
	struct waiting *w = argument;

	w->count++;
	w->reason = answer->reason;
	w->had_facts = answer->facts != NULL;
}

struct grant *
seen_ago(struct bench *b, int64_t seconds)
{
	char id[GRANT_ID_SIZE];
	struct grant *g;

	keep_grant(b->server.grants, "token-1", id);
	g = grants_find_id(b->server.grants, text_of(id));
	g->made_at -= seconds;
	g->verified_at -= seconds;
	return g;
}

struct recheck_question
question(struct bench *b, struct grant *g)
{
	return (struct recheck_question){.config = b->server.config,
	    .issuer = b->issuer,
	    .grant = g,
	    .now = (int64_t)time(NULL)};
}

enum reason
ask(struct bench *b, struct grant *g, struct waiting *w)
{
	const struct recheck_question q = question(b, g);
	struct flight *flight = NULL;
	const char *what = NULL;
	bool joined = false;
	enum reason reason =
	    recheck_ask(&b->server, &q, &flight, &joined, &what);

	memset(w, 0, sizeof(*w));
	if (reason == REASON_NONE)
		flight_join(flight, &w->waiter, landed, w);
	return reason;
}
