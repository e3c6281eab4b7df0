/* SPDX-License-Identifier: ISC */
/* Review of apps: the rules, and what the acts leave in the store. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "app/review.h"
#include "app/scope_store.h"
#include "oauth/token_store.h"
#include "scopegate/cleanup.h"
#include "scopegate/log.h"
#include "temporary_store.h"

#define NOW 1000000

enum { ALICE, CAROL, DAVE, ERIN, USERS };

struct fixture {
	struct temporary_store disk;
	struct store *store;
	struct app app;
	int64_t users[USERS]; /* alice owns the app; the others operate */
};

static int
set_up(void **state)
{
	static const char *const names[] = {"alice", "carol", "dave", "erin"};
	struct fixture *f = calloc(1, sizeof(*f));

	*state = f;
	if (f == NULL || temporary_store_make(&f->disk) != 0 ||
	    scope_add(f->disk.store, "data", "Read data", 1) != STATUS_OK)
		return -1;
	f->store = f->disk.store;
	for (size_t i = 0; i < USERS; i++) {
		if (user_add_hashed(f->store, names[i], "*", NOW,
			&f->users[i]) != STATUS_OK ||
		    user_set_operator(f->store, f->users[i], i != ALICE) !=
			STATUS_OK)
			return -1;
	}
	memcpy(f->app.client_id, "trader", 7);
	memcpy(f->app.title, "Trader", 7);
	memcpy(f->app.owner, "alice", 6);
	memcpy(f->app.description, "Trades.", 8);
	memcpy(f->app.website, "https://trader.example.com/", 28);
	memcpy(f->app.scopes, "data", 5);
	return app_add(f->store, &f->app, NOW) == STATUS_OK ? 0 : -1;
}

static int
tear_down(void **state)
{
	struct fixture *f = *state;

	temporary_store_remove(&f->disk);
	free(f);
	return 0;
}

static struct app
app_now(struct fixture *f)
{
	struct app a;

	assert_int_equal(app_find_by_id(f->store, f->app.id, &a), STATUS_OK);
	return a;
}

static void
is_in(struct fixture *f, enum app_state state)
{
	assert_string_equal(
	    app_state_name(app_now(f).state), app_state_name(state));
}

static void
submit(struct fixture *f)
{
	assert_int_equal(
	    review_submit(f->store, f->app.id, "alice", NOW, NULL), STATUS_OK);
	is_in(f, APP_SUBMITTED);
}

static void
reopen(struct fixture *f)
{
	assert_int_equal(
	    review_reopen(f->store, f->app.id, "alice", NOW), STATUS_OK);
}

static enum review_fault
vote(struct fixture *f, int who, bool approve, const char *reason)
{
	enum review_fault fault = REVIEW_FINE;
	enum status status = review_vote(
	    f->store, f->app.id, f->users[who], approve, reason, NOW, &fault);

	assert_int_equal(
	    status, fault == REVIEW_FINE ? STATUS_OK : STATUS_FORBIDDEN);
	return fault;
}

static bool
has_record(struct fixture *f, const char *actor, const char *action)
{
	_cleanup_(query_done) struct query q =
	    query_start(f->store, "SELECT 1 FROM audit WHERE actor = ?"
				  " AND action = ? AND subject = 'app trader'");

	query_text(&q, actor);
	query_text(&q, action);
	return query_step(&q) == STATUS_OK;
}

static void
two_operators_approve(void **state)
{
	struct fixture *f = *state;
	struct app a;

	submit(f);
	assert_true(has_record(f, "alice", "app.submit"));
	assert_int_equal(vote(f, CAROL, true, NULL), REVIEW_FINE);
	is_in(f, APP_SUBMITTED);
	assert_false(has_record(f, "carol", "app.approve"));
	assert_int_equal(vote(f, DAVE, true, "seen"), REVIEW_FINE);
	is_in(f, APP_APPROVED);
	assert_true(has_record(f, "carol", "review.approve"));
	assert_true(has_record(f, "dave", "review.approve"));
	assert_true(has_record(f, "dave", "app.approve"));
	a = app_now(f);
	assert_true(app_may_trade_live(&a, f->users[CAROL]));
	assert_int_equal(vote(f, ERIN, true, NULL), REVIEW_NOT_SUBMITTED);
}

static void
one_operator_rejects(void **state)
{
	struct fixture *f = *state;
	struct app a;

	submit(f);
	assert_int_equal(vote(f, CAROL, true, NULL), REVIEW_FINE);
	assert_int_equal(vote(f, DAVE, false, "No terms."), REVIEW_FINE);
	is_in(f, APP_REJECTED);
	assert_string_equal(app_now(f).state_reason, "No terms.");
	assert_true(has_record(f, "dave", "app.reject"));
	assert_int_equal(vote(f, ERIN, true, NULL), REVIEW_NOT_SUBMITTED);
	a = app_now(f);
	assert_false(app_may_trade_live(&a, f->users[CAROL]));
	assert_true(app_may_trade_live(&a, f->users[ALICE]));
}

static void
nobody_votes_twice_or_for_an_own_app(void **state)
{
	struct fixture *f = *state;

	submit(f);
	assert_int_equal(vote(f, ALICE, true, NULL), REVIEW_NOT_OPERATOR);
	assert_int_equal(
	    user_set_operator(f->store, f->users[ALICE], true), STATUS_OK);
	assert_int_equal(vote(f, ALICE, true, NULL), REVIEW_OWN_APP);
	assert_int_equal(vote(f, ALICE, false, "x"), REVIEW_OWN_APP);
	assert_int_equal(vote(f, CAROL, true, NULL), REVIEW_FINE);
	assert_int_equal(vote(f, CAROL, true, NULL), REVIEW_VOTED);
	assert_int_equal(vote(f, CAROL, false, "x"), REVIEW_VOTED);
	is_in(f, APP_SUBMITTED);
}

static void
only_operators_who_still_are_count(void **state)
{
	struct fixture *f = *state;
	int64_t approvals = 9;
	struct app a;

	submit(f);
	assert_int_equal(vote(f, CAROL, true, NULL), REVIEW_FINE);
	assert_int_equal(
	    user_set_disabled(f->store, f->users[CAROL], NOW), STATUS_OK);
	assert_int_equal(vote(f, DAVE, true, NULL), REVIEW_FINE);
	is_in(f, APP_SUBMITTED);
	assert_int_equal(
	    user_set_operator(f->store, f->users[DAVE], false), STATUS_OK);
	a = app_now(f);
	assert_int_equal(review_approvals(f->store, &a, &approvals), STATUS_OK);
	assert_int_equal(approvals, 0);
	assert_int_equal(
	    user_set_disabled(f->store, f->users[ERIN], NOW), STATUS_OK);
	assert_int_equal(vote(f, ERIN, true, NULL), REVIEW_NOT_OPERATOR);
	assert_int_equal(
	    user_set_disabled(f->store, f->users[ERIN], 0), STATUS_OK);
	assert_int_equal(
	    user_set_disabled(f->store, f->users[CAROL], 0), STATUS_OK);
	assert_int_equal(vote(f, ERIN, true, NULL), REVIEW_FINE);
	is_in(f, APP_APPROVED);
}

static void
a_new_round_starts_from_nothing(void **state)
{
	struct fixture *f = *state;
	struct review_vote votes[4];
	size_t count = 0;

	assert_int_equal(vote(f, CAROL, true, NULL), REVIEW_NOT_SUBMITTED);
	submit(f);
	assert_int_equal(app_now(f).review_round, 1);
	assert_int_equal(review_submit(f->store, f->app.id, "alice", NOW, NULL),
	    STATUS_FORBIDDEN);
	assert_int_equal(vote(f, CAROL, true, NULL), REVIEW_FINE);
	reopen(f);
	is_in(f, APP_DRAFT);
	assert_true(has_record(f, "alice", "app.reopen"));
	submit(f);
	assert_int_equal(app_now(f).review_round, 2);
	assert_int_equal(vote(f, DAVE, true, NULL), REVIEW_FINE);
	is_in(f, APP_SUBMITTED);
	assert_int_equal(vote(f, CAROL, false, "Worse."), REVIEW_FINE);
	is_in(f, APP_REJECTED);
	submit(f);
	assert_string_equal(app_now(f).state_reason, "");
	assert_int_equal(
	    review_votes(f->store, f->app.id, votes, 4, &count), STATUS_OK);
	assert_int_equal(count, 3);
	assert_string_equal(votes[0].reviewer, "carol");
	assert_string_equal(votes[0].reason, "Worse.");
	assert_false(votes[0].approve);
	assert_int_equal(votes[2].round, 1);
	assert_int_equal(
	    review_votes(f->store, f->app.id, votes, 2, &count), STATUS_OK);
	assert_int_equal(count, 2);
}

static void
reopening_leaves_drafts_and_rejections(void **state)
{
	struct fixture *f = *state;

	reopen(f);
	is_in(f, APP_DRAFT);
	submit(f);
	assert_int_equal(vote(f, DAVE, false, "No."), REVIEW_FINE);
	reopen(f);
	is_in(f, APP_REJECTED);
	assert_false(has_record(f, "alice", "app.reopen"));
	assert_int_equal(review_reopen(f->store, f->app.id + 1, "alice", NOW),
	    STATUS_NOT_FOUND);
}

static void
suspend(struct fixture *f)
{
	assert_int_equal(
	    review_suspend(f->store, f->app.id, "dave", "Odd.", NOW, NULL),
	    STATUS_OK);
	is_in(f, APP_SUSPENDED);
}

static void
lift(struct fixture *f, enum app_state to)
{
	assert_int_equal(
	    review_lift(f->store, f->app.id, "dave", NULL, NOW, NULL),
	    STATUS_OK);
	is_in(f, to);
}

static void
a_suspension_is_lifted_to_what_was(void **state)
{
	struct fixture *f = *state;
	enum review_fault fault = REVIEW_FINE;

	assert_int_equal(
	    review_lift(f->store, f->app.id, "dave", NULL, NOW, &fault),
	    STATUS_FORBIDDEN);
	assert_int_equal(fault, REVIEW_NOT_SUSPENDED);
	assert_int_equal(
	    review_suspend(f->store, f->app.id, "dave", "", NOW, &fault),
	    STATUS_FORBIDDEN);
	assert_int_equal(fault, REVIEW_NO_REASON);
	suspend(f);
	assert_true(has_record(f, "dave", "app.suspend"));
	assert_string_equal(app_now(f).state_reason, "Odd.");
	assert_int_equal(
	    review_suspend(f->store, f->app.id, "dave", "x", NOW, &fault),
	    STATUS_FORBIDDEN);
	assert_int_equal(fault, REVIEW_SUSPENDED);
	assert_int_equal(review_submit(f->store, f->app.id, "alice", NOW, NULL),
	    STATUS_FORBIDDEN);
	assert_int_equal(vote(f, CAROL, true, NULL), REVIEW_SUSPENDED);
	lift(f, APP_DRAFT);
	assert_true(has_record(f, "dave", "app.lift"));
	submit(f);
	suspend(f);
	lift(f, APP_DRAFT);
	submit(f);
	assert_int_equal(vote(f, CAROL, true, NULL), REVIEW_FINE);
	assert_int_equal(vote(f, DAVE, true, NULL), REVIEW_FINE);
	suspend(f);
	lift(f, APP_APPROVED);
	suspend(f);
	reopen(f);
	is_in(f, APP_SUSPENDED);
	lift(f, APP_DRAFT);
}

static void
no_token_is_usable_while_suspended(void **state)
{
	struct fixture *f = *state;
	struct grant g = {.user = f->users[CAROL], .app = f->app.id};
	struct token_request request = {.kind = TOKEN_ACCESS,
	    .scope = "data",
	    .now = NOW,
	    .expires = NOW + 60};
	char text[RANDOM_TEXT_SIZE];
	struct token t;

	memcpy(g.scope, "data", 5);
	assert_int_equal(grant_add(f->store, &g, NOW), STATUS_OK);
	request.grant = g.id;
	assert_int_equal(token_issue(f->store, &request, text), STATUS_OK);
	suspend(f);
	assert_int_equal(token_find(f->store, text, &t), STATUS_OK);
	assert_false(t.usable);
	assert_int_equal(t.grant.revoked, 0);
	lift(f, APP_DRAFT);
	assert_int_equal(token_find(f->store, text, &t), STATUS_OK);
	assert_true(t.usable);
}

static void
reasons_have_bounds(void **state)
{
	struct app a = {.state = APP_SUBMITTED, .owner_id = 7};
	struct user u = {.id = 8, .is_operator = true};
	char text[APP_REASON_SIZE + 1];

	(void)state;
	memset(text, 'x', sizeof(text));
	text[APP_REASON_SIZE] = '\0';
	assert_int_equal(
	    review_vote_fault(&a, &u, false, false, text), REVIEW_LONG_REASON);
	assert_int_equal(
	    review_vote_fault(&a, &u, false, true, text), REVIEW_LONG_REASON);
	text[APP_REASON_SIZE - 1] = '\0';
	assert_int_equal(
	    review_vote_fault(&a, &u, false, false, text), REVIEW_FINE);
	assert_int_equal(
	    review_vote_fault(&a, &u, false, false, " \r\n"), REVIEW_NO_REASON);
	assert_int_equal(
	    review_vote_fault(&a, &u, false, false, NULL), REVIEW_NO_REASON);
	assert_int_equal(
	    review_vote_fault(&a, &u, false, true, ""), REVIEW_FINE);
	assert_int_equal(review_vote_fault(&a, &u, false, false, "a\033b"),
	    REVIEW_UNREADABLE_REASON);
	assert_int_equal(review_vote_fault(&a, &u, false, false, "a\177b"),
	    REVIEW_UNREADABLE_REASON);
	assert_int_equal(
	    review_vote_fault(&a, &u, false, false, "a\r\nb"), REVIEW_FINE);
	a.owner_id = 0; /* the broker's own: any two operators */
	u.id = 0;
	assert_int_equal(
	    review_vote_fault(&a, &u, false, true, NULL), REVIEW_FINE);
	assert_int_equal(review_outcome(2, 1), APP_REJECTED);
	assert_int_equal(review_outcome(1, 0), APP_SUBMITTED);
	assert_int_equal(review_outcome(2, 0), APP_APPROVED);
}

#define STORE_TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    STORE_TEST(two_operators_approve),
	    STORE_TEST(one_operator_rejects),
	    STORE_TEST(nobody_votes_twice_or_for_an_own_app),
	    STORE_TEST(only_operators_who_still_are_count),
	    STORE_TEST(a_new_round_starts_from_nothing),
	    STORE_TEST(reopening_leaves_drafts_and_rejections),
	    STORE_TEST(a_suspension_is_lifted_to_what_was),
	    STORE_TEST(no_token_is_usable_while_suspended),
	    cmocka_unit_test(reasons_have_bounds),
	};

	log_open("test", LOG_LEVEL_ERROR);
	return cmocka_run_group_tests_name("brokerd_review", tests, NULL, NULL);
}
