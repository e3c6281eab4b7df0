/* SPDX-License-Identifier: ISC */
/* The handle's way from authentication to account and session. */
#include "harness.h"

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define NAME "SCOPEGATE_HANDLE"

static const struct attempt plain = {0};

static void
all_six_calls(void **state)
{
	static const struct {
		enum call call;
		int code;
	} cases[] = {
	    {CALL_AUTHENTICATE, PAM_SUCCESS},
	    {CALL_ACCOUNT, PAM_SUCCESS},
	    {CALL_SETCRED, PAM_SUCCESS},
	    {CALL_OPEN, PAM_SUCCESS},
	    {CALL_CLOSE, PAM_SUCCESS},
	    {CALL_SETCRED, PAM_SUCCESS},
	    {CALL_CHAUTHTOK, PAM_MODULE_UNKNOWN},
	};
	struct login l;

	(void)state;
	login_start(&l, &plain, &script_allow);
	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		int code = login_call(&l, cases[i].call);

		if (code != cases[i].code)
			fail_msg("call %zu gives %d", i, code);
	}
	assert_string_equal(pam_getenv(l.ph, NAME), HANDLE);
	assert_int_equal(l.daemon.seen->requests, 2);
	login_end(&l);
}

/* A key login: nothing was authenticated here, so nothing is said. */
static void
nothing_to_say(void **state)
{
	static const struct {
		const char *arguments;
		const char *environment;
		int code;
	} cases[] = {
	    {"", NULL, CODE_IGNORED},
	    {"", NAME "=", CODE_IGNORED},
	    {"account=ignore", NULL, CODE_IGNORED},
	    {"account=ignore", NAME "=" HANDLE, CODE_IGNORED},
	    {"account=recheck", NAME "=" HANDLE, PAM_SUCCESS},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		struct attempt a = {.arguments = cases[i].arguments};
		struct login l;
		int code;

		login_start(&l, &a, &script_allow);
		if (cases[i].environment != NULL)
			assert_int_equal(pam_putenv(l.ph, cases[i].environment),
			    PAM_SUCCESS);
		code = login_call(&l, CALL_ACCOUNT);
		if (code != cases[i].code)
			fail_msg("case %zu gives %d", i, code);
		assert_int_equal(l.daemon.seen->requests, code == PAM_SUCCESS);
		login_end(&l);
	}
}

static void
another_user_is_refused(void **state)
{
	struct login l;

	(void)state;
	login_start(&l, &plain, &script_allow);
	assert_int_equal(login_call(&l, CALL_AUTHENTICATE), PAM_SUCCESS);
	assert_int_equal(pam_set_item(l.ph, PAM_USER, "first"), PAM_SUCCESS);
	assert_int_equal(login_call(&l, CALL_ACCOUNT), PAM_PERM_DENIED);
	assert_int_equal(l.daemon.seen->requests, 1);
	login_end(&l);
}

/* A later try that fails leaves nothing of the one before. */
static void
a_new_try_forgets(void **state)
{
	struct attempt again = {0};
	struct login l;

	(void)state;
	login_start(&l, &plain, &script_allow);
	assert_int_equal(login_call(&l, CALL_AUTHENTICATE), PAM_SUCCESS);
	again.conversation = PAM_CONV_ERR;
	l.attempt = &again;
	assert_int_equal(login_call(&l, CALL_AUTHENTICATE), PAM_CONV_ERR);
	assert_null(pam_getenv(l.ph, NAME));
	assert_int_equal(login_call(&l, CALL_ACCOUNT), CODE_IGNORED);
	login_end(&l);
}

static void
refused_logins_leave_no_handle(void **state)
{
	static const struct script deny = {
	    .verdict = VERDICT_DENY, .reason = REASON_TOKEN_INACTIVE};
	struct login l;

	(void)state;
	login_start(&l, &plain, &deny);
	assert_int_equal(login_call(&l, CALL_AUTHENTICATE), PAM_AUTH_ERR);
	assert_null(pam_getenv(l.ph, NAME));
	assert_int_equal(login_call(&l, CALL_ACCOUNT), CODE_IGNORED);
	login_end(&l);
}

/* A login that the daemon gave no name: allowed, and nothing to recheck. */
static void
no_handle(void **state)
{
	static const struct script nameless = {
	    .verdict = VERDICT_ALLOW, .reason = REASON_GRANTED};
	struct login l;

	(void)state;
	login_start(&l, &plain, &nameless);
	assert_int_equal(login_call(&l, CALL_AUTHENTICATE), PAM_SUCCESS);
	assert_null(pam_getenv(l.ph, NAME));
	assert_int_equal(login_call(&l, CALL_ACCOUNT), CODE_IGNORED);
	login_end(&l);
}

/*
 * A policy that admits no token: the handle is the login's only witness. The
 * token of an earlier module is not looked at, and without the handle, as with
 * a key login, nothing is said.
 */
static void
by_browser_alone(void **state)
{
	static const char *const answers[] = {"K7QX-2MRT", NULL};
	static const struct attempt a = {
	    .arguments = "login=browser", .answers = answers, .left = TOKEN};
	static const struct script browser = {.ack = true,
	    .prompt = PROMPT_BROWSER,
	    .link = "https://gate.example.com/l/K7QXM2RT",
	    .next = &script_allow};
	struct login l;

	(void)state;
	login_start(&l, &a, &browser);
	assert_int_equal(login_call(&l, CALL_ACCOUNT), CODE_IGNORED);
	assert_int_equal(l.daemon.seen->requests, 0);
	assert_int_equal(login_call(&l, CALL_AUTHENTICATE), PAM_SUCCESS);
	assert_int_equal(l.daemon.seen->method, LOGIN_BROWSER);
	assert_string_equal(pam_getenv(l.ph, NAME), HANDLE);
	assert_int_equal(login_call(&l, CALL_ACCOUNT), PAM_SUCCESS);
	assert_int_equal(l.daemon.seen->type, MESSAGE_ACCOUNT);
	assert_string_equal(l.daemon.seen->value[TAG_HANDLE], HANDLE);
	assert_string_equal(l.daemon.seen->value[TAG_TOKEN], "");
	login_end(&l);
}

/* A daemon that does not know the handle, or whose rules have changed. */
static void
by_browser_and_then_refused(void **state)
{
	static const struct {
		struct script script;
		int code;
	} cases[] = {
	    {{.verdict = VERDICT_UNAVAILABLE, .reason = REASON_HANDLE_UNKNOWN},
		PAM_AUTHINFO_UNAVAIL},
	    {{.verdict = VERDICT_DENY, .reason = REASON_LOGIN_METHOD_REFUSED},
		PAM_PERM_DENIED},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		static const struct attempt a = {.arguments = "login=browser"};
		struct login l;

		login_start(&l, &a, &cases[i].script);
		assert_int_equal(
		    pam_putenv(l.ph, NAME "=" HANDLE), PAM_SUCCESS);
		assert_int_equal(login_call(&l, CALL_ACCOUNT), cases[i].code);
		login_end(&l);
	}
}

/* Not exported, yet known to the account phase of the same process. */
static void
session_no(void **state)
{
	static const struct attempt a = {.arguments = "session=no"};
	struct login l;

	(void)state;
	login_start(&l, &a, &script_allow);
	assert_int_equal(login_call(&l, CALL_AUTHENTICATE), PAM_SUCCESS);
	assert_null(pam_getenv(l.ph, NAME));
	assert_int_equal(login_call(&l, CALL_ACCOUNT), PAM_SUCCESS);
	assert_int_equal(pam_putenv(l.ph, NAME "=" HANDLE), PAM_SUCCESS);
	assert_int_equal(login_call(&l, CALL_OPEN), PAM_SUCCESS);
	assert_null(pam_getenv(l.ph, NAME));
	login_end(&l);
}

/*
 * In a forked copy, what belongs to the parent's process does not count; the
 * environment does.
 */
static void
bound_to_the_process(void **state)
{
	static const char *const arguments[] = {"session=no", "session=yes"};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(arguments); i++) {
		struct attempt a = {.arguments = arguments[i]};
		struct login l;
		int status;
		pid_t pid;

		login_start(&l, &a, &script_allow);
		assert_int_equal(
		    login_call(&l, CALL_AUTHENTICATE), PAM_SUCCESS);
		pid = fork();
		assert_true(pid >= 0);
		if (pid == 0)
			_exit(login_call(&l, CALL_ACCOUNT));
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_true(WIFEXITED(status));
		assert_int_equal(
		    WEXITSTATUS(status), i == 0 ? CODE_IGNORED : PAM_SUCCESS);
		login_end(&l);
	}
}

/* A handle that no message may carry is a fault, not "nothing to say". */
static void
impossible_handle(void **state)
{
	char line[sizeof(NAME) + HANDLE_MAX + 2] = NAME "=";
	struct login l;

	(void)state;
	memset(line + strlen(line), 'h', HANDLE_MAX + 1);
	login_start(&l, &plain, &script_allow);
	assert_int_equal(pam_putenv(l.ph, line), PAM_SUCCESS);
	assert_int_equal(login_call(&l, CALL_ACCOUNT), PAM_SYSTEM_ERR);
	assert_int_equal(l.daemon.seen->requests, 0);
	login_end(&l);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(all_six_calls),
	    cmocka_unit_test(nothing_to_say),
	    cmocka_unit_test(another_user_is_refused),
	    cmocka_unit_test(a_new_try_forgets),
	    cmocka_unit_test(refused_logins_leave_no_handle),
	    cmocka_unit_test(no_handle),
	    cmocka_unit_test(by_browser_alone),
	    cmocka_unit_test(by_browser_and_then_refused),
	    cmocka_unit_test(session_no),
	    cmocka_unit_test(bound_to_the_process),
	    cmocka_unit_test(impossible_handle),
	};

	return harness_run(
	    tests, ELEMENTS(tests), harness_setup, harness_teardown);
}
