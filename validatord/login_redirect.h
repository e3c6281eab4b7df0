/* SPDX-License-Identifier: ISC */
/* The redirect that ends an authorization request (RFC 6749 section 4.1.2),
 * as a person copies it out of the browser. */
#ifndef VALIDATORD_LOGIN_REDIRECT_H
#define VALIDATORD_LOGIN_REDIRECT_H

#include "config.h"
#include "scopegate/message.h"
#include "scopegate/secret.h"

/* What a redirect says: NULL bytes where it says nothing. */
struct redirect {
	struct secret storage; /* holds what the views show */
	struct text state, code, iss, error;
};

void redirect_clear(struct redirect *r); /* for _cleanup_() */
/*
 * Reads an address that was pasted. STATUS_MALFORMED: it is not this login's
 * redirect URI with a query, holds what no query may, or says one of the above
 * twice.
 */
enum status redirect_read(struct text url, const char *redirect_uri,
    enum exchange_kind kind, struct redirect *ret);

/* REASON_NONE: there is a code to exchange, and nobody else's (RFC 9207
 * section 2.4: `iss` is compared octet by octet, and must be there where the
 * server's metadata say that it always is). */
enum reason redirect_check(
    const struct issuer *issuer, bool states_iss, const struct redirect *r);

#endif
