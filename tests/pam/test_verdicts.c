/* SPDX-License-Identifier: ISC */
/*
 * Every reason of status.h in both phases, with its code and its sentence; and
 * verdicts that are none.
 */
#include "harness.h"

#include <stdio.h>
#include <string.h>

static const struct attempt plain = {0};

struct reason_case {
	const char *name;
	uint16_t number;
	enum verdict verdict;
	enum pam_answer auth, account;
};

static const struct reason_case reasons[] = {
#define X(id, name, number, verdict, auth, account, text)                      \
	{name, number, VERDICT_##verdict, PAM_ANSWER_##auth,                   \
	    PAM_ANSWER_##account},
    REASON_LIST(X)
#undef X
};

static struct script
script_of(const struct reason_case *r)
{
	return (struct script){
	    .ack = true,
	    .verdict = (uint8_t)r->verdict,
	    .reason = r->number,
	    .detail = "desk:eu",
	};
}

static void
reasons_in_auth(void **state)
{
	(void)state;
	for (size_t i = 0; i < ELEMENTS(reasons); i++) {
		struct script script = script_of(&reasons[i]);
		struct login l;
		struct seen seen;
		int code = login_try(&plain, &script, &l, &seen);

		if (code != harness_code(reasons[i].auth))
			fail_msg("%s gives %d", reasons[i].name, code);
		assert_int_equal(seen.requests, 1);
		assert_int_equal(seen.type, harness_way == BY_TOKEN
						? MESSAGE_CHECK
						: MESSAGE_LOGIN_ANSWER);
		assert_string_equal(seen.value[TAG_TOKEN], TOKEN);
		assert_int_equal(l.errors, code != PAM_SUCCESS);
		if (code == PAM_SUCCESS)
			continue;
		assert_non_null(strstr(l.error, "(reference K7Q2M9XY)"));
		/* An outage must not read as a refusal, nor the reverse. */
		assert_true((strstr(l.error, "not a refusal") != NULL) ==
			    (code == PAM_AUTHINFO_UNAVAIL));
		for (const char *c = l.error; *c != '\0'; c += *c == '\n') {
			assert_true(strcspn(c, "\n") <= 79);
			c += strcspn(c, "\n");
		}
	}
}

/* Authenticates with what allows, then lets another daemon answer. */
static int
account_try(const struct script *script, struct login *l, struct seen *ret_seen)
{
	struct scripted_daemon first;
	char path[108];
	int code;

	login_start(l, &plain, &script_allow);
	assert_int_equal(login_call(l, CALL_AUTHENTICATE), PAM_SUCCESS);
	first = l->daemon;
	memcpy(path, first.path, sizeof(path));
	scripted_daemon_stop(&first);
	scripted_daemon_start(&l->daemon, path, script);
	code = login_call(l, CALL_ACCOUNT);
	*ret_seen = *l->daemon.seen;
	login_end(l);
	return code;
}

static void
reasons_in_account(void **state)
{
	(void)state;
	for (size_t i = 0; i < ELEMENTS(reasons); i++) {
		struct script script = script_of(&reasons[i]);
		struct login l;
		struct seen seen;
		int code = account_try(&script, &l, &seen);

		if (code != harness_code(reasons[i].account))
			fail_msg("%s gives %d", reasons[i].name, code);
		assert_int_equal(seen.type, MESSAGE_ACCOUNT);
		assert_string_equal(seen.value[TAG_HANDLE], HANDLE);
		assert_int_equal(seen.token_length, 0);
		assert_int_equal(l.prompts, 1);
		assert_int_equal(l.errors, code != PAM_SUCCESS);
	}
}

static void
verdicts_that_disagree(void **state)
{
	static const struct {
		uint8_t verdict;
		uint16_t reason;
	} cases[] = {
	    {VERDICT_ALLOW, REASON_SCOPE_MISSING},
	    {VERDICT_ALLOW, REASON_AS_TIMEOUT},
	    {VERDICT_ALLOW, 2},
	    {VERDICT_ALLOW, 0},
	    {VERDICT_ALLOW, 65535},
	    {VERDICT_DENY, REASON_GRANTED},
	    {VERDICT_DENY, REASON_AS_TIMEOUT},
	    {VERDICT_DENY, 9999},
	    {VERDICT_UNAVAILABLE, REASON_GRANTED},
	    {VERDICT_UNAVAILABLE, REASON_TOKEN_INACTIVE},
	    {0, REASON_GRANTED},
	    {4, REASON_GRANTED},
	    {255, REASON_GRANTED},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		struct script script = {
		    .verdict = cases[i].verdict, .reason = cases[i].reason};
		struct login l;
		struct seen seen;

		assert_int_equal(
		    login_try(&plain, &script, &l, &seen), PAM_SYSTEM_ERR);
		assert_int_equal(
		    account_try(&script, &l, &seen), PAM_SYSTEM_ERR);
	}
}

static void
details_reach_the_user(void **state)
{
	static const struct {
		struct script script;
		const char *text;
	} cases[] = {
	    {{.verdict = VERDICT_DENY,
		 .reason = REASON_SCOPE_MISSING,
		 .detail = "trading"},
		"This token lacks the scope: trading (reference K7Q2M9XY)"},
	    {{.verdict = VERDICT_DENY, .reason = REASON_SCOPE_MISSING},
		"This token lacks a scope that is needed here. "
		"(reference K7Q2M9XY)"},
	    {{.verdict = VERDICT_DENY,
		 .reason = REASON_SCOPE_MISSING,
		 .detail = "account:write trading desk:apac"},
		"This token lacks the scope: account:write trading desk:apac\n"
		"(reference K7Q2M9XY)"},
	    {{.verdict = VERDICT_DENY,
		 .reason = REASON_TOO_MANY_TRIES,
		 .retry_after = 90},
		"Too many tries; wait 90 seconds and try again. "
		"(reference K7Q2M9XY)"},
	    /* What may come from an authorization server is not shown. */
	    {{.verdict = VERDICT_DENY,
		 .reason = REASON_TOKEN_INACTIVE,
		 .detail = "call 555-0100"},
		"Your answer was not accepted. (reference K7Q2M9XY)"},
	    {{.verdict = VERDICT_UNAVAILABLE,
		 .reason = REASON_AS_TLS,
		 .detail = "call 555-0100"},
		"Sign-in is not available right now; this is not a refusal. "
		"(reference K7Q2M9XY)"},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		struct login l;

		assert_int_not_equal(
		    login_try(&plain, &cases[i].script, &l, NULL), PAM_SUCCESS);
		assert_string_equal(l.error, cases[i].text);
	}
}

static void
long_details_are_cut_with_a_mark(void **state)
{
	char detail[DETAIL_MAX + 1];
	struct script script = {.verdict = VERDICT_DENY,
	    .reason = REASON_SCOPE_MISSING,
	    .detail = detail};
	struct login l;

	(void)state;
	memset(detail, 's', DETAIL_MAX);
	detail[DETAIL_MAX] = '\0';
	assert_int_equal(login_try(&plain, &script, &l, NULL), PAM_PERM_DENIED);
	assert_non_null(strstr(l.error, "sss...\n(reference K7Q2M9XY)"));
	assert_true(strlen(l.error) < 250);
}

static void
silenced(void **state)
{
	static const struct attempt cases[] = {
	    {.arguments = "quiet"}, {.flags = PAM_SILENT}};
	struct script script = script_of(&reasons[3]);

	(void)state;
	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		struct login l;

		assert_int_equal(login_try(&cases[i], &script, &l, NULL),
		    harness_code(reasons[3].auth));
		assert_int_equal(l.prompts, 1);
		assert_int_equal(l.errors, 0);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reasons_in_auth),
	    cmocka_unit_test(reasons_in_account),
	    cmocka_unit_test(verdicts_that_disagree),
	    cmocka_unit_test(details_reach_the_user),
	    cmocka_unit_test(long_details_are_cut_with_a_mark),
	    cmocka_unit_test(silenced),
	};

	return harness_run(
	    tests, ELEMENTS(tests), harness_setup, harness_teardown);
}
