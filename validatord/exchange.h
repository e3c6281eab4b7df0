/* SPDX-License-Identifier: ISC */
/*
 * From an authorization code, a device code or a refresh token to a grant: the
 * token endpoint is asked once, and then the profile's probes, which say whose
 * account it is and what environment it reaches. The grant is not kept yet;
 * whoever asked decides whether anybody may use it.
 */
#ifndef VALIDATORD_EXCHANGE_H
#define VALIDATORD_EXCHANGE_H

#include "config.h"
#include "grants.h"
#include "scopegate/secret.h"
#include "scopegate/status.h"

struct server;
struct exchange;

struct exchange_result {
	enum reason reason; /* REASON_NONE: the grant is there */
	const char *what;   /* static sentence for the operator, or NULL */
	/* RFC 6749 section 5.2 `error` of a refusal; "": none. For the device
	 * grant: authorization_pending, slow_down, access_denied,
	 * expired_token. */
	char error[64];
	struct grant *grant; /* taken over by the callee */
	/* Facts that the token answer's `id_token` could add are not taken: it
	 * would have to be verified first. */
};

/* Runs exactly once, later, never from inside exchange_begin(), unless
 * exchange_cancel() came before. */
typedef void exchange_done(struct exchange_result *result, void *argument);

/*
 * `form`: grant_type and all that goes with it, form-encoded, without client
 * authentication (wiped by the caller). `environment`: which one is wanted
 * (enum environment); probes of the other are not made. NULL with *ret_reason:
 * it cannot be asked now.
 */
struct exchange *exchange_begin(struct server *server, struct config *config,
    const struct issuer *issuer, int environment, const struct secret *form,
    exchange_done *done, void *argument, enum reason *ret_reason);
void exchange_cancel(struct exchange *x);

/* A grant that will not be used: its tokens are revoked where the issuer has a
 * revocation endpoint (RFC 7009), and wiped. Nobody waits for it. */
void exchange_discard(
    struct server *server, struct config *config, struct grant *grant);

#endif
