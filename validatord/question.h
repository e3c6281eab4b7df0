/* SPDX-License-Identifier: ISC */
/* One question to an authorization server about one token: from the breaker
 * to the facts, in a flight that any number of requests may join. */
#ifndef VALIDATORD_QUESTION_H
#define VALIDATORD_QUESTION_H

#include "config.h"
#include "facts_cache.h"
#include "flights.h"
#include "scopegate/message.h"

#define QUESTION_MS 5000
/* An authorization server that had this long and did not answer has failed,
 * even if those who asked had to go earlier than QUESTION_MS. */
#define QUESTION_FAIR_MS 2000

/* Another endpoint is asked only with this much time left. */
#define QUESTION_AGAIN_MS 500

struct server;

/* REASON_NONE: *ret is a flight to join. Else why nothing was asked, and
 * *ret_what a static sentence or NULL. */
enum reason question_ask(struct server *server, struct config *config,
    const struct issuer *issuer, struct text token, const struct facts_key *key,
    struct flight **ret, const char **ret_what);

/* Facts for the cache, unless the issuer wants none or it was flushed since
 * `cache_epoch`. */
void question_keep(struct server *server, const struct issuer *issuer,
    const struct facts_key *key, unsigned int cache_epoch, struct facts *facts,
    int64_t now);

#endif
