/* SPDX-License-Identifier: ISC */
/* What a token says of itself and what its server says, as one. Pure. */
#ifndef VALIDATORD_FACTS_BOTH_H
#define VALIDATORD_FACTS_BOTH_H

#include "facts.h"
#include "scopegate/status.h"

/*
 * `asked` is active. New facts that claim no more than either: the scopes and
 * audiences that both state, the narrower times, and of `asked` what `own` does
 * not state: claims, environment, token type. REASON_FACTS_DISAGREE: they speak
 * of different people, clients, issuers, environments or types.
 * REASON_NO_MEMORY.
 */
enum reason facts_join(
    const struct facts *own, const struct facts *asked, struct facts **ret);

#endif
