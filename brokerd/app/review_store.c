/* SPDX-License-Identifier: ISC */
/* The acts of review, in the store and in the audit trail. */
#include <stdio.h>
#include <string.h>

#include "app/review.h"
#include "audit/audit_log.h"
#include "scopegate/cleanup.h"

struct act {
	struct store *store;
	int64_t now;
	const char *actor;
	struct app app;
};

static enum status
begin(struct store *s, int64_t app, const char *actor, int64_t now,
    struct act *ret)
{
	ret->store = s;
	ret->now = now;
	ret->actor = actor;
	return app_find_by_id(s, app, &ret->app);
}

static enum status
record(const struct act *a, const char *action, const char *detail)
{
	char subject[CLIENT_ID_SIZE + 8];

	(void)snprintf(subject, sizeof(subject), "app %s", a->app.client_id);
	return audit_append(a->store, a->now,
	    &(struct audit_entry){a->actor, action, subject, detail});
}

static enum status
refuse(enum review_fault fault, enum review_fault *ret)
{
	if (ret != NULL)
		*ret = fault;
	return fault == REVIEW_FINE ? STATUS_OK : STATUS_FORBIDDEN;
}

/* `lifts_to`: what a suspension is to be lifted to. */
static enum status
set_state(
    struct act *a, enum app_state to, const char *reason, const char *lifts_to)
{
	_cleanup_(query_done) struct query q = query_start(a->store,
	    "UPDATE apps SET state = ?, state_reason = ?, lifts_to = ?"
	    " WHERE id = ?");

	query_text(&q, app_state_name(to));
	query_text(&q, reason == NULL ? "" : reason);
	query_text(&q, lifts_to);
	query_integer(&q, a->app.id);
	return query_run(&q);
}

static enum status
next_round(const struct act *a)
{
	_cleanup_(query_done) struct query q = query_start(a->store,
	    "UPDATE apps SET review_round = review_round + 1, submitted = ?"
	    " WHERE id = ?");

	query_integer(&q, a->now);
	query_integer(&q, a->app.id);
	return query_run(&q);
}

enum status
review_submit(struct store *s, int64_t app, const char *actor, int64_t now,
    enum review_fault *ret_fault)
{
	struct act a;
	enum status status = begin(s, app, actor, now, &a);

	if (status == STATUS_OK)
		status = refuse(review_submit_fault(&a.app), ret_fault);
	if (status == STATUS_OK)
		status = next_round(&a);
	if (status == STATUS_OK)
		status = set_state(&a, APP_SUBMITTED, "", "");
	return status == STATUS_OK ? record(&a, "app.submit", "") : status;
}

enum status
review_reopen(struct store *s, int64_t app, const char *actor, int64_t now)
{
	struct act a;
	enum status status = begin(s, app, actor, now, &a);

	if (status != STATUS_OK)
		return status;
	/* Else a lifted suspension would approve what nobody has seen. */
	if (a.app.state == APP_SUSPENDED)
		return set_state(
		    &a, APP_SUSPENDED, a.app.state_reason, "draft");
	if (!review_reopens(&a.app))
		return STATUS_OK;
	status = set_state(&a, APP_DRAFT, "", "");
	return status == STATUS_OK
		   ? record(&a, "app.reopen", app_state_name(a.app.state))
		   : status;
}

/* An approval of somebody who has been disabled since, or is no operator any
 * more, or has come to own the app, counts for nothing. */
static enum status
count_votes(struct store *s, const struct app *a, int64_t *ret_approvals,
    int64_t *ret_rejections)
{
	_cleanup_(query_done) struct query q = query_start(s,
	    "SELECT coalesce(sum(v.approve = 1 AND u.operator = 1"
	    " AND u.disabled = 0 AND u.id <> ?), 0),"
	    " coalesce(sum(v.approve = 0), 0)"
	    " FROM review_votes v JOIN users u ON u.id = v.reviewer"
	    " WHERE v.app = ? AND v.round = ?");
	enum status status;

	query_integer(&q, a->owner_id);
	query_integer(&q, a->id);
	query_integer(&q, a->review_round);
	status = query_step(&q);
	if (status != STATUS_OK)
		return status;
	*ret_approvals = query_column_integer(&q, 0);
	*ret_rejections = query_column_integer(&q, 1);
	return STATUS_OK;
}

enum status
review_approvals(struct store *s, const struct app *a, int64_t *ret)
{
	int64_t rejections;

	return count_votes(s, a, ret, &rejections);
}

static enum status
has_voted(struct store *s, const struct app *a, int64_t reviewer, bool *ret)
{
	_cleanup_(query_done) struct query q =
	    query_start(s, "SELECT 1 FROM review_votes"
			   " WHERE app = ? AND round = ? AND reviewer = ?");
	enum status status;

	query_integer(&q, a->id);
	query_integer(&q, a->review_round);
	query_integer(&q, reviewer);
	status = query_step(&q);
	*ret = status == STATUS_OK;
	return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

static enum status
add_vote(
    const struct act *a, int64_t reviewer, bool approve, const char *reason)
{
	_cleanup_(query_done) struct query q = query_start(a->store,
	    "INSERT INTO review_votes (app, round, reviewer, approve, reason,"
	    " at) VALUES (?, ?, ?, ?, ?, ?)");

	query_integer(&q, a->app.id);
	query_integer(&q, a->app.review_round);
	query_integer(&q, reviewer);
	query_integer(&q, approve);
	query_text(&q, reason);
	query_integer(&q, a->now);
	return query_run(&q);
}

static enum status
record_vote(struct act *a, int64_t approvals, bool approve, const char *reason)
{
	char detail[APP_REASON_SIZE + 64];

	(void)snprintf(detail, sizeof(detail), "%lld of %d approvals%s%s",
	    (long long)approvals, REVIEW_APPROVALS,
	    reason[0] == '\0' ? "" : ": ", reason);
	return record(a, approve ? "review.approve" : "review.reject", detail);
}

static enum status
settle(struct act *a, bool approve, const char *reason)
{
	int64_t approvals = 0, rejections = 0;
	enum status status =
	    count_votes(a->store, &a->app, &approvals, &rejections);
	enum app_state to;

	if (status == STATUS_OK)
		status = record_vote(a, approvals, approve, reason);
	to = review_outcome(approvals, rejections);
	if (status != STATUS_OK || to == APP_SUBMITTED)
		return status;
	status = set_state(a, to, to == APP_REJECTED ? reason : "", "");
	if (status != STATUS_OK)
		return status;
	return record(a, to == APP_APPROVED ? "app.approve" : "app.reject",
	    to == APP_REJECTED ? reason : "");
}

enum status
review_may_vote(struct store *s, const struct app *a, int64_t reviewer,
    enum review_fault *ret)
{
	struct user u;
	bool voted = false;
	enum status status = user_find_by_id(s, reviewer, &u);

	if (status == STATUS_OK)
		status = has_voted(s, a, reviewer, &voted);
	if (status == STATUS_OK)
		*ret = review_vote_fault(a, &u, voted, true, NULL);
	return status;
}

enum status
review_vote(struct store *s, int64_t app, int64_t reviewer, bool approve,
    const char *reason, int64_t now, enum review_fault *ret_fault)
{
	struct act a;
	struct user u;
	bool voted = false;
	enum status status = begin(s, app, NULL, now, &a);

	if (status == STATUS_OK)
		status = user_find_by_id(s, reviewer, &u);
	if (status == STATUS_OK)
		status = has_voted(s, &a.app, reviewer, &voted);
	if (status != STATUS_OK)
		return status;
	a.actor = u.name;
	status = refuse(
	    review_vote_fault(&a.app, &u, voted, approve, reason), ret_fault);
	if (reason == NULL)
		reason = "";
	if (status == STATUS_OK)
		status = add_vote(&a, reviewer, approve, reason);
	return status == STATUS_OK ? settle(&a, approve, reason) : status;
}

enum status
review_suspend(struct store *s, int64_t app, const char *actor,
    const char *reason, int64_t now, enum review_fault *ret_fault)
{
	struct act a;
	enum status status = begin(s, app, actor, now, &a);

	if (status == STATUS_OK)
		status =
		    refuse(review_suspend_fault(&a.app, reason), ret_fault);
	if (status == STATUS_OK)
		status = set_state(&a, APP_SUSPENDED, reason,
		    a.app.state == APP_APPROVED ? "approved" : "draft");
	return status == STATUS_OK ? record(&a, "app.suspend", reason) : status;
}

static enum status
lifts_to(const struct act *a, enum app_state *ret)
{
	_cleanup_(query_done) struct query q =
	    query_start(a->store, "SELECT lifts_to FROM apps WHERE id = ?");
	enum status status;

	query_integer(&q, a->app.id);
	status = query_step(&q);
	if (status == STATUS_OK)
		*ret = strcmp(query_column_text(&q, 0), "approved") == 0
			   ? APP_APPROVED
			   : APP_DRAFT;
	return status;
}

enum status
review_lift(struct store *s, int64_t app, const char *actor, const char *reason,
    int64_t now, enum review_fault *ret_fault)
{
	enum app_state to = APP_DRAFT;
	struct act a;
	enum status status = begin(s, app, actor, now, &a);

	if (status == STATUS_OK)
		status = refuse(review_lift_fault(&a.app, reason), ret_fault);
	if (status == STATUS_OK)
		status = lifts_to(&a, &to);
	if (status == STATUS_OK)
		status = set_state(&a, to, "", "");
	return status == STATUS_OK
		   ? record(&a, "app.lift", reason == NULL ? "" : reason)
		   : status;
}

enum status
review_votes(struct store *s, int64_t app, struct review_vote *ret, size_t max,
    size_t *ret_count)
{
	_cleanup_(query_done) struct query q = query_start(s,
	    "SELECT v.id, v.round, v.at, u.name, v.approve, v.reason"
	    " FROM review_votes v JOIN users u ON u.id = v.reviewer"
	    " WHERE v.app = ? ORDER BY v.round DESC, v.id DESC LIMIT ?");
	size_t count = 0;
	enum status status;

	query_integer(&q, app);
	query_integer(&q, (int64_t)max);
	while (count < max && (status = query_step(&q)) == STATUS_OK) {
		struct review_vote *v = &ret[count++];

		v->id = query_column_integer(&q, 0);
		v->round = query_column_integer(&q, 1);
		v->at = query_column_integer(&q, 2);
		v->approve = query_column_integer(&q, 4) != 0;
		if (query_copy_text(&q, 3, v->reviewer, sizeof(v->reviewer)) !=
			STATUS_OK ||
		    query_copy_text(&q, 5, v->reason, sizeof(v->reason)) !=
			STATUS_OK)
			return STATUS_MALFORMED;
	}
	if (count < max && status != STATUS_NOT_FOUND)
		return status;
	*ret_count = count;
	return STATUS_OK;
}
