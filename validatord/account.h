/* SPDX-License-Identifier: ISC */
/* Does the token belong to the local user who logs in? No NSS, no folding. */
#ifndef VALIDATORD_ACCOUNT_H
#define VALIDATORD_ACCOUNT_H

#include "config.h"
#include "facts.h"
#include "report.h"
#include "scopegate/message.h"
#include "scopegate/status.h"

/*
 * By `user_claim` (a claim that is one JSON string and a valid user name) or
 * by `user_map`. REASON_NONE when it names exactly `user`.
 */
enum reason account_check(const struct issuer *issuer,
    const struct facts *facts, struct text user, struct report *report);

/*
 * The one local user whom the facts name, where nobody said who it is: by the
 * claim, or the only line of the map. REASON_USER_MISMATCH: several lines.
 * `ret` has room for USER_MAX + 1 octets.
 */
enum reason account_user(const struct issuer *issuer,
    const struct facts *facts, char *ret, struct report *report);

#endif
