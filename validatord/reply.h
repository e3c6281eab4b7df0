/* SPDX-License-Identifier: ISC */
/* From a decision to the packet that tells it. */
#ifndef VALIDATORD_REPLY_H
#define VALIDATORD_REPLY_H

#include "connection.h"
#include "request.h"

/*
 * A request_done: the VERDICT, to the connection that r->argument is, under
 * the id of its last request. A refusal leaves no earlier than the failure
 * floor. Clears `r` and ends a conversation.
 */
void reply_verdict(struct request *r);
/* A document; clears it. */
void reply_document(struct connection *c, struct buf *document);

/* When the caller of this message wants to have its answer, less the margin
 * that the answer needs. */
struct deadline reply_deadline(const struct message *m, int64_t now_us);

#endif
