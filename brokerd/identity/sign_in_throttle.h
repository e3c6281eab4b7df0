/* SPDX-License-Identifier: ISC */
/* Slows down guessing of passwords and the like: by user name or by address, in
 * memory, bounded. */
#ifndef BROKERD_SIGN_IN_THROTTLE_H
#define BROKERD_SIGN_IN_THROTTLE_H

#include <stdint.h>

#include "identity/user_store.h"

#define SIGN_IN_TRIES 5 /* wrong ones before the name has to wait */
#define SIGN_IN_WAIT_SECONDS 60
#define SIGN_IN_NAMES_MAX 256
#define SIGN_IN_KEY_SIZE 64
#define SIGN_UP_TRIES 30 /* accounts from one address in a row */

struct sign_in_entry {
	char name[SIGN_IN_KEY_SIZE];
	unsigned int failures;
	int64_t last; /* time of the last failure */
};

struct sign_in_throttle {
	unsigned int tries; /* before a name has to wait; 0: SIGN_IN_TRIES */
	struct sign_in_entry entries[SIGN_IN_NAMES_MAX];
};

/* Seconds until this name may try again; 0: now. Call before checking the
 * password, and do not check it while waiting. */
int64_t sign_in_wait(
    const struct sign_in_throttle *t, const char *name, int64_t now);
/* Counts a try as failed. Called before the password is checked, so that
 * tries made at the same time count too; sign_in_passed() takes it back. */
void sign_in_count(struct sign_in_throttle *t, const char *name, int64_t now);
void sign_in_passed(struct sign_in_throttle *t, const char *name);

#endif
