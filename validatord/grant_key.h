/* SPDX-License-Identifier: ISC */
/*
 * The key file of the grants: `state_dir`/key, 0600, of the daemon's user. One
 * line says what it is; each further line is a number and 32 random octets in
 * hex. There are two while keys are rotated, so that a process that dies in the
 * middle finds the one that it needs.
 */
#ifndef VALIDATORD_GRANT_KEY_H
#define VALIDATORD_GRANT_KEY_H

#include <stddef.h>
#include <stdint.h>

#include "scopegate/conf.h"
#include "scopegate/status.h"
#include "seal.h"

#define GRANT_KEYS_MAX 2
#define GRANT_KEY_FILE "key"

struct grant_key {
	uint32_t number; /* 1, 2 ... */
	uint8_t secret[SEAL_SECRET_SIZE];
};

struct grant_keys {
	size_t count;
	struct grant_key keys[GRANT_KEYS_MAX]; /* ascending; the last seals */
};

void grant_keys_clear(struct grant_keys *k); /* wipes; for _cleanup_() */

/*
 * `folder` is open on state_dir. STATUS_NOT_FOUND: there is none.
 * STATUS_FORBIDDEN: owner or mode. STATUS_INVALID: no key file. *ret_error says
 * what and how to mend it, and names the path by `state_dir`.
 */
enum status grant_keys_read(int folder, const char *state_dir,
    struct grant_keys *ret, struct conf_error *ret_error);
/* The first key, where there is none. */
enum status grant_keys_make(int folder, struct grant_keys *ret);
/* Replaces the file as a whole and waits until that is on disk. */
enum status grant_keys_write(int folder, const struct grant_keys *keys);
/* A second key with the next number; nothing is written. */
enum status grant_keys_add(struct grant_keys *keys);

#endif
