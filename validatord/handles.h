/* SPDX-License-Identifier: ISC */
/*
 * Handles: random names under which the account phase finds the facts of the
 * authentication just before. A handle is bound to user and service and is no
 * credential. Bounded; forgotten after HANDLE_LIFE_MS.
 */
#ifndef VALIDATORD_HANDLES_H
#define VALIDATORD_HANDLES_H

#include <stdint.h>

#include "config.h"
#include "facts.h"
#include "scopegate/message.h"
#include "ssh_key.h"

#define HANDLE_LIFE_MS 120000
#define HANDLES_MAX 4096

struct handles;

struct handle_entry {
	char user[USER_MAX + 1];
	char service[SERVICE_MAX + 1];
	char issuer[64 + 1]; /* section name: looked up anew on use */
	char policy[POLICY_NAME_MAX + 1];
	unsigned int login_method; /* LOGIN_* bit: how they were come by */
	char ssh_key[SSH_KEY_PRINT_SIZE]; /* that was used; "" none */
	struct facts *facts; /* borrowed from the table */
};

struct handles *handles_new(void);
void handles_free(struct handles *h);
/* Makes one; ret gets 32 hex digits and NUL. false: no memory, no random. */
bool handles_add(struct handles *h, const struct handle_entry *entry,
    int64_t now_us, char ret[33]);
/* NULL: unknown or too old. Valid until the next call on `h`. */
const struct handle_entry *handles_find(struct handles *h, struct text handle,
    int64_t now_us);
void handles_flush(struct handles *h);

#endif
