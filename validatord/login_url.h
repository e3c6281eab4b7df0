/* SPDX-License-Identifier: ISC */
/* The authorization request that a browser carries, and the token request
 * that follows (RFC 6749 section 4.1). */
#ifndef VALIDATORD_LOGIN_URL_H
#define VALIDATORD_LOGIN_URL_H

#include "config.h"
#include "login_table.h"
#include "scopegate/buf.h"
#include "scopegate/message.h"
#include "scopegate/secret.h"

/* Where the authorization server sends the browser back to; appends. */
enum status redirect_uri_append(
    struct buf *out, const struct config *c, const struct issuer *issuer);
/* Does the redirect arrive at gatewayd? Else the person pastes it. */
bool redirect_reaches_gateway(
    const struct config *c, const struct issuer *issuer);

/*
 * A new state (and verifier) for the visit, and the URL that carries it. On
 * failure the visit stays as it is. STATUS_TOO_BIG: over LINK_MAX.
 */
enum status authorization_url(
    const struct login *login, struct visit *visit, struct secret *ret);

/* The token request for what the visit brought back, without client
 * authentication. */
enum status exchange_form(const struct login *login, const struct visit *visit,
    struct text code, struct secret *ret);

#endif
