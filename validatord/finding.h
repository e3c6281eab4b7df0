/* SPDX-License-Identifier: ISC */
/* The stage between the request and the judgement: what is known. */
#ifndef VALIDATORD_FINDING_H
#define VALIDATORD_FINDING_H

#include "request.h"

/*
 * Sets r->facts and returns REASON_NONE, or sets r->waiting and goes on later
 * in decide_facts_found(), or says why there are none.
 */
enum reason find_facts(struct request *r);
/* Those that the handle of an earlier login names. */
enum reason find_handle(struct request *r);
/* Leaves what a waiting request waits for. */
void finding_stop(struct request *r);

#endif
