/* SPDX-License-Identifier: ISC */
/*
 * Logins that wait for a person. Each lives as long as its conversation: the
 * module's connection owns it, and when that closes it is gone. gatewayd knows
 * it by its link and by the states of those who opened the link; neither gives
 * a right.
 */
#ifndef VALIDATORD_LOGIN_H
#define VALIDATORD_LOGIN_H

#include "connection.h"
#include "scopegate/message.h"

/* DESIGN's limits; 1,024 in all so that a desk's morning fits. */
#define LOGINS_MAX 1024
#define LOGINS_PER_USER 8
#define LOGINS_PER_RHOST 32
#define LOGIN_TRIES 3  /* of a code */
#define LOGIN_VISITS 4 /* browsers that opened the link */

struct logins;

struct logins *logins_new(struct server *server); /* NULL: no memory */
void logins_free(struct logins *l);               /* NULL is fine */

/* LOGIN_BEGIN and LOGIN_ANSWER of dispatch.c's table. */
void login_begin(struct connection *c, const struct message *m);
void login_answer(struct connection *c, const struct message *m);

#endif
