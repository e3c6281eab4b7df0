/* SPDX-License-Identifier: ISC */
/*
 * Signing keys in the store: one that signs, one that will sign next and is
 * published already, and those that signed before.
 */
#ifndef BROKERD_KEY_STORE_H
#define BROKERD_KEY_STORE_H

#include <stddef.h>
#include <stdint.h>

#include "jose/rsa_key.h"
#include "scopegate/status.h"
#include "store/store.h"

enum key_state { KEY_NEXT, KEY_CURRENT, KEY_RETIRED };
const char *key_state_name(enum key_state state);

struct key_row {
	char id[RSA_KEY_ID_SIZE];
	enum key_state state;
	int64_t created, activated, retired; /* 0: not yet */
};

/* As next, or as current from `now` on; STATUS_FORBIDDEN if there is one. */
enum status key_add(struct store *s, const struct rsa_key *k,
    enum key_state state, int64_t now);
/* The one that is next or current. */
enum status key_find_id(
    struct store *s, enum key_state state, char ret[RSA_KEY_ID_SIZE]);
/* STATUS_MALFORMED if what is kept is not the key of this name. */
enum status key_load(struct store *s, const char *id, struct rsa_key **ret);
/* Current becomes retired and next current; the caller adds a new next one. */
enum status key_shift(struct store *s, int64_t now);
/* Those retired after `since` and those in use, oldest first: *ret_count of
 * them, at most `size`. */
enum status key_list(struct store *s, int64_t since, struct key_row *ret,
    size_t size, size_t *ret_count);
/* Deletes those retired at `until` or before. */
enum status key_forget(struct store *s, int64_t until);

#endif
