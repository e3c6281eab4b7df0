/* SPDX-License-Identifier: ISC */
/*
 * The token of `client_auth = bearer` where no file holds one: the client
 * credentials grant (RFC 6749 section 4.4) at the token endpoint. It is asked
 * for when a question needs it, by one request whoever waits, and is kept in
 * memory alone.
 */
#ifndef VALIDATORD_FETCH_BEARER_H
#define VALIDATORD_FETCH_BEARER_H

#include <stdbool.h>
#include <stdint.h>

#include "scopegate/log.h"

#define BEARER_LIFE_S 300 /* where the server states none */
#define BEARER_RENEW_PERCENT 80
#define BEARER_FORCED_S 60 /* between renewals that a 401 brought about */
#define BEARER_PAUSE_S 10  /* after a renewal that failed, while one counts */

struct pool;
struct transfer;

struct bearer {
	bool asking;
	unsigned int generation; /* of the token; 0: there was none yet */
	int64_t renew_at_us, expires_at_us;
	int64_t forced_at_us; /* 0: never */
	struct log_limit complaint;
};

/* Does this question have to wait for a token? Then one is asked for. It is
 * also asked for, without waiting, when most of its life is over. */
bool bearer_awaited(struct pool *p, const struct transfer *t, int64_t now_us);
/* Asks, unless that is under way. What waits is in the pool's queue. */
void bearer_ask(struct pool *p, int64_t now_us);

/* The pool's own question has its answer. */
void bearer_answered(struct transfer *t, int result, int64_t now_us);

/* The introspection was answered 401. true: a newer token may do better. */
bool bearer_refused(struct transfer *t, int64_t now_us);

#endif
