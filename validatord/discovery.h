/* SPDX-License-Identifier: ISC */
/* Asking an authorization server for its metadata; for issuers.c. */
#ifndef VALIDATORD_DISCOVERY_H
#define VALIDATORD_DISCOVERY_H

#include "issuers.h"

/* The first of `wanted` (ENDPOINT_BITs) that is not known; ENDPOINT_COUNT: all
 * are. */
enum endpoint discovery_missing(
    const struct issuer_state *s, unsigned int wanted);
/* Begins, unless one is under way. false: it cannot be begun. */
bool discovery_begin(
    struct issuer_state *s, struct config *c, const struct issuer *issuer);
/* What was kept on disk, where nothing is known yet. */
void discovery_recall(struct issuer_state *s, const struct config *c,
    const struct issuer *issuer);
/* Before the fetch process is gone, or with a state that is. */
void discovery_abandon(struct issuer_state *s);

#endif
