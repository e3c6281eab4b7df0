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
/* Goes on with a request whose facts are there, or are not to be had. */
void decide_facts_found(struct request *r, enum reason reason);
/* Gives up a request that waits: `done` does not run, nothing is recorded. */
void decide_cancel(struct request *r);
/* Ends a request that waits now, with this reason; `done` runs. */
void decide_interrupt(struct request *r, enum reason reason);
/* Releases what the request holds; after `done` or decide_cancel(). */
void request_clear(struct request *r);

#endif
