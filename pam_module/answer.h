/* SPDX-License-Identifier: ISC */
/* What may be sent of an answer. */
#ifndef PAM_MODULE_ANSWER_H
#define PAM_MODULE_ANSWER_H

#include <stdbool.h>

#include "outcome.h"
#include "scopegate/protocol.h"
#include "scopegate/secret.h"

/*
 * Makes of what was typed what may be sent. `asked` as in prompt_text();
 * `token`: an access token is taken too; `lock`: the local lock that the user
 * fails, or END_VERDICT.
 *
 * END_VERDICT: *answer goes to the daemon. It is what was typed, or, where that
 * may not go (a lock, control characters), a stand-in of the same kind that is
 * never right, so that who fails a lock is asked again as anybody is. Another
 * end: nothing may go.
 */
enum end answer_prepare(
    enum prompt asked, bool token, enum end lock, struct secret *answer);

#endif
