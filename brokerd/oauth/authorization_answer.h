/* SPDX-License-Identifier: ISC */
/* What an authorization request is answered with, to the app or, where no
 * address of the app's is known, to the person. */
#ifndef BROKERD_AUTHORIZATION_ANSWER_H
#define BROKERD_AUTHORIZATION_ANSWER_H

#include "identity/account_store.h"
#include "oauth/authorization.h"
#include "visit.h"

/* The fault is kept for the app's developer to see, once the app is known. */
void authorization_refuse(
    struct visit *v, const struct authorization *a, struct oauth_fault fault);

/* What the person gives: `scope` of this account. */
struct consent {
	const struct account *account;
	const char *scope;
	bool silent; /* as before, without asking (prompt=none) */
};
/* The grant and the record of it as `action`, inside a transaction. */
enum status authorization_grant(struct visit *v, const struct authorization *a,
    const struct consent *consent, const char *action, struct grant *ret);
/* A grant, its code and the record of it, or nothing; then back to the app. */
void authorization_allow(struct visit *v, const struct authorization *a,
    const struct consent *consent);

#endif
