/* SPDX-License-Identifier: ISC */
/*
 * Asking the broker again about a grant of ours: by its refresh token when the
 * access token has expired, then by the profile's probes. One at a time and
 * grant, whoever asks, and a refresh that was begun goes on to its end even if
 * nobody waits: the answer may hold the only refresh token that is still good.
 */
#ifndef VALIDATORD_RECHECK_H
#define VALIDATORD_RECHECK_H

#include "config.h"
#include "flights.h"
#include "grants.h"
#include "scopegate/status.h"

struct server;
struct recheck;

struct recheck_question {
	struct config *config;
	const struct issuer *issuer;
	struct grant *grant; /* a kept one, not ended */
	int64_t now;         /* seconds, CLOCK_REALTIME */
};

enum recheck_need {
	RECHECK_OVER,       /* ended here, or older than `grant_max_age` */
	RECHECK_NOT_NEEDED, /* looked at within `cache`, or there is nobody to
			     * ask: its facts are judged as they are */
	RECHECK_NEEDED,
};

/* *ret_age_ms: since the broker last said that it lives. */
enum recheck_need recheck_need(
    const struct recheck_question *q, int64_t *ret_age_ms);

/* REASON_NONE: *ret is a flight to join; *ret_joined: somebody else asked.
 * Else why it cannot be asked now, and *ret_what a static sentence or NULL. */
enum reason recheck_ask(struct server *server, const struct recheck_question *q,
    struct flight **ret, bool *ret_joined, const char **ret_what);

/* Before the fetch process goes. */
void rechecks_cancel(struct server *server);

#endif
