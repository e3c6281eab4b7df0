/* SPDX-License-Identifier: ISC */
/* Which scopes are asked for, RFC 6749 section 3.3. */
#ifndef VALIDATORD_SCOPE_WANTED_H
#define VALIDATORD_SCOPE_WANTED_H

#include "config.h"
#include "scopegate/secret.h"

/*
 * Appends `scope` to a form: what the issuer's section says, else what the
 * policy names in require and require_any, with the issuer's separator. None:
 * nothing is appended, and the server's default holds, which at Alpaca is to
 * read.
 */
enum status scope_wanted_put(struct secret *form, const struct issuer *issuer,
    const struct policy *policy);

#endif
