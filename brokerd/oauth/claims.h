/* SPDX-License-Identifier: ISC */
/*
 * What tokens say: the claims of access tokens (RFC 9068), of id_tokens
 * (OpenID Connect Core section 2) and of introspection (RFC 7662), which must
 * never tell different things of one token.
 */
#ifndef BROKERD_CLAIMS_H
#define BROKERD_CLAIMS_H

#include <stdint.h>

#include "hash.h"
#include "oauth/token_store.h"
#include "scopegate/buf.h"
#include "scopegate/json.h"
#include "scopegate/status.h"

/* All borrowed. */
struct claims {
	const char *issuer;
	const char *client_id;
	const char *sub;     /* "": no user, so the client (RFC 9068 2.2) */
	const char *account; /* uuid of the trading account; "": none */
	const char *scope;   /* of this token; "": none */
	const char *jti;
	const struct grant *grant;
	int64_t issued, expires;
};

/* Members into an object that is open. A grant whose details are damaged
 * spoils what is written. */
void claims_write(const struct claims *c, struct json_writer *w);
/* authorization_details (RFC 9396) as a member; nothing for "". */
void claims_write_details(const char *details, struct json_writer *w);

/* The payload of a JWT access token, behind what `ret` holds. */
enum status claims_access(const struct claims *c, struct buf *ret);
/* The payload of the id_token that goes with this access token and lives as
 * long; a nonce of "" is left out. */
enum status claims_id(const struct claims *c, const char *nonce,
    const char *access_token, struct buf *ret);
/* The jti of an access token that stands in the store: what is inside a JWT,
 * else the digest, which tells nothing of the token. */
enum status claims_jti(const char *access_token, char ret[RANDOM_TEXT_SIZE]);

#endif
