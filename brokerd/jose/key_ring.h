/* SPDX-License-Identifier: ISC */
/*
 * The broker's signing keys in use. Verifiers learn the next key before it
 * signs and keep the last ones for as long as what they signed may live.
 */
#ifndef BROKERD_KEY_RING_H
#define BROKERD_KEY_RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "jose/rsa_key.h"
#include "scopegate/buf.h"
#include "scopegate/status.h"
#include "store/store.h"

/* How long a key that signs no more is published: nothing that it signed may
 * live longer. */
#define KEY_RETIRED_SECONDS (24 * 60 * 60)
/* Verifiers may keep what they fetched for so long: they know the next key
 * for sure when it has been published for this time. */
#define KEY_CACHED_SECONDS 300
/* Published at a time; so many rotations fit into that time. */
#define KEYS_PUBLISHED_MAX 16

/* The key that signed last, parsed; all zero at first. struct broker has one;
 * a command makes its own for as long as it runs. */
struct key_ring {
	struct rsa_key *key;
};
void key_ring_clear(struct key_ring *r); /* for _cleanup_() */

/* Makes the current and the next key where they are missing, inside the
 * caller's transaction if there is one. */
enum status key_ring_prepare(struct store *s, int64_t now);

/*
 * A compact JWS over `claims` (JSON, at most JWS_CLAIMS_MAX octets) with the
 * current key, which is made if there is none; appended to `ret`, which is
 * best sensitive. `typ` is the header's, such as "at+jwt"; NULL leaves it out.
 */
enum status key_ring_sign(struct key_ring *r, struct store *s, int64_t now,
    const char *typ, const char *claims, size_t length, struct buf *ret);

/*
 * The next key becomes current and `fresh` the next; the current one retires.
 * `fresh` comes from rsa_key_generate(), which is slow: call that before, while
 * nothing is locked. In a transaction of its own. STATUS_BUSY: too many were
 * retired of late. STATUS_FORBIDDEN: the last one was less than
 * KEY_CACHED_SECONDS ago, unless `force`. STATUS_NOT_FOUND: key_ring_prepare()
 * was not called.
 */
enum status key_ring_rotate(struct store *s, const struct rsa_key *fresh,
    const char *actor, bool force, int64_t now);

/* A JWK Set (RFC 7517 section 5) of all that verifiers must know. */
enum status key_ring_write_public(
    struct store *s, int64_t now, struct buf *out);

/* Deletes keys whose time has passed. */
enum status key_ring_purge(struct store *s, int64_t now);

#endif
