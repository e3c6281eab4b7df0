/* SPDX-License-Identifier: ISC */
/* Ends of a login that no decision on a token makes. */
#ifndef VALIDATORD_LOGIN_END_H
#define VALIDATORD_LOGIN_END_H

#include "login_table.h"
#include "reply.h"

/*
 * Puts it on record and tells the terminal: then the login is gone when this
 * returns. Only while a token is being decided that verdict ends it.
 */
void login_end(struct login *login, enum reason reason, const char *detail);
/* Its client is leaving before the login is over: on record if it was shown a
 * link. It counts as a try, so that whoever only opens and closes gets no more
 * links, and leaves no more records, than whoever types what is wrong. */
void login_left(struct login *login);

size_t logins_of_user(const struct logins *l, struct text user);
/* All of that user's which wait for a person, whatever they are at; how many
 * there were. What was exchanged for them is thrown away. */
size_t logins_end_user(struct logins *l, struct text user, enum reason reason);
/* The time is over: an event callback of the login. */
void login_expired(int fd, short events, void *argument);

#endif
