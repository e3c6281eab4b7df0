/* SPDX-License-Identifier: ISC */
/* Getting a token from a person: by a browser here, or on another device. */
#ifndef CLIENT_LOGIN_FLOW_H
#define CLIENT_LOGIN_FLOW_H

#include "issuer.h"
#include "scopegate/deadline.h"
#include "token_set.h"

struct login_options {
	bool browser; /* open one; the link is printed in any case */
	struct deadline deadline;
};

/*
 * STATUS_FORBIDDEN: it was refused, by the person or the issuer. STATUS_TIMEOUT.
 * STATUS_UNTRUSTED: the answer was another issuer's. ret_problem says so in
 * words.
 */
enum status login_by_browser(const struct issuer *i,
    const struct login_options *options, struct token_set *ret,
    char ret_problem[PROBLEM_SIZE]);
enum status login_by_device(const struct issuer *i,
    const struct login_options *options, struct token_set *ret,
    char ret_problem[PROBLEM_SIZE]);

/* The scopes with blanks between; "" if none are asked for. */
enum status login_scope(const struct issuer_settings *s, struct buf *ret);

#endif
