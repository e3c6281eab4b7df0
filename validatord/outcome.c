/* SPDX-License-Identifier: ISC */
#include "outcome.h"

/*
 * Only what any token would meet counts against the server: an answer that one
 * odd token provokes must not shut everybody else out.
 */

#define FAILURE_LOG_MS 60000

enum issuer_outcome
outcome_of(enum reason reason)
{
	switch (reason) {
	case REASON_AS_UNREACHABLE:
	case REASON_AS_TIMEOUT:
	case REASON_AS_TLS:
	case REASON_AS_RATE_LIMIT:
	case REASON_AS_ERROR:
		return ISSUER_FAILED;
	case REASON_FETCH_DOWN:
	case REASON_INTERRUPTED:
	case REASON_OVERLOADED:
	case REASON_NO_MEMORY:
		return ISSUER_UNASKED;
	default:
		return ISSUER_SERVED;
	}
}

void
outcome_log(struct issuer_state *state, enum reason reason, const char *what)
{
	unsigned int skipped = 0;

	if (!log_limit_pass(&state->failure_log, FAILURE_LOG_MS, &skipped))
		return;
	log_warning("issuer %s: %s: %s%s%s (%u more before)", state->name,
	    reason_row(reason)->name, reason_row(reason)->sentence,
	    what != NULL ? ": " : "", what != NULL ? what : "", skipped);
}
