/* SPDX-License-Identifier: ISC */
/* Refusals slow down whom they should, and nobody else. */
#include "throttle.h"
#include "stages_make.h"

#include <stdio.h>

#define SECOND INT64_C(1000000)
#define START (1000 * SECOND)

static struct throttle_key
key_of(const char *rhost, const char *user)
{
	return (struct throttle_key){
	    .rhost = text_of(rhost), .user = text_of(user)};
}

static struct throttle_key
key_of_uid(uid_t uid, const char *rhost, const char *user)
{
	struct throttle_key key = key_of(rhost, user);

	key.by_uid = true;
	key.uid = uid;
	return key;
}

static bool
allows(struct throttle *t, struct throttle_key key, int64_t now)
{
	unsigned int retry = 12345;
	bool allowed = throttle_allows(t, &key, now, &retry);

	if (allowed)
		assert_int_equal(retry, 12345);
	else
		assert_in_range(retry, 1, 60);
	return allowed;
}

static void
refuse(struct throttle *t, struct throttle_key key, unsigned int times,
    int64_t now)
{
	while (times-- > 0)
		throttle_refused(t, &key, now);
}

static int
setup(void **state)
{
	*state = throttle_new();
	return *state != NULL ? 0 : -1;
}

static int
teardown(void **state)
{
	throttle_free(*state);
	return 0;
}

static void
user_burst_and_rate(void **state)
{
	struct throttle *t = *state;
	struct throttle_key alice = key_of("192.0.2.1", "alice");
	int64_t step = 60 * SECOND / THROTTLE_USER_PER_MINUTE;
	unsigned int retry = 0;

	refuse(t, alice, THROTTLE_USER_BURST - 1, START);
	assert_true(allows(t, alice, START));
	refuse(t, alice, 1, START);
	assert_false(throttle_allows(t, &alice, START, &retry));
	assert_int_equal(retry, step / SECOND);
	assert_false(throttle_allows(t, &alice, START + step - 1, &retry));
	assert_int_equal(retry, 1);
	assert_true(allows(t, alice, START + step));
	refuse(t, alice, 1, START + step);
	assert_false(allows(t, alice, START + step));
	assert_true(allows(t, alice, START + 2 * step));
}

static void
allowing_does_not_count(void **state)
{
	struct throttle *t = *state;
	struct throttle_key alice = key_of("192.0.2.1", "alice");

	for (int i = 0; i < 1000; i++)
		assert_true(allows(t, alice, START));
}

/* What was under way when the bucket ran empty lengthens nothing. */
static void
lockout_is_bounded(void **state)
{
	struct throttle *t = *state;
	struct throttle_key alice = key_of("192.0.2.1", "alice");
	int64_t step = 60 * SECOND / THROTTLE_USER_PER_MINUTE;

	refuse(t, alice, THROTTLE_USER_BURST + 25, START);
	assert_false(allows(t, alice, START + step - 1));
	assert_true(allows(t, alice, START + step));
}

static void
others_go_on(void **state)
{
	struct throttle *t = *state;

	refuse(t, key_of("192.0.2.1", "alice"), THROTTLE_USER_BURST, START);
	assert_false(allows(t, key_of("192.0.2.1", "alice"), START));
	assert_true(allows(t, key_of("192.0.2.1", "bob"), START));
	assert_true(allows(t, key_of("192.0.2.2", "alice"), START));
	assert_true(allows(t, key_of(NULL, "alice"), START));
	assert_true(allows(t, key_of("", "alice"), START));
	/* No run of rhost and user is another's. */
	assert_true(allows(t, key_of("192.0.2.1a", "lice"), START));
	assert_true(allows(t, key_of("192.0.2.", "1alice"), START));
}

static void
absent_rhost_is_a_place(void **state)
{
	struct throttle *t = *state;

	refuse(t, key_of(NULL, "alice"), THROTTLE_USER_BURST, START);
	assert_false(allows(t, key_of(NULL, "alice"), START));
	assert_true(allows(t, key_of("", "alice"), START));
}

/* su lets a local user name any other: only he himself is slowed down. */
static void
a_local_caller_locks_nobody_out(void **state)
{
	struct throttle *t = *state;
	struct throttle_key mallory = key_of(NULL, "alice");
	struct throttle_key alice = mallory, remote = key_of("mallory", "u");
	char user[32];

	mallory.ruser = text_of("mallory");
	alice.ruser = text_of("alice");
	refuse(t, mallory, THROTTLE_USER_BURST, START);
	assert_false(allows(t, mallory, START));
	assert_true(allows(t, alice, START));
	for (unsigned int i = 0; i < THROTTLE_RHOST_BURST; i++) {
		snprintf(user, sizeof(user), "u%u", i);
		mallory.user = text_of(user);
		refuse(t, mallory, 1, START);
	}
	mallory.user = text_of("fresh");
	assert_false(allows(t, mallory, START));
	assert_true(allows(t, alice, START));
	/* A host of his name is another place, and one without a name too. */
	assert_true(allows(t, remote, START));
	assert_true(allows(t, key_of(NULL, "u0"), START));
	/* Who comes from elsewhere cannot hide behind names of his own. */
	for (unsigned int i = 0; i < THROTTLE_USER_BURST; i++) {
		snprintf(user, sizeof(user), "r%u", i);
		remote.ruser = text_of(user);
		refuse(t, remote, 1, START);
	}
	remote.ruser = text_of("fresh");
	assert_false(allows(t, remote, START));
}

static void
rhost_burst_over_many_users(void **state)
{
	struct throttle *t = *state;
	char user[32];

	for (unsigned int i = 0; i < THROTTLE_RHOST_BURST; i++) {
		snprintf(user, sizeof(user), "u%u", i);
		assert_true(allows(t, key_of("192.0.2.1", user), START));
		refuse(t, key_of("192.0.2.1", user), 1, START);
	}
	assert_false(allows(t, key_of("192.0.2.1", "fresh"), START));
	assert_true(allows(t, key_of("192.0.2.2", "fresh"), START));
	assert_false(allows(t, key_of("192.0.2.1", "fresh"),
	    START + 60 * SECOND / THROTTLE_RHOST_PER_MINUTE - 1));
	assert_true(allows(t, key_of("192.0.2.1", "fresh"),
	    START + 60 * SECOND / THROTTLE_RHOST_PER_MINUTE));
}

/* Cycling through more users than the table holds frees no address. */
static void
eviction_is_no_bypass(void **state)
{
	struct throttle *t = *state;
	char user[32];

	for (unsigned int i = 0; i < THROTTLE_TABLE_MAX + 100; i++) {
		snprintf(user, sizeof(user), "u%u", i);
		refuse(t, key_of("192.0.2.1", user), 1, START);
	}
	assert_false(allows(t, key_of("192.0.2.1", "fresh"), START));
}

static void
table_is_bounded(void **state)
{
	struct throttle *t = *state;
	struct throttle_key first = key_of("192.0.2.1", "first");
	char rhost[32];

	refuse(t, first, THROTTLE_USER_BURST, START);
	for (unsigned int i = 0; i < THROTTLE_TABLE_MAX - 1; i++) {
		snprintf(rhost, sizeof(rhost), "h%u", i);
		refuse(t, key_of(rhost, "x"), 1, START);
	}
	assert_false(allows(t, first, START)); /* and so is used last */
	for (unsigned int i = 0; i < THROTTLE_TABLE_MAX - 1; i++) {
		snprintf(rhost, sizeof(rhost), "i%u", i);
		refuse(t, key_of(rhost, "x"), 1, START);
	}
	assert_false(allows(t, first, START));
	for (unsigned int i = 0; i < THROTTLE_TABLE_MAX; i++) {
		snprintf(rhost, sizeof(rhost), "j%u", i);
		refuse(t, key_of(rhost, "x"), 1, START);
	}
	assert_true(allows(t, first, START));
}

/* On tools.sock the caller names rhost and user: only its own uid suffers. */
static void
by_uid_harms_nobody_else(void **state)
{
	struct throttle *t = *state;
	char rhost[32];

	for (unsigned int i = 0; i < THROTTLE_RHOST_BURST; i++) {
		snprintf(rhost, sizeof(rhost), "192.0.2.%u", i);
		assert_true(allows(t, key_of_uid(33, rhost, "alice"), START));
		refuse(t, key_of_uid(33, rhost, "alice"), 1, START);
	}
	assert_false(allows(t, key_of_uid(33, "203.0.113.1", "bob"), START));
	assert_true(allows(t, key_of_uid(34, "192.0.2.1", "alice"), START));
	assert_true(allows(t, key_of_uid(0, "192.0.2.1", "alice"), START));
	assert_true(allows(t, key_of("192.0.2.1", "alice"), START));
}

static void
by_uid_user_bucket_is_its_own(void **state)
{
	struct throttle *t = *state;

	refuse(t, key_of_uid(33, "192.0.2.1", "alice"), THROTTLE_USER_BURST,
	    START);
	assert_false(allows(t, key_of_uid(33, "192.0.2.1", "alice"), START));
	assert_true(allows(t, key_of_uid(33, "192.0.2.1", "bob"), START));
	assert_true(allows(t, key_of_uid(34, "192.0.2.1", "alice"), START));
	assert_true(allows(t, key_of("192.0.2.1", "alice"), START));
}

/* Buckets are released as they are forgiven; what remains is not touched. */
static void
forgiving_one_keeps_the_other(void **state)
{
	struct throttle *t = *state;
	int64_t step = 60 * SECOND / THROTTLE_USER_PER_MINUTE;

	refuse(t, key_of("192.0.2.1", "old"), 1, START);
	refuse(
	    t, key_of("192.0.2.2", "new"), THROTTLE_USER_BURST, START + step);
	assert_true(allows(t, key_of("192.0.2.3", "x"), START + step));
	assert_false(
	    allows(t, key_of("192.0.2.2", "new"), START + 2 * step - 1));
	assert_true(allows(t, key_of("192.0.2.2", "new"), START + 2 * step));
	assert_true(allows(t, key_of("192.0.2.1", "old"), START + step));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(user_burst_and_rate),
	    TEST(allowing_does_not_count),
	    TEST(lockout_is_bounded),
	    TEST(others_go_on),
	    TEST(absent_rhost_is_a_place),
	    TEST(a_local_caller_locks_nobody_out),
	    TEST(rhost_burst_over_many_users),
	    TEST(eviction_is_no_bypass),
	    TEST(table_is_bounded),
	    TEST(by_uid_harms_nobody_else),
	    TEST(by_uid_user_bucket_is_its_own),
	    TEST(forgiving_one_keeps_the_other),
	};

	throttle_free(NULL);
	return cmocka_run_group_tests_name("throttle", tests, NULL, NULL);
}
