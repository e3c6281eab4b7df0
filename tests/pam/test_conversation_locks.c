/* SPDX-License-Identifier: ISC */
/*
 * Who fails a local lock, or is not known to sshd: asked as anybody, answered
 * as anybody, and never let in. Nothing of what they type leaves the process.
 */
#include "harness.h"

#include <stdio.h>
#include <string.h>

#define LINK "https://gate.example.com/l/K7QXM2RT"
#define FLOOR_US 300000

static const struct script allow_again = {
    .prompt = PROMPT_BROWSER_AGAIN, .tries = 2, .next = &script_allow};
static const struct script browser = {
    .prompt = PROMPT_BROWSER, .link = LINK, .next = &allow_again};
static const struct script browser_or_token = {.prompt = PROMPT_BROWSER,
    .link = LINK,
    .logins = LOGIN_TOKEN,
    .next = &script_allow};
static const struct script redirect = {
    .prompt = PROMPT_REDIRECT, .link = LINK, .next = &script_allow};
static const struct script number = {.prompt = PROMPT_DEVICE_NUMBER,
    .number = "47",
    .link = LINK,
    .user_code = "WDJB-MJHT",
    .next = &script_allow};
static const struct script enter = {.prompt = PROMPT_DEVICE_ENTER,
    .link = LINK,
    .user_code = "WDJB-MJHT",
    .next = &script_allow};

static const struct {
	const char *user, *arguments;
	int code;
} doomed[] = {
    {"nobody.here", "", PAM_USER_UNKNOWN},
    {"enoent", "", PAM_USER_UNKNOWN},
    {"folded", "", PAM_USER_UNKNOWN},
    {"low", "", PAM_PERM_DENIED},
    {"high", "", PAM_PERM_DENIED},
    {"root", "", PAM_PERM_DENIED},
    {"root", "min_uid=0", PAM_PERM_DENIED},
};

/* A code is answered by the daemon, so that prompts do not tell names apart;
 * and even one that says "allowed" lets nobody in. */
static void
led_through_the_prompts(void **state)
{
	static const char *const codes[] = {"K7QX-2MRT", "k7qx 2mrt", NULL};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(doomed); i++) {
		struct attempt a = {.user = doomed[i].user,
		    .arguments = doomed[i].arguments,
		    .answers = codes};
		struct attempt known = {.answers = codes};
		struct login l, other;
		struct seen seen;
		int code = login_try(&a, &browser, &l, &seen);

		if (code != doomed[i].code)
			fail_msg("%s gives %d", doomed[i].user, code);
		assert_int_equal(
		    login_try(&known, &browser, &other, NULL), PAM_SUCCESS);
		assert_int_equal(l.prompts, other.prompts);
		for (unsigned int p = 0; p < l.prompts; p++)
			assert_string_equal(l.prompt[p], other.prompt[p]);
		assert_int_equal(seen.begins, 1);
		assert_string_equal(seen.value[TAG_USER], doomed[i].user);
		assert_false(seen.has_uid);
		assert_string_equal(seen.answers[0], "-");
		assert_string_equal(seen.answers[1], "-");
	}
}

static void
check_refusal_text(const struct login *l)
{
	static const char text[] = "Your answer was not accepted. (reference ";

	assert_int_equal(l->errors, 1);
	assert_int_equal(strncmp(l->error, text, sizeof(text) - 1), 0);
	assert_int_equal(
	    strlen(l->error), sizeof(text) - 1 + strlen("K7Q2M9XY)"));
}

struct kind_case {
	const struct script *script;
	const char *answer;
	const char *sent; /* NULL: nothing */
};

static const struct kind_case kinds[] = {
    {&browser, " ", " "},
    {&browser, "0123456789abcdef", "-"},
    {&browser, "0123456789abcdefg", "?"},
    {&browser, "ab.cd", "?"},
    {&browser, "https://127.0.0.1/cb?code=1", "://"},
    {&browser, TOKEN, "?"},
    {&browser_or_token, "ABCD-EFGH", "-"},
    {&browser_or_token, "x://y", "://"},
    {&browser_or_token, "0123456789abcdefg", NULL},
    {&browser_or_token, TOKEN, NULL},
    {&browser_or_token, "sg-K7QXM2RT8HJ39A1B", NULL},
    {&redirect, "http://127.0.0.1/cb?code=1&state=2", "://"},
    {&redirect, "K7QX", "-"},
    {&number, "", NULL},
    {&number, "47", NULL},
    {&enter, "", NULL},
    {&enter, "yes", NULL},
};

/* A stand-in of the same kind, or the refusal of a token, after the floor. */
static void
stand_ins(void **state)
{
	(void)state;
	for (size_t i = 0; i < ELEMENTS(kinds); i++) {
		const char *const answers[] = {
		    kinds[i].answer, kinds[i].answer, NULL};
		struct attempt a = {.user = "nobody.here", .answers = answers};
		struct login l;
		struct seen seen;
		int code = login_try(&a, kinds[i].script, &l, &seen);
		int64_t end = harness_now_us();

		if (code != PAM_USER_UNKNOWN)
			fail_msg("%s gives %d", kinds[i].answer, code);
		if (kinds[i].sent != NULL) {
			assert_string_equal(seen.answers[0], kinds[i].sent);
			continue;
		}
		assert_int_equal(l.prompts, 1);
		assert_int_equal(seen.requests, 0);
		assert_true(end - l.answered_us >= FLOOR_US);
		check_refusal_text(&l);
	}
}

/* sshd puts junk of the answer's length in its place for users whom it does
 * not let in; the module sees a known user then. */
static void
junk(void **state)
{
	static const struct {
		const struct script *script;
		const char *answer;
		const char *sent;
		int code;
	} cases[] = {
	    {&browser, "\b\n\r\177INCO", "-", PAM_SUCCESS},
	    {&browser, "\b\n\r\177INCORRECT\b\n\r", "-", PAM_SUCCESS},
	    {&browser, "\b\n\r\177INCORRECT\b\n\r\177", "?", PAM_SUCCESS},
	    {&browser_or_token, "\b\n\r\177INCORRECT\b\n\r\177", NULL,
		PAM_AUTH_ERR},
	    {&browser, "\033[A", "-", PAM_SUCCESS},
	    {&browser, "caf\xc3\xa9", "-", PAM_SUCCESS},
	    {&enter, "\b\n\r\177", NULL, PAM_AUTH_ERR},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		const char *const answers[] = {
		    cases[i].answer, "K7QX-2MRT", NULL};
		struct attempt a = {.answers = answers};
		struct login l;
		struct seen seen;
		int code = login_try(&a, cases[i].script, &l, &seen);

		if (code != cases[i].code)
			fail_msg("case %zu gives %d", i, code);
		if (cases[i].sent != NULL) {
			/* A slip of the finger is not the end. */
			assert_string_equal(seen.answers[0], cases[i].sent);
			assert_string_equal(seen.answers[1], "K7QX-2MRT");
		} else {
			assert_int_equal(seen.requests, 0);
			check_refusal_text(&l);
		}
	}
}

/* What the lock says counts: an outage must not send root to the next module
 * of a stack that asks for a password then. */
static void
outage_does_not_lift_a_lock(void **state)
{
	static const struct script scripts[] = {
	    {.mode = DAEMON_ABSENT},
	    {.at_begin = true,
		.verdict = VERDICT_UNAVAILABLE,
		.reason = REASON_AS_TIMEOUT},
	    {.at_begin = true,
		.verdict = VERDICT_DENY,
		.reason = REASON_NO_POLICY},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(scripts); i++) {
		struct attempt a = {.user = "root"};
		struct attempt known = {.user = "alice"};
		struct login l, other;

		assert_int_equal(
		    login_try(&a, &scripts[i], &l, NULL), PAM_PERM_DENIED);
		(void)login_try(&known, &scripts[i], &other, NULL);
		assert_int_equal(l.prompts, other.prompts);
		/* Up to the reference. */
		assert_memory_equal(
		    l.error, other.error, strcspn(other.error, "("));
	}
}

/* Names that no account can have are not asked about at all. */
static void
impossible_names(void **state)
{
	static const char *const names[] = {
	    "Alice", "alice ", "-alice", "a\nb", "alice/.."};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(names); i++) {
		struct attempt a = {.user = names[i]};
		struct login l;
		struct seen seen;

		assert_int_equal(
		    login_try(&a, &browser, &l, &seen), PAM_PERM_DENIED);
		assert_int_equal(seen.begins, 0);
		assert_int_equal(seen.requests, 0);
		assert_int_equal(l.prompts, 1);
		check_refusal_text(&l);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(led_through_the_prompts),
	    cmocka_unit_test(stand_ins),
	    cmocka_unit_test(junk),
	    cmocka_unit_test(outage_does_not_lift_a_lock),
	    cmocka_unit_test(impossible_names),
	};

	return cmocka_run_group_tests(tests, harness_setup, harness_teardown);
}
