/* SPDX-License-Identifier: ISC */
/* Answers whole, cut, in parts, junk, missing; and PAM_AUTHTOK. */
#include "harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FLOOR_US 300000

/* Of `n` token characters after `prefix`; freed by the caller. */
static char *
answer_of(const char *prefix, size_t n)
{
	size_t p = strlen(prefix);
	char *s = malloc(p + n + 1);

	assert_non_null(s);
	memcpy(s, prefix, p);
	memset(s + p, 'x', n);
	s[p + n] = '\0';
	return s;
}

static void
lengths(void **state)
{
	static const struct {
		const char *prefix;
		size_t n;
		int code;
	} cases[] = {
	    {"", 1, PAM_SUCCESS},
	    {"", 510, PAM_SUCCESS},
	    {"", 511, PAM_AUTH_ERR},
	    {"", 512, PAM_SUCCESS},
	    {"", 1022, PAM_SUCCESS},
	    {"", 1023, PAM_AUTH_ERR},
	    {"", 1024, PAM_SUCCESS},
	    {"", 4094, PAM_SUCCESS},
	    {"", 4095, PAM_AUTH_ERR},
	    {"", 4096, PAM_SUCCESS},
	    {"", TOKEN_MAX, PAM_SUCCESS},
	    {"", TOKEN_MAX + 1, PAM_AUTH_ERR},
	    {"1/1:", 507, PAM_AUTH_ERR},
	    {"1/1:", 511, PAM_SUCCESS},
	    {"1/1:", TOKEN_MAX, PAM_SUCCESS},
	    {"1/1:", TOKEN_MAX + 1, PAM_AUTH_ERR},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		_cleanup_(free_ptr) char *answer =
		    answer_of(cases[i].prefix, cases[i].n);
		const char *answers[] = {answer, NULL};
		struct attempt a = {.answers = answers};
		struct login l;
		struct seen seen;
		int code = login_try(&a, &script_allow, &l, &seen);

		if (code != cases[i].code)
			fail_msg("%s%zu gives %d", cases[i].prefix, cases[i].n,
			    code);
		assert_int_equal(seen.requests, code == PAM_SUCCESS);
		if (code == PAM_SUCCESS)
			assert_int_equal(seen.token_length, cases[i].n);
		else if (strlen(answer) <= 4095)
			assert_non_null(strstr(l.error, "1/3:DATA"));
		else
			assert_non_null(strstr(l.error, "16384"));
	}
}

struct answers_case {
	const char *answers[5];
	int code;
	const char *text; /* part of the message */
	unsigned int prompts;
};

static void
try_answers(const struct answers_case *c)
{
	struct attempt a = {.answers = c->answers};
	struct login l;
	struct seen seen;
	int code = login_try(&a, &script_allow, &l, &seen);
	int64_t end = harness_now_us();

	if (code != c->code)
		fail_msg("\"%s\" gives %d", c->answers[0], code);
	assert_int_equal(l.prompts, c->prompts);
	if (code == PAM_SUCCESS) {
		assert_int_equal(l.errors, 0);
		return;
	}
	assert_int_equal(seen.requests, 0);
	assert_int_equal(l.errors, 1);
	assert_non_null(strstr(l.error, c->text));
	if (code == PAM_AUTH_ERR)
		assert_true(end - l.answered_us >= FLOOR_US);
}

static void
parts(void **state)
{
	static const struct answers_case cases[] = {
	    {{"1/1:abc"}, PAM_SUCCESS, NULL, 1},
	    {{"1/2:abc", "2/2:def=="}, PAM_SUCCESS, NULL, 2},
	    {{"1/3:a", "2/3:b", "3/3:c"}, PAM_SUCCESS, NULL, 3},
	    {{"1/3:a", "3/3:c", "2/3:b"}, PAM_AUTH_ERR, "in order", 2},
	    {{"1/3:a", "1/3:a", "2/3:b"}, PAM_AUTH_ERR, "in order", 2},
	    {{"1/3:a", "2/3:b", "2/3:b"}, PAM_AUTH_ERR, "in order", 3},
	    {{"1/3:a", "2/2:b"}, PAM_AUTH_ERR, "in order", 2},
	    {{"1/3:a", "b"}, PAM_AUTH_ERR, "in order", 2},
	    {{"1/3:a", "2/3:"}, PAM_AUTH_ERR, "in order", 2},
	    {{"1/3:a", "2/3:b", ""}, PAM_CRED_INSUFFICIENT, "No answer", 3},
	    {{"1/3:"}, PAM_AUTH_ERR, "in order", 1},
	    {{"2/3:a"}, PAM_AUTH_ERR, "in order", 1},
	    {{"0/3:a"}, PAM_AUTH_ERR, "in order", 1},
	    {{"1/0:a"}, PAM_AUTH_ERR, "in order", 1},
	    {{"2/1:a"}, PAM_AUTH_ERR, "in order", 1},
	    {{"1/65:a"}, PAM_AUTH_ERR, "at most 64 parts", 1},
	    {{"1/9999:a"}, PAM_AUTH_ERR, "at most 64 parts", 1},
	    {{"1/99999:a"}, PAM_AUTH_ERR, "not accepted", 1},
	    {{"1/2:a:b", "2/2:c"}, PAM_AUTH_ERR, "not accepted", 2},
	    {{"1/2:a=", "2/2:c"}, PAM_AUTH_ERR, "not accepted", 2},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(cases); i++)
		try_answers(&cases[i]);
}

static void
parts_are_joined(void **state)
{
	static const char *const answers[] = {
	    "1/3:abc", "2/3:DEF", "3/3:123==", NULL};
	struct attempt a = {
	    .answers = answers, .arguments = "[prompt=Trading token? ]"};
	struct login l;
	struct seen seen;

	(void)state;
	assert_int_equal(login_try(&a, &script_allow, &l, &seen), PAM_SUCCESS);
	assert_string_equal(seen.value[TAG_TOKEN], "abcDEF123==");
	assert_string_equal(l.prompt[0], "Trading token? ");
	assert_string_equal(l.prompt[1], "Access token, part 2 of 3: ");
	assert_string_equal(l.prompt[2], "Access token, part 3 of 3: ");
}

/* 64 parts are the most; together TOKEN_MAX octets are the most. */
static void
many_parts(void **state)
{
	static const struct {
		size_t size;
		int code;
		unsigned int prompts;
	} cases[] = {
	    {TOKEN_MAX / 64, PAM_SUCCESS, 64},
	    {TOKEN_MAX / 64 + 1, PAM_AUTH_ERR, 64},
	    {1000, PAM_AUTH_ERR, 17},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		const char *answers[65] = {NULL};
		struct attempt a = {.answers = answers};
		struct login l;
		struct seen seen;
		char prefix[16];

		for (int n = 0; n < 64; n++) {
			(void)snprintf(prefix, sizeof(prefix), "%d/64:", n + 1);
			answers[n] = answer_of(prefix, cases[i].size);
		}
		assert_int_equal(
		    login_try(&a, &script_allow, &l, &seen), cases[i].code);
		assert_int_equal(l.prompts, cases[i].prompts);
		assert_int_equal(seen.requests, cases[i].code == PAM_SUCCESS);
		if (cases[i].code == PAM_SUCCESS)
			assert_int_equal(seen.token_length, TOKEN_MAX);
		for (int n = 0; n < 64; n++)
			free((void *)(uintptr_t)answers[n]);
	}
}

static void
junk_is_not_sent(void **state)
{
	static const struct answers_case cases[] = {
	    {{"\b\n\r\177INCORRECT"}, PAM_AUTH_ERR, "not accepted", 1},
	    {{"\b\n\r\177INCORRECT\b\n\r\177INC"}, PAM_AUTH_ERR, "not accepted",
		1},
	    {{"with space"}, PAM_AUTH_ERR, "not accepted", 1},
	    {{" leading"}, PAM_AUTH_ERR, "not accepted", 1},
	    {{"newline\n"}, PAM_AUTH_ERR, "not accepted", 1},
	    {{"carriage\r"}, PAM_AUTH_ERR, "not accepted", 1},
	    {{"col:on"}, PAM_AUTH_ERR, "not accepted", 1},
	    {{"=padding"}, PAM_AUTH_ERR, "not accepted", 1},
	    {{"mid=dle"}, PAM_AUTH_ERR, "not accepted", 1},
	    {{"caf\xc3\xa9"}, PAM_AUTH_ERR, "not accepted", 1},
	    {{"a-._~+/9Z=="}, PAM_SUCCESS, NULL, 1},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(cases); i++)
		try_answers(&cases[i]);
}

static void
no_answer(void **state)
{
	static const char *const empty[] = {"", NULL};
	static const char *const none[] = {NULL};
	static const struct {
		struct attempt attempt;
		int code;
	} cases[] = {
	    {{.answers = empty}, PAM_CRED_INSUFFICIENT},
	    {{.answers = none}, PAM_CRED_INSUFFICIENT},
	    {{.conversation = PAM_CONV_ERR}, PAM_CONV_ERR},
	    {{.conversation = PAM_CONV_ERR, .no_response = true}, PAM_CONV_ERR},
	    {{.conversation = PAM_ABORT, .no_response = true}, PAM_CONV_ERR},
	    {{.conversation = PAM_BUF_ERR, .no_response = true}, PAM_BUF_ERR},
	    {{.conversation = PAM_CONV_AGAIN, .no_response = true},
		PAM_CONV_ERR},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		struct login l;
		struct seen seen;
		int code =
		    login_try(&cases[i].attempt, &script_allow, &l, &seen);

		if (code != cases[i].code)
			fail_msg("case %zu gives %d", i, code);
		assert_int_equal(seen.requests, 0);
		assert_int_equal(l.prompts, 1);
	}
}

static void
first_pass(void **state)
{
	static const struct {
		const char *arguments, *left;
		int code;
		unsigned int prompts;
		const char *token;
	} cases[] = {
	    {"", "left-one", PAM_SUCCESS, 1, TOKEN},
	    {"try_first_pass", "left-one", PAM_SUCCESS, 0, "left-one"},
	    {"try_first_pass", NULL, PAM_SUCCESS, 1, TOKEN},
	    {"use_first_pass", "left-one", PAM_SUCCESS, 0, "left-one"},
	    {"use_first_pass", NULL, PAM_CRED_INSUFFICIENT, 0, ""},
	    {"use_first_pass", "1/1:abc", PAM_SUCCESS, 0, "abc"},
	    {"use_first_pass", "1/2:abc", PAM_AUTH_ERR, 0, ""},
	    {"try_first_pass", "1/2:abc", PAM_AUTH_ERR, 1, ""},
	    {"use_first_pass", "col:on", PAM_AUTH_ERR, 0, ""},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		struct attempt a = {
		    .arguments = cases[i].arguments, .left = cases[i].left};
		const char *spied;
		struct login l;
		int code;

		login_start(&l, &a, &script_allow);
		code = login_call(&l, CALL_AUTHENTICATE);
		if (code != cases[i].code)
			fail_msg("case %zu gives %d", i, code);
		assert_int_equal(l.prompts, cases[i].prompts);
		assert_string_equal(
		    l.daemon.seen->value[TAG_TOKEN], cases[i].token);
		spied = pam_getenv(l.ph, "SPY_AUTHTOK");
		/* Not ours to take where we were not told to look. */
		if (code == PAM_SUCCESS)
			assert_string_equal(spied,
			    *cases[i].arguments == '\0' ? "left" : "gone");
		login_end(&l);
	}
}

/* Nothing that we asked for stays behind for later modules. */
static void
token_is_not_left(void **state)
{
	static const struct attempt a = {0};
	struct login l;

	(void)state;
	login_start(&l, &a, &script_allow);
	assert_int_equal(login_call(&l, CALL_AUTHENTICATE), PAM_SUCCESS);
	assert_string_equal(pam_getenv(l.ph, "SPY_AUTHTOK"), "gone");
	assert_string_equal(l.prompt[0], "Access token: ");
	login_end(&l);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(lengths),
	    cmocka_unit_test(parts),
	    cmocka_unit_test(parts_are_joined),
	    cmocka_unit_test(many_parts),
	    cmocka_unit_test(junk_is_not_sent),
	    cmocka_unit_test(no_answer),
	    cmocka_unit_test(first_pass),
	    cmocka_unit_test(token_is_not_left),
	};

	return harness_run(
	    tests, ELEMENTS(tests), harness_setup, harness_teardown);
}
