/* SPDX-License-Identifier: ISC */
/* `ssh_key`: did this login use the key that goes with the token? */
#ifndef VALIDATORD_KEY_BINDING_H
#define VALIDATORD_KEY_BINDING_H

#include "request.h"
#include "scopegate/status.h"

/*
 * A stage of judgement, after the account's. REASON_NONE where the policy has
 * no such rule, or the claim (a string, or one of an array) or a line of the
 * user map for this subject and user names the key's fingerprint. Otherwise
 * r->detail says what is missing, unless an earlier stage has used it.
 */
enum reason key_binding_judge(struct request *r);

#endif
