/* SPDX-License-Identifier: ISC */
/* Telling the broker that a grant is over (RFC 7009). Nobody waits for it. */
#ifndef VALIDATORD_REVOCATION_H
#define VALIDATORD_REVOCATION_H

#include <stdbool.h>

#include "config.h"
#include "grants.h"

struct server;

/* false: the issuer has no revocation endpoint, it cannot be asked, or
 * the grant is not its: by another URL or client_id, which is logged. */
bool revocation_begin(struct server *server, const struct issuer *issuer,
    const struct grant *grant);

#endif
