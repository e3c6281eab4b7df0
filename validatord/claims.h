/* SPDX-License-Identifier: ISC */
/* Is this token good for us at all: pure functions of (facts, issuer, now). */
#ifndef VALIDATORD_CLAIMS_H
#define VALIDATORD_CLAIMS_H

#include <stdint.h>

#include "config.h"
#include "facts.h"
#include "report.h"
#include "scopegate/status.h"

#define SUBJECT_MAX 255 /* octets of `sub` */

/*
 * active, token type and use, cnf, exp (mandatory unless `expiry = none`),
 * nbf, iat, iss, aud (mandatory unless `audience = none`), client, sub.
 * `now` is seconds of CLOCK_REALTIME; the issuer's leeway applies to exp, nbf
 * and iat. REASON_NONE when all passed.
 */
enum reason claims_check(const struct facts *facts, const struct issuer *issuer,
    int64_t now, struct report *report);

#endif
