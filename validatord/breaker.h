/* SPDX-License-Identifier: ISC */
/*
 * Leaves an authorization server alone that fails repeatedly: open after
 * BREAKER_FAILURES in a row, or at once for a Retry-After; for 5 s doubling to
 * 60 s, then one probe at a time. A plain value; time is an argument.
 */
#ifndef VALIDATORD_BREAKER_H
#define VALIDATORD_BREAKER_H

#include <stdbool.h>
#include <stdint.h>

#define BREAKER_FAILURES 5
#define BREAKER_OPEN_MS 5000
#define BREAKER_OPEN_MAX_MS 60000
#define BREAKER_RETRY_AFTER_MAX_S 30
/* A question that is not heard of any more is none. */
#define BREAKER_PROBE_MS 10000

struct breaker {
	unsigned int failures;
	int64_t open_until_us; /* 0: closed */
	int64_t open_ms;
	bool probing;
	int64_t probed_us; /* when the one question was let through */
};

enum breaker_state { BREAKER_CLOSED, BREAKER_OPEN, BREAKER_HALF_OPEN };

enum breaker_state breaker_state(const struct breaker *b, int64_t now_us);
/* May a question be asked now? A half-open breaker lets one through. */
bool breaker_allows(struct breaker *b, int64_t now_us);
void breaker_succeeded(struct breaker *b);
/* retry_after_s > 0: the server said so; opens at once, capped. */
void breaker_failed(struct breaker *b, int64_t now_us,
    unsigned int retry_after_s);
/* The question was cancelled before an answer: gives a probe back. */
void breaker_cancelled(struct breaker *b);

#endif
