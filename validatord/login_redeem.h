/* SPDX-License-Identifier: ISC */
/*
 * From the code of a redirect to a grant that would let the user in, or to
 * the login's end. It outlives its login and the browser that waits for it: a
 * code is good once, so what comes of it must be taken, if only to be revoked.
 */
#ifndef VALIDATORD_LOGIN_REDEEM_H
#define VALIDATORD_LOGIN_REDEEM_H

#include "login_table.h"

/* What became of it, for a page. */
struct redeem_result {
	struct login *login; /* NULL: it is over */
	struct visit *visit; /* of the login */
	enum reason reason;  /* REASON_NONE: the login has a grant now */
	const char *error;   /* RFC 6749 word, or "" */
	const char *detail;  /* what is missing; "" */
};

/* `visitor` is gone when this returns or has to be answered by it. */
typedef void redeem_done(
    struct connection *visitor, const struct redeem_result *result);

/*
 * Uses up the visit's state and exchanges the code. `done` runs once, later,
 * unless the visitor leaves before; then the login goes on or ends as it would
 * have. NULL `visitor`: nobody waits, and what comes of it is thrown away.
 * Returns the reason why nothing was asked, or REASON_NONE.
 */
enum reason redeem_begin(struct login *login, struct visit *visit,
    struct text code, struct connection *visitor, redeem_done *done);

/* The login ends; what is under way goes on and is thrown away. */
void redeem_leave(struct login *login);
/* The browser left. */
void redeem_leave_visitor(struct connection *visitor);
/* At the end of the process. */
void redeem_cancel_all(struct logins *l);

#endif
