/* SPDX-License-Identifier: ISC */
/* A test of an authorization server, step by step, as the daemon would ask. */
#ifndef VALIDATORCTL_ISSUER_TRIAL_H
#define VALIDATORCTL_ISSUER_TRIAL_H

#include "config.h"
#include "fetch/inspect.h"
#include "findings.h"
#include "issuers.h"

struct trial {
	struct config *config;
	const struct issuer *issuer;
	struct inspector *inspector;
	struct word_list origins;      /* where it may be asked */
	struct issuer_state endpoints; /* written, and as discovered */
	unsigned int needs;            /* ENDPOINT_BITs */
	struct findings findings;
	struct word_list met, dead; /* origins that were asked, or in vain */
	struct jwks *keys; /* of trial_keys(); NULL: none can be used */
	bool unreachable;
	bool clock_seen;
};

/*
 * Asks, if the origin did not fail before, and tells of connection, TLS and
 * clock where they are new. false: there is no answer, and a line of `step`, or
 * of the connection, says why.
 */
bool trial_ask(struct trial *t, const char *step, enum fetch_slot slot,
    const char *url, const struct secret *form, struct inspection *ret);
/* A step that failed. */
void trial_fail(struct trial *t, const char *step, const char *remedy,
    const char *format, ...) __attribute__((format(printf, 4, 5)));
/* Where the answer is a status that no step wants: tells it. `key` holds the
 * address in the configuration. */
void trial_fail_status(struct trial *t, const char *step, const char *key,
    const char *url, const struct inspection *i);

void trial_metadata(struct trial *t);
void trial_endpoints(struct trial *t);
void trial_keys(struct trial *t);
void trial_introspection(struct trial *t);
void trial_token_endpoint(struct trial *t);

#endif
