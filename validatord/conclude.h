/* SPDX-License-Identifier: ISC */
/* The last stages of a decision: verdict, handle, audit record, counters. */
#ifndef VALIDATORD_CONCLUDE_H
#define VALIDATORD_CONCLUDE_H

#include "request.h"
#include "throttle.h"

/* REASON_NONE: every stage passed. Writes the record, then runs r->done. */
void request_conclude(struct request *r, enum reason reason);
struct throttle_key request_throttle_key(const struct request *r);

#endif
