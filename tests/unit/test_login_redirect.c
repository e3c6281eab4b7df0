/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "login_redirect.h"
#include "scopegate/cleanup.h"

#define URI "https://gate.example.com/callback"

static const struct {
	const char *url, *uri;
	enum exchange_kind kind;
	const char *state, *code, *iss, *error; /* state NULL: malformed */
} rows[] = {
    {URI "?code=C&state=S", URI, EXCHANGE_STANDARD, "S", "C", NULL, NULL},
    {URI "?state=S&x=%zz&code=a%2Bb+c", URI, EXCHANGE_STANDARD, "S", "a+b c",
	NULL, NULL},
    {URI "?state=S&code=C&iss=https%3A%2F%2Fas.example.com#frag=1", URI,
	EXCHANGE_STANDARD, "S", "C", "https://as.example.com", NULL},
    {URI "?error=access_denied&state=S", URI, EXCHANGE_STANDARD, "S", NULL,
	NULL, "access_denied"},
    {URI "?&&state=S&", URI, EXCHANGE_STANDARD, "S", NULL, NULL, NULL},
    {URI "?state=S&code=", URI, EXCHANGE_STANDARD, "S", "", NULL, NULL},
    {URI "?state=S&flag", URI, EXCHANGE_STANDARD, "S", NULL, NULL, NULL},
    {"https://x.example.com/?a=b&state=S", "https://x.example.com/?a=b",
	EXCHANGE_STANDARD, "S", NULL, NULL, NULL},
    /* Kite. */
    {URI "?status=success&request_token=T&state=S", URI, EXCHANGE_KITE, "S",
	"T", NULL, NULL},
    {URI "?code=C&state=S", URI, EXCHANGE_KITE, "S", NULL, NULL, NULL},
    {URI "?request_token=C&state=S", URI, EXCHANGE_STANDARD, "S", NULL, NULL,
	NULL},
    /* Not ours, or not one. */
    {URI, URI, EXCHANGE_STANDARD, NULL, NULL, NULL, NULL},
    {URI "?", URI, EXCHANGE_STANDARD, NULL, NULL, NULL, NULL},
    {URI "?code=C", URI, EXCHANGE_STANDARD, NULL, NULL, NULL, NULL},
    {URI "x?code=C&state=S", URI, EXCHANGE_STANDARD, NULL, NULL, NULL, NULL},
    {URI "#code=C&state=S", URI, EXCHANGE_STANDARD, NULL, NULL, NULL, NULL},
    {"https://gate.example.com.evil.test/callback?code=C&state=S", URI,
	EXCHANGE_STANDARD, NULL, NULL, NULL, NULL},
    {"https://x.example.com/?a=b?state=S", "https://x.example.com/?a=b",
	EXCHANGE_STANDARD, NULL, NULL, NULL, NULL},
    {"", URI, EXCHANGE_STANDARD, NULL, NULL, NULL, NULL},
    /* Twice, and what no query may hold. */
    {URI "?state=S&state=S", URI, EXCHANGE_STANDARD, NULL, NULL, NULL, NULL},
    {URI "?state=S&code=C&code=D", URI, EXCHANGE_STANDARD, NULL, NULL, NULL,
	NULL},
    {URI "?state=S&code=%", URI, EXCHANGE_STANDARD, NULL, NULL, NULL, NULL},
    {URI "?state=S&code=%4", URI, EXCHANGE_STANDARD, NULL, NULL, NULL, NULL},
    {URI "?state=S&code=%4g", URI, EXCHANGE_STANDARD, NULL, NULL, NULL, NULL},
    {URI "?state=S&code=%00", URI, EXCHANGE_STANDARD, NULL, NULL, NULL, NULL},
    {URI "?state=S&code=%0a", URI, EXCHANGE_STANDARD, NULL, NULL, NULL, NULL},
    {URI "?state=S&code=%7F", URI, EXCHANGE_STANDARD, NULL, NULL, NULL, NULL},
};

static bool
same(struct text t, const char *wanted)
{
	return wanted == NULL ? t.bytes == NULL : text_equal_string(t, wanted);
}

static void
test_what_was_pasted_is_taken_apart(void **state)
{
	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		_cleanup_(redirect_clear) struct redirect r = {0};
		enum status s = redirect_read(
		    text_of(rows[i].url), rows[i].uri, rows[i].kind, &r);

		if (s != (rows[i].state != NULL ? STATUS_OK : STATUS_MALFORMED))
			fail_msg("%s: %s", rows[i].url, status_text(s));
		if (rows[i].state == NULL)
			assert_null(r.storage.bytes);
		if (!same(r.state, rows[i].state) ||
		    !same(r.code, rows[i].code) || !same(r.iss, rows[i].iss) ||
		    !same(r.error, rows[i].error))
			fail_msg("%s: another value", rows[i].url);
	}
}

static void
test_what_a_redirect_says(void **state)
{
	static char url[] = "https://as.example.com";
	const struct issuer issuer = {.url = url};
	static char long_code[CODE_MAX + 2];
	const struct {
		const char *code, *iss, *error;
		bool states_iss;
		enum reason reason;
	} checks[] = {
	    {"C", NULL, NULL, false, REASON_NONE},
	    {"C", url, NULL, false, REASON_NONE},
	    {"C", "https://as.example.com/", NULL, false,
		REASON_ISSUER_MIXED_UP},
	    {"C", "https://AS.example.com", NULL, false,
		REASON_ISSUER_MIXED_UP},
	    {"C", "", NULL, false, REASON_ISSUER_MIXED_UP},
	    {NULL, "x", "access_denied", false, REASON_ISSUER_MIXED_UP},
	    {NULL, NULL, "access_denied", false, REASON_LOGIN_DECLINED},
	    {"C", NULL, "access_denied", false, REASON_LOGIN_DECLINED},
	    {NULL, NULL, "server_error", false, REASON_AS_ERROR},
	    {NULL, NULL, "temporarily_unavailable", false, REASON_AS_ERROR},
	    {NULL, NULL, "invalid_scope", false, REASON_GRANT_REFUSED},
	    {NULL, NULL, "", false, REASON_GRANT_REFUSED},
	    {NULL, NULL, NULL, false, REASON_GRANT_REFUSED},
	    {"", NULL, NULL, false, REASON_GRANT_REFUSED},
	    {"C", NULL, NULL, true, REASON_ISSUER_MIXED_UP},
	    {"C", url, NULL, true, REASON_NONE},
	    {NULL, NULL, "access_denied", true, REASON_ISSUER_MIXED_UP},
	    {long_code, NULL, NULL, false, REASON_GRANT_REFUSED},
	};

	(void)state;
	memset(long_code, 'x', CODE_MAX + 1);
	for (size_t i = 0; i < ELEMENTS(checks); i++) {
		struct redirect r = {.code = text_of(checks[i].code),
		    .iss = text_of(checks[i].iss),
		    .error = text_of(checks[i].error)};

		if (redirect_check(&issuer, checks[i].states_iss, &r) !=
		    checks[i].reason)
			fail_msg("row %zu", i);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_what_was_pasted_is_taken_apart),
	    cmocka_unit_test(test_what_a_redirect_says),
	};

	return cmocka_run_group_tests_name("login_redirect", tests, NULL, NULL);
}
