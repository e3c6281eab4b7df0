/* SPDX-License-Identifier: ISC */
/* Lists for operators, page by page, and what operators do. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "app/review.h"
#include "app/scope_store.h"
#include "oauth/token_store.h"
#include "operator/acts.h"
#include "operator/listing.h"
#include "scopegate/cleanup.h"
#include "scopegate/log.h"
#include "temporary_store.h"

#define NOW 1000000
#define APPS 7
#define PAGE 3

struct fixture {
	struct temporary_store disk;
	struct store *store;
	int64_t alice, alicia, carol; /* carol operates */
	struct app apps[APPS];        /* by turns of the two first */
};

static int
add_apps(struct fixture *f)
{
	for (int i = 0; i < APPS; i++) {
		struct app *a = &f->apps[i];

		(void)snprintf(a->client_id, sizeof(a->client_id), "app%d", i);
		(void)snprintf(a->title, sizeof(a->title), "App %d", i);
		(void)snprintf(a->owner, sizeof(a->owner), "%s",
		    i % 2 == 0 ? "alicia" : "alice");
		memcpy(a->description, "d", 2);
		memcpy(a->website, "w", 2);
		if (app_add(f->store, a, NOW) != STATUS_OK)
			return -1;
	}
	return 0;
}

static int
set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	*state = f;
	if (f == NULL || temporary_store_make(&f->disk) != 0)
		return -1;
	f->store = f->disk.store;
	if (user_add_hashed(f->store, "alicia", "*", NOW, &f->alicia) !=
		STATUS_OK ||
	    user_add_hashed(f->store, "alice", "*", NOW, &f->alice) !=
		STATUS_OK ||
	    user_add_hashed(f->store, "carol", "*", NOW, &f->carol) !=
		STATUS_OK ||
	    user_set_operator(f->store, f->carol, true) != STATUS_OK)
		return -1;
	return add_apps(f);
}

static int
tear_down(void **state)
{
	struct fixture *f = *state;

	temporary_store_remove(&f->disk);
	free(f);
	return 0;
}

/* All client ids without "app", page by page. */
static void
lists(struct fixture *f, const struct app_filter *filter, const char *wanted)
{
	struct app_line lines[PAGE];
	size_t count = PAGE, length = 0;
	int64_t after = 0;
	char got[64] = "";

	while (count == PAGE) {
		assert_int_equal(
		    filter == NULL
			? app_queue(f->store, after, lines, PAGE, &count)
			: app_lines(
			      f->store, filter, after, lines, PAGE, &count),
		    STATUS_OK);
		for (size_t i = 0; i < count; i++) {
			length +=
			    (size_t)snprintf(got + length, sizeof(got) - length,
				"%s ", lines[i].client_id + 3);
			after = lines[i].id;
		}
	}
	assert_string_equal(got, wanted);
}

static void
apps_are_listed_by_page(void **state)
{
	const struct app_filter all = {0}, owner = {.owner = "alic"},
				one = {.owner = "alici"},
				client = {.client = "app"},
				exact = {.client = "app4"},
				none = {.client = "b"},
				drafts = {.state = "draft"},
				approved = {.state = "approved"},
				mixed = {.state = "draft", .owner = "alice"};
	struct fixture *f = *state;

	lists(f, &all, "0 1 2 3 4 5 6 ");
	lists(f, &drafts, "0 1 2 3 4 5 6 ");
	lists(f, &approved, "");
	lists(f, &client, "0 1 2 3 4 5 6 ");
	lists(f, &exact, "4 ");
	lists(f, &none, "");
	lists(f, &owner, "1 3 5 0 2 4 6 ");
	lists(f, &one, "0 2 4 6 ");
	assert_int_equal(
	    review_submit(f->store, f->apps[3].id, "alice", NOW, NULL),
	    STATUS_OK);
	lists(f, &drafts, "0 1 2 4 5 6 ");
	lists(f, &mixed, "1 5 ");
}

static void
an_app_is_whole_before_review(void **state)
{
	struct fixture *f = *state;
	enum review_fault fault = REVIEW_FINE;
	struct app a = {.client_id = "bare", .title = "Bare"};

	assert_int_equal(app_add(f->store, &a, NOW), STATUS_OK);
	assert_int_equal(review_submit(f->store, a.id, "alice", NOW, &fault),
	    STATUS_FORBIDDEN);
	assert_int_equal(fault, REVIEW_INCOMPLETE);
	a.website[0] = 'w';
	assert_string_equal(review_lacks(&a, 0), "a description");
	assert_null(review_lacks(&a, 1));
	a.description[0] = 'd';
	assert_int_equal(review_submit_fault(&a), REVIEW_FINE);
	a.website[0] = '\0';
	assert_string_equal(review_lacks(&a, 0), "a website");
}

static void
the_queue_is_in_the_order_of_waiting(void **state)
{
	static const int64_t order[] = {5, 0, 3, 6};
	struct fixture *f = *state;
	int64_t count = -1;

	lists(f, NULL, "");
	for (size_t i = 0; i < ELEMENTS(order); i++)
		assert_int_equal(review_submit(f->store, f->apps[order[i]].id,
				     "x", NOW + (int64_t)i / 2, NULL),
		    STATUS_OK);
	lists(f, NULL, "0 5 3 6 ");
	assert_int_equal(app_count(f->store, "submitted", &count), STATUS_OK);
	assert_int_equal(count, 4);
}

/* Should an app ever change hands, its new owner's vote must not help it. */
static void
an_approval_of_who_came_to_own_it_does_not_count(void **state)
{
	struct fixture *f = *state;
	_cleanup_(query_done) struct query q = {0};
	int64_t approvals = 0;
	struct app_line line;
	struct app a;
	size_t n = 0;

	assert_int_equal(
	    review_submit(f->store, f->apps[0].id, "x", NOW, NULL), STATUS_OK);
	assert_int_equal(review_vote(f->store, f->apps[0].id, f->carol, true,
			     NULL, NOW, NULL),
	    STATUS_OK);
	assert_int_equal(app_queue(f->store, 0, &line, 1, &n), STATUS_OK);
	assert_int_equal(line.approvals, 1);
	q = query_start(f->store, "UPDATE apps SET owner = ? WHERE id = ?");
	query_integer(&q, f->carol);
	query_integer(&q, f->apps[0].id);
	assert_int_equal(query_run(&q), STATUS_OK);
	assert_int_equal(
	    app_find_by_id(f->store, f->apps[0].id, &a), STATUS_OK);
	assert_int_equal(review_approvals(f->store, &a, &approvals), STATUS_OK);
	assert_int_equal(approvals, 0);
	assert_int_equal(app_queue(f->store, 0, &line, 1, &n), STATUS_OK);
	assert_int_equal(line.approvals, 0);
}

static void
people_are_listed_by_name(void **state)
{
	struct fixture *f = *state;
	struct user_line lines[2];
	size_t count = 0;

	assert_int_equal(
	    user_lines(f->store, NULL, 0, lines, 2, &count), STATUS_OK);
	assert_int_equal(count, 2);
	assert_string_equal(lines[0].name, "alice");
	assert_string_equal(lines[1].name, "alicia");
	assert_int_equal(
	    user_lines(f->store, "", lines[1].id, lines, 2, &count), STATUS_OK);
	assert_int_equal(count, 1);
	assert_string_equal(lines[0].name, "carol");
	assert_true(lines[0].is_operator);
	assert_int_equal(
	    user_lines(f->store, "alici", 0, lines, 2, &count), STATUS_OK);
	assert_int_equal(count, 1);
}

static int64_t
grant_to(struct fixture *f, int64_t user, int app)
{
	struct grant g = {.user = user, .app = f->apps[app].id};

	assert_int_equal(grant_add(f->store, &g, NOW), STATUS_OK);
	return g.id;
}

static void
grants_are_listed_while_they_stand(void **state)
{
	const struct operator_who who = {0, "shell", NOW};
	struct fixture *f = *state;
	const char *fault = NULL;
	struct grant_line lines[2];
	int64_t first = grant_to(f, f->alice, 0), count = 0;
	size_t n = 0;

	(void)grant_to(f, f->alice, 1);
	(void)grant_to(f, f->alicia, 0);
	(void)grant_to(f, 0, 0);
	assert_int_equal(
	    grant_lines(f->store, f->alice, 0, 0, lines, 2, &n), STATUS_OK);
	assert_int_equal(n, 2);
	assert_int_equal(lines[1].id, first);
	assert_int_equal(
	    grant_lines(f->store, 0, f->apps[0].id, 0, lines, 2, &n),
	    STATUS_OK);
	assert_int_equal(n, 2);
	assert_string_equal(lines[0].user, "");
	assert_string_equal(lines[1].user, "alicia");
	assert_int_equal(
	    grant_lines(f->store, 0, f->apps[0].id, lines[1].id, lines, 2, &n),
	    STATUS_OK);
	assert_int_equal(n, 1);
	assert_int_equal(lines[0].id, first);
	assert_int_equal(
	    operator_revoke_grant(f->store, first, NULL, &who, &fault),
	    STATUS_FORBIDDEN);
	assert_non_null(fault);
	assert_int_equal(
	    operator_revoke_grant(f->store, first, "Odd.", &who, &fault),
	    STATUS_OK);
	assert_int_equal(
	    grant_lines(f->store, f->alice, f->apps[0].id, 0, lines, 2, &n),
	    STATUS_OK);
	assert_int_equal(n, 0);
	assert_int_equal(
	    grant_count(f->store, f->apps[0].id, &count), STATUS_OK);
	assert_int_equal(count, 2);
	assert_int_equal(grant_line_find(f->store, first, lines), STATUS_OK);
	assert_string_equal(lines[0].why, "by an operator: Odd.");
}

static int64_t
request_live(struct fixture *f, int64_t user)
{
	struct account a;

	assert_int_equal(account_request_live(f->store, user, NOW), STATUS_OK);
	assert_int_equal(account_find(f->store, user, "live", &a), STATUS_OK);
	return a.id;
}

static enum status
decide(struct fixture *f, int64_t account, bool approve, const char *reason,
    int64_t who)
{
	const struct operator_who by = {who, "carol", NOW};
	const char *fault = NULL;
	enum status status = operator_decide_live(
	    f->store, account, approve, reason, &by, &fault);

	assert_int_equal(fault != NULL, status == STATUS_FORBIDDEN);
	return status;
}

static void
live_accounts_are_decided_by_others_and_once(void **state)
{
	struct fixture *f = *state;
	int64_t alice = request_live(f, f->alice),
		carol = request_live(f, f->carol), count = 0;
	struct live_line lines[2];
	struct account a;
	size_t n = 0;

	assert_int_equal(live_lines(f->store, 0, lines, 1, &n), STATUS_OK);
	assert_string_equal(lines[0].user, "alice");
	assert_int_equal(live_lines(f->store, alice, lines, 2, &n), STATUS_OK);
	assert_int_equal(n, 1);
	assert_string_equal(lines[0].user, "carol");
	assert_int_equal(live_request_count(f->store, &count), STATUS_OK);
	assert_int_equal(count, 2);

	assert_int_equal(
	    decide(f, carol, true, NULL, f->carol), STATUS_FORBIDDEN);
	assert_int_equal(
	    decide(f, alice, false, NULL, f->carol), STATUS_FORBIDDEN);
	assert_int_equal(decide(f, alice, false, "No.", f->carol), STATUS_OK);
	assert_int_equal(
	    decide(f, alice, true, NULL, f->carol), STATUS_FORBIDDEN);
	assert_int_equal(account_find_by_id(f->store, alice, &a), STATUS_OK);
	assert_string_equal(a.state, "refused");
	assert_string_equal(a.reason, "No.");
	assert_int_equal(request_live(f, f->alice), alice);
	assert_int_equal(decide(f, alice, true, NULL, f->carol), STATUS_OK);
	assert_int_equal(account_find_by_id(f->store, alice, &a), STATUS_OK);
	assert_true(account_is_active(&a));
	assert_int_equal(
	    decide(f, alice + 100, true, NULL, f->carol), STATUS_NOT_FOUND);
	assert_int_equal(decide(f, carol, true, NULL, 0), STATUS_OK);
}

#define STORE_TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    STORE_TEST(apps_are_listed_by_page),
	    STORE_TEST(an_app_is_whole_before_review),
	    STORE_TEST(the_queue_is_in_the_order_of_waiting),
	    STORE_TEST(an_approval_of_who_came_to_own_it_does_not_count),
	    STORE_TEST(people_are_listed_by_name),
	    STORE_TEST(grants_are_listed_while_they_stand),
	    STORE_TEST(live_accounts_are_decided_by_others_and_once),
	};

	log_open("test", LOG_LEVEL_ERROR);
	return cmocka_run_group_tests_name(
	    "brokerd_operator", tests, NULL, NULL);
}
