/* SPDX-License-Identifier: ISC */
/* Digests, base64, PKCE and passwords. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "hash.h"
#include "identity/password.h"
#include "oauth/pkce.h"
#include "scopegate/cleanup.h"

/* RFC 7636 appendix B. */
static const char verifier[] = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
static const char challenge[] = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

static void
checks_proof_keys(void **state)
{
	char longest[130];

	(void)state;
	assert_true(pkce_verifier_matches(verifier, challenge));
	assert_true(pkce_challenge_is_valid(challenge));
	assert_false(pkce_verifier_matches(verifier, verifier));
	assert_false(pkce_verifier_matches(challenge, challenge));
	assert_false(pkce_verifier_matches("short", challenge));
	assert_false(pkce_challenge_is_valid("short"));
	assert_false(pkce_challenge_is_valid(""));
	/* The last character carries two bits that must be zero. */
	assert_false(pkce_challenge_is_valid(
	    "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cN"));
	assert_false(pkce_challenge_is_valid(
	    "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw+cM"));

	memset(longest, 'a', sizeof(longest));
	longest[129] = '\0';
	for (size_t length = 129; length >= 128; length--) {
		struct digest d;
		char text[RANDOM_TEXT_SIZE];

		longest[length] = '\0';
		assert_int_equal(digest_of_text(longest, &d), STATUS_OK);
		digest_text(&d, text);
		assert_int_equal(
		    pkce_verifier_matches(longest, text), length == 128);
	}
}

static void
decodes_base64(void **state)
{
	static const struct {
		const char *text, *octets; /* NULL: refused */
	} rows[] = {
	    {"", ""},
	    {"Zg==", "f"},
	    {"Zm8=", "fo"},
	    {"Zm9v", "foo"},
	    {"Zm9vYmFy", "foobar"},
	    {"Zg", NULL},
	    {"Zg=", NULL},
	    {"Zh==", NULL},
	    {"Z===", NULL},
	    {"====", NULL},
	    {"Zm9 ", NULL},
	    {"Zm-_", NULL},
	    {"Zg==Zg==", NULL},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		uint8_t out[8];
		size_t length = 0;
		enum status status =
		    base64_decode(rows[i].text, out, sizeof(out), &length);

		if (rows[i].octets == NULL) {
			assert_int_equal(status, STATUS_MALFORMED);
			continue;
		}
		assert_int_equal(status, STATUS_OK);
		assert_int_equal(length, strlen(rows[i].octets));
		assert_memory_equal(out, rows[i].octets, length);
	}
}

static void
decodes_no_more_than_fits(void **state)
{
	uint8_t out[3];
	size_t length = 0;

	(void)state;
	assert_int_equal(base64_decode("Zm9v", out, 3, &length), STATUS_OK);
	assert_int_equal(
	    base64_decode("Zm9v", out, 2, &length), STATUS_TOO_BIG);
}

static void
random_texts_differ_and_parse(void **state)
{
	char a[RANDOM_TEXT_SIZE], b[RANDOM_TEXT_SIZE], again[RANDOM_TEXT_SIZE];
	struct digest d;

	(void)state;
	assert_int_equal(random_text(a), STATUS_OK);
	assert_int_equal(random_text(b), STATUS_OK);
	assert_string_not_equal(a, b);
	assert_int_equal(digest_from_text(a, &d), STATUS_OK);
	digest_text(&d, again);
	assert_string_equal(a, again);
}

static void
keys_make_digests_differ(void **state)
{
	struct digest key = {{1}}, other = {{2}}, a, b, c;

	(void)state;
	assert_int_equal(digest_keyed(&key, "text", &a), STATUS_OK);
	assert_int_equal(digest_keyed(&key, "text", &b), STATUS_OK);
	assert_true(digest_equal(&a, &b));
	assert_int_equal(digest_keyed(&other, "text", &c), STATUS_OK);
	assert_false(digest_equal(&a, &c));
	assert_int_equal(digest_keyed(&key, "tex", &c), STATUS_OK);
	assert_false(digest_equal(&a, &c));
}

static void
passwords_match_their_hash_only(void **state)
{
	char hash[PASSWORD_HASH_SIZE], longest[PASSWORD_MAX + 2];
	char made[PASSWORD_GENERATED_SIZE], other[PASSWORD_GENERATED_SIZE];

	(void)state;
	assert_int_equal(password_hash("wonderland", hash), STATUS_OK);
	assert_memory_equal(hash, "$y$", 3);
	assert_true(password_matches("wonderland", hash));
	assert_false(password_matches("wonderlanD", hash));
	assert_false(password_matches("", hash));
	assert_false(password_matches("wonderland", NULL));
	assert_false(password_matches("wonderland", ""));
	assert_false(password_matches("wonderland", "*0"));

	memset(longest, 'a', sizeof(longest));
	longest[PASSWORD_MAX + 1] = '\0';
	assert_int_equal(password_hash(longest, hash), STATUS_INVALID);
	assert_int_equal(password_hash("", hash), STATUS_INVALID);
	longest[PASSWORD_MAX] = '\0';
	assert_int_equal(password_hash(longest, hash), STATUS_OK);
	assert_true(password_matches(longest, hash));

	assert_int_equal(password_generate(made), STATUS_OK);
	assert_int_equal(password_generate(other), STATUS_OK);
	assert_int_equal(strlen(made), PASSWORD_GENERATED_SIZE - 1);
	assert_string_not_equal(made, other);
}

static void
new_passwords_are_not_what_everybody_tries(void **state)
{
	char longest[PASSWORD_MAX + 2];

	(void)state;
	memset(longest, 'a', sizeof(longest));
	longest[PASSWORD_MAX + 1] = '\0';
	assert_non_null(password_problem("alice", longest));
	longest[PASSWORD_MAX] = '\0';
	assert_null(password_problem("alice", longest));
	assert_non_null(password_problem("alice", NULL));
	assert_non_null(password_problem("alice", "1234567"));
	assert_non_null(password_problem("alice", "12345678"));
	assert_non_null(password_problem("alice", "PassWord123"));
	assert_null(password_problem("alice", "PassWord1234"));
	assert_non_null(password_problem("cheshire", "cheshire"));
	assert_null(password_problem("alice", "cheshire"));
	assert_null(password_problem(NULL, "cheshire"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(checks_proof_keys),
	    cmocka_unit_test(decodes_base64),
	    cmocka_unit_test(decodes_no_more_than_fits),
	    cmocka_unit_test(random_texts_differ_and_parse),
	    cmocka_unit_test(keys_make_digests_differ),
	    cmocka_unit_test(passwords_match_their_hash_only),
	    cmocka_unit_test(new_passwords_are_not_what_everybody_tries),
	};

	return cmocka_run_group_tests_name("brokerd_hash", tests, NULL, NULL);
}
