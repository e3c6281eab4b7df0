/* SPDX-License-Identifier: ISC */
/* An access token of an issuer, from wherever its section says. */
#ifndef CLIENT_TOKEN_SOURCE_H
#define CLIENT_TOKEN_SOURCE_H

#include "issuer.h"
#include "scopegate/secret.h"
#include "settings.h"

#define TOKEN_SECONDS_LEFT 30 /* one that ends sooner is refreshed first */

/* NULL, or what is wrong with the value of `source`. */
const char *token_source_fault(const char *text);

/*
 * STATUS_NOT_FOUND: there is none, or none that lasts: log in. STATUS_IO and
 * others: not now. STATUS_OK: a token of RFC 6750's form of at most TOKEN_MAX
 * octets. ret_problem says what to do.
 */
enum status token_get(const struct settings *settings,
    const struct issuer_settings *issuer, struct secret *ret,
    char ret_problem[PROBLEM_SIZE]);

#endif
