/* SPDX-License-Identifier: ISC */
/* Bearer tokens in, and why not out (RFC 6750). */
#ifndef GATEWAYD_BEARER_H
#define GATEWAYD_BEARER_H

#include "relay.h"
#include "visit.h"

/* The token of the Authorization header. NULL: none, or none that could be
 * one; *ret_given tells whether something was there. */
const char *bearer_token(const struct visit *v, bool *ret_given);

/* What WWW-Authenticate says. NULL where there is nothing to say. */
struct challenge {
	const char *error; /* RFC 6750 section 3.1 */
	const char *description;
	const struct json_value *first_scope; /* of an array of strings */
	/* RFC 9470 section 3: what would do. */
	const struct json_value *first_acr;
	int64_t max_age; /* seconds; 0: no matter */
};
void bearer_challenge(struct visit *v, const struct challenge *c);

/* {"error":...,"error_description":...} and the status; no challenge. */
void bearer_error(struct visit *v, unsigned int status, const char *error,
    const char *description);

/* decide could not be asked (or the request could not be carried to it). */
void bearer_not_asked(struct visit *v, enum status status);

/* Answers "deny" and "unavailable" of decide: status, challenge, body; any
 * other result is unavailable, too. */
void bearer_refuse(struct visit *v, const struct relay_answer *answer);

#endif
