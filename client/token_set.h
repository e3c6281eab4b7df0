/* SPDX-License-Identifier: ISC */
/* What an issuer gave: the tokens, until when, and for which scopes. */
#ifndef CLIENT_TOKEN_SET_H
#define CLIENT_TOKEN_SET_H

#include <stdbool.h>
#include <stdint.h>

#include "scopegate/buf.h"
#include "scopegate/json.h"
#include "scopegate/secret.h"
#include "scopegate/status.h"

#define TOKEN_SET_MAX 49152 /* octets of one as JSON: two tokens of 16 KiB */

struct token_set {
	struct secret access;
	struct secret refresh; /* empty: there is none */
	int64_t obtained_at;   /* seconds since the epoch */
	int64_t expires_at;    /* 0: the issuer does not say */
	char *scope;	       /* NULL: the issuer does not say */
	char *client_id;       /* whose refresh token it is */
};

void token_set_clear(struct token_set *t); /* for _cleanup_(); wipes */
/* Is the access token good for so many seconds more, as far as is known? */
bool token_set_lasts(const struct token_set *t, int64_t now, int64_t seconds);

/*
 * RFC 6749 section 5.1. A `refresh_token` or `scope` that is left out leaves
 * what `ret` has (section 6). STATUS_MALFORMED: *ret_problem says how, and
 * `ret` is untouched.
 */
enum status token_set_from_answer(const struct json_value *answer, int64_t now,
    struct token_set *ret, const char **ret_problem);

/* As it is kept. `ret` is made by buf_init_sensitive(). */
enum status token_set_write(const struct token_set *t, struct buf *ret);
enum status token_set_read(
    const char *text, size_t length, struct token_set *ret);

#endif
