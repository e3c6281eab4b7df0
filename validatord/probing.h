/* SPDX-License-Identifier: ISC */
/*
 * The profile's probes, one after the other, until one says whose account the
 * token reaches; then those without a subject, which must all succeed and add
 * scopes or an expiry. Each call passes the breaker and takes from the account's
 * budget; what is unavailable ends it, and is neither yes nor no.
 */
#ifndef VALIDATORD_PROBING_H
#define VALIDATORD_PROBING_H

#include "config.h"
#include "facts.h"
#include "probe.h"
#include "scopegate/message.h"
#include "scopegate/status.h"

#define PROBING_MS 5000 /* for all of them */

struct server;
struct probing;

struct probing_question {
	const struct issuer *issuer;
	int environment;      /* enum environment that is wanted */
	const char *api_base; /* of the token answer; NULL: none */
	const char *account;  /* whose budget it takes from */
	struct text token;
};

struct probing_result {
	/* REASON_NONE: a probe succeeded. TOKEN_INACTIVE, ACCOUNT_REFUSED or
	 * ENVIRONMENT_MISMATCH: the broker says no. Else unavailable. */
	enum reason reason;
	const char *what;            /* static, or NULL */
	const struct probe *probe;   /* the one that succeeded */
	struct probe_answer *answer; /* of it; the callee may take of it */
};

/* Runs exactly once, later, never from inside probing_begin(). */
typedef void probing_done(struct probing_result *result, void *argument);

/* Is there a probe that can say something of this environment? */
bool probing_possible(const struct issuer *issuer, int environment);
/* Everything in `q` but the issuer is copied; the token's copy is wiped. NULL
 * with *ret_reason: it cannot be asked now. */
struct probing *probing_begin(struct server *server, struct config *config,
    const struct probing_question *q, probing_done *done, void *argument,
    enum reason *ret_reason);
void probing_cancel(struct probing *p); /* `done` does not run */

/* What a success says, written into facts that nobody else has seen. Where
 * scopes are known already, only those stay that the answer states too. */
enum status probing_facts(
    const struct probing_result *result, struct facts *facts);

#endif
