/* SPDX-License-Identifier: ISC */
/* A signed token that waits for the keys that may verify it. */
#ifndef VALIDATORD_JWT_QUESTION_H
#define VALIDATORD_JWT_QUESTION_H

#include "config.h"
#include "facts_cache.h"
#include "flights.h"
#include "jwt.h"
#include "scopegate/message.h"

struct server;

struct jwt_asking {
	struct server *server;
	struct config *config;
	const struct issuer *issuer;
	struct text token;
	const struct facts_key *key; /* the flight's name */
};

/*
 * Verifies with the keys that are there. REASON_NONE: ret->facts, or *ret_flight
 * is the flight that lands when keys have been fetched, because there were none
 * or the token names one that is new. Anything else is how it ended; ret->what
 * says more.
 */
enum reason jwt_question_ask(const struct jwt_asking *asking,
    struct jwt_result *ret, struct flight **ret_flight);

#endif
