/* SPDX-License-Identifier: ISC */
/* A decision on what a login began with, and on what came of it. */
#ifndef VALIDATORD_LOGIN_REQUEST_H
#define VALIDATORD_LOGIN_REQUEST_H

#include "login_table.h"
#include "request.h"

/* Fills in who asks for what; the caller sets deadline, done and argument. The
 * views are into the login's packet. */
void login_request(struct login *login, struct request *r);

/*
 * The same with a token, by a message that is written into `packet`: it is
 * initialised and sensitive, and not needed once decide() has returned.
 * STATUS_MALFORMED: no message can hold that token.
 */
enum status login_request_token(struct login *login, struct request *r,
    struct text token, struct buf *packet);

/* The same with a grant of our own exchange, which it takes over in any case:
 * request_clear() throws away what is still there. */
enum status login_request_grant(struct login *login, struct request *r,
    struct grant *grant, struct buf *packet);

#endif
