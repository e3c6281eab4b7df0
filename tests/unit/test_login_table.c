/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "login_make.h"

static int
set_up(void **state)
{
	*state = login_bench_new();
	return 0;
}

static int
tear_down(void **state)
{
	login_bench_free(*state);
	return 0;
}

static struct login *
add(struct login_bench *b, const char *user, const char *rhost)
{
	struct login *login = NULL;

	assert_int_equal(login_bench_add(b, user, rhost, LOGIN_BROWSER, &login),
	    REASON_NONE);
	return login;
}

static void
refused(struct login_bench *b, const char *user, const char *rhost,
    unsigned int method)
{
	struct login *login = NULL;

	assert_int_equal(login_bench_add(b, user, rhost, method, &login),
	    REASON_TOO_MANY_LOGINS);
	assert_null(login);
}

static void
test_it_keeps_what_it_began_with(void **state)
{
	struct login_bench *b = *state;
	struct login *login = add(b, "alice", "192.0.2.1");

	memset(b->packet.data, 0, b->packet.length);
	assert_true(text_equal_string(login->begin.value[TAG_USER], "alice"));
	assert_true(
	    text_equal_string(login->begin.value[TAG_RHOST], "192.0.2.1"));
	assert_int_equal(strlen(login->link), LINK_LENGTH);
	assert_ptr_equal(
	    login_find_link(b->server.logins, text_of(login->link)), login);
	assert_int_equal(b->config.references, 2);
}

static void
test_so_many_of_one_user(void **state)
{
	struct login_bench *b = *state;
	struct login *first = add(b, "alice", "192.0.2.1");

	for (int i = 1; i < LOGINS_PER_USER; i++)
		(void)add(b, "alice", "192.0.2.1");
	refused(b, "alice", "192.0.2.1", LOGIN_BROWSER);
	refused(b, "alice", "192.0.2.1", LOGIN_DEVICE);
	(void)add(b, "alicia", "192.0.2.1");
	/* Strangers elsewhere lock nobody out. */
	(void)add(b, "alice", "192.0.2.99");
	(void)add(b, "alice", NULL);
	login_free(first);
	(void)add(b, "alice", "192.0.2.1");
}

static void
test_so_many_from_one_address(void **state)
{
	struct login_bench *b = *state;
	char user[16];

	for (int i = 0; i < LOGINS_PER_RHOST; i++) {
		(void)snprintf(user, sizeof(user), "u%d", i);
		(void)add(b, user, "192.0.2.1");
	}
	refused(b, "alice", "192.0.2.1", LOGIN_BROWSER);
	(void)add(b, "alice", "192.0.2.2");
	/* Without an address nobody is from the same one. */
	for (int i = 0; i < LOGINS_PER_RHOST + 1; i++) {
		(void)snprintf(user, sizeof(user), "v%d", i);
		(void)add(b, user, NULL);
	}
}

static void
test_so_many_in_all(void **state)
{
	struct login_bench *b = *state;
	struct login *login = NULL;
	char user[16];

	for (int i = 0; i < LOGINS_MAX; i++) {
		(void)snprintf(user, sizeof(user), "u%d", i / LOGINS_PER_USER);
		(void)add(b, user, NULL);
	}
	refused(b, "alice", NULL, LOGIN_BROWSER);
	refused(b, "alice", NULL, LOGIN_TOKEN);
	login_free(TAILQ_FIRST(&b->server.logins->waiting));
	assert_int_equal(login_bench_add(b, "alice", NULL, LOGIN_TOKEN, &login),
	    REASON_NONE);
}

/* Who is asked for a token alone is not one of eight. */
static void
test_prompts_for_a_token_are_not_counted(void **state)
{
	struct login_bench *b = *state;
	struct login *login = NULL;

	for (int i = 0; i < 2 * LOGINS_PER_RHOST; i++)
		assert_int_equal(login_bench_add(b, "alice", "192.0.2.1",
				     LOGIN_TOKEN, &login),
		    REASON_NONE);
	(void)add(b, "alice", "192.0.2.1");
}

static void
test_a_browser_keeps_its_visit(void **state)
{
	struct login_bench *b = *state;
	struct login *login = add(b, "alice", NULL);
	struct visit *visits[LOGIN_VISITS];
	char cookie[16];

	for (int i = 0; i < LOGIN_VISITS; i++) {
		(void)snprintf(cookie, sizeof(cookie), "cookie%d", i);
		visits[i] = login_visit(login, text_of(cookie));
		assert_non_null(visits[i]);
		visits[i]->stage = VISIT_SENT;
		assert_true(digest_of(text_of(cookie), &visits[i]->browser));
	}
	assert_ptr_equal(login_visit(login, text_of("cookie1")), visits[1]);
	assert_true(login_knows_browser(b->server.logins, text_of("cookie3")));
	assert_false(login_knows_browser(b->server.logins, text_of("cookie4")));
	assert_false(login_knows_browser(b->server.logins, (struct text){0}));
}

/* A look at the link does not use it up: who was first gives way, but not
 * whoever is being asked. */
static void
test_a_new_browser_finds_room(void **state)
{
	struct login_bench *b = *state;
	struct login *login = add(b, "alice", NULL);

	for (unsigned int i = 0; i < LOGIN_VISITS; i++) {
		login->visits[i].stage = VISIT_SENT;
		login->visits[i].turn = LOGIN_VISITS - i;
	}
	assert_ptr_equal(login_visit(login, text_of("another")),
	    &login->visits[LOGIN_VISITS - 1]);
	login->visits[LOGIN_VISITS - 1].stage = VISIT_ASKED;
	assert_ptr_equal(login_visit(login, (struct text){0}),
	    &login->visits[LOGIN_VISITS - 2]);
	login->visits[LOGIN_VISITS - 2].stage = VISIT_OVER;
	assert_ptr_equal(login_visit(login, text_of("another")),
	    &login->visits[LOGIN_VISITS - 2]);
	for (unsigned int i = 0; i < LOGIN_VISITS; i++)
		login->visits[i].stage = VISIT_REDEEMING;
	assert_null(login_visit(login, text_of("another")));
}

static void
test_a_state_is_found_until_it_is_used(void **state)
{
	static const struct {
		enum visit_stage stage;
		bool found;
	} rows[] = {
	    {VISIT_NONE, false},
	    {VISIT_SENT, true},
	    {VISIT_REDEEMING, false},
	    {VISIT_ASKED, true},
	    {VISIT_OVER, false},
	};
	struct login_bench *b = *state;
	struct login *one = add(b, "alice", NULL), *two = add(b, "bob", NULL);

	assert_true(digest_of(text_of("one"), &one->visits[2].state));
	assert_true(digest_of(text_of("two"), &two->visits[0].state));
	two->visits[0].stage = VISIT_SENT;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct visit *visit = NULL;
		struct login *found;

		one->visits[2].stage = rows[i].stage;
		found =
		    login_find_state(b->server.logins, text_of("one"), &visit);
		assert_ptr_equal(found, rows[i].found ? one : NULL);
		assert_ptr_equal(visit, rows[i].found ? &one->visits[2] : NULL);
		found =
		    login_find_state(b->server.logins, text_of("two"), &visit);
		assert_ptr_equal(found, two);
		assert_null(login_find_state(
		    b->server.logins, text_of("three"), &visit));
	}
}

static void
test_a_link_is_found_whole(void **state)
{
	struct login_bench *b = *state;
	struct login *login = add(b, "alice", NULL);
	struct text link = text_of(login->link);

	link.length--;
	assert_null(login_find_link(b->server.logins, link));
	assert_null(login_find_link(b->server.logins, (struct text){0}));
	assert_null(login_find_link(b->server.logins, text_of("")));
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    TEST(test_it_keeps_what_it_began_with),
	    TEST(test_so_many_of_one_user),
	    TEST(test_so_many_from_one_address),
	    TEST(test_so_many_in_all),
	    TEST(test_prompts_for_a_token_are_not_counted),
	    TEST(test_a_browser_keeps_its_visit),
	    TEST(test_a_new_browser_finds_room),
	    TEST(test_a_state_is_found_until_it_is_used),
	    TEST(test_a_link_is_found_whole),
	};

	return cmocka_run_group_tests_name("login_table", tests, NULL, NULL);
}
