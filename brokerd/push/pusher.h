/* SPDX-License-Identifier: ISC */
/* The thread that tells receivers when access has ended. */
#ifndef BROKERD_PUSHER_H
#define BROKERD_PUSHER_H

#include "broker.h"
#include "push/receiver_store.h"
#include "scopegate/buf.h"

/* "urn:scopegate:event:grant.revoked" and so on: the names in `events`. */
#define EVENT_URN "urn:scopegate:event:"
#define SET_MAX 16384

/* The claims of the security event token (RFC 8417 section 2.2). */
enum status event_set_claims(
    const struct event *e, const char *issuer, int64_t now, struct buf *ret);

struct pusher;
enum status pusher_start(struct broker *b, struct pusher **ret);
/* Something may have happened that a receiver wants to know. */
void pusher_wake(struct pusher *p); /* NULL is fine */
void pusher_stop(struct pusher *p); /* NULL is fine */
void pusher_stopp(struct pusher **p);

#endif
