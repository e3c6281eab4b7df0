/* SPDX-License-Identifier: ISC */
/*
 * Whose a grant is: a section keeps its name when another server or another app
 * is written into it, and what was granted goes to neither.
 */
#ifndef VALIDATORD_GRANT_OWNER_H
#define VALIDATORD_GRANT_OWNER_H

#include "config.h"
#include "grants.h"

/* Before anything of it is sent. REASON_NONE; ISSUER_MISMATCH: it was granted
 * by another server; CLIENT_NOT_ALLOWED: to another client_id. */
enum reason grant_owner(const struct grant *g, const struct issuer *issuer);
/* Does this section of an older snapshot still name the same server, app and
 * token endpoint in `now`? */
bool issuer_still_same(const struct issuer *issuer, const struct config *now);

#endif
