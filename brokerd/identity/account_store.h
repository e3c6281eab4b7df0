/* SPDX-License-Identifier: ISC */
/* Trading accounts: a paper one for everybody, a live one on request, which an
 * operator approves or refuses. */
#ifndef BROKERD_ACCOUNT_STORE_H
#define BROKERD_ACCOUNT_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "hash.h"
#include "scopegate/status.h"
#include "store/store.h"

#define ENV_SIZE 8 /* "paper", "live" or "" */
#define ACCOUNT_NUMBER_SIZE 16
#define ACCOUNT_STATE_SIZE 12
#define ACCOUNT_REASON_SIZE 501

struct account {
	int64_t id, user;
	char env[ENV_SIZE];
	char uuid[UUID_SIZE];
	char number[ACCOUNT_NUMBER_SIZE];
	char state[ACCOUNT_STATE_SIZE]; /* "active" "requested" "refused" */
	char reason[ACCOUNT_REASON_SIZE];
	int64_t requested, decided; /* when; 0: not yet */
};

/* STATUS_FORBIDDEN if this user has one of this env already. */
enum status account_add(struct store *s, int64_t user, const char *env,
    const char *state, int64_t now);
enum status account_find(
    struct store *s, int64_t user, const char *env, struct account *ret);
enum status account_find_by_id(
    struct store *s, int64_t id, struct account *ret);
/* Only an active account can be given to an app. */
bool account_is_active(const struct account *a);
/* Asks for a live account, the first time or again after a refusal.
 * STATUS_FORBIDDEN if one is active or asked for already. */
enum status account_request_live(struct store *s, int64_t user, int64_t now);
/* STATUS_NOT_FOUND unless it is requested. `operator_id` 0: from a shell. */
enum status account_decide(struct store *s, int64_t id, bool approve,
    const char *reason, int64_t operator_id, int64_t now);

#endif
