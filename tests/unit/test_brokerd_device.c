/* SPDX-License-Identifier: ISC */
/* The device grant: user codes, what a poll is answered, the store, guesses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "app/app_store.h"
#include "oauth/code_guesses.h"
#include "oauth/device_store.h"
#include "scopegate/cleanup.h"
#include "scopegate/log.h"
#include "temporary_store.h"

#define NOW 1000000

struct fixture {
	struct temporary_store disk;
	struct store *store;
	struct app app;
	int64_t user;
};

static int
set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	*state = f;
	if (f == NULL || temporary_store_make(&f->disk) != 0 ||
	    user_add_hashed(f->disk.store, "alice", "*", NOW, &f->user) !=
		STATUS_OK)
		return -1;
	f->store = f->disk.store;
	memcpy(f->app.client_id, "terminal", 9);
	memcpy(f->app.title, "Terminal", 9);
	return app_add(f->store, &f->app, NOW) == STATUS_OK ? 0 : -1;
}

static int
tear_down(void **state)
{
	struct fixture *f = *state;

	temporary_store_remove(&f->disk);
	free(f);
	return 0;
}

static void
test_user_codes(void **state)
{
	static const char *const good[] = {"WDJBMJHT", "WDJB-MJHT", "wdjb mjht",
	    " w d j b - m j h t ", "wDjBmJhT"};
	static const char *const bad[] = {"", "WDJBMJH", "WDJBMJHTT",
	    "WDJB-MJHA", "WDJB-MJH7", "WDJB_MJHT", "WDJBMJH\xc3\x84",
	    "WDJBMJHY"};
	char code[USER_CODE_SIZE], other[USER_CODE_SIZE];
	char shown[USER_CODE_SHOWN_SIZE];

	(void)state;
	for (size_t i = 0; i < ELEMENTS(good); i++) {
		assert_int_equal(user_code_parse(good[i], code), STATUS_OK);
		assert_string_equal(code, "WDJBMJHT");
	}
	for (size_t i = 0; i < ELEMENTS(bad); i++) {
		memcpy(code, "untouch", 8);
		assert_int_equal(
		    user_code_parse(bad[i], code), STATUS_MALFORMED);
		assert_string_equal(code, "untouch");
	}
	for (int i = 0; i < 200; i++) {
		assert_int_equal(user_code_make(code), STATUS_OK);
		user_code_show(code, shown);
		assert_int_equal(strlen(shown), 9);
		assert_int_equal(shown[4], '-');
		assert_int_equal(user_code_parse(shown, other), STATUS_OK);
		assert_string_equal(other, code);
	}
}

/* Every letter and every digit comes up, and nothing else. */
static void
test_random(void **state)
{
	unsigned int letters[256] = {0}, digits[256] = {0};
	char code[USER_CODE_SIZE], number[DEVICE_NUMBER_SIZE];

	(void)state;
	for (int i = 0; i < 400; i++) {
		assert_int_equal(user_code_make(code), STATUS_OK);
		for (const char *c = code; *c != '\0'; c++)
			letters[(unsigned char)*c]++;
		assert_int_equal(device_number_make(number), STATUS_OK);
		assert_int_equal(strlen(number), 2);
		for (const char *c = number; *c != '\0'; c++)
			digits[(unsigned char)*c]++;
	}
	for (int c = 0; c < 256; c++) {
		bool letter =
		    c != 0 && strchr("BCDFGHJKLMNPQRSTVWXZ", c) != NULL;

		assert_int_equal(letters[c] > 0, letter);
		assert_int_equal(digits[c] > 0, c >= '0' && c <= '9');
	}
}

struct poll_case {
	const char *name;
	enum device_state state;
	int64_t app, expires, polled, every;
	enum oauth_error error;
	bool replayed;
	int64_t polled_after, every_after;
};

static const struct poll_case poll_cases[] = {
    {"first", DEVICE_PENDING, 7, NOW + 1, 0, 5, OAUTH_AUTHORIZATION_PENDING,
	false, NOW, 5},
    {"in time", DEVICE_PENDING, 7, NOW + 1, NOW - 5, 5,
	OAUTH_AUTHORIZATION_PENDING, false, NOW, 5},
    {"a second early", DEVICE_PENDING, 7, NOW + 1, NOW - 4, 5,
	OAUTH_AUTHORIZATION_PENDING, false, NOW, 5},
    {"too soon", DEVICE_PENDING, 7, NOW + 1, NOW - 3, 5, OAUTH_SLOW_DOWN, false,
	NOW, 10},
    {"at once", DEVICE_PENDING, 7, NOW + 1, NOW, 10, OAUTH_SLOW_DOWN, false,
	NOW, 15},
    {"too soon for the longer wait", DEVICE_PENDING, 7, NOW + 1, NOW - 5, 10,
	OAUTH_SLOW_DOWN, false, NOW, 15},
    {"after the longer wait", DEVICE_PENDING, 7, NOW + 1, NOW - 10, 10,
	OAUTH_AUTHORIZATION_PENDING, false, NOW, 10},
    {"never longer than its life", DEVICE_PENDING, 7, NOW + 1, NOW,
	DEVICE_CODE_SECONDS - 2, OAUTH_SLOW_DOWN, false, NOW,
	DEVICE_CODE_SECONDS},
    {"expired", DEVICE_PENDING, 7, NOW, NOW - 9, 5, OAUTH_EXPIRED_TOKEN, false,
	NOW - 9, 5},
    {"approved", DEVICE_APPROVED, 7, NOW + 1, NOW, 5, OAUTH_OK, false, NOW, 5},
    {"approved, expired", DEVICE_APPROVED, 7, NOW, NOW - 9, 5,
	OAUTH_EXPIRED_TOKEN, false, NOW - 9, 5},
    {"denied", DEVICE_DENIED, 7, NOW + 1, NOW, 5, OAUTH_ACCESS_DENIED, false,
	NOW, 5},
    {"used", DEVICE_USED, 7, NOW + 1, NOW, 5, OAUTH_INVALID_GRANT, true, NOW,
	5},
    {"used, expired", DEVICE_USED, 7, NOW, NOW, 5, OAUTH_INVALID_GRANT, true,
	NOW, 5},
    {"another app's", DEVICE_APPROVED, 8, NOW + 1, NOW, 5, OAUTH_INVALID_GRANT,
	false, NOW, 5},
    {"another app's, used", DEVICE_USED, 8, NOW + 1, NOW, 5,
	OAUTH_INVALID_GRANT, false, NOW, 5},
    {"another app's, pending", DEVICE_PENDING, 8, NOW + 1, NOW, 5,
	OAUTH_INVALID_GRANT, false, NOW, 5},
};

static void
test_poll(void **state)
{
	(void)state;
	for (size_t i = 0; i < ELEMENTS(poll_cases); i++) {
		const struct poll_case *c = &poll_cases[i];
		struct device d = {.state = c->state,
		    .app = c->app,
		    .expires = c->expires,
		    .polled = c->polled,
		    .every = c->every};
		bool replayed = !c->replayed;
		struct oauth_fault fault = device_poll(&d, 7, NOW, &replayed);

		if (fault.error != c->error || replayed != c->replayed ||
		    d.polled != c->polled_after || d.every != c->every_after)
			fail_msg("%s: %s, polled %lld, every %lld", c->name,
			    oauth_error_code(fault.error), (long long)d.polled,
			    (long long)d.every);
	}
}

static void
add(struct fixture *f, const char *details, struct device *d,
    char code[RANDOM_TEXT_SIZE])
{
	memset(d, 0, sizeof(*d));
	d->app = f->app.id;
	memcpy(d->scope, "trading", 8);
	memcpy(d->audience, "https://hosts.example.test", 27);
	memcpy(d->details, details, strlen(details) + 1);
	assert_int_equal(device_add(f->store, d, NOW, code), STATUS_OK);
}

static int64_t
add_grant(struct fixture *f)
{
	struct grant g = {.user = f->user, .app = f->app.id};

	assert_int_equal(grant_add(f->store, &g, NOW), STATUS_OK);
	return g.id;
}

static void
test_add_and_find(void **state)
{
	struct fixture *f = *state;
	char code[RANDOM_TEXT_SIZE];
	struct device d, found;

	add(f, "", &d, code);
	assert_int_equal(device_find(f->store, code, &found), STATUS_OK);
	assert_string_equal(found.user_code, d.user_code);
	assert_string_equal(found.scope, "trading");
	assert_string_equal(found.audience, "https://hosts.example.test");
	assert_string_equal(found.details, "");
	assert_string_equal(found.number, "");
	assert_int_equal(found.app, f->app.id);
	assert_int_equal(found.created, NOW);
	assert_int_equal(found.expires, NOW + 600);
	assert_int_equal(found.every, 5);
	assert_int_equal(found.polled, 0);
	assert_int_equal(found.state, DEVICE_PENDING);
	assert_int_equal(found.grant, 0);
	assert_true(digest_equal(&found.hash, &d.hash));
	assert_int_equal(
	    device_find(f->store, d.user_code, &found), STATUS_NOT_FOUND);

	add(f, "[]", &d, code);
	assert_int_equal(strlen(d.number), 2);
	assert_int_equal(device_find(f->store, code, &found), STATUS_OK);
	assert_string_equal(found.number, d.number);
	assert_string_equal(found.details, "[]");

	assert_int_equal(
	    device_find_waiting(f->store, d.user_code, NOW + 599, &found),
	    STATUS_OK);
	assert_true(digest_equal(&found.hash, &d.hash));
	assert_int_equal(
	    device_find_waiting(f->store, d.user_code, NOW + 600, &found),
	    STATUS_NOT_FOUND);
	assert_int_equal(
	    device_find_waiting(f->store, "", NOW, &found), STATUS_NOT_FOUND);
}

static void
test_decide_once(void **state)
{
	struct fixture *f = *state;
	char code[RANDOM_TEXT_SIZE];
	struct device d, found;
	int64_t grant = add_grant(f);

	add(f, "", &d, code);
	assert_int_equal(device_mark_used(f->store, &d.hash), STATUS_NOT_FOUND);
	assert_int_equal(device_approve(f->store, &d.hash, grant, NOW + 600),
	    STATUS_NOT_FOUND);
	assert_int_equal(
	    device_approve(f->store, &d.hash, grant, NOW + 599), STATUS_OK);
	assert_int_equal(
	    device_approve(f->store, &d.hash, grant, NOW), STATUS_NOT_FOUND);
	assert_int_equal(device_deny(f->store, &d.hash), STATUS_NOT_FOUND);
	assert_int_equal(
	    device_count_wrong(f->store, &d.hash), STATUS_NOT_FOUND);
	assert_int_equal(
	    device_find_waiting(f->store, d.user_code, NOW, &found),
	    STATUS_NOT_FOUND);
	assert_int_equal(device_find(f->store, code, &found), STATUS_OK);
	assert_int_equal(found.state, DEVICE_APPROVED);
	assert_int_equal(found.grant, grant);
	assert_int_equal(device_mark_used(f->store, &d.hash), STATUS_OK);
	assert_int_equal(device_mark_used(f->store, &d.hash), STATUS_NOT_FOUND);

	add(f, "", &d, code);
	assert_int_equal(device_deny(f->store, &d.hash), STATUS_OK);
	assert_int_equal(device_deny(f->store, &d.hash), STATUS_NOT_FOUND);
	assert_int_equal(
	    device_approve(f->store, &d.hash, grant, NOW), STATUS_NOT_FOUND);
	assert_int_equal(device_find(f->store, code, &found), STATUS_OK);
	assert_int_equal(found.state, DEVICE_DENIED);
}

static void
test_wrong_numbers(void **state)
{
	struct fixture *f = *state;
	char code[RANDOM_TEXT_SIZE];
	struct device d, found;

	add(f, "[]", &d, code);
	for (int i = 1; i <= DEVICE_NUMBER_TRIES; i++) {
		assert_int_equal(
		    device_count_wrong(f->store, &d.hash), STATUS_OK);
		assert_int_equal(
		    device_find(f->store, code, &found), STATUS_OK);
		assert_int_equal(found.wrong, i);
		assert_int_equal(found.state,
		    i < DEVICE_NUMBER_TRIES ? DEVICE_PENDING : DEVICE_DENIED);
	}
}

static void
test_keep_poll(void **state)
{
	struct fixture *f = *state;
	char code[RANDOM_TEXT_SIZE];
	struct device d, found;

	add(f, "", &d, code);
	d.polled = NOW + 3;
	d.every = 25;
	assert_int_equal(device_keep_poll(f->store, &d), STATUS_OK);
	assert_int_equal(device_find(f->store, code, &found), STATUS_OK);
	assert_int_equal(found.polled, NOW + 3);
	assert_int_equal(found.every, 25);
}

/* Old ones go when new ones come, and when the store is purged. */
static void
test_old_ones_go(void **state)
{
	struct fixture *f = *state;
	char old[RANDOM_TEXT_SIZE], new[RANDOM_TEXT_SIZE];
	struct device d, found;
	bool more;

	add(f, "", &d, old);
	d.scope[0] = '\0';
	assert_int_equal(device_add(f->store, &d, NOW + 1200, new), STATUS_OK);
	assert_int_equal(device_find(f->store, old, &found), STATUS_OK);
	assert_int_equal(device_add(f->store, &d, NOW + 1201, new), STATUS_OK);
	assert_int_equal(device_find(f->store, old, &found), STATUS_NOT_FOUND);
	assert_int_equal(
	    token_store_purge(f->store, NOW + 1801, &more), STATUS_OK);
	assert_int_equal(device_find(f->store, new, &found), STATUS_OK);
	assert_int_equal(
	    token_store_purge(f->store, NOW + 1802, &more), STATUS_OK);
	assert_int_equal(device_find(f->store, new, &found), STATUS_NOT_FOUND);
}

static void
test_guesses(void **state)
{
	_cleanup_(free_ptr) struct code_guesses *g = calloc(1, sizeof(*g));
	char name[16];

	(void)state;
	assert_non_null(g);
	for (int i = 0; i < SIGN_IN_TRIES; i++) {
		assert_int_equal(code_guesses_wait(g, "alice", NOW), 0);
		code_guesses_count(g, "alice", NOW);
	}
	assert_int_equal(code_guesses_wait(g, "alice", NOW), 60);
	assert_int_equal(code_guesses_wait(g, "bob", NOW), 0);
	assert_int_equal(code_guesses_wait(g, "alice", NOW + 60), 0);
	for (int i = SIGN_IN_TRIES; i < CODE_GUESSES_OF_ALL; i++) {
		(void)snprintf(name, sizeof(name), "user%d", i);
		assert_int_equal(code_guesses_wait(g, name, NOW + 1), 0);
		code_guesses_count(g, name, NOW + 1);
	}
	assert_int_equal(code_guesses_wait(g, "bob", NOW + 20), 40);
	assert_int_equal(code_guesses_wait(g, "bob", NOW + 60), 0);
	code_guesses_count(g, "bob", NOW + 60);
	assert_int_equal(code_guesses_wait(g, "carol", NOW + 60), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_user_codes),
	    cmocka_unit_test(test_random),
	    cmocka_unit_test(test_poll),
	    cmocka_unit_test_setup_teardown(
		test_add_and_find, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(
		test_decide_once, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(
		test_wrong_numbers, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_keep_poll, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(
		test_old_ones_go, set_up, tear_down),
	    cmocka_unit_test(test_guesses),
	};

	log_open("test", LOG_LEVEL_ERROR);
	return cmocka_run_group_tests_name("brokerd_device", tests, NULL, NULL);
}
