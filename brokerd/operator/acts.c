/* SPDX-License-Identifier: ISC */
/* There always is an operator who can sign in, and nobody decides for
 * themselves. */
#include "operator/acts.h"

#include <stdio.h>
#include <string.h>

#include "app/review.h"
#include "audit/audit_log.h"
#include "identity/account_store.h"
#include "oauth/token_store.h"
#include "operator/listing.h"
#include "scopegate/cleanup.h"

static const struct {
	const char *name, *action;
} user_acts[] = {
    [USER_DISABLE] = {"disable", "user.disable"},
    [USER_ENABLE] = {"enable", "user.enable"},
    [USER_MAKE_OPERATOR] = {"make_operator", "user.make_operator"},
    [USER_UNMAKE_OPERATOR] = {"unmake_operator", "user.unmake_operator"},
};

enum status
user_act_parse(const char *name, enum user_act *ret)
{
	for (size_t i = 0; i < ELEMENTS(user_acts); i++) {
		if (strcmp(user_acts[i].name, name) == 0) {
			*ret = (enum user_act)i;
			return STATUS_OK;
		}
	}
	return STATUS_MALFORMED;
}

static enum status
record(struct store *s, const struct operator_who *who, const char *action,
    const char *kind, const char *name, const char *detail)
{
	char subject[CLIENT_ID_SIZE + 8];

	(void)snprintf(subject, sizeof(subject), "%s %s", kind, name);
	return audit_append(s, who->now,
	    &(struct audit_entry){who->name, action, subject, detail});
}

static enum status
refuse(const char *why, const char **ret_fault)
{
	*ret_fault = why;
	return STATUS_FORBIDDEN;
}

/* Is there an operator who may sign in, beside this user? */
static enum status
check_another(struct store *s, int64_t user, const char **ret_fault)
{
	_cleanup_(query_done) struct query q = query_start(s,
	    "SELECT 1 FROM users WHERE operator = 1 AND disabled = 0"
	    " AND id <> ? LIMIT 1");
	enum status status;

	query_integer(&q, user);
	status = query_step(&q);
	return status == STATUS_NOT_FOUND
		   ? refuse("This is the last operator who may sign in. Make "
			    "another one first.",
			 ret_fault)
		   : status;
}

static enum status
check_user_act(struct store *s, const struct user *u, enum user_act act,
    const struct operator_who *who, const char **ret_fault)
{
	bool ends = act == USER_DISABLE || act == USER_UNMAKE_OPERATOR;

	if (u->id == who->user)
		return refuse("You cannot do this to yourself. Ask another "
			      "operator.",
		    ret_fault);
	if (!ends || !u->is_operator)
		return STATUS_OK;
	return check_another(s, u->id, ret_fault);
}

static enum status
change_user(struct store *s, int64_t user, enum user_act act, int64_t now)
{
	if (act == USER_DISABLE || act == USER_ENABLE)
		return user_set_disabled(
		    s, user, act == USER_DISABLE ? now : 0);
	return user_set_operator(s, user, act == USER_MAKE_OPERATOR);
}

/* Is the user what the act would make of them? Then nothing is recorded. */
static bool
is_done(const struct user *u, enum user_act act)
{
	switch (act) {
	case USER_DISABLE:
		return u->disabled != 0;
	case USER_ENABLE:
		return u->disabled == 0;
	case USER_MAKE_OPERATOR:
		return u->is_operator;
	case USER_UNMAKE_OPERATOR:
		return !u->is_operator;
	}
	return false;
}

enum status
operator_act_on_user(struct store *s, int64_t user, enum user_act act,
    const struct operator_who *who, const char **ret_fault)
{
	_cleanup_(transaction_end) struct transaction t = {NULL};
	struct user u;
	enum status status = transaction_write(s, &t);

	if (status == STATUS_OK)
		status = user_find_by_id(s, user, &u);
	if (status == STATUS_OK)
		status = check_user_act(s, &u, act, who, ret_fault);
	if (status != STATUS_OK || is_done(&u, act))
		return status;
	status = change_user(s, user, act, who->now);
	if (status == STATUS_OK)
		status =
		    record(s, who, user_acts[act].action, "user", u.name, "");
	return status == STATUS_OK ? transaction_commit(&t) : status;
}

static const char *
reason_fault(const char *reason, bool required)
{
	enum review_fault fault = review_reason_fault(reason, required);

	return fault == REVIEW_FINE ? NULL : review_fault_text(fault);
}

enum status
operator_decide_live(struct store *s, int64_t account, bool approve,
    const char *reason, const struct operator_who *who, const char **ret_fault)
{
	_cleanup_(transaction_end) struct transaction t = {NULL};
	const char *fault = reason_fault(reason, !approve);
	struct account a;
	struct user u;
	enum status status = transaction_write(s, &t);

	if (status == STATUS_OK)
		status = account_find_by_id(s, account, &a);
	if (status == STATUS_OK)
		status = user_find_by_id(s, a.user, &u);
	if (status != STATUS_OK)
		return status;
	if (a.user == who->user)
		fault = "This is your own request. Another operator has to "
			"decide it.";
	else if (strcmp(a.state, "requested") != 0)
		fault = "This request has been decided already.";
	if (fault != NULL)
		return refuse(fault, ret_fault);
	if (reason == NULL)
		reason = "";
	status =
	    account_decide(s, account, approve, reason, who->user, who->now);
	if (status == STATUS_OK)
		status = record(s, who,
		    approve ? "account.approve" : "account.refuse", "user",
		    u.name, reason);
	return status == STATUS_OK ? transaction_commit(&t) : status;
}

enum status
operator_revoke_grant(struct store *s, int64_t grant, const char *reason,
    const struct operator_who *who, const char **ret_fault)
{
	_cleanup_(transaction_end) struct transaction t = {NULL};
	const char *fault = reason_fault(reason, true);
	char why[APP_REASON_SIZE + 32], number[24];
	char detail[APP_REASON_SIZE + USER_NAME_SIZE + CLIENT_ID_SIZE + 16];
	struct grant_line g;
	enum status status = transaction_write(s, &t);

	if (status == STATUS_OK)
		status = grant_line_find(s, grant, &g);
	if (status != STATUS_OK)
		return status;
	if (g.revoked != 0)
		fault = "This grant has been revoked already.";
	if (fault != NULL)
		return refuse(fault, ret_fault);
	(void)snprintf(why, sizeof(why), "by an operator: %s", reason);
	(void)snprintf(number, sizeof(number), "%lld", (long long)grant);
	(void)snprintf(detail, sizeof(detail), "of %s to app %s: %s",
	    g.user[0] == '\0' ? "the app itself" : g.user, g.client_id, reason);
	status = grant_revoke(s, grant, who->now, why);
	if (status == STATUS_OK)
		status =
		    record(s, who, "grant.revoke", "grant", number, detail);
	return status == STATUS_OK ? transaction_commit(&t) : status;
}
