/* SPDX-License-Identifier: ISC */
/* Whose form a form is, and for how long. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "identity/browser_session.h"
#include "temporary_store.h"

#define NOW (1000 * (int64_t)FORM_SECONDS)

#define COOKIE_A "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
#define COOKIE_B "BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBA"

static struct temporary_store disk;
static struct broker broker;
static struct user alice, bob;

static int
set_up(void **state)
{
	(void)state;
	if (temporary_store_make(&disk) != 0)
		return -1;
	broker = (struct broker){.store = disk.store};
	assert_int_equal(
	    browser_session_key(broker.store, &broker.form_key), STATUS_OK);
	assert_int_equal(
	    user_add_hashed(broker.store, "alice", "x", NOW, &alice.id),
	    STATUS_OK);
	assert_int_equal(
	    user_add_hashed(broker.store, "bob", "x", NOW, &bob.id), STATUS_OK);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	temporary_store_remove(&disk);
	return 0;
}

static void
response_clear(struct http_response *r)
{
	for (size_t i = 0; i < r->header_count; i++)
		free(r->headers[i].value);
	r->header_count = 0;
}

static struct browser_session
open_session(const char *cookie, int64_t now)
{
	char header[128];
	struct http_request request = {.cookie = header};
	struct http_response response = {0};
	struct browser_session s = {0};

	(void)snprintf(header, sizeof(header), SESSION_COOKIE "=%s", cookie);
	assert_int_equal(
	    browser_session_open(&broker, &request, &response, now, &s),
	    STATUS_OK);
	assert_int_equal(response.header_count, 0);
	return s;
}

/* The session of somebody who signs in now, under a new cookie. */
static struct browser_session
sign_in(const struct user *u, int64_t now)
{
	struct browser_session nobody = open_session(COOKIE_A, now);
	struct http_response response = {0};
	char cookie[RANDOM_TEXT_SIZE];
	struct browser_session s;

	assert_int_equal(
	    browser_session_sign_in(&broker, &nobody, u, now, &response),
	    STATUS_OK);
	(void)snprintf(cookie, sizeof(cookie), "%.43s",
	    response.headers[0].value + sizeof(SESSION_COOKIE));
	response_clear(&response);
	s = open_session(cookie, now);
	assert_int_equal(s.user, u->id);
	return s;
}

static bool
takes(const struct browser_session *s, const struct browser_session *form)
{
	struct http_request request = {
	    .form = {.count = 1,
		.fields = {{.name = "form_token",
		    .value = (char *)form->form_token}}}};

	return browser_session_owns_form(s, &request);
}

static void
outlives_a_sign_in_but_not_for_ever(void **state)
{
	const int64_t last = NOW + FORM_SECONDS - 1;
	struct browser_session first = sign_in(&alice, NOW);
	struct browser_session late = sign_in(&alice, last), again;

	(void)state;
	again = sign_in(&alice, NOW + 1);
	assert_string_not_equal(first.cookie, again.cookie);
	assert_true(takes(&again, &first));
	again = sign_in(&alice, NOW + 2 * FORM_SECONDS - 1);
	assert_true(takes(&again, &first));
	again = sign_in(&alice, NOW + 2 * FORM_SECONDS);
	assert_false(takes(&again, &first));
	/* Whenever it was shown it is good for FORM_SECONDS. */
	again = sign_in(&alice, last + FORM_SECONDS);
	assert_true(takes(&again, &late));
	/* Nor does one of the future work now. */
	assert_false(takes(&first, &again));
}

static void
belongs_to_one_user(void **state)
{
	struct browser_session a = sign_in(&alice, NOW);
	struct browser_session b = sign_in(&bob, NOW);

	(void)state;
	assert_false(takes(&a, &b));
	assert_false(takes(&b, &a));
}

static void
belongs_to_a_cookie_before_that(void **state)
{
	struct browser_session a = open_session(COOKIE_A, NOW);
	struct browser_session b = open_session(COOKIE_B, NOW);
	struct browser_session user = sign_in(&alice, NOW);

	(void)state;
	assert_int_equal(a.user, 0);
	assert_true(takes(&a, &a));
	assert_false(takes(&a, &b));
	assert_false(takes(&user, &a));
	assert_false(takes(&a, &user));
	/* As long as the cookie: it names nobody. */
	b = open_session(COOKIE_A, NOW + 9 * FORM_SECONDS);
	assert_true(takes(&b, &a));
}

static void
has_a_key_of_its_store(void **state)
{
	struct browser_session a = sign_in(&alice, NOW), b;
	struct digest same = {{0}};

	(void)state;
	assert_int_equal(browser_session_key(broker.store, &same), STATUS_OK);
	assert_true(digest_equal(&same, &broker.form_key));
	broker.form_key.bytes[0] ^= 1;
	b = sign_in(&alice, NOW);
	assert_false(takes(&b, &a));
	assert_int_equal(
	    store_setting_set(broker.store, "form_key", "short"), STATUS_OK);
	assert_int_equal(
	    browser_session_key(broker.store, &same), STATUS_MALFORMED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		outlives_a_sign_in_but_not_for_ever, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(
		belongs_to_one_user, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(
		belongs_to_a_cookie_before_that, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(
		has_a_key_of_its_store, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
