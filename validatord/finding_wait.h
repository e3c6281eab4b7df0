/* SPDX-License-Identifier: ISC */
/* A request that waits for facts: for finding.c alone. */
#ifndef VALIDATORD_FINDING_WAIT_H
#define VALIDATORD_FINDING_WAIT_H

#include "flights.h"
#include "request.h"

/* Waits until `arrived` runs, or the request's own deadline comes. The packet
 * is the request's own from then on. REASON_NO_MEMORY: it does not wait. */
enum reason finding_wait(
    struct request *r, struct flight *flight, flight_done *arrived);

#endif
