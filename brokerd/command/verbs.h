/* SPDX-License-Identifier: ISC */
/*
 * Nouns with verbs: `brokerd NOUN VERB --options`. A table says which options
 * a verb takes; parsing, opening the store and the help come from it.
 */
#ifndef BROKERD_VERBS_H
#define BROKERD_VERBS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "scopegate/json.h"
#include "store/store.h"

/* X(NAME, "option", "what its value is"); NULL: a flag */
#define VERB_OPTION_LIST(X)                                                    \
	X(USER, "user", "NAME")                                                \
	X(APP, "app", "ID")                                                    \
	X(GRANT, "grant", "NUMBER")                                            \
	X(REVIEWER, "reviewer", "NAME")                                        \
	X(REASON, "reason", "TEXT")                                            \
	X(STATE, "state", "STATE")                                             \
	X(BEGINS, "begins", "TEXT")                                            \
	X(OWNER, "owner", "NAME")                                              \
	X(ACTOR, "actor", "NAME")                                              \
	X(ACTION, "action", "TEXT")                                            \
	X(SUBJECT, "subject", "TEXT")                                          \
	X(FROM, "from", "DAY")                                                 \
	X(UNTIL, "until", "DAY")                                               \
	X(AFTER, "after", "NUMBER")                                            \
	X(MARK, "mark", "\"NUMBER HASH\"")                                     \
	X(JSON, "json", NULL)                                                  \
	X(OFF, "off", NULL)                                                    \
	X(FORCE, "force", NULL)                                                \
	X(RECEIVER, "receiver", "NAME")                                        \
	X(URL, "url", "URL")                                                   \
	X(AUDIENCE, "audience", "TEXT")                                        \
	X(EVENTS, "events", "\"A B\"")                                         \
	X(BEARER_FILE, "bearer-file", "FILE")                                  \
	X(KIND, "kind", "KIND")                                                \
	X(ON, "on", "ENDPOINTS")                                               \
	X(WAIT, "wait", "TIME")                                                \
	X(NEXT, "next", "N")

enum verb_option {
#define X(name, option, value) OPTION_##name,
	VERB_OPTION_LIST(X)
#undef X
	    VERB_OPTIONS,
};
#define TAKES(name) (1u << OPTION_##name)

/* What was given: NULL or false where it was not. */
struct verb_request {
	struct store *store;
	const char *text[VERB_OPTIONS];
	bool flag[VERB_OPTIONS];
};

struct verb {
	const char *name;
	int (*run)(const struct verb_request *r); /* the exit code */
	unsigned int needs, takes;                /* TAKES(...) | ... */
	const char *help;
	/* In place of all that: parses for itself; `usage` says what. */
	int (*run_raw)(int argc, char **argv);
	const char *usage;
};

/* Ends with name == NULL. */
struct noun {
	const char *name;
	const struct verb *verbs;
};
int verbs_run(const struct noun *n, int argc, char **argv);
/* Of one verb, or of all (NULL); false: no such verb, which is logged. */
bool verbs_help(const struct noun *n, const char *verb, FILE *out);

/* Logs "SUBJECT: why" and gives the exit code. `why` NULL: the status says. */
int verb_end(const char *subject, enum status status, const char *why);
/* A list for people has a header, and says on standard error that it is
 * empty; one for programs (--json) does neither. */
struct verb_list {
	const struct verb_request *request;
	const char *header; /* may be NULL */
	const char *what;   /* in the plural */
	size_t lines;
};
/* Before each line. */
void verb_list_line(struct verb_list *l);
/* As verb_end(). */
int verb_list_end(
    const struct verb_list *l, enum status status, const char *why);
/*
 * Writes text that others chose to standard output, at least `width` wide and
 * then two spaces (0: as it is): what would command a terminal or begin a
 * line becomes '?'.
 */
void verb_column(const char *text, int width);
/* One JSON object on a line of standard output, begun and ended. */
void verb_json_begin(struct buf *line, struct json_writer *w);
void verb_json_end(struct buf *line, struct json_writer *w);
/* A positive number; logs what is wrong. NULL gives 0. */
bool verb_number(const char *option, const char *text, int64_t *ret);

#endif
