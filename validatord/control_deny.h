/* SPDX-License-Identifier: ISC */
/*
 * The operator's commands for the deny list.
 *
 * deny {kind value; issuer}    {"added":BOOL,"ref":REF}  false: it was there
 * allow {kind value; issuer}   {"removed":true,"ref":REF}
 * denied                       {"rules":[RULE]}
 * Any of them                  {"error":TEXT}  what went wrong, and the remedy
 *
 * RULE: "kind","issuer" (null: any),"value","since","by"
 */
#ifndef VALIDATORD_CONTROL_DENY_H
#define VALIDATORD_CONTROL_DENY_H

#include "connection.h"
#include "scopegate/message.h"

void control_deny(struct connection *c, const struct message *m);
void control_allow(struct connection *c, const struct message *m);
void control_denied(struct connection *c, const struct message *m);

#endif
