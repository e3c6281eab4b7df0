/* SPDX-License-Identifier: ISC */
/*
 * The operator's commands for grants, and the documents that answer them.
 *
 * grants {user; ref}   {"grants":[GRANT],"more":ID}
 *	oldest first; ref: begin after the grant of that id; more: the last id
 *	that is here, where others follow
 * grants {handle}      {"grants":[GRANT]}  none: there is no such grant
 * key-rotate           {"rotated":true,"grants":N}
 * Any of them          {"error":TEXT}  what went wrong, and the remedy
 *
 * GRANT: "id","issuer","user","service","subject","display","environment",
 *	"client_id","scopes":[..] (null: unknown),"made_at","verified_at",
 *	"ends_at" (null: by itself never),"refreshable","state":"live"|
 *	"expired"|"ended"; no octet of a token
 */
#ifndef VALIDATORD_CONTROL_GRANTS_H
#define VALIDATORD_CONTROL_GRANTS_H

#include "connection.h"
#include "scopegate/message.h"

void control_grants(struct connection *c, const struct message *m);
void control_key_rotate(struct connection *c, const struct message *m);

/* For commands about grants: the document {"error":TEXT}, and the text where
 * there are none. */
void control_error(struct connection *c, const char *text);
extern const char control_no_grants[];

#endif
