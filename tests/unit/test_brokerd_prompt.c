/* SPDX-License-Identifier: ISC */
/* prompt and max_age: what is read, and which sign-in is good enough. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "oauth/prompt.h"
#include "scopegate/cleanup.h"

#define NOW 1000000

static const struct {
	const char *text;
	bool bad;
	struct prompt prompt;
} parsed[] = {
    {"", false, {0}},
    {"none", false, {.none = true}},
    {"login", false, {.login = true}},
    {"consent", false, {.consent = true}},
    {"select_account", false, {.select_account = true}},
    {"login  consent", false, {.login = true, .consent = true}},
    {"consent select_account login", false,
	{.login = true, .consent = true, .select_account = true}},
    {"none none", false, {.none = true}},
    {"none login", true, {0}},
    {"consent none", true, {0}},
    {"create", true, {0}},
    {"login,consent", true, {0}},
    {"Login", true, {0}},
    {"login\tconsent", true, {0}},
};

static void
reads_prompt(void **state)
{
	(void)state;
	for (size_t i = 0; i < ELEMENTS(parsed); i++) {
		struct prompt p = {.none = true, .login = true};
		enum status status = prompt_parse(parsed[i].text, &p);

		if ((status == STATUS_MALFORMED) != parsed[i].bad)
			fail_msg("\"%s\"", parsed[i].text);
		if (parsed[i].bad) {
			assert_true(p.none && p.login);
			continue;
		}
		assert_int_equal(p.none, parsed[i].prompt.none);
		assert_int_equal(p.login, parsed[i].prompt.login);
		assert_int_equal(p.consent, parsed[i].prompt.consent);
		assert_int_equal(
		    p.select_account, parsed[i].prompt.select_account);
	}
}

static const struct {
	const char *name;
	struct sign_in_wish wish;
	int64_t age;
	bool special, suffices;
} wishes[] = {
    {"nothing said", {.max_age = MAX_AGE_NONE}, 8 * 3600, false, true},
    {"consent", {{.consent = true}, MAX_AGE_NONE, 0}, 8 * 3600, false, true},
    {"none", {{.none = true}, MAX_AGE_NONE, 0}, 8 * 3600, false, true},
    {"login", {{.login = true}, MAX_AGE_NONE, 0}, 0, true, false},
    {"select", {{.select_account = true}, MAX_AGE_NONE, 0}, 0, true, false},
    {"young enough", {.max_age = 60}, 60, true, true},
    {"too old", {.max_age = 60}, 61, true, false},
    {"max_age 0, now", {.max_age = 0}, 0, true, true},
    {"max_age 0", {.max_age = 0}, 1, true, false},
    {"login, young", {{.login = true}, 60, 0}, 1, true, false},
    {"login, done", {{.login = true}, MAX_AGE_NONE, NOW - 5}, 5, true, true},
    {"login, just before", {{.login = true}, MAX_AGE_NONE, NOW - 5}, 6, true,
	false},
    {"login, done long ago",
	{{.login = true}, MAX_AGE_NONE, NOW - SIGN_IN_GOOD_SECONDS},
	SIGN_IN_GOOD_SECONDS, true, true},
    {"login, done too long ago",
	{{.login = true}, MAX_AGE_NONE, NOW - SIGN_IN_GOOD_SECONDS - 1},
	SIGN_IN_GOOD_SECONDS + 1, true, false},
    {"a time to come", {{.login = true}, MAX_AGE_NONE, NOW + 1}, -5, true,
	false},
    {"max_age 0, done", {.max_age = 0, .since = NOW - 30}, 20, true, true},
    {"max_age, long done", {.max_age = 60, .since = 1}, 901, true, false},
    {"since counts for nothing else", {.max_age = MAX_AGE_NONE, .since = NOW},
	3600, false, true},
};

static void
judges_sign_ins(void **state)
{
	(void)state;
	for (size_t i = 0; i < ELEMENTS(wishes); i++) {
		const struct sign_in_wish *w = &wishes[i].wish;

		if (sign_in_wish_is_special(w) != wishes[i].special)
			fail_msg("%s: special", wishes[i].name);
		if (sign_in_suffices(w, NOW - wishes[i].age, NOW) !=
		    wishes[i].suffices)
			fail_msg("%s: suffices", wishes[i].name);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_prompt),
	    cmocka_unit_test(judges_sign_ins),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
