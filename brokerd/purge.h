/* SPDX-License-Identifier: ISC */
/* Forgetting what is old. */
#ifndef BROKERD_PURGE_H
#define BROKERD_PURGE_H

#include "broker.h"
#include "scopegate/status.h"

#define PURGE_TOKENS_SECONDS 86400 /* after they have expired */
#define PURGE_EVENTS_SECONDS (7 * 86400)

/* All that is old enough at `now`, piece by piece, each with the broker's lock
 * held: whoever waits for it waits for one piece, however much there is. */
enum status purge_old(struct broker *b, int64_t now);

#endif
