/* SPDX-License-Identifier: ISC */
/* What a person may give and gives: accounts and optional scopes. All pure. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "oauth/account_offer.h"
#include "oauth/consent_scopes.h"
#include "scopegate/cleanup.h"

#define OWNER 7

static const struct {
	enum app_state state;
	int64_t user;
	const char *env, *account; /* its state; NULL: none */
	enum offer offer;
} offers[] = {
    {APP_APPROVED, 1, "paper", "active", OFFER_GIVEN},
    {APP_DRAFT, 1, "paper", "active", OFFER_GIVEN},
    {APP_REJECTED, 1, "paper", "active", OFFER_GIVEN},
    {APP_DRAFT, 1, "paper", NULL, OFFER_NO_ACCOUNT},
    {APP_APPROVED, 1, "live", "active", OFFER_GIVEN},
    {APP_APPROVED, 1, "live", "requested", OFFER_REQUESTED},
    {APP_APPROVED, 1, "live", "refused", OFFER_REFUSED},
    {APP_APPROVED, 1, "live", NULL, OFFER_NO_ACCOUNT},
    {APP_DRAFT, OWNER, "live", "active", OFFER_GIVEN},
    {APP_SUBMITTED, OWNER, "live", "active", OFFER_GIVEN},
    {APP_REJECTED, OWNER, "live", "active", OFFER_GIVEN},
    {APP_DRAFT, OWNER, "live", "requested", OFFER_REQUESTED},
    {APP_DRAFT, OWNER, "live", NULL, OFFER_NO_ACCOUNT},
    {APP_DRAFT, 1, "live", "active", OFFER_NOT_APPROVED},
    {APP_SUBMITTED, 1, "live", "active", OFFER_NOT_APPROVED},
    {APP_REJECTED, 1, "live", "active", OFFER_NOT_APPROVED},
    {APP_DRAFT, 1, "live", NULL, OFFER_NOT_APPROVED},
    {APP_SUSPENDED, OWNER, "live", "active", OFFER_NOT_APPROVED},
};

static void
offers_accounts(void **state)
{
	(void)state;
	for (size_t i = 0; i < ELEMENTS(offers); i++) {
		const struct app app = {.owner_id = OWNER,
		    .enabled = true,
		    .state = offers[i].state};
		struct account account = {.id = 3};
		const char *word = offers[i].account;

		if (word != NULL)
			(void)snprintf(
			    account.state, sizeof(account.state), "%s", word);
		if (account_offer_decide(&app, offers[i].user, offers[i].env,
			word == NULL ? NULL : &account) != offers[i].offer)
			fail_msg("row %zu", i);
	}
}

static void
explains_each_refusal(void **state)
{
	(void)state;
	assert_string_equal(account_offer_words(OFFER_GIVEN), "");
	for (int o = OFFER_GIVEN + 1; o <= OFFER_REFUSED; o++)
		assert_true(strlen(account_offer_words((enum offer)o)) > 20);
}

static void
finds_offers_by_word(void **state)
{
	struct account_offers o = {0};

	(void)state;
	assert_ptr_equal(account_offers_get(&o, "paper"), &o.paper);
	assert_ptr_equal(account_offers_get(&o, "live"), &o.live);
	assert_null(account_offers_get(&o, "demo"));
}

static void
splits_scopes(void **state)
{
	struct consent_scopes parts;
	struct word_set asked;

	(void)state;
	assert_int_equal(
	    word_set_parse("trading data account:write", &asked), STATUS_OK);
	assert_int_equal(
	    consent_scopes_split(&asked, "account:write news data", &parts),
	    STATUS_OK);
	assert_string_equal(parts.required, "trading");
	assert_string_equal(parts.optional, "data account:write");
	assert_int_equal(consent_scopes_split(&asked, "", &parts), STATUS_OK);
	assert_string_equal(parts.required, "trading data account:write");
	assert_string_equal(parts.optional, "");
	assert_int_equal(
	    consent_scopes_split(&asked, "a\tb", &parts), STATUS_MALFORMED);
}

static const struct {
	const char *form, *granted;
} forms[] = {
    {"", "trading"},
    {"scope.data=yes", "trading data"},
    {"scope.account%3Awrite=yes&scope.data=1", "trading data account:write"},
    {"scope.data=", "trading"},
    {"scope.data=yes&scope.data=yes", "trading"},
    {"scope.root=yes&scope.news=yes", "trading"},
    {"data=yes&scope=data", "trading"},
    {"scope.trading=", "trading"},
};

static void
grants_what_is_ticked(void **state)
{
	static const char optional[] = "account:write news data";
	char scope[WORD_SET_TEXT_SIZE];
	struct word_set asked;

	(void)state;
	assert_int_equal(
	    word_set_parse("trading data account:write", &asked), STATUS_OK);
	for (size_t i = 0; i < ELEMENTS(forms); i++) {
		_cleanup_(form_clear) struct form form = {0};

		assert_int_equal(
		    form_parse(forms[i].form, strlen(forms[i].form), &form),
		    STATUS_OK);
		assert_int_equal(
		    consent_scopes_granted(&asked, optional, &form, scope),
		    STATUS_OK);
		assert_string_equal(scope, forms[i].granted);
		assert_int_equal(
		    consent_scopes_granted(&asked, "a\tb", &form, scope),
		    STATUS_MALFORMED);
	}
}

/* The page had boxes that the app's owner has taken away since. */
static void
requires_nothing_that_was_unticked(void **state)
{
	static const struct {
		const char *form;
		enum status status;
	} rows[] = {
	    {"offered=data", STATUS_FORBIDDEN},
	    {"offered=news+data&scope.news=yes", STATUS_FORBIDDEN},
	    {"offered=data&scope.data=yes", STATUS_OK},
	    {"offered=news", STATUS_OK},
	    {"", STATUS_OK},
	};
	char scope[WORD_SET_TEXT_SIZE];
	struct word_set asked;

	(void)state;
	assert_int_equal(word_set_parse("trading data", &asked), STATUS_OK);
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		_cleanup_(form_clear) struct form form = {0};

		assert_int_equal(
		    form_parse(rows[i].form, strlen(rows[i].form), &form),
		    STATUS_OK);
		assert_int_equal(
		    consent_scopes_granted(&asked, "news", &form, scope),
		    rows[i].status);
		if (rows[i].status == STATUS_OK)
			assert_string_equal(scope, "trading data");
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(offers_accounts),
	    cmocka_unit_test(explains_each_refusal),
	    cmocka_unit_test(finds_offers_by_word),
	    cmocka_unit_test(splits_scopes),
	    cmocka_unit_test(grants_what_is_ticked),
	    cmocka_unit_test(requires_nothing_that_was_unticked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
