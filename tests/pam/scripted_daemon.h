/* SPDX-License-Identifier: ISC */
/* A daemon in a child process that does to the module what the test says. */
#ifndef TESTS_PAM_SCRIPTED_DAEMON_H
#define TESTS_PAM_SCRIPTED_DAEMON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "scopegate/protocol.h"

/* Where a VERDICT has its first two values. */
#define VERDICT_AT (MESSAGE_HEADER_SIZE + TLV_HEADER_SIZE)
#define REASON_AT (VERDICT_AT + 1 + TLV_HEADER_SIZE)

enum daemon_mode {
	DAEMON_REPLIES,
	DAEMON_ABSENT,   /* no socket at all */
	DAEMON_STALE,    /* a socket that nobody listens on */
	DAEMON_SILENT,   /* takes the request and says nothing */
	DAEMON_SLOW,     /* ACK, then nothing until the caller gives up */
	DAEMON_DIES,     /* ACK, then it is gone */
	DAEMON_HANGS_UP, /* closes without a word */
};

/*
 * The reply; zeroed fields are left out, `mangle` has the last word. Where a
 * conversation begins, a script that is no prompt is the reply to the answer
 * to a prompt for a token, which comes first. ACCOUNT gets the last reply.
 */
struct script {
	enum daemon_mode mode;
	bool at_begin; /* no such prompt: this answers LOGIN_BEGIN */
	bool unasked;  /* at once, under the id of the request before */
	bool ack;      /* before the reply */
	uint8_t type;  /* 0: VERDICT, or PROMPT if there is one */
	uint8_t prompt;
	uint8_t logins;
	uint8_t tries;
	const char *link;
	const char *user_code;
	const char *number;
	const char *qr;
	const struct script *next; /* after a prompt; NULL: hangs up */
	uint8_t verdict;
	uint16_t reason;
	uint16_t error;
	uint32_t retry_after;
	const char *ref; /* NULL: "K7Q2M9XY" */
	const char *detail;
	const char *handle;
	void (*mangle)(uint8_t *packet, size_t *size); /* room: MESSAGE_MAX */
};

/*
 * What the daemon saw last; in memory that parent and child share. An answer
 * stands beside what its conversation began with, and as a token, too.
 */
struct seen {
	unsigned int begins;      /* LOGIN_BEGIN */
	unsigned int requests;    /* all others */
	unsigned int low_sockets; /* sockets at the caller's fds 0..2 */
	uint8_t type;
	bool has_uid;
	uint32_t uid;
	uint32_t budget_ms;
	uint32_t begin_budget_ms;
	uint8_t method;              /* 0: absent */
	char answers[8][64];         /* one after the other; "": none in it */
	char value[TAG_COUNT][1024]; /* strings; of the token its beginning */
	size_t token_length;
};

struct scripted_daemon {
	char path[108];
	pid_t pid; /* 0: no child */
	struct seen *seen;
};

/* Listens at `path` before it returns. */
void scripted_daemon_start(
    struct scripted_daemon *d, const char *path, const struct script *script);
void scripted_daemon_stop(struct scripted_daemon *d);

#endif
