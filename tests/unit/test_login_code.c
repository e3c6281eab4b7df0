/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "login_code.h"
#include "nonce.h"
#include "scopegate/cleanup.h"

#define TOKEN "the-access-token"
#define NOW INT64_C(1000000)

static int
set_up(void **state)
{
	*state = login_codes_new();
	return *state != NULL ? 0 : -1;
}

static int
tear_down(void **state)
{
	login_codes_free(*state);
	return 0;
}

static void
make(struct login_codes *l, char code[LOGIN_CODE_SIZE])
{
	assert_true(login_codes_make(l, text_of(TOKEN), text_of("alice"),
	    text_of("sshd"), text_of("host"), NOW, code));
	assert_true(login_code_like(text_of(code)));
}

static bool
take(struct login_codes *l, const char *code, const char *user,
    const char *service, const char *host, int64_t now)
{
	_cleanup_(secret_clear) struct secret token = {0};
	bool good = login_codes_take(l, text_of(code), text_of(user),
	    text_of(service), host, now, &token);

	if (good)
		assert_string_equal(token.bytes, TOKEN);
	else
		assert_null(token.bytes);
	return good;
}

static void
test_it_counts_once(void **state)
{
	char code[LOGIN_CODE_SIZE];

	make(*state, code);
	assert_true(take(*state, code, "alice", "sshd", "host", NOW));
	assert_false(take(*state, code, "alice", "sshd", "host", NOW));
	assert_int_equal(login_codes_count(*state), 0);
}

static void
test_it_counts_for_one_login(void **state)
{
	static const struct {
		const char *user, *service, *host;
	} others[] = {
	    {"bob", "sshd", "host"},
	    {"alice", "sudo", "host"},
	    {"alice", "sshd", "other"},
	    {"alic", "sshd", "host"},
	    {"alice", "sshd", "hos"},
	};
	char code[LOGIN_CODE_SIZE];

	for (size_t i = 0; i < ELEMENTS(others); i++) {
		make(*state, code);
		assert_false(take(*state, code, others[i].user,
		    others[i].service, others[i].host, NOW));
		/* Whoever tried has used it up. */
		assert_false(take(*state, code, "alice", "sshd", "host", NOW));
	}
}

static void
test_it_counts_for_a_minute(void **state)
{
	int64_t end = NOW + INT64_C(60000000);
	char code[LOGIN_CODE_SIZE];

	make(*state, code);
	assert_true(take(*state, code, "alice", "sshd", "host", end - 1));
	make(*state, code);
	assert_false(take(*state, code, "alice", "sshd", "host", end));
}

static void
test_there_are_only_so_many(void **state)
{
	char first[LOGIN_CODE_SIZE], second[LOGIN_CODE_SIZE];
	char code[LOGIN_CODE_SIZE];

	make(*state, first);
	make(*state, second);
	for (size_t i = 2; i < LOGIN_CODES_MAX + 1; i++)
		make(*state, code);
	assert_int_equal(login_codes_count(*state), LOGIN_CODES_MAX);
	assert_false(take(*state, first, "alice", "sshd", "host", NOW));
	assert_true(take(*state, second, "alice", "sshd", "host", NOW));
	assert_true(take(*state, code, "alice", "sshd", "host", NOW));
}

static void
test_what_looks_like_one(void **state)
{
	static const struct {
		const char *text;
		bool like;
	} rows[] = {
	    {"sg-23456789ABCDEFGHJKMNPQRSTV", true},
	    {"sg-23456789ABCDEFGHJKMNPQRST", false},
	    {"sg-23456789ABCDEFGHJKMNPQRSTVW", false},
	    {"sg-23456789abcdefghjkmnpqrstv", false},
	    {"sg-23456789ABCDEFGHJKMNPQRST0", false},
	    {"sg_23456789ABCDEFGHJKMNPQRSTV", false},
	    {"", false},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++)
		assert_int_equal(
		    login_code_like(text_of(rows[i].text)), rows[i].like);
	assert_false(login_code_like((struct text){0}));
}

static void
test_nonces(void **state)
{
	char one[NONCE_SIZE], two[NONCE_SIZE], letters[401];
	struct digest digest;
	size_t seen = 0;

	(void)state;
	assert_true(nonce_new(one, &digest));
	assert_true(nonce_new(two, NULL));
	assert_string_not_equal(one, two);
	assert_int_equal(strlen(one), NONCE_SIZE - 1);
	assert_true(digest_matches(&digest, text_of(one)));
	assert_false(digest_matches(&digest, text_of(two)));
	assert_false(digest_matches(&digest, (struct text){0}));
	assert_true(nonce_readable(letters, 400));
	assert_int_equal(strspn(letters, NONCE_LETTERS), strlen(letters));
	assert_int_equal(strlen(letters), 400);
	for (const char *c = NONCE_LETTERS; *c != '\0'; c++)
		seen += strchr(letters, *c) != NULL;
	/* Each is missing from 400 with a chance of one in 700,000. */
	assert_in_range(
	    seen, sizeof(NONCE_LETTERS) - 2, sizeof(NONCE_LETTERS) - 1);
}

/* RFC 7636 appendix B. */
static void
test_the_challenge_of_the_rfc(void **state)
{
	char challenge[NONCE_SIZE];
	struct digest digest;

	(void)state;
	assert_true(digest_of(
	    text_of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"), &digest));
	digest_base64url(&digest, challenge);
	assert_string_equal(
	    challenge, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		test_it_counts_once, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(
		test_it_counts_for_one_login, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(
		test_it_counts_for_a_minute, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(
		test_there_are_only_so_many, set_up, tear_down),
	    cmocka_unit_test(test_what_looks_like_one),
	    cmocka_unit_test(test_nonces),
	    cmocka_unit_test(test_the_challenge_of_the_rfc),
	};

	return cmocka_run_group_tests_name("login_code", tests, NULL, NULL);
}
