/* SPDX-License-Identifier: ISC */
/*
 * The operator's command that ends grants, and sign-ins that would make some.
 *
 * grant-revoke {handle}, {user}
 *	{"ended":N,"asked":N,"sign_ins":N,"ref":REF}
 *	asked: how many the broker was told to revoke too; sign_ins: that still
 *	waited for the user, and ended; ref: of the act in the audit log, where
 *	there was anything to end
 *	{"error":TEXT}  it ended, but not all of it is on disk or on record
 */
#ifndef VALIDATORD_CONTROL_REVOKE_H
#define VALIDATORD_CONTROL_REVOKE_H

#include "connection.h"
#include "scopegate/message.h"

void control_grant_revoke(struct connection *c, const struct message *m);

#endif
