/* SPDX-License-Identifier: ISC */
/* What a pam.d line may say, what it may not, and that each word works. */
#include "harness.h"

#include <stdio.h>
#include <string.h>

static const char *const bad[] = {
    "debug",
    "unknown=1",
    "Login=token",
    "=token",
    "login",
    "login=",
    "login=Token",
    "login=tokens",
    "account=grant",
    "account=no",
    "account",
    "session=maybe",
    "session=",
    "policy",
    "policy=",
    "policy=12345678901234567890123456789012345678901234567890123456789012345",
    "prompt=",
    "[prompt=a\tb]",
    "[prompt=a\177b]",
    "try_first_pass=yes",
    "use_first_pass=",
    "nolocal=1",
    "quiet=no",
    "min_uid",
    "min_uid=",
    "min_uid=-1",
    "min_uid=+1",
    "min_uid=1e3",
    "min_uid=0x10",
    "min_uid=1000x",
    "[min_uid= 1000]",
    "min_uid=4294967295",
    "min_uid=99999999999999999999999",
    "max_uid=4294967295",
    "min_uid=60001",
    "max_uid=999",
    "min_uid=2000 max_uid=1999",
    "timeout=0",
    "timeout=301",
    "timeout=10s",
    "timeout=",
    "timeout=5 timeout=5",
    "quiet quiet",
    "login=browser use_first_pass",
    "use_first_pass login=device",
};

static const char *const good[] = {
    "",
    "login=token",
    "login=auto account=recheck session=yes",
    "login=browser",
    "login=device",
    "policy=1234567890123456789012345678901234567890123456789012345678901234",
    "min_uid=0",
    "min_uid=1500 max_uid=1500",
    "max_uid=4294967294",
    "timeout=300",
    "timeout=010",
    "nolocal quiet try_first_pass",
    "login=browser try_first_pass",
};

static void
bad_arguments_fail_every_phase(void **state)
{
	static const enum call calls[] = {CALL_AUTHENTICATE, CALL_SETCRED,
	    CALL_ACCOUNT, CALL_OPEN, CALL_CLOSE};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(bad); i++) {
		struct attempt a = {.arguments = bad[i]};
		struct login l;

		for (size_t c = 0; c < ELEMENTS(calls); c++) {
			int code;

			login_start(&l, &a, &script_allow);
			code = login_call(&l, calls[c]);
			if (code != PAM_SERVICE_ERR)
				fail_msg(
				    "%s: call %zu gives %d", bad[i], c, code);
			assert_int_equal(l.prompts, 0);
			assert_int_equal(l.daemon.seen->requests, 0);
			login_end(&l);
		}
	}
}

static void
good_arguments_pass(void **state)
{
	(void)state;
	for (size_t i = 0; i < ELEMENTS(good); i++) {
		struct attempt a = {.arguments = good[i]};
		struct login l;
		int code = login_try(&a, &script_allow, &l, NULL);

		if (code != PAM_SUCCESS)
			fail_msg("%s gives %d", good[i], code);
	}
}

static void
policy_and_items_are_sent(void **state)
{
	static const struct attempt a = {
	    .arguments = "policy=night", .rhost = "192.0.2.7"};
	struct login l;
	struct seen *seen;

	(void)state;
	login_start(&l, &a, &script_allow);
	assert_int_equal(pam_set_item(l.ph, PAM_TTY, "ssh"), PAM_SUCCESS);
	assert_int_equal(pam_set_item(l.ph, PAM_RUSER, "bob"), PAM_SUCCESS);
	assert_int_equal(login_call(&l, CALL_AUTHENTICATE), PAM_SUCCESS);
	seen = l.daemon.seen;
	assert_string_equal(seen->value[TAG_SERVICE], "gate");
	assert_string_equal(seen->value[TAG_USER], "alice");
	assert_string_equal(seen->value[TAG_POLICY], "night");
	assert_string_equal(seen->value[TAG_RHOST], "192.0.2.7");
	assert_string_equal(seen->value[TAG_TTY], "ssh");
	assert_string_equal(seen->value[TAG_RUSER], "bob");
	assert_true(seen->has_uid);
	assert_int_equal(seen->uid, 1500);
	assert_true(seen->budget_ms > 5000 && seen->budget_ms < 10000);
	if (harness_way == BY_CONVERSATION) {
		assert_true(seen->begin_budget_ms > 80000);
		assert_true(seen->begin_budget_ms < 90000);
	}
	login_end(&l);
}

/* Items that no message may carry are refused, not cut. */
static void
items_over_their_limits(void **state)
{
	char rhost[RHOST_MAX + 2];
	struct attempt a = {.rhost = rhost};
	struct login l;
	struct seen seen;

	(void)state;
	memset(rhost, 'h', sizeof(rhost) - 1);
	rhost[RHOST_MAX] = '\0';
	assert_int_equal(login_try(&a, &script_allow, &l, &seen), PAM_SUCCESS);
	rhost[RHOST_MAX] = 'h';
	rhost[RHOST_MAX + 1] = '\0';
	assert_int_equal(
	    login_try(&a, &script_allow, &l, &seen), PAM_SYSTEM_ERR);
	assert_int_equal(seen.begins + seen.requests, 0);
	(void)snprintf(rhost, sizeof(rhost), "evil\nhost");
	assert_int_equal(
	    login_try(&a, &script_allow, &l, &seen), PAM_SYSTEM_ERR);
	assert_int_equal(seen.requests, 0);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(bad_arguments_fail_every_phase),
	    cmocka_unit_test(good_arguments_pass),
	    cmocka_unit_test(policy_and_items_are_sent),
	    cmocka_unit_test(items_over_their_limits),
	};

	return harness_run(
	    tests, ELEMENTS(tests), harness_setup, harness_teardown);
}
