/* SPDX-License-Identifier: ISC */
/*
 * A signed access token (RFC 9068) as facts. Pure: it asks neither a clock nor
 * the network, and reads no claim that is not verified.
 */
#ifndef VALIDATORD_JWT_H
#define VALIDATORD_JWT_H

#include "config.h"
#include "facts.h"
#include "jose/jws.h"
#include "report.h"
#include "scopegate/protocol.h"
#include "scopegate/status.h"

struct jwt_result {
	struct facts *facts; /* the caller's; NULL unless REASON_NONE */
	const char *what;    /* static sentence for the operator, or NULL */
	char kid[JWK_KID_MAX + 1]; /* as the token has it: a stranger's text */
};

/*
 * Signature first, then what makes it an access token and not another signed
 * document: `typ`, the claims that RFC 9068 demands, no marks of an ID token,
 * a lifetime within bounds. Whether it is good now and for us is claims.c's.
 * `now`: seconds, for facts->checked_at.
 */
enum reason jwt_read(const struct issuer *issuer, const struct jwks *keys,
    struct text token, int64_t now, struct jwt_result *ret);

/*
 * The rule `signed`, of an issuer that signs: `facts` of the token itself, or
 * NULL and why there are none, with `what` to say more. What could not be
 * looked at has neither passed nor failed, and there is no rule.
 */
void jwt_report(struct report *report, const struct issuer *issuer,
    const struct facts *facts, enum reason reason, const char *what);

#endif
