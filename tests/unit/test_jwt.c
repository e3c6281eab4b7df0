/* SPDX-License-Identifier: ISC */
/* What makes a signed document an access token. */
#include <stdio.h>
#include <string.h>

#include "jwt_make.h"
#include "scopegate/cleanup.h"

struct row {
	const char *type;
	const char *member, *value;
	enum reason reason;
	const char *what; /* part of the sentence, or NULL */
};

static void
check_rows(int profile, const struct row *rows, size_t count)
{
	struct issuer issuer = jwt_issuer(profile);

	for (size_t i = 0; i < count; i++) {
		const struct row *r = &rows[i];
		const struct jwt_token t = {.key = &jwt_curve,
		    .type = r->type,
		    .member = r->member,
		    .value = r->value};
		struct jwt_result result;
		enum reason reason = jwt_token_read(&issuer, &t, &result);

		if (reason != r->reason ||
		    (result.facts != NULL) != (reason == REASON_NONE) ||
		    (r->what != NULL &&
			(result.what == NULL || !strstr(result.what, r->what))))
			fail_msg("typ %s, %s %s: %s (%s)",
			    r->type != NULL ? r->type : "absent",
			    r->member != NULL ? r->member : "",
			    r->value != NULL ? r->value : "",
			    reason == REASON_NONE ? "accepted"
						  : reason_row(reason)->name,
			    result.what != NULL ? result.what : "");
		facts_unref(result.facts);
	}
	issuer_done(&issuer);
}

#define MISSING REASON_CLAIM_MISSING
#define NOT_JWT REASON_TOKEN_NOT_JWT
#define WRONG_TYPE REASON_TOKEN_TYPE_WRONG

/* Claims that are wrong whatever the profile. */
static const struct row wrong[] = {
    {AT, "iss", ABSENT, MISSING, "iss"},
    {AT, "exp", ABSENT, MISSING, "exp"},
    {AT, "iat", ABSENT, MISSING, "iat"},
    {AT, "aud", ABSENT, MISSING, "aud"},
    {AT, "sub", ABSENT, MISSING, "sub"},
    {AT, "sub", "\"\"", MISSING, "sub"},
    {AT, "aud", "[]", MISSING, "aud"},
    /* Of the wrong type: malformed, and never as if absent. */
    {AT, "iss", "1", NOT_JWT, "iss"},
    {AT, "iss", "null", NOT_JWT, "iss"},
    {AT, "sub", "1", NOT_JWT, "sub"},
    {AT, "sub", "[\"s-1\"]", NOT_JWT, "sub"},
    {AT, "sub", "{}", NOT_JWT, "sub"},
    {AT, "sub", "true", NOT_JWT, "sub"},
    {AT, "sub", "\"s-1\\u0000\"", NOT_JWT, NULL},
    {AT, "client_id", "7", NOT_JWT, "client_id"},
    {AT, "client_id", "[\"ssh-gate\"]", NOT_JWT, "client_id"},
    {AT, "jti", "7", NOT_JWT, "jti"},
    {AT, "exp", "\"1700000600\"", NOT_JWT, "exp"},
    {AT, "exp", "-1", NOT_JWT, "exp"},
    {AT, "exp", "null", NOT_JWT, "exp"},
    {AT, "exp", "true", NOT_JWT, "exp"},
    {AT, "exp", "[1700000600]", NOT_JWT, "exp"},
    {AT, "exp", "1e300", NOT_JWT, "exp"},
    {AT, "exp", "1e999", NOT_JWT, NULL},
    {AT, "exp", "253402300800", NOT_JWT, "exp"},
    {AT, "iat", "\"now\"", NOT_JWT, "iat"},
    {AT, "iat", "-1", NOT_JWT, "iat"},
    {AT, "nbf", "\"now\"", NOT_JWT, "nbf"},
    {AT, "aud", "{}", NOT_JWT, "aud"},
    {AT, "aud", "7", NOT_JWT, "aud"},
    {AT, "aud", "null", NOT_JWT, "aud"},
    {AT, "aud", "[[\"https://hosts.example.com\"]]", NOT_JWT, "aud"},
    {AT, "aud", "[\"https://hosts.example.com\",7]", NOT_JWT, "aud"},
    {AT, "scope", "7", NOT_JWT, "scope"},
    {AT, "scope", "[\"trading\"]", NOT_JWT, "scope"},
    {AT, "scope", "\"trading  data\"", NOT_JWT, "scope"},
    {AT, "cnf", "\"x\"", NOT_JWT, "cnf"},
    {AT, "sub\":\"s-2\",\"x", "1", NOT_JWT, NULL}, /* `sub` twice */
    /* Lifetimes: a stated 0 is 1970 and not "for ever". */
    {AT, "exp", "1700003600", REASON_NONE, NULL},
    {AT, "exp", "1700003600.5", REASON_NONE, NULL},
    {AT, "exp", "1700003601", REASON_LIFETIME_TOO_LONG, NULL},
    {AT, "exp", "253402300799", REASON_LIFETIME_TOO_LONG, NULL},
    {AT, "iat", "0", REASON_LIFETIME_TOO_LONG, NULL},
    {AT, "exp", "0", REASON_NONE, NULL}, /* claims.c: expired in 1970 */
    /* Events: RFC 8417, OpenID Connect Back-Channel Logout. */
    {AT, "events", "{}", WRONG_TYPE, "event"},
    {"logout+jwt", NULL, NULL, WRONG_TYPE, "typ"},
    {"secevent+jwt", NULL, NULL, WRONG_TYPE, "typ"},
    {"token-introspection+jwt", NULL, NULL, WRONG_TYPE, "typ"},
    {"application/secevent+jwt", NULL, NULL, WRONG_TYPE, "typ"},
    /* How an access token may be spelt. */
    {"AT+JWT", NULL, NULL, REASON_NONE, NULL},
    {"application/at+jwt", NULL, NULL, REASON_NONE, NULL},
    {"Application/AT+jwt", NULL, NULL, REASON_NONE, NULL},
};

static void
test_wrong(void **state)
{
	(void)state;
	check_rows(JWT_STRICT, wrong, ELEMENTS(wrong));
	check_rows(JWT_LAX, wrong, ELEMENTS(wrong));
}

static void
test_strict(void **state)
{
	static const struct row rows[] = {
	    {"JWT", NULL, NULL, WRONG_TYPE, "write `jwt_profile = lax`"},
	    {ABSENT, NULL, NULL, WRONG_TYPE, "typ"},
	    {"", NULL, NULL, WRONG_TYPE, "typ"},
	    {"at+jwt ", NULL, NULL, WRONG_TYPE, "typ"},
	    {"application/application/at+jwt", NULL, NULL, WRONG_TYPE, "typ"},
	    {AT, "client_id", ABSENT, MISSING, "client_id"},
	    {AT, "jti", ABSENT, MISSING, "jti"},
	};

	(void)state;
	check_rows(JWT_STRICT, rows, ELEMENTS(rows));
}

static void
test_lax(void **state)
{
	static const struct row rows[] = {
	    {"JWT", NULL, NULL, REASON_NONE, NULL},
	    {"jwt", NULL, NULL, REASON_NONE, NULL},
	    {ABSENT, NULL, NULL, REASON_NONE, NULL},
	    {"JWT", "jti", ABSENT, REASON_NONE, NULL},
	    {AT, "jti", ABSENT, REASON_NONE, NULL},
	    {"JOSE", NULL, NULL, WRONG_TYPE, "neither at+jwt nor JWT"},
	    {"JWT", "client_id", ABSENT, MISSING, "client_id"},
	    {ABSENT, "client_id", ABSENT, MISSING, "client_id"},
	    {AT, "client_id", ABSENT, REASON_NONE, NULL},
	    {"JWT", "nonce", "\"n\"", WRONG_TYPE, "ID token"},
	    {"JWT", "at_hash", "\"n\"", WRONG_TYPE, "ID token"},
	    {"JWT", "c_hash", "\"n\"", WRONG_TYPE, "ID token"},
	    {ABSENT, "nonce", "null", WRONG_TYPE, "ID token"},
	    {"JWT", "events", "{\"x\":{}}", WRONG_TYPE, "event"},
	    {AT, "nonce", "\"n\"", REASON_NONE, NULL},
	};

	(void)state;
	check_rows(JWT_LAX, rows, ELEMENTS(rows));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_wrong),
	    cmocka_unit_test(test_strict),
	    cmocka_unit_test(test_lax),
	};

	return cmocka_run_group_tests_name(
	    "jwt", tests, jwt_keys_make, jwt_keys_free);
}
