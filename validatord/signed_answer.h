/* SPDX-License-Identifier: ISC */
/* Signed introspection responses (RFC 9701). Pure. */
#ifndef VALIDATORD_SIGNED_ANSWER_H
#define VALIDATORD_SIGNED_ANSWER_H

#include "config.h"
#include "facts.h"
#include "fetcher.h"
#include "jose/jws.h"
#include "scopegate/status.h"

/* An answer is made when it is asked for, so it is no older than this and the
 * issuer's leeway. */
#define SIGNED_ANSWER_AGE_S 60

/*
 * `keys` NULL: none are known. REASON_NONE: *ret_facts are new. KEY_UNKNOWN,
 * SIGNATURE_INVALID and KEYS_UNAVAILABLE: other keys might show more; `kid` is
 * the name in the answer. Whatever else: unavailable, and never what an
 * unsigned answer says.
 */
enum reason signed_answer_read(const struct issuer *issuer,
    const struct jwks *keys, const struct fetch_reply *reply, int64_t now,
    struct facts **ret_facts, const char **ret_what,
    char kid[JWK_KID_MAX + 1]);

#endif
