/* SPDX-License-Identifier: ISC */
/* When a grant ends by itself. Time is an argument. */
#ifndef VALIDATORD_GRANT_EXPIRY_H
#define VALIDATORD_GRANT_EXPIRY_H

#include <stdbool.h>
#include <stdint.h>

#include "config.h"
#include "scopegate/status.h"

/*
 * The next moment after `now` at which clocks in `zone` ("Asia/Kolkata") show
 * that minute of the day. STATUS_INVALID: no such zone on this host. Reads the
 * zone's file and sets TZ for as long as it runs: only for a process without
 * threads.
 */
enum status clock_time_next(
    const char *zone, unsigned int minute, int64_t now, int64_t *ret);

/*
 * When the token ends: by `expires_in` (0: not stated) or by `grant_expiry`'s
 * time of day, the earlier of the two; 0: nobody says. STATUS_INVALID as above.
 */
enum status grant_token_end(
    const struct sign_in *s, int64_t expires_in, int64_t now, int64_t *ret);
/* When `grant_max_age` ends it; 0: there is no such rule. */
int64_t grant_age_end(const struct sign_in *s, int64_t made_at);
/* The earlier of two moments, of which 0 is none. */
int64_t grant_earlier(int64_t a, int64_t b);

#endif
