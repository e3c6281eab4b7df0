/* SPDX-License-Identifier: ISC */
/* The pipeline from a request to a verdict on record. */
#ifndef VALIDATORD_DECIDE_H
#define VALIDATORD_DECIDE_H

#include "request.h"

/*
 * Decides. r->done runs exactly once: before this returns false, or after it
 * returned true; the packet is not needed after the return either way. When
 * it runs, the outcome is in `r` and the audit record is written.
 */
bool decide(struct request *r);
/*
 * May a person be asked at all? Clock and throttle, and the policy by which to
 * ask: the service's first where none matches. REASON_NONE, or why not: then
 * decide_refuse() ends the request.
 */
enum reason decide_ask(struct request *r);
void decide_refuse(struct request *r, enum reason reason);
/* Decides for a reason that no stage finds: on record, and `done` runs before
 * this returns. */
void decide_end(struct request *r, enum reason reason, const char *detail);
/* Goes on with a request whose facts are there, or are not to be had. */
void decide_facts_found(struct request *r, enum reason reason);
/* Gives up a request that waits: `done` does not run, nothing is recorded. */
void decide_cancel(struct request *r);
/* Ends a request that waits now, with this reason; `done` runs. */
void decide_interrupt(struct request *r, enum reason reason);
/* Releases what the request holds; after `done` or decide_cancel(). */
void request_clear(struct request *r);

#endif
