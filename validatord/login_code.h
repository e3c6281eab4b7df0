/* SPDX-License-Identifier: ISC */
/*
 * Login codes: each stands for one access token, once, for LOGIN_CODE_LIFE_MS,
 * for one user, service and host. For tokens that are longer than a prompt can
 * take. Bounded; when full, the one that was made first goes.
 */
#ifndef VALIDATORD_LOGIN_CODE_H
#define VALIDATORD_LOGIN_CODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "scopegate/message.h"
#include "scopegate/secret.h"

#define LOGIN_CODES_MAX 1024
#define LOGIN_CODE_LIFE_MS 60000
#define LOGIN_CODE_PREFIX "sg-"
#define LOGIN_CODE_SIZE (3 + 26 + 1) /* 127 bits, and NUL */

struct login_codes;

struct login_codes *login_codes_new(void);    /* NULL: no memory */
void login_codes_free(struct login_codes *l); /* NULL is fine; wipes */
size_t login_codes_count(const struct login_codes *l);

/* Has it the form of one? Of any other token that is wrong to say. */
bool login_code_like(struct text token);

/* Takes a copy of the token. false: no memory, or no random bytes. */
bool login_codes_make(struct login_codes *l, struct text token,
    struct text user, struct text service, struct text host, int64_t now_us,
    char ret[LOGIN_CODE_SIZE]);
/* The code's token, and the end of the code, whatever else is wrong with it.
 * false: unknown, used, too old, or for another login. */
bool login_codes_take(struct login_codes *l, struct text code, struct text user,
    struct text service, const char *host, int64_t now_us, struct secret *ret);

#endif
