/* SPDX-License-Identifier: ISC */
/* What the end of a question means for the server that was asked. */
#ifndef VALIDATORD_OUTCOME_H
#define VALIDATORD_OUTCOME_H

#include "issuers.h"
#include "scopegate/status.h"

enum issuer_outcome outcome_of(enum reason reason);
/* A line for the operator, once a minute and issuer. */
void outcome_log(
    struct issuer_state *state, enum reason reason, const char *what);

#endif
