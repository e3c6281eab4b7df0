/* SPDX-License-Identifier: ISC */
/* The rules of exchange, scope sets and the throttle: all pure. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "oauth/grant.h"
#include "scopegate/cleanup.h"
#include "identity/sign_in_throttle.h"
#include "word_set.h"

#define NOW 1000000

/* RFC 7636 appendix B. */
static const char verifier[] = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
static const char challenge[] = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
static const char redirect[] = "https://a.example.com/cb";
static const char other_redirect[] = "https://a.example.com/cb2";

struct code_case {
	const char *name;
	int64_t app, expires, revoked;
	bool used, disabled;
	const char *stored_redirect, *stored_challenge;
	const char *redirect, *verifier;
	enum oauth_error error;
	bool replayed;
};

#define GOOD                                                                   \
	.app = 7, .expires = NOW + 1, .stored_redirect = redirect,             \
	.stored_challenge = challenge, .redirect = redirect,                   \
	.verifier = verifier

static const struct code_case code_cases[] = {
    {"good", GOOD},
    {"no pkce, none sent", .app = 7, .expires = NOW + 1,
	.stored_redirect = redirect, .stored_challenge = "",
	.redirect = redirect},
    {"no redirect in the request", .app = 7, .expires = NOW + 1,
	.stored_redirect = "", .stored_challenge = challenge,
	.verifier = verifier},
    {"other client", .app = 8, .expires = NOW + 1, .stored_redirect = redirect,
	.stored_challenge = challenge, .redirect = redirect,
	.verifier = verifier, .error = OAUTH_INVALID_GRANT},
    {"other client, used", .app = 8, .expires = NOW + 1, .used = true,
	.stored_redirect = redirect, .stored_challenge = challenge,
	.redirect = redirect, .verifier = verifier,
	.error = OAUTH_INVALID_GRANT},
    {"used", GOOD, .used = true, .error = OAUTH_INVALID_GRANT,
	.replayed = true},
    {"revoked", GOOD, .revoked = 1, .error = OAUTH_INVALID_GRANT},
    {"user disabled", GOOD, .disabled = true, .error = OAUTH_INVALID_GRANT},
    {"expired", .app = 7, .expires = NOW, .stored_redirect = redirect,
	.stored_challenge = challenge, .redirect = redirect,
	.verifier = verifier, .error = OAUTH_INVALID_GRANT},
    {"redirect missing", .app = 7, .expires = NOW + 1,
	.stored_redirect = redirect, .stored_challenge = challenge,
	.verifier = verifier, .error = OAUTH_INVALID_GRANT},
    {"redirect differs", .app = 7, .expires = NOW + 1,
	.stored_redirect = redirect, .stored_challenge = challenge,
	.redirect = other_redirect, .verifier = verifier,
	.error = OAUTH_INVALID_GRANT},
    {"verifier missing", .app = 7, .expires = NOW + 1,
	.stored_redirect = redirect, .stored_challenge = challenge,
	.redirect = redirect, .error = OAUTH_INVALID_GRANT},
    {"verifier wrong", .app = 7, .expires = NOW + 1,
	.stored_redirect = redirect, .stored_challenge = challenge,
	.redirect = redirect, .verifier = challenge,
	.error = OAUTH_INVALID_GRANT},
    {"verifier without a challenge", .app = 7, .expires = NOW + 1,
	.stored_redirect = redirect, .stored_challenge = "",
	.redirect = redirect, .verifier = verifier,
	.error = OAUTH_INVALID_GRANT},
};

static void
judges_codes(void **state)
{
	(void)state;
	for (size_t i = 0; i < ELEMENTS(code_cases); i++) {
		const struct code_case *c = &code_cases[i];
		const struct app app = {.id = 7};
		const struct exchange e = {&app, c->redirect, c->verifier, NOW};
		struct code code = {.expires = c->expires,
		    .used = c->used,
		    .usable = !c->disabled};
		struct oauth_fault fault;
		bool replayed = !c->replayed;

		code.grant.app = c->app;
		code.grant.revoked = c->revoked;
		(void)snprintf(code.redirect_uri, sizeof(code.redirect_uri),
		    "%s", c->stored_redirect);
		(void)snprintf(code.challenge, sizeof(code.challenge), "%s",
		    c->stored_challenge);
		fault = grant_check_code(&code, &e, &replayed);
		if (fault.error != c->error || replayed != c->replayed)
			fail_msg("%s: %s", c->name, fault.description);
	}
}

static void
judges_refresh_tokens(void **state)
{
	static const struct {
		const char *name;
		enum token_kind kind;
		int64_t app, expires, revoked;
		bool used, good, replayed, disabled;
	} cases[] = {
	    {"good", TOKEN_REFRESH, 7, NOW + 1, 0, false, true, false, false},
	    {"access token", TOKEN_ACCESS, 7, NOW + 1, 0, false, false, false,
		false},
	    {"other client", TOKEN_REFRESH, 8, NOW + 1, 0, true, false, false,
		false},
	    {"used", TOKEN_REFRESH, 7, NOW + 1, 0, true, false, true, false},
	    {"revoked", TOKEN_REFRESH, 7, NOW + 1, 1, false, false, false,
		false},
	    {"expired", TOKEN_REFRESH, 7, NOW, 0, false, false, false, false},
	    {"user disabled", TOKEN_REFRESH, 7, NOW + 1, 0, false, false, false,
		true},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		const struct app app = {.id = 7};
		const struct exchange e = {.app = &app, .now = NOW};
		struct token t = {.kind = cases[i].kind,
		    .expires = cases[i].expires,
		    .used = cases[i].used,
		    .usable = !cases[i].disabled};
		bool replayed = !cases[i].replayed;
		struct oauth_fault fault;

		t.grant.app = cases[i].app;
		t.grant.revoked = cases[i].revoked;
		fault = grant_check_refresh(&t, &e, &replayed);
		if ((fault.error == OAUTH_OK) != cases[i].good ||
		    replayed != cases[i].replayed)
			fail_msg("%s: %s", cases[i].name, fault.description);
	}
}

static void
judges_access_tokens(void **state)
{
	struct token t = {.kind = TOKEN_ACCESS,
	    .usable = true,
	    .issued = NOW - 10,
	    .expires = NOW + 10};

	(void)state;
	assert_true(grant_token_is_active(&t, NOW));
	assert_true(grant_token_is_active(&t, NOW + 9));
	assert_false(grant_token_is_active(&t, NOW + 10));
	assert_true(grant_token_is_active(&t, NOW - 10));
	assert_false(grant_token_is_active(&t, NOW - 11));
	t.grant.revoked = NOW - 1;
	assert_false(grant_token_is_active(&t, NOW));
	t.grant.revoked = 0;
	t.usable = false;
	assert_false(grant_token_is_active(&t, NOW));
	t.usable = true;
	t.kind = TOKEN_REFRESH;
	assert_false(grant_token_is_active(&t, NOW));
}

static void
narrows_scopes(void **state)
{
	struct word_set s;

	(void)state;
	assert_int_equal(grant_narrow_scope("a b", NULL, &s).error, OAUTH_OK);
	assert_int_equal(s.count, 2);
	assert_int_equal(grant_narrow_scope("a b", "b", &s).error, OAUTH_OK);
	assert_int_equal(s.count, 1);
	assert_int_equal(
	    grant_narrow_scope("a b", "c", &s).error, OAUTH_INVALID_SCOPE);
	assert_int_equal(
	    grant_narrow_scope("a b", "a\"", &s).error, OAUTH_INVALID_SCOPE);
	assert_int_equal(
	    grant_narrow_scope("", "a", &s).error, OAUTH_INVALID_SCOPE);
}

static void
keeps_users_scopes_from_apps(void **state)
{
	static const char all[] = "openid trading profile offline_access data";
	char printed[WORD_SET_TEXT_SIZE];
	struct word_set s;

	(void)state;
	assert_int_equal(grant_client_scope(all, NULL, &s).error, OAUTH_OK);
	word_set_print(&s, printed);
	assert_string_equal(printed, "trading data");
	assert_int_equal(grant_client_scope(all, "data", &s).error, OAUTH_OK);
	assert_int_equal(s.count, 1);
	assert_int_equal(
	    grant_client_scope(all, "openid", &s).error, OAUTH_INVALID_SCOPE);
	assert_int_equal(grant_client_scope(all, "offline_access", &s).error,
	    OAUTH_INVALID_SCOPE);
	assert_int_equal(
	    grant_client_scope("a\"", NULL, &s).error, OAUTH_SERVER_ERROR);
}

static void
reads_scope_sets(void **state)
{
	static const struct {
		const char *text, *printed; /* NULL: refused */
	} cases[] = {
	    {"", ""},
	    {"trading", "trading"},
	    {"  b  a b ", "b a"},
	    {"account:write ~!#[]", "account:write ~!#[]"},
	    {"a\tb", NULL},
	    {"a\"b", NULL},
	    {"a\\b", NULL},
	    {"a\xc3\xa4", NULL},
	};
	char printed[WORD_SET_TEXT_SIZE];
	struct word_set s, whole;

	(void)state;
	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		enum status status = word_set_parse(cases[i].text, &s);

		if (cases[i].printed == NULL) {
			assert_int_equal(status, STATUS_MALFORMED);
			assert_int_equal(s.count, 0);
			continue;
		}
		assert_int_equal(status, STATUS_OK);
		word_set_print(&s, printed);
		assert_string_equal(printed, cases[i].printed);
	}
	assert_int_equal(word_set_parse("a b c", &whole), STATUS_OK);
	assert_int_equal(word_set_parse("c a", &s), STATUS_OK);
	assert_true(word_set_within(&s, &whole));
	assert_false(word_set_within(&whole, &s));
	assert_true(word_set_text_has("a b", "b"));
	assert_false(word_set_text_has("a bb", "b"));
	assert_false(word_set_text_has("a b", "A"));
}

static void
limits_scope_sets(void **state)
{
	char text[WORD_SET_TEXT_MAX + 2], many[WORD_SET_WORDS_MAX * 4 + 8];
	struct word_set s;
	size_t at = 0;

	(void)state;
	memset(text, 'a', sizeof(text));
	text[WORD_SET_TEXT_MAX + 1] = '\0';
	assert_int_equal(word_set_parse(text, &s), STATUS_TOO_BIG);
	text[WORD_SET_TEXT_MAX] = '\0';
	assert_int_equal(word_set_parse(text, &s), STATUS_OK);

	for (int i = 0; i < WORD_SET_WORDS_MAX; i++)
		at +=
		    (size_t)snprintf(many + at, sizeof(many) - at, "%03d ", i);
	assert_int_equal(word_set_parse(many, &s), STATUS_OK);
	assert_int_equal(s.count, WORD_SET_WORDS_MAX);
	(void)snprintf(many + at, sizeof(many) - at, "x");
	assert_int_equal(word_set_parse(many, &s), STATUS_TOO_BIG);
}

static void
slows_guessing_down(void **state)
{
	static struct sign_in_throttle t;
	char name[USER_NAME_SIZE];

	(void)state;
	for (int i = 0; i < SIGN_IN_TRIES; i++) {
		assert_int_equal(sign_in_wait(&t, "alice", NOW + i), 0);
		sign_in_count(&t, "alice", NOW + i);
	}
	assert_int_equal(sign_in_wait(&t, "alice", NOW + SIGN_IN_TRIES - 1),
	    SIGN_IN_WAIT_SECONDS);
	assert_int_equal(sign_in_wait(&t, "bob", NOW), 0);
	assert_int_equal(sign_in_wait(&t, "alice", NOW + 100), 0);
	/* After the wait a wrong try is the first of a new row. */
	sign_in_count(&t, "alice", NOW + 100);
	assert_int_equal(sign_in_wait(&t, "alice", NOW + 100), 0);
	sign_in_passed(&t, "alice");

	for (int i = 0; i < SIGN_IN_TRIES; i++)
		sign_in_count(&t, "carol", NOW + 200);
	assert_true(sign_in_wait(&t, "carol", NOW + 200) > 0);
	sign_in_passed(&t, "carol");
	assert_int_equal(sign_in_wait(&t, "carol", NOW + 200), 0);

	/* A full table forgets the oldest, not the newest. */
	for (int i = 0; i < SIGN_IN_TRIES; i++)
		sign_in_count(&t, "newest", NOW + 1000);
	for (int i = 0; i < SIGN_IN_NAMES_MAX - 1; i++) {
		(void)snprintf(name, sizeof(name), "n%d", i);
		sign_in_count(&t, name, NOW + 900);
	}
	assert_true(sign_in_wait(&t, "newest", NOW + 1000) > 0);
	/* What is no user name cannot be counted, nor overrun the table. */
	sign_in_count(&t, "a name far longer than any account may have", NOW);
}

static void
maps_errors(void **state)
{
	(void)state;
	assert_string_equal(
	    oauth_error_code(OAUTH_INVALID_GRANT), "invalid_grant");
	assert_int_equal(oauth_error_http_status(OAUTH_INVALID_CLIENT), 401);
	assert_int_equal(oauth_error_http_status(OAUTH_INVALID_GRANT), 400);
	assert_string_equal(oauth_error_code(OAUTH_OK), "server_error");
	assert_int_equal(oauth_error_http_status(OAUTH_OK), 500);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(judges_codes),
	    cmocka_unit_test(judges_refresh_tokens),
	    cmocka_unit_test(judges_access_tokens),
	    cmocka_unit_test(narrows_scopes),
	    cmocka_unit_test(keeps_users_scopes_from_apps),
	    cmocka_unit_test(reads_scope_sets),
	    cmocka_unit_test(limits_scope_sets),
	    cmocka_unit_test(slows_guessing_down),
	    cmocka_unit_test(maps_errors),
	};

	return cmocka_run_group_tests_name("brokerd_grant", tests, NULL, NULL);
}
