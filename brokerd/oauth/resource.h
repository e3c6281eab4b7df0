/* SPDX-License-Identifier: ISC */
/* Resource indicators (RFC 8707): which service a token is for. */
#ifndef BROKERD_RESOURCE_H
#define BROKERD_RESOURCE_H

#include "broker.h"
#include "oauth_error.h"

/* Can it name a service: an absolute URI without a fragment (RFC 8707 section
 * 2) that fits? */
bool resource_is_uri(const char *text);

/*
 * The `resource` parameter of an authorization, token or device request; NULL
 * (none) is fine. Known are the audiences registered for an app, the store's
 * own audience and the issuer, byte for byte; all else is invalid_target.
 * That a request names one at most is the caller's to see.
 */
struct oauth_fault resource_check(struct broker *b, const char *resource);

/* At the token endpoint: is it what was granted? NULL is fine. */
struct oauth_fault resource_is_granted(
    const char *resource, const char *audience);

#endif
