/* SPDX-License-Identifier: ISC */
/*
 * Who may be asked for at all. A user who fails is still prompted, reads what
 * a refused token reads, waits as long, and nothing is sent.
 */
#include "harness.h"

#include <string.h>

#define FLOOR_US 300000

struct lock_case {
	const char *user;
	const char *arguments;
	int code;
};

static const struct lock_case locks[] = {
    {"alice", "", PAM_SUCCESS},
    {"first", "", PAM_SUCCESS},
    {"last", "", PAM_SUCCESS},
    {"low", "", PAM_PERM_DENIED},
    {"high", "", PAM_PERM_DENIED},
    {"low", "min_uid=999", PAM_SUCCESS},
    {"high", "max_uid=60001", PAM_SUCCESS},
    {"first", "min_uid=1001", PAM_PERM_DENIED},
    {"last", "max_uid=59999", PAM_PERM_DENIED},
    {"root", "", PAM_PERM_DENIED},
    {"root", "min_uid=0", PAM_PERM_DENIED},
    {"toor", "min_uid=0", PAM_PERM_DENIED},
    {"nobody.here", "", PAM_USER_UNKNOWN},
    {"enoent", "", PAM_USER_UNKNOWN},
    {"nobody.here", "nolocal", PAM_SUCCESS},
    {"folded", "", PAM_USER_UNKNOWN},
    {"longer", "", PAM_USER_UNKNOWN},
    {"big", "", PAM_SUCCESS},
    {"endless", "", PAM_AUTHINFO_UNAVAIL},
    {"directory.down", "", PAM_AUTHINFO_UNAVAIL},
    {"Alice", "", PAM_PERM_DENIED},
    {"Alice", "nolocal", PAM_PERM_DENIED},
    {"alice ", "nolocal", PAM_PERM_DENIED},
    {"-alice", "nolocal", PAM_PERM_DENIED},
    {"alice/..", "nolocal", PAM_PERM_DENIED},
    {"alice\n", "nolocal", PAM_PERM_DENIED},
    {"a23456789012345678901234567890123", "nolocal", PAM_PERM_DENIED},
    {"a2345678901234567890123456789012", "nolocal", PAM_SUCCESS},
};

/* The text without its reference, which differs from case to case. */
static void
check_refusal_text(const struct login *l)
{
	static const char text[] = "Your answer was not accepted. (reference ";

	assert_int_equal(l->errors, 1);
	assert_int_equal(strncmp(l->error, text, sizeof(text) - 1), 0);
	assert_int_equal(
	    strlen(l->error), sizeof(text) - 1 + strlen("K7Q2M9XY)"));
}

static void
locks_in_auth(void **state)
{
	(void)state;
	for (size_t i = 0; i < ELEMENTS(locks); i++) {
		struct attempt a = {
		    .user = locks[i].user, .arguments = locks[i].arguments};
		struct login l;
		struct seen seen;
		int code = login_try(&a, &script_allow, &l, &seen);
		int64_t end = harness_now_us();

		if (code != locks[i].code)
			fail_msg("%s %s gives %d", locks[i].user,
			    locks[i].arguments, code);
		/* Nobody goes to a browser for an account that cannot be
		 * looked up; everybody else is asked alike. */
		assert_int_equal(l.prompts, code != PAM_AUTHINFO_UNAVAIL ||
						harness_way == BY_TOKEN);
		if (l.prompts > 0)
			assert_string_equal(l.prompt[0], "Access token: ");
		assert_int_equal(seen.requests, code == PAM_SUCCESS);
		if (code != PAM_PERM_DENIED && code != PAM_USER_UNKNOWN)
			continue;
		check_refusal_text(&l);
		assert_true(end - l.answered_us >= FLOOR_US);
	}
}

/* A refused token of a known user reads the same. */
static void
known_and_unknown_read_alike(void **state)
{
	static const struct attempt a = {0};
	static const struct script inactive = {
	    .verdict = VERDICT_DENY, .reason = REASON_TOKEN_INACTIVE};
	struct login l;

	(void)state;
	assert_int_equal(login_try(&a, &inactive, &l, NULL), PAM_AUTH_ERR);
	check_refusal_text(&l);
}

static void
locks_in_account(void **state)
{
	(void)state;
	for (size_t i = 0; i < ELEMENTS(locks); i++) {
		struct attempt a = {
		    .user = locks[i].user, .arguments = locks[i].arguments};
		struct login l;
		int code;

		login_start(&l, &a, &script_allow);
		assert_int_equal(
		    pam_putenv(l.ph, "SCOPEGATE_HANDLE=" HANDLE), PAM_SUCCESS);
		code = login_call(&l, CALL_ACCOUNT);
		if (code != locks[i].code)
			fail_msg("%s %s gives %d", locks[i].user,
			    locks[i].arguments, code);
		assert_int_equal(l.daemon.seen->requests, code == PAM_SUCCESS);
		login_end(&l);
	}
}

/* A token is judged for the user who is current when it is in; a conversation
 * is about the user with whom it began. */
static void
user_changed_while_conversing(void **state)
{
	static const struct attempt a = {.switch_user = "root"};
	static const struct attempt b = {.switch_user = "first"};
	struct login l;
	struct seen seen;

	(void)state;
	assert_int_equal(
	    login_try(&a, &script_allow, &l, &seen), PAM_PERM_DENIED);
	assert_int_equal(seen.requests, 0);
	if (harness_way == BY_TOKEN) {
		assert_int_equal(
		    login_try(&b, &script_allow, &l, &seen), PAM_SUCCESS);
		assert_string_equal(seen.value[TAG_USER], "first");
		return;
	}
	assert_int_equal(
	    login_try(&b, &script_allow, &l, &seen), PAM_PERM_DENIED);
	assert_string_equal(seen.value[TAG_USER], "alice");
	assert_int_equal(seen.requests, 0);
	check_refusal_text(&l);
}

static void
uid_is_left_out_without_accounts(void **state)
{
	static const struct attempt a = {.arguments = "nolocal"};
	struct login l;
	struct seen seen;

	(void)state;
	assert_int_equal(login_try(&a, &script_allow, &l, &seen), PAM_SUCCESS);
	assert_false(seen.has_uid);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(locks_in_auth),
	    cmocka_unit_test(known_and_unknown_read_alike),
	    cmocka_unit_test(locks_in_account),
	    cmocka_unit_test(user_changed_while_conversing),
	    cmocka_unit_test(uid_is_left_out_without_accounts),
	};

	return harness_run(
	    tests, ELEMENTS(tests), harness_setup, harness_teardown);
}
