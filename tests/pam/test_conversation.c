/* SPDX-License-Identifier: ISC */
/*
 * Rounds of prompt and answer with a daemon that drives them: what goes there
 * and back, and how they end.
 */
#include "harness.h"

#include <stdio.h>
#include <string.h>

#define LINK "https://gate.example.com/l/K7QXM2RT"

static const struct script denied = {
    .verdict = VERDICT_DENY, .reason = REASON_LOGIN_CODE_WRONG};
static const struct script browser = {.ack = true,
    .prompt = PROMPT_BROWSER,
    .link = LINK,
    .logins = LOGIN_TOKEN,
    .next = &script_allow};

/* Each prompt, one answer, and in. */
static void
one_answer(void **state)
{
	static const struct {
		struct script script;
		const char *answer;
	} cases[] = {
	    {{.prompt = PROMPT_TOKEN}, TOKEN},
	    {{.prompt = PROMPT_TOKEN}, "sg-K7QXM2RT8HJ3"},
	    {{.prompt = PROMPT_BROWSER, .link = LINK}, "K7QX-2MRT"},
	    {{.prompt = PROMPT_BROWSER, .link = LINK}, "k7qx 2mrt"},
	    {{.prompt = PROMPT_BROWSER, .link = LINK}, TOKEN},
	    {{.prompt = PROMPT_REDIRECT, .link = LINK},
		"http://127.0.0.1/cb?code=a%20b&state=c"},
	    {{.prompt = PROMPT_DEVICE_NUMBER,
		 .link = LINK,
		 .user_code = "WDJB-MJHT",
		 .number = "47"},
		""},
	    {{.prompt = PROMPT_DEVICE_ENTER,
		 .link = LINK,
		 .user_code = "WDJB-MJHT"},
		""},
	    {{.prompt = PROMPT_DEVICE_ENTER,
		 .link = LINK,
		 .user_code = "WDJB-MJHT"},
		"yes"},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		const char *const answers[] = {cases[i].answer, NULL};
		struct attempt a = {.answers = answers};
		struct script script = cases[i].script;
		struct login l;
		struct seen seen;

		script.next = &script_allow;
		if (login_try(&a, &script, &l, &seen) != PAM_SUCCESS)
			fail_msg("case %zu is refused", i);
		assert_int_equal(seen.begins, 1);
		assert_int_equal(seen.requests, 1);
		assert_int_equal(seen.type, MESSAGE_LOGIN_ANSWER);
		assert_string_equal(seen.value[TAG_TOKEN], cases[i].answer);
		assert_int_equal(l.prompts, 1);
		assert_int_equal(l.errors, 0);
	}
}

static void
several_rounds(void **state)
{
	static const char *const answers[] = {
	    "early", "K7QX-2MRX", "k7qx2mrt", NULL};
	static const struct attempt a = {.answers = answers};
	static const struct script again = {
	    .prompt = PROMPT_BROWSER_AGAIN, .tries = 2, .next = &script_allow};
	static const struct script not_yet = {
	    .ack = true, .prompt = PROMPT_NOT_YET, .next = &again};
	struct script script = browser;
	struct login l;

	(void)state;
	script.next = &not_yet;
	login_start(&l, &a, &script);
	assert_int_equal(login_call(&l, CALL_AUTHENTICATE), PAM_SUCCESS);
	for (size_t i = 0; i < 3; i++)
		assert_string_equal(l.daemon.seen->answers[i], answers[i]);
	assert_int_equal(l.prompts, 3);
	assert_string_equal(pam_getenv(l.ph, "SCOPEGATE_HANDLE"), HANDLE);
	login_end(&l);
}

/* sshd's password method gives the one password to every prompt. */
static void
same_answer_to_everything(void **state)
{
	static const char *const tokens[] = {TOKEN, TOKEN, TOKEN, NULL};
	static const char *const passwords[] = {
	    "tr0ub4dor&3", "tr0ub4dor&3", "tr0ub4dor&3", "tr0ub4dor&3", NULL};
	static const struct attempt token = {.answers = tokens};
	static const struct attempt password = {.answers = passwords};
	static const struct script second = {
	    .prompt = PROMPT_BROWSER_AGAIN, .tries = 1, .next = &denied};
	static const struct script first = {
	    .prompt = PROMPT_BROWSER_AGAIN, .tries = 2, .next = &second};
	struct script script = browser;
	struct login l;

	(void)state;
	assert_int_equal(login_try(&token, &browser, &l, NULL), PAM_SUCCESS);
	assert_int_equal(l.prompts, 1);
	script.next = &first;
	assert_int_equal(login_try(&password, &script, &l, NULL), PAM_AUTH_ERR);
	assert_int_equal(l.prompts, 3);
	assert_int_equal(l.errors, 1);
}

static void
begin_is_answered_by_a_verdict(void **state)
{
	static const struct {
		struct script script;
		int code;
	} cases[] = {
	    {{.at_begin = true,
		 .verdict = VERDICT_DENY,
		 .reason = REASON_TOO_MANY_LOGINS},
		PAM_MAXTRIES},
	    {{.at_begin = true,
		 .verdict = VERDICT_DENY,
		 .reason = REASON_NO_POLICY},
		PAM_PERM_DENIED},
	    {{.at_begin = true,
		 .verdict = VERDICT_UNAVAILABLE,
		 .reason = REASON_ISSUER_UNREADY},
		PAM_AUTHINFO_UNAVAIL},
	    /* Nobody has proved anything yet. */
	    {{.at_begin = true,
		 .verdict = VERDICT_ALLOW,
		 .reason = REASON_GRANTED,
		 .handle = HANDLE},
		PAM_SYSTEM_ERR},
	};
	static const struct attempt a = {0};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		struct login l;
		struct seen seen;
		int code = login_try(&a, &cases[i].script, &l, &seen);

		if (code != cases[i].code)
			fail_msg("case %zu gives %d", i, code);
		assert_int_equal(l.prompts, 0);
		assert_int_equal(l.errors, 1);
		assert_int_equal(seen.requests, 0);
	}
}

/* A daemon that never stops is stopped. */
static void
too_many_prompts(void **state)
{
	static const char *answers[40];
	static struct script endless;
	static const struct attempt a = {.answers = answers};
	struct login l;
	struct seen seen;

	(void)state;
	for (size_t i = 0; i + 1 < ELEMENTS(answers); i++)
		answers[i] = "K7QX-2MRT";
	endless = browser;
	endless.next = &endless;
	assert_int_equal(login_try(&a, &endless, &l, &seen), PAM_MAXTRIES);
	assert_int_equal(l.prompts, 16);
	assert_int_equal(seen.requests, 16);
	assert_non_null(strstr(l.error, "begin again"));
	assert_true(harness_now_us() - l.answered_us >= 300000);
}

/* The daemon's last word while the person was asked. */
static void
ended_meanwhile(void **state)
{
	static const struct {
		struct script script;
		int code;
		const char *text;
	} cases[] = {
	    {{.unasked = true,
		 .verdict = VERDICT_DENY,
		 .reason = REASON_LOGIN_DECLINED},
		PAM_AUTH_ERR, "declined in the browser"},
	    {{.unasked = true,
		 .verdict = VERDICT_DENY,
		 .reason = REASON_LOGIN_UNFINISHED},
		PAM_AUTH_ERR, "not finished in time"},
	    {{.unasked = true,
		 .verdict = VERDICT_UNAVAILABLE,
		 .reason = REASON_AS_TIMEOUT},
		PAM_AUTHINFO_UNAVAIL, "not a refusal"},
	    {{.unasked = true,
		 .type = MESSAGE_ERROR,
		 .error = PROTOCOL_ERROR_BUSY},
		PAM_AUTHINFO_UNAVAIL, "not a refusal"},
	};
	static const struct attempt a = {0};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		struct script script = browser;
		struct login l;
		int code;

		script.next = &cases[i].script;
		code = login_try(&a, &script, &l, NULL);
		if (code != cases[i].code)
			fail_msg("case %zu gives %d", i, code);
		assert_int_equal(l.prompts, 1);
		assert_non_null(strstr(l.error, cases[i].text));
	}
}

/* A person who breaks off at the first prompt or at the second. */
static void
conversation_fails(void **state)
{
	static const char *const none[] = {NULL};
	static const char *const empty[] = {"", NULL};
	static const char *const one[] = {"K7QX-2MRX", NULL};
	static const char *const emptied[] = {"K7QX-2MRX", "", NULL};
	static const struct script again = {
	    .prompt = PROMPT_BROWSER_AGAIN, .next = &script_allow};
	static const struct {
		struct attempt attempt;
		int code;
		unsigned int requests;
	} cases[] = {
	    {{.answers = none}, PAM_CRED_INSUFFICIENT, 1},
	    {{.answers = empty}, PAM_CRED_INSUFFICIENT, 1},
	    {{.answers = one}, PAM_CRED_INSUFFICIENT, 1},
	    {{.answers = emptied}, PAM_CRED_INSUFFICIENT, 1},
	    {{.conversation = PAM_CONV_ERR}, PAM_CONV_ERR, 0},
	    {{.conversation = PAM_CONV_ERR, .no_response = true}, PAM_CONV_ERR,
		0},
	    {{.conversation = PAM_BUF_ERR, .no_response = true}, PAM_BUF_ERR,
		0},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		struct script script = browser;
		struct login l;
		struct seen seen;
		int code;

		script.next = &again;
		code = login_try(&cases[i].attempt, &script, &l, &seen);
		if (code != cases[i].code)
			fail_msg("case %zu gives %d", i, code);
		assert_int_equal(seen.requests, cases[i].requests);
	}
}

static void
parts_and_cuts(void **state)
{
	static const char *const whole[] = {"1/2:abc", "2/2:DEF", NULL};
	static const char *const wrong[] = {"1/2:abc", "abc", NULL};
	static const struct attempt parts = {.answers = whole};
	static const struct attempt disorder = {.answers = wrong};
	static char cut[1024];
	static const char *const cuts[] = {cut, NULL};
	static const struct attempt a = {.answers = cuts};
	struct login l;
	struct seen seen;

	(void)state;
	assert_int_equal(login_try(&parts, &browser, &l, &seen), PAM_SUCCESS);
	assert_string_equal(seen.value[TAG_TOKEN], "abcDEF");
	assert_int_equal(
	    login_try(&disorder, &browser, &l, &seen), PAM_AUTH_ERR);
	assert_int_equal(seen.requests, 0);
	memset(cut, 'x', 1023);
	assert_int_equal(login_try(&a, &browser, &l, &seen), PAM_AUTH_ERR);
	assert_int_equal(seen.requests, 0);
	assert_non_null(strstr(l.error, "was cut on its way"));
}

static void
methods_and_times(void **state)
{
	static const struct {
		const char *arguments;
		uint8_t method;
		uint32_t whole_ms, step_ms; /* less a margin */
	} cases[] = {
	    {"", 0, 90000, 10000},
	    {"login=auto", 0, 90000, 10000},
	    {"login=browser", LOGIN_BROWSER, 90000, 10000},
	    {"login=device timeout=60", LOGIN_DEVICE, 60000, 10000},
	    {"timeout=300", 0, 300000, 10000},
	    {"timeout=4", 0, 4000, 4000},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		struct attempt a = {.arguments = cases[i].arguments};
		struct login l;
		struct seen seen;

		assert_int_equal(
		    login_try(&a, &browser, &l, &seen), PAM_SUCCESS);
		assert_int_equal(seen.method, cases[i].method);
		assert_true(seen.begin_budget_ms < cases[i].whole_ms);
		assert_true(seen.begin_budget_ms > cases[i].whole_ms / 2);
		assert_true(seen.budget_ms < cases[i].step_ms);
		assert_true(seen.budget_ms > cases[i].step_ms / 2);
	}
}

/* It may be a token, and none is wanted. */
static void
what_was_left_before_is_not_sent(void **state)
{
	static const char *const arguments[] = {
	    "login=browser try_first_pass", "login=device try_first_pass"};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(arguments); i++) {
		struct attempt a = {
		    .arguments = arguments[i], .left = "left-one"};
		struct login l;
		struct seen seen;

		assert_int_equal(
		    login_try(&a, &browser, &l, &seen), PAM_SUCCESS);
		assert_int_equal(seen.begins, 1);
		assert_int_equal(l.prompts, 1);
		/* What was typed, not what was left. */
		assert_string_not_equal(seen.answers[0], "left-one");
	}
}

/* tools.sock carries no conversation. */
static void
callers_that_are_not_root(void **state)
{
	static const struct {
		const char *arguments;
		int code;
	} cases[] = {
	    {"", PAM_SUCCESS},
	    {"login=token", PAM_SUCCESS},
	    {"login=browser", PAM_SERVICE_ERR},
	    {"login=device", PAM_SERVICE_ERR},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		struct attempt a = {
		    .arguments = cases[i].arguments, .tools = true};
		struct login l;
		struct seen seen;

		assert_int_equal(
		    login_try(&a, &script_allow, &l, &seen), cases[i].code);
		assert_int_equal(seen.begins, 0);
		assert_int_equal(seen.requests, cases[i].code == PAM_SUCCESS);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(one_answer),
	    cmocka_unit_test(several_rounds),
	    cmocka_unit_test(same_answer_to_everything),
	    cmocka_unit_test(begin_is_answered_by_a_verdict),
	    cmocka_unit_test(too_many_prompts),
	    cmocka_unit_test(ended_meanwhile),
	    cmocka_unit_test(conversation_fails),
	    cmocka_unit_test(parts_and_cuts),
	    cmocka_unit_test(methods_and_times),
	    cmocka_unit_test(what_was_left_before_is_not_sent),
	    cmocka_unit_test(callers_that_are_not_root),
	};

	return cmocka_run_group_tests(tests, harness_setup, harness_teardown);
}
