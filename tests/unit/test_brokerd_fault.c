/* SPDX-License-Identifier: ISC */
/* The fault menu: what is kept, whom it strikes, and how answers are spoilt. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "operator/fault.h"
#include "scopegate/cleanup.h"
#include "scopegate/log.h"
#include "temporary_store.h"

#define NOW 1000000

static int
set_up(void **state)
{
	struct temporary_store *t = calloc(1, sizeof(*t));

	*state = t;
	return t == NULL ? -1 : temporary_store_make(t);
}

static int
tear_down(void **state)
{
	struct temporary_store *t = *state;

	temporary_store_remove(t);
	free(t);
	return 0;
}

static void
test_set(void **state)
{
	struct store *s = ((struct temporary_store *)*state)->store;
	struct fault f = {FAULT_SLOW, FAULT_ON_TOKEN, 500, 3};
	struct fault_list l;

	assert_int_equal(fault_list_read(s, &l), STATUS_OK);
	assert_int_equal(l.count, 0);
	assert_int_equal(fault_set(s, &f, "carol", NOW), STATUS_OK);
	f.target = FAULT_ON_ALL;
	f.left = 0;
	assert_int_equal(fault_set(s, &f, "carol", NOW), STATUS_OK);
	f.wait_ms = FAULT_WAIT_MAX_MS;
	f.left = FAULT_NEXT_MAX;
	assert_int_equal(fault_set(s, &f, "carol", NOW), STATUS_OK);
	assert_int_equal(fault_list_read(s, &l), STATUS_OK);
	assert_int_equal(l.count, 2);
	assert_int_equal(l.rows[0].wait_ms, 500);
	assert_int_equal(l.rows[0].left, 3);
	assert_int_equal(l.rows[1].target, FAULT_ON_ALL);
	assert_int_equal(l.rows[1].wait_ms, FAULT_WAIT_MAX_MS);
	assert_int_equal(l.rows[1].left, FAULT_NEXT_MAX);

	f.wait_ms = FAULT_WAIT_MAX_MS + 1;
	assert_int_equal(fault_set(s, &f, "carol", NOW), STATUS_INVALID);
	f.wait_ms = -1;
	assert_int_equal(fault_set(s, &f, "carol", NOW), STATUS_INVALID);
	f.wait_ms = 0;
	f.left = FAULT_NEXT_MAX + 1;
	assert_int_equal(fault_set(s, &f, "carol", NOW), STATUS_INVALID);
	f.left = -1;
	assert_int_equal(fault_set(s, &f, "carol", NOW), STATUS_INVALID);
	assert_int_equal(fault_clear(s, "carol", NOW), STATUS_OK);
	assert_int_equal(fault_list_read(s, &l), STATUS_OK);
	assert_int_equal(l.count, 0);
}

/* One of each kind and place fits. */
static void
test_whole_menu(void **state)
{
	struct store *s = ((struct temporary_store *)*state)->store;
	struct fault_list l;

	for (int kind = 0; kind < FAULT_KINDS; kind++) {
		for (int target = 0; target < FAULT_TARGETS; target++) {
			struct fault f = {(enum fault_kind)kind,
			    (enum fault_target)target, FAULT_WAIT_MAX_MS,
			    FAULT_NEXT_MAX};

			assert_int_equal(
			    fault_set(s, &f, "shell", NOW), STATUS_OK);
		}
	}
	assert_int_equal(fault_list_read(s, &l), STATUS_OK);
	assert_int_equal(l.count, FAULT_KINDS * FAULT_TARGETS);
}

static void
test_damaged(void **state)
{
	static const char *const texts[] = {"slow", "slow token",
	    "slow token 1", "slow token 1 x", "slow token 60001 0",
	    "slow token 1 1000001", "slow token -1 0", "slow token 1 -1",
	    "odd token 1 0", "slow odd 1 0", "slow token 1 0 0",
	    "slow token 1 0\nslow"};
	struct store *s = ((struct temporary_store *)*state)->store;
	const struct fault f = {FAULT_DROP, FAULT_ON_API, 0, 0};
	struct fault_list l;

	for (size_t i = 0; i < ELEMENTS(texts); i++) {
		assert_int_equal(
		    store_setting_set(s, "faults", texts[i]), STATUS_OK);
		assert_int_equal(fault_list_read(s, &l), STATUS_MALFORMED);
		assert_int_equal(l.count, 0);
		assert_int_equal(
		    fault_strike(s, "/oauth/token", &l), STATUS_MALFORMED);
		assert_int_equal(l.count, 0);
	}
	assert_int_equal(fault_set(s, &f, "shell", NOW), STATUS_OK);
	assert_int_equal(fault_list_read(s, &l), STATUS_OK);
	assert_int_equal(l.count, 1);
}

struct strike_case {
	enum fault_target target;
	const char *path;
	bool struck;
};

static const struct strike_case strike_cases[] = {
    {FAULT_ON_TOKEN, "/oauth/token", true},
    {FAULT_ON_TOKEN, "/oauth/introspect", false},
    {FAULT_ON_TOKEN, "/oauth/tokens", false},
    {FAULT_ON_INTROSPECT, "/oauth/introspect", true},
    {FAULT_ON_INTROSPECT, "/oauth/token", false},
    {FAULT_ON_API, "/v2/account", true},
    {FAULT_ON_API, "/paper/v2/account", true},
    {FAULT_ON_API, "/oauth/token", false},
    {FAULT_ON_ALL, "/oauth/token", true},
    {FAULT_ON_ALL, "/v2/account", true},
    {FAULT_ON_ALL, "/oauth/revoke", true},
    {FAULT_ON_ALL, "/.well-known/oauth-authorization-server", true},
    {FAULT_ON_ALL, "/style.css", false},
    {FAULT_ON_ALL, "/icon.svg", false},
};

static void
test_strike(void **state)
{
	struct store *s = ((struct temporary_store *)*state)->store;
	struct fault_list l;

	for (size_t i = 0; i < ELEMENTS(strike_cases); i++) {
		const struct strike_case *c = &strike_cases[i];
		struct fault f = {FAULT_DROP, c->target, 0, 2};

		assert_int_equal(fault_clear(s, "shell", NOW), STATUS_OK);
		assert_int_equal(fault_set(s, &f, "shell", NOW), STATUS_OK);
		for (int n = 2; n >= 0; n--) {
			assert_int_equal(
			    fault_strike(s, c->path, &l), STATUS_OK);
			if (l.count != (size_t)(c->struck && n > 0))
				fail_msg("%s, %s: %zu", c->path,
				    fault_target_name(c->target), l.count);
		}
		assert_int_equal(fault_list_read(s, &l), STATUS_OK);
		assert_int_equal(l.count, c->struck ? 0 : 1);
	}
}

static void
assert_spoilt(enum fault_kind kind, const char *body, const char *expected)
{
	struct fault_list l = {.count = 1, .rows = {{.kind = kind}}};
	struct http_response r = {0};

	buf_init_sensitive(&r.body, HTTP_ANSWER_MAX);
	buf_append_string(&r.body, body);
	fault_after(&l, &r);
	assert_string_equal(buf_string(&r.body), expected);
	assert_true(r.body.sensitive);
	buf_clear(&r.body);
}

static void
test_spoil(void **state)
{
	(void)state;
	assert_spoilt(FAULT_WRONG_TYPE,
	    "{\"a\":1,\"b\":true,\"c\":\"\\\"x,}\",\"d\":null,\"e\":[-2,"
	    "{\"f\":false}]}",
	    "{\"a\":\"1\",\"b\":\"true\",\"c\":\"\\\"x,}\",\"d\":null,"
	    "\"e\":[\"-2\",{\"f\":\"false\"}]}");
	assert_spoilt(FAULT_NO_EXPIRY,
	    "{\"exp\":1,\"expires_in\":2,\"b\":true,\"c\":\"exp\",\"d\":3}",
	    "{\"b\":true,\"c\":\"exp\",\"d\":3}");
	assert_spoilt(FAULT_NO_EXPIRY, "{\"exp\":1}", "{}");
	assert_spoilt(FAULT_WRONG_TYPE, "eyJ.eyJ.sig", "eyJ.eyJ.sig");
	assert_spoilt(FAULT_WRONG_TYPE, "", "");
	assert_spoilt(FAULT_SLOW, "{\"a\":1}", "{\"a\":1}");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_set, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_whole_menu, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_damaged, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_strike, set_up, tear_down),
	    cmocka_unit_test(test_spoil),
	};

	log_open("test", LOG_LEVEL_ERROR);
	return cmocka_run_group_tests_name("brokerd_fault", tests, NULL, NULL);
}
