/* SPDX-License-Identifier: ISC */
/* Security event tokens (RFC 8417) on their way in. */
#ifndef GATEWAYD_SECURITY_EVENT_H
#define GATEWAYD_SECURITY_EVENT_H

#include "scopegate/buf.h"

/*
 * The claims of a compact JWS, whose signature is not looked at: what an event
 * says is asked about, never believed. NULL: `ret` holds them; else what is
 * wrong (a static sentence).
 */
const char *security_event_claims(const char *jws, size_t size,
    struct buf *ret);

#endif
