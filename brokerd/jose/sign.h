/* SPDX-License-Identifier: ISC */
/* Signed claims: RS256 in the compact serialization (RFC 7515 section 7.1). */
#ifndef BROKERD_SIGN_H
#define BROKERD_SIGN_H

#include <stddef.h>

#include "jose/rsa_key.h"
#include "scopegate/buf.h"
#include "scopegate/status.h"

#define JWS_CLAIMS_MAX 8192 /* octets */
#define JWS_MAX (16 * 1024) /* as text; what validators take */

/* The protected header; what is NULL is left out. */
struct jws_header {
	const char *kid, *typ;
};

/* Behind what `ret` holds. STATUS_TOO_BIG for more than JWS_CLAIMS_MAX. */
enum status jws_sign(const struct rsa_key *k, const struct jws_header *header,
    const char *claims, size_t length, struct buf *ret);

#endif
