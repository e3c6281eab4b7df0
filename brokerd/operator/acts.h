/* SPDX-License-Identifier: ISC */
/*
 * What operators do to people, live-account requests and grants, from a page
 * or from a shell: the rules, the change and the audit record in one
 * transaction. Reviews are in app/review.h.
 */
#ifndef BROKERD_ACTS_H
#define BROKERD_ACTS_H

#include <stdbool.h>
#include <stdint.h>

#include "scopegate/status.h"
#include "store/store.h"

/* Who acts. From a shell `user` is 0 and the name is "shell". */
struct operator_who {
	int64_t user;
	const char *name;
	int64_t now;
};

enum user_act {
	USER_DISABLE,
	USER_ENABLE,
	USER_MAKE_OPERATOR,
	USER_UNMAKE_OPERATOR,
};
/* "disable", "enable", "make_operator", "unmake_operator". */
enum status user_act_parse(const char *name, enum user_act *ret);

/*
 * Each makes its own transaction. STATUS_NOT_FOUND: no such user, account or
 * grant. STATUS_FORBIDDEN: *ret_fault says why, in a sentence for people.
 */
enum status operator_act_on_user(struct store *s, int64_t user,
    enum user_act act, const struct operator_who *who, const char **ret_fault);
enum status operator_decide_live(struct store *s, int64_t account, bool approve,
    const char *reason, const struct operator_who *who, const char **ret_fault);
enum status operator_revoke_grant(struct store *s, int64_t grant,
    const char *reason, const struct operator_who *who, const char **ret_fault);

#endif
