/* SPDX-License-Identifier: ISC */
/* No name but the very same octets is ever taken for the user's. */
#include "account.h"
#include "stages_make.h"

#include <string.h>

#include "scopegate/cleanup.h"
#include "user_map.h"

/* What has been mistaken for alice somewhere, one way or another. */
static const char *const hostile[] = {"", " ", "Alice", "ALICE", "aLice",
    "alicE", " alice", "alice ", "  alice", "alice  ", "\talice", "alice\t",
    "\nalice", "alice\n", "alice\r", "alice\r\n", "alice\v", "alice\f",
    "alice\x01", "alice\x1b[m", "alice\x7f",
    "\x7f"
    "alice",
    "alic", "lice", "alicee", "aalice", "alice.", ".alice", "alice..", "alice-",
    "-alice", "alice_", "_alice", "al.ice", "al ice", "al\tice", "alice,",
    "alice;", "alice:", "alice/", "/alice", "alice\\", "\\alice", "alice@",
    "@alice", "alice@example.com", "alice@EXAMPLE.COM", "example\\alice",
    "EXAMPLE\\alice", "example/alice", "example+alice", "alice+ssh", "alice%",
    "%61lice", "alice%00", "alice%0a", "alice\\0", "alice\\u0000", "alice*",
    "*", "?lice", "alice$", "alice#", "#alice", "alice\"", "\"alice\"",
    "'alice'", "alice'--", "alice;id", "$(alice)", "`alice`", "alice|",
    "alice&", "alice<", "alice>", "(alice)", "{alice}", "[alice]",
    "alice=", "alice!", "~alice", "alice^", "\xd0\xb0lice",
    "al\xd1\x96"
    "ce",
    "ali\xd1\x81"
    "e",
    "alic\xd0\xb5", "\xef\xbd\x81lice", "\xc9\x91lice", "alice\xe2\x80\x8b",
    "\xe2\x80\x8b"
    "alice",
    "alice\xc2\xa0",
    "\xef\xbb\xbf"
    "alice",
    "alice\xe2\x80\xae", "a\xcc\x80lice", "alice\xcc\x81", "\xc3\xa0lice",
    "alice\x80", "alice\xff", "\xc0\xa1lice", "alice\xc0\x80", "0", "1000",
    "+1000", "0x3e8", "root", "root ", "Root", "ROOT", "toor", "nobody",
    "alice alice", "alice bob", "bob alice", "alice\nroot", "alice,bob",
    "alice\nalice", "user:alice", "uid=alice", "\xe2\x93\x90lice"};

static enum reason
check(const struct issuer *issuer, const struct facts *f, struct text user)
{
	struct report report = {.count = 0};
	enum reason without = account_check(issuer, f, user, NULL);
	enum reason with = account_check(issuer, f, user, &report);

	assert_int_equal(with, without);
	assert_true(report.count > 0 || with != REASON_NONE);
	return with;
}

static struct facts *
facts_of(const char *claim)
{
	struct facts *f = make_facts();

	free(f->claims[0].values.words[0]);
	f->claims[0].values.words[0] = strdup(claim);
	return f;
}

static void
hostile_claims_are_not_alice(void **state)
{
	struct issuer issuer = make_issuer();

	(void)state;
	assert_true(ELEMENTS(hostile) >= 93);
	for (size_t i = 0; i < ELEMENTS(hostile); i++) {
		struct facts *f = facts_of(hostile[i]);
		enum reason reason = check(&issuer, f, text_of("alice"));

		if (reason != REASON_USER_MISMATCH)
			print_error("claim \"%s\"\n", hostile[i]);
		assert_int_equal(reason, REASON_USER_MISMATCH);
		facts_unref(f);
	}
	issuer_done(&issuer);
}

static void
hostile_logins_are_not_alice(void **state)
{
	struct issuer issuer = make_issuer();
	struct facts *f = make_facts();

	(void)state;
	for (size_t i = 0; i < ELEMENTS(hostile); i++) {
		struct text user = text_of(hostile[i]);

		assert_int_equal(check(&issuer, f, user),
		    user_name_valid(user) ? REASON_USER_MISMATCH
					  : REASON_USER_NAME_INVALID);
	}
	facts_unref(f);
	issuer_done(&issuer);
}

/* Equal octets that are no user's name: equality alone is not enough. */
static void
equal_but_invalid_is_refused(void **state)
{
	struct issuer issuer = make_issuer();

	(void)state;
	for (size_t i = 0; i < ELEMENTS(hostile); i++) {
		struct facts *f = facts_of(hostile[i]);
		struct text user = text_of(hostile[i]);

		assert_int_equal(check(&issuer, f, user),
		    user_name_valid(user) ? REASON_NONE
					  : REASON_USER_NAME_INVALID);
		facts_unref(f);
	}
	issuer_done(&issuer);
}

static void
views_are_compared_whole(void **state)
{
	static const char nul[] = "alice\0root";
	struct issuer issuer = make_issuer();
	struct facts *f = make_facts();

	(void)state;
	assert_int_equal(
	    check(&issuer, f, (struct text){"alicexyz", 5}), REASON_NONE);
	assert_int_equal(check(&issuer, f, (struct text){nul, 10}),
	    REASON_USER_NAME_INVALID);
	assert_int_equal(
	    check(&issuer, f, (struct text){nul, 6}), REASON_USER_NAME_INVALID);
	assert_int_equal(check(&issuer, f, (struct text){NULL, 0}),
	    REASON_USER_NAME_INVALID);
	facts_unref(f);
	issuer_done(&issuer);
}

static void
name_lengths(void **state)
{
	struct issuer issuer = make_issuer();

	(void)state;
	for (size_t length = USER_MAX; length <= USER_MAX + 1; length++) {
		char *name = make_string('a', length);
		struct facts *f = facts_of(name);

		assert_int_equal(check(&issuer, f, text_of(name)),
		    length <= USER_MAX ? REASON_NONE
				       : REASON_USER_NAME_INVALID);
		facts_unref(f);
		free(name);
	}
	issuer_done(&issuer);
}

static void
claim_must_be_one_string(void **state)
{
	static const struct {
		const char *name, *values;
		bool is_string;
	} rows[] = {
	    {"other", "alice", true},
	    {"Preferred_Username", "alice", true},
	    {"preferred_username", "alice", false},
	    {"preferred_username", "alice bob", false},
	    {"preferred_username", "alice bob", true},
	    {"preferred_username", "", true},
	};
	struct issuer issuer = make_issuer();

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		struct facts *f = facts_new();

		make_claim(f, rows[i].name, rows[i].is_string, rows[i].values);
		assert_int_equal(check(&issuer, f, text_of("alice")),
		    REASON_USER_CLAIM_MISSING);
		facts_unref(f);
	}
	issuer_done(&issuer);
}

/* An issuer with neither claim nor map: nobody is anybody. */
static void
no_rule_no_user(void **state)
{
	struct issuer issuer = make_issuer();
	struct facts *f = make_facts();

	(void)state;
	make_replace(&issuer.user_claim, NULL);
	assert_int_equal(
	    check(&issuer, f, text_of("alice")), REASON_USER_CLAIM_MISSING);
	facts_unref(f);
	issuer_done(&issuer);
}

static void
by_map(void **state)
{
	static const char map[] = "acme * subject-1 alice\n"
				  "acme live subject-1 bob\n"
				  "other * subject-1 carol\n";
	struct make_dir dir;
	struct conf_error error;
	struct issuer issuer = make_issuer();
	struct facts *f = make_facts();

	(void)state;
	make_dir(&dir);
	make_file(&dir, map, sizeof(map) - 1);
	assert_int_equal(
	    user_map_load(dir.file, &issuer.user_map, &error), STATUS_OK);
	assert_int_equal(check(&issuer, f, text_of("alice")), REASON_NONE);
	assert_int_equal(
	    check(&issuer, f, text_of("bob")), REASON_USER_MISMATCH);
	assert_int_equal(
	    check(&issuer, f, text_of("carol")), REASON_USER_MISMATCH);
	make_replace(&f->environment, "live");
	assert_int_equal(check(&issuer, f, text_of("bob")), REASON_NONE);
	/* The map wins over the claim, which says alice. */
	make_replace(&f->subject, "subject-2");
	assert_int_equal(
	    check(&issuer, f, text_of("alice")), REASON_USER_UNMAPPED);
	make_replace(&f->subject, NULL);
	assert_int_equal(
	    check(&issuer, f, text_of("alice")), REASON_USER_UNMAPPED);
	user_map_free(issuer.user_map);
	facts_unref(f);
	issuer_done(&issuer);
	make_dir_done(&dir);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(hostile_claims_are_not_alice),
	    cmocka_unit_test(hostile_logins_are_not_alice),
	    cmocka_unit_test(equal_but_invalid_is_refused),
	    cmocka_unit_test(views_are_compared_whole),
	    cmocka_unit_test(name_lengths),
	    cmocka_unit_test(claim_must_be_one_string),
	    cmocka_unit_test(no_rule_no_user),
	    cmocka_unit_test(by_map),
	};

	return cmocka_run_group_tests_name("account", tests, NULL, NULL);
}
