/* SPDX-License-Identifier: ISC */
/* People: who may sign in, and what they are called in tokens. */
#ifndef BROKERD_USER_STORE_H
#define BROKERD_USER_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "identity/password.h"
#include "scopegate/status.h"
#include "store/store.h"

#define USER_NAME_SIZE 33
#define USER_SUB_SIZE 48

struct user {
	int64_t id;
	char sub[USER_SUB_SIZE]; /* random, never reused, never shown to type */
	char name[USER_NAME_SIZE];
	char password[PASSWORD_HASH_SIZE];
	bool is_operator; /* reviews apps and runs the broker */
	int64_t disabled; /* since when; 0: may sign in */
	int64_t created;
};

/* ^[a-z_][a-z0-9_.-]{0,31}$ */
bool user_name_is_valid(const char *name);
/* With a paper account. STATUS_FORBIDDEN if the name is taken. Slow: it hashes
 * the password. */
enum status user_add(struct store *s, const char *name, const char *password,
    int64_t now, int64_t *ret_id);
/* The same with a hash from password_hash(), for those who hold the lock. */
enum status user_add_hashed(struct store *s, const char *name, const char *hash,
    int64_t now, int64_t *ret_id);
enum status user_find(struct store *s, const char *name, struct user *ret);
enum status user_find_by_id(struct store *s, int64_t id, struct user *ret);
/* After the lock was released to look at the password of `before`.
 * STATUS_FORBIDDEN: it was changed meanwhile, or the user was shut out. */
enum status user_find_again(
    struct store *s, const struct user *before, struct user *ret);
enum status user_set_operator(struct store *s, int64_t id, bool is_operator);
/* `when` 0 lets the user in again. Ends the browser sessions otherwise. */
enum status user_set_disabled(struct store *s, int64_t id, int64_t when);
enum status user_set_password(struct store *s, int64_t id, const char *hash);

#endif
