/* SPDX-License-Identifier: ISC */
/*
 * Token buckets that refusals empty: per (place, user) and per place, which is
 * rhost or the local caller; on tools.sock also per caller uid. Unavailability
 * never counts, so an outage locks nobody out. Bounded tables; when full, the
 * least recently used goes.
 */
#ifndef VALIDATORD_THROTTLE_H
#define VALIDATORD_THROTTLE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "scopegate/message.h"

#define THROTTLE_TABLE_MAX 4096
#define THROTTLE_USER_BURST 10 /* refusals per (rhost, user) at once */
#define THROTTLE_USER_PER_MINUTE 6
#define THROTTLE_RHOST_BURST 40 /* per rhost, and per uid on tools.sock */
#define THROTTLE_RHOST_PER_MINUTE 30

struct throttle;

struct throttle_key {
	struct text rhost;
	struct text ruser; /* who asks on this host, where rhost is absent: su
			    * lets anybody name any user, and must not lock
			    * all others out of sudo */
	struct text user;
	bool by_uid; /* tools.sock */
	uid_t uid;
};

struct throttle *throttle_new(void);
void throttle_free(struct throttle *t);
/* May this try go on? false sets *ret_retry_after_s (>= 1). */
bool throttle_allows(struct throttle *t, const struct throttle_key *key,
    int64_t now_us, unsigned int *ret_retry_after_s);
/* Counts a refusal. */
void throttle_refused(
    struct throttle *t, const struct throttle_key *key, int64_t now_us);

#endif
