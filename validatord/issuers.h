/* SPDX-License-Identifier: ISC */
/*
 * What the running daemon knows of each authorization server beside its
 * configuration: endpoints (written or discovered), the breaker, counters.
 * Outlives a reload as long as name and URL stay.
 */
#ifndef VALIDATORD_ISSUERS_H
#define VALIDATORD_ISSUERS_H

#include <stdbool.h>
#include <stdint.h>

#include "breaker.h"
#include "config.h"
#include "metadata.h"
#include "scopegate/log.h"
#include "scopegate/status.h"

#define DISCOVERY_BACKOFF_MS 1000 /* doubles after each failed round */
#define DISCOVERY_BACKOFF_MAX_MS 60000

struct server;
struct issuers;
struct further_endpoint; /* endpoints.h */

typedef void issuer_ready_done(
    enum reason reason, const char *what, void *argument);

/* Waits for discovery; lies in the question that needs the endpoints. */
struct issuer_ready {
	struct issuer_ready *next;
	unsigned int wanted;     /* ENDPOINT_BITs */
	issuer_ready_done *done; /* NULL: does not wait */
	void *argument;
};

struct issuer_state {
	struct issuer_state *next;
	unsigned int references;
	struct server *server;
	char *name;
	char *url;
	char *written[ENDPOINT_COUNT]; /* in the configuration; they win */
	bool shows_certificate;        /* takes what metadata name for that */
	struct metadata metadata;      /* all empty: not discovered yet */
	int64_t metadata_at; /* seconds, CLOCK_REALTIME; 0: there are none */
	struct issuer_keys *keys;      /* keys.c's; NULL: no key is needed */
	bool breaker_on;
	struct breaker breaker;
	struct further_endpoint *further; /* see endpoints.h */
	size_t further_count;
	unsigned int in_flight;
	uint64_t asked, failed;
	struct log_limit failure_log;
	/* discovery */
	struct config *snapshot;     /* while under way */
	const struct issuer *issuer; /* of the snapshot */
	uint32_t fetch_id;           /* 0: not under way */
	unsigned int attempt;
	int64_t backoff_ms;
	int64_t not_before_us;
	struct issuer_ready *waiting;
	struct issuer_ready *telling; /* the rest of those being told */
};

struct issuers *issuers_new(struct server *server); /* NULL: no memory */
void issuers_free(struct issuers *i);               /* NULL is fine */
/* Follows a new snapshot, and starts discovery where it is needed. */
enum status issuers_apply(struct issuers *i, struct config *c);

struct issuer_state *issuers_find(struct issuers *i, const char *name);
/* Takes over what the section writes of its endpoints. STATUS_NOMEM or OK. */
enum status issuer_state_follow(
    struct issuer_state *s, const struct issuer *issuer);
struct issuer_state *issuer_state_ref(struct issuer_state *s);
void issuer_state_unref(struct issuer_state *s);

/* The endpoint as written, else as discovered, for clients with a certificate
 * if we have one; NULL: neither. Borrowed until
 * the next turn of the event loop. */
const char *issuer_endpoint(const struct issuer_state *s, enum endpoint e);

/* What the configuration wants of this issuer: ENDPOINT_BITs by `validation`,
 * and by `login` of the policies that name it. */
unsigned int issuer_needs(const struct config *c, const struct issuer *issuer);

/*
 * REASON_NONE: all of `wanted` (ENDPOINT_BITs) are known, or will be: in the
 * second case `ready->done` is set and runs later, with ISSUER_UNREADY and a
 * sentence if they are not. ISSUER_UNREADY: discovery failed, or did not find
 * them, a moment ago and is not tried again yet.
 */
enum reason issuer_endpoints_wait(struct issuer_state *s, struct config *c,
    const struct issuer *issuer, unsigned int wanted,
    struct issuer_ready *ready, issuer_ready_done *done, void *argument);
void issuer_ready_leave(struct issuer_state *s, struct issuer_ready *ready);

/* How a question ended, for the breaker. A change of its state is logged. */
enum issuer_outcome { ISSUER_SERVED, ISSUER_FAILED, ISSUER_UNASKED };
bool issuer_allows(struct issuer_state *s);
void issuer_report(struct issuer_state *s, enum issuer_outcome outcome,
    unsigned int retry_after_s);

/* The same for a breaker that is not the issuer's first: of the
 * endpoint `of`. */
void issuer_breaker_report(struct issuer_state *s, struct breaker *b,
    const char *of, enum issuer_outcome outcome, unsigned int retry_after_s);

const char *breaker_state_name(enum breaker_state s);

#endif
