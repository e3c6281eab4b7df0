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
};

/* ^[a-z_][a-z0-9_.-]{0,31}$ */
bool user_name_is_valid(const char *name);
/* STATUS_FORBIDDEN if the name is taken. */
enum status user_add(struct store *s, const char *name, const char *password,
    int64_t now, int64_t *ret_id);
enum status user_find(struct store *s, const char *name, struct user *ret);

#endif
