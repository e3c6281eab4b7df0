/* SPDX-License-Identifier: ISC */
/*
 * When to leave an authorization server alone, so that logins fail at once
 * instead of one time-out each. Must never turn an outage into a refusal: it
 * only says whether a question may be asked.
 */
#include "breaker.h"

enum breaker_state
breaker_state(const struct breaker *b, int64_t now_us)
{
	if (b->open_until_us == 0)
		return BREAKER_CLOSED;
	return now_us < b->open_until_us ? BREAKER_OPEN : BREAKER_HALF_OPEN;
}

bool
breaker_allows(struct breaker *b, int64_t now_us)
{
	enum breaker_state state = breaker_state(b, now_us);

	if (state == BREAKER_HALF_OPEN &&
	    (!b->probing ||
		now_us - b->probed_us >= BREAKER_PROBE_MS * INT64_C(1000))) {
		b->probing = true;
		b->probed_us = now_us;
		return true;
	}
	return state == BREAKER_CLOSED;
}

void
breaker_succeeded(struct breaker *b)
{
	*b = (struct breaker){0};
}

/* 5 s, then twice as long after each failed probe. */
static void
lengthen(struct breaker *b)
{
	if (b->open_ms == 0)
		b->open_ms = BREAKER_OPEN_MS;
	else if (b->open_ms < BREAKER_OPEN_MAX_MS / 2)
		b->open_ms *= 2;
	else
		b->open_ms = BREAKER_OPEN_MAX_MS;
}

static void
open_until(struct breaker *b, int64_t until_us)
{
	if (b->open_until_us < until_us)
		b->open_until_us = until_us;
}

void
breaker_failed(struct breaker *b, int64_t now_us, unsigned int retry_after_s)
{
	bool probe_failed = b->probing;

	if (retry_after_s > BREAKER_RETRY_AFTER_MAX_S)
		retry_after_s = BREAKER_RETRY_AFTER_MAX_S;
	if (b->failures < BREAKER_FAILURES)
		b->failures++;
	b->probing = false;
	if (retry_after_s > 0)
		open_until(b, now_us + (int64_t)retry_after_s * 1000000);
	/* Answers to questions from before it opened come in late: they are
	 * the same outage and do not lengthen it. */
	if (probe_failed ||
	    (b->failures == BREAKER_FAILURES && b->open_ms == 0)) {
		lengthen(b);
		open_until(b, now_us + b->open_ms * 1000);
	}
}

void
breaker_cancelled(struct breaker *b)
{
	b->probing = false;
}
