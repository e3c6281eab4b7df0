/* SPDX-License-Identifier: ISC */
/*
 * The key set of each issuer that signs: fetched where it is needed, in the
 * background before it is old, anew when a token names a key that it does not
 * hold, and kept for a bounded time while the server is away. No timer runs
 * for it: a host where nobody logs in asks nobody.
 */
#ifndef VALIDATORD_KEYS_H
#define VALIDATORD_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config.h"
#include "jose/jwks.h"
#include "scopegate/status.h"

/* A key that was unknown is asked for once a minute at most, whichever it is;
 * one that verifies nothing may have been replaced under its name. */
#define KEYS_UNKNOWN_MS 60000
#define KEYS_WRONG_MS 300000
/* Names that a fetch has just shown to be unknown, and for how long they are
 * taken to be: a server may publish a key after it signed with it. */
#define KEYS_STRANGERS 256
#define KEYS_STRANGER_MS 120000

struct issuer_state;

/* Waits for a fetch; lies in the question that needs the keys. */
struct keys_ready {
	struct keys_ready *next;
	void (*done)(void *argument); /* NULL: does not wait */
	void *argument;
};

/* With a new snapshot, NOMEM or OK: keys from disk or read anew under its list
 * of algorithms, and a fetch where they are due. Of another source than before,
 * be it the URL or whom we trust to be there, none are left. */
enum status keys_follow(
    struct issuer_state *s, struct config *c, const struct issuer *issuer);
/* Before the fetch process is gone, or with a state that is. */
void keys_abandon(struct issuer_state *s);
void keys_clear(struct issuer_state *s);

/* The set as it should be: of the file, or younger than `jwks_refresh`; a
 * fetch begins in the background before that. NULL: wait for one. */
const struct jwks *keys_now(
    struct issuer_state *s, struct config *c, const struct issuer *issuer);
/* The set as it may be: younger than `jwks_stale` too. NULL: there is none. */
const struct jwks *keys_kept(
    const struct issuer_state *s, const struct issuer *issuer);
/* Seconds since it was fetched; -1: there is none, or it is a file's. */
int64_t keys_age_s(const struct issuer_state *s, const struct issuer *issuer);

/* The last fetch failed: a key that is not in the set may be new. */
bool keys_are_failing(const struct issuer_state *s);

enum keys_doubt {
	KEYS_OLD,     /* keys_now() gave none */
	KEYS_UNKNOWN, /* no key of that `kid` */
	KEYS_WRONG,   /* the key of that `kid` verifies it not */
};
/* Of what verifying by keys_now() came to. */
enum keys_doubt keys_doubt_of(enum reason reason);
/*
 * Would a fetch help, and may there be one? true: ready->done runs once, later,
 * whatever came of it. false: go by what there is.
 */
bool keys_wait(struct issuer_state *s, struct config *c,
    const struct issuer *issuer, enum keys_doubt doubt, const char *kid,
    struct keys_ready *ready, void (*done)(void *argument), void *argument);
void keys_ready_leave(struct issuer_state *s, struct keys_ready *ready);

#endif
