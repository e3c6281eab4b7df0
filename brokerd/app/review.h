/* SPDX-License-Identifier: ISC */
/*
 * Review of apps: draft -> submitted -> approved or rejected, and suspended
 * from anywhere. Paper always works; others than the owner can give an app
 * their live account only once REVIEW_APPROVALS different operators, none of
 * them the owner, have approved what was submitted.
 *
 * The acts run inside the caller's write transaction and write the audit
 * record. They read the app again: what the caller saw may be older.
 */
#ifndef BROKERD_REVIEW_H
#define BROKERD_REVIEW_H

#include <stdbool.h>
#include <stdint.h>

#include "app/app_store.h"
#include "identity/user_store.h"
#include "scopegate/status.h"
#include "store/store.h"

#define REVIEW_APPROVALS 2

/* X(NAME, "why it cannot be done") */
#define REVIEW_FAULT_LIST(X)                                                   \
	X(FINE, "")                                                            \
	X(NOT_SUBMITTED, "This app is not in review.")                         \
	X(NOT_OPERATOR, "Only an operator who may sign in can do this.")       \
	X(OWN_APP, "This is your own app. Other operators have to review it.") \
	X(VOTED, "You have voted on this submission already.")                 \
	X(NO_REASON, "Write why: the person concerned reads it.")              \
	X(LONG_REASON, "This is longer than 500 octets.")                      \
	X(UNREADABLE_REASON, "This has characters that cannot be shown.")      \
	X(SUSPENDED, "This app is suspended.")                                 \
	X(NOT_SUSPENDED, "This app is not suspended.")                         \
	X(NOT_OPEN, "Only a draft or a rejected app can be submitted.")        \
	X(INCOMPLETE,                                                          \
	    "An app needs a description and a website before it can be "       \
	    "reviewed.")                                                       \
	X(ANOTHER_ROUND,                                                       \
	    "The app was submitted again after you had opened this page. "     \
	    "Read it as it is now, then vote.")

enum review_fault {
#define X(name, text) REVIEW_##name,
	REVIEW_FAULT_LIST(X)
#undef X
};
const char *review_fault_text(enum review_fault f);

/* Is this fit to be kept and shown? Every reason an operator gives passes. */
enum review_fault review_reason_fault(const char *reason, bool required);
/* The rules, apart from the store. `has_voted`: on this round. */
enum review_fault review_vote_fault(const struct app *a,
    const struct user *reviewer, bool has_voted, bool approve,
    const char *reason);
enum review_fault review_submit_fault(const struct app *a);
/* What review needs and the app has not; NULL: nothing. */
const char *review_lacks(const struct app *a, size_t index);
enum review_fault review_suspend_fault(const struct app *a, const char *reason);
enum review_fault review_lift_fault(const struct app *a, const char *reason);
/* Where votes lead. One rejection outweighs every approval. */
enum app_state review_outcome(int64_t approvals, int64_t rejections);

/* STATUS_NOT_FOUND: no such app or user. STATUS_FORBIDDEN: the rules say no;
 * `ret_fault` (NULL is fine) says which, and is set to REVIEW_FINE otherwise.
 */
enum status review_submit(struct store *s, int64_t app, const char *actor,
    int64_t now, enum review_fault *ret_fault);
/* Is it a draft again when what is reviewed has changed? */
bool review_reopens(const struct app *a);
/* Call after what is reviewed has changed: what was approved or
 * submitted is a draft again, and a suspended app comes back as a draft. */
enum status review_reopen(
    struct store *s, int64_t app, const char *actor, int64_t now);
/* `reason` may be NULL or "" for an approval. */
enum status review_vote(struct store *s, int64_t app, int64_t reviewer,
    bool approve, const char *reason, int64_t now,
    enum review_fault *ret_fault);
/* Ends no grant, but no token is usable until it is lifted. */
enum status review_suspend(struct store *s, int64_t app, const char *actor,
    const char *reason, int64_t now, enum review_fault *ret_fault);
/* Back to approved if it was, else to draft. `reason` may be NULL. */
enum status review_lift(struct store *s, int64_t app, const char *actor,
    const char *reason, int64_t now, enum review_fault *ret_fault);

/* What would review_vote() say to this reviewer? */
enum status review_may_vote(struct store *s, const struct app *a,
    int64_t reviewer, enum review_fault *ret);

struct review_vote {
	int64_t id, round, at;
	char reviewer[USER_NAME_SIZE];
	bool approve;
	char reason[APP_REASON_SIZE];
};
/* Of all rounds, the newest first; *ret_count at most `max`. */
enum status review_votes(struct store *s, int64_t app, struct review_vote *ret,
    size_t max, size_t *ret_count);
/* Approvals of this round that count: by operators who still are. */
enum status review_approvals(
    struct store *s, const struct app *a, int64_t *ret);

#endif
