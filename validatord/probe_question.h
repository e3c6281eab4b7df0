/* SPDX-License-Identifier: ISC */
/*
 * A question about a token that is no grant of ours, asked of the broker's API:
 * `validation = probe`, and foreign tokens where they are allowed. The answer
 * says whose account the token reaches, never to which app it was given.
 */
#ifndef VALIDATORD_PROBE_QUESTION_H
#define VALIDATORD_PROBE_QUESTION_H

#include "config.h"
#include "facts_cache.h"
#include "flights.h"
#include "scopegate/message.h"

struct server;

/* What the answers are cached under. They depend on the environment that the
 * policy wants, and mix with those of no other method. */
enum status probe_question_key(struct server *server,
    const struct config *config, const struct issuer *issuer, int environment,
    struct text token, struct facts_key *ret);

/* As question_ask(). */
enum reason probe_question_ask(struct server *server, struct config *config,
    const struct issuer *issuer, int environment, struct text token,
    const struct facts_key *key, struct flight **ret);

#endif
