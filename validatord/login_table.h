/* SPDX-License-Identifier: ISC */
/* The logins that wait, how they are found, and how many there may be. */
#ifndef VALIDATORD_LOGIN_TABLE_H
#define VALIDATORD_LOGIN_TABLE_H

#include <event2/event_struct.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

#include "config.h"
#include "grants.h"
#include "issuers.h"
#include "login.h"
#include "nonce.h"
#include "scopegate/deadline.h"

#define LINK_LENGTH 8 /* of its name: 39 bits, and it gives no right */
#define LOGIN_CODE_LENGTH 8
#define LOGIN_ANSWERS_MAX 32 /* rounds of prompt and answer */

/* One browser that opened the link, or the one redirect to be pasted. */
enum visit_stage {
	VISIT_NONE,
	VISIT_SENT,      /* to the authorization server, with `state` */
	VISIT_REDEEMING, /* it came back, and its code is being exchanged */
	VISIT_ASKED,     /* whose login it is: `state` is the form's */
	VISIT_OVER,      /* its state has been used */
};

struct visit {
	enum visit_stage stage;
	struct digest state;
	struct digest browser;     /* the cookie */
	unsigned int turn;         /* the link was opened so often by then */
	char verifier[NONCE_SIZE]; /* RFC 7636 section 4.1; "": without */
};

struct redeem;
struct device;

struct login {
	TAILQ_ENTRY(login) entry;
	struct connection *connection;
	/* As the conversation began; its end is judged by the rules that hold
	 * then. */
	struct config *config;
	const struct policy *policy;
	const struct issuer *issuer;
	struct issuer_state *state; /* NULL: a token is enough */
	struct issuer_ready ready;  /* while its endpoints are discovered */
	uint8_t *packet;            /* LOGIN_BEGIN, own copy */
	size_t packet_size;
	struct message begin; /* views into it */

	unsigned int method; /* LOGIN_* bit: how it is asked for */
	unsigned int beside; /* LOGIN_* bits that an answer may use, too */
	char link[LINK_LENGTH + 1];
	int64_t begun_us;
	struct deadline deadline;  /* the person's time included */
	struct deadline answer_by; /* when the answer at hand must be done */
	struct event timer;
	unsigned int tries;   /* that are left */
	unsigned int answers; /* that may still come */

	struct visit visits[LOGIN_VISITS];
	unsigned int opened;   /* how often the link was */
	struct redeem *redeem; /* the exchange under way; NULL: none */
	struct device *device; /* the device grant under way; NULL: none */
	struct grant *grant;   /* exchanged, not kept yet; NULL: none */
	bool has_link;         /* the terminal was shown one */
	bool has_code;         /* the browser's owner approved */
	struct digest code;
	enum reason trouble; /* unavailable when last tried; else none */
};

TAILQ_HEAD(login_list, login);
TAILQ_HEAD(redeem_list, redeem);

struct logins {
	struct server *server;
	struct login_list waiting;
	size_t count;
	struct redeem_list redeems; /* also of logins that are gone */
	struct login_codes *codes;
	uint64_t begun, unfinished, declined; /* for metrics */
};

/* A new one at the end of the list, with what LOGIN_BEGIN said and a link of
 * its own. REASON_TOO_MANY_LOGINS, REASON_NO_MEMORY or REASON_NONE. */
enum reason login_add(struct logins *l, struct connection *c,
    const struct message *m, struct config *config, const struct policy *policy,
    unsigned int method, struct login **ret);
/* Forgets it: cancels, discards a grant that nobody used, wipes. */
void login_free(struct login *login);

/* By what a browser says. NULL: there is none. */
struct login *login_find_link(struct logins *l, struct text link);
struct login *login_find_state(
    struct logins *l, struct text state, struct visit **ret);
/* Has any browser of a waiting login got this cookie? */
bool login_knows_browser(struct logins *l, struct text browser);

/* The browser's visit; for a new browser a free one, or that of the one which
 * has been at the authorization server, or back, the longest. NULL: no room. */
struct visit *login_visit(struct login *login, struct text browser);

#endif
