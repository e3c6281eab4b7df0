/* SPDX-License-Identifier: ISC */
/* Which policy decides, and what it says about the facts. */
#ifndef VALIDATORD_POLICY_H
#define VALIDATORD_POLICY_H

#include <stdint.h>

#include "config.h"
#include "facts.h"
#include "report.h"
#include "scopegate/message.h"
#include "scopegate/status.h"

/* The hash from service to its policies, made once a snapshot. */
enum status service_index_build(struct config *c);
void service_index_free(struct service_index *s);

/*
 * The first policy, in file order, whose service, users and rhosts match; with
 * `only` set, no other than the one of that name. NULL: none.
 */
const struct policy *policy_choose(const struct config *c, struct text service,
    struct text user, struct text rhost, struct text only);

/* Parses "10.0.0.0/8", "::1", "2001:db8::/32", "host.example". */
enum status rhost_rule_parse(const char *text, struct rhost_rule *ret);

/*
 * The rules of one policy: login method, env, refuse, require, require_any,
 * claim, details, acr, amr, max_age. On failure `detail` (DETAIL_MAX + 1 octets) gets what was
 * missing or refused, e.g. "trading account:write"; it is "" otherwise.
 * REASON_NONE when all passed.
 */
enum reason policy_check(const struct policy *policy,
    const struct facts *facts, unsigned int login_method, int64_t now,
    char *detail, struct report *report);

#endif
