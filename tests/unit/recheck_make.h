/* SPDX-License-Identifier: ISC */
/* Grants to ask about again, and those who wait for the answer. */
#ifndef TESTS_RECHECK_MAKE_H
#define TESTS_RECHECK_MAKE_H

#include "asks_caught.h"
#include "recheck.h"

#define ALIVE                                                                  \
	"{\"id\":\"account-904837e3\",\"number\":\"PA3\","                     \
	"\"status\":\"ACTIVE\"}"
#define WAITERS 50

struct waiting {
	struct flight_waiter waiter;
	unsigned int count;
	enum reason reason;
	bool had_facts;
};
extern struct waiting waiting[WAITERS];

/* A grant that was last seen alive so many seconds ago. */
struct grant *seen_ago(struct bench *b, int64_t seconds);
/* What would be asked of it now. */
struct recheck_question question(struct bench *b, struct grant *g);
/* Asks, and waits if it can. */
enum reason ask(struct bench *b, struct grant *g, struct waiting *w);

#endif
