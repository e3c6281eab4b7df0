/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "device_stage.h"
#include "scopegate/cleanup.h"

/* When the token endpoint is asked, and what ends that. */

static void
a_grant_comes_when_it_is_approved(void **state)
{
	(void)state;
	device_start(90000);
	assert_string_equal(b.form, "scope=trading");
	device_answer(200, GOOD);
	assert_int_equal(b.shown, 1);
	assert_string_equal(b.link, "https://as.example/device");
	assert_string_equal(b.code, "BCDF-GHJK");
	assert_string_equal(b.number, "");
	assert_int_equal(device_last_wait(), 2000);
	assert_int_equal(b.exchanges, 0);
	device_poll_says(REASON_GRANT_REFUSED, "authorization_pending");
	assert_string_equal(b.poll,
	    "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code"
	    "&device_code=d%2B1");
	assert_int_equal(device_last_wait(), 2000);
	assert_int_equal(b.ended, 0);
	device_poll_says(REASON_NONE, "");
	assert_int_equal(b.ended, 1);
	assert_int_equal(b.reason, REASON_NONE);
	assert_true(b.granted);
}

/* RFC 8628 section 3.5: five seconds more, for this and all later times. */
static void
slow_down_is_kept(void **state)
{
	(void)state;
	device_start(90000);
	device_answer(200, GOOD);
	device_poll_says(REASON_GRANT_REFUSED, "slow_down");
	assert_int_equal(device_last_wait(), 7000);
	device_poll_says(REASON_GRANT_REFUSED, "authorization_pending");
	assert_int_equal(device_last_wait(), 7000);
	device_poll_says(REASON_GRANT_REFUSED, "slow_down");
	assert_int_equal(device_last_wait(), 12000);
	device_cancel(b.device);
	assert_int_equal(b.ended, 0);
}

static void
a_server_in_trouble_is_asked_less(void **state)
{
	(void)state;
	device_start(90000);
	device_answer(200, GOOD);
	device_poll_says(REASON_AS_TIMEOUT, "");
	assert_int_equal(device_last_wait(), 4000);
	device_poll_says(REASON_AS_ERROR, "");
	assert_int_equal(device_last_wait(), 8000);
	b.exchange_refused = REASON_BREAKER_OPEN;
	device_fire();
	assert_int_equal(device_last_wait(), 16000);
	b.exchange_refused = REASON_NONE;
	device_poll_says(REASON_NONE, "");
	assert_true(b.granted);
}

static void
a_refusal_ends_it(void **state)
{
	static const struct {
		enum reason reason;
		const char *error;
	} rows[] = {
	    {REASON_LOGIN_DECLINED, "access_denied"},
	    {REASON_LOGIN_UNFINISHED, "expired_token"},
	    {REASON_GRANT_REFUSED, "invalid_grant"},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		b.fetches = b.ended = b.shown = 0;
		b.wait_count = 0;
		device_start(90000);
		device_answer(200, GOOD);
		device_poll_says(rows[i].reason, rows[i].error);
		assert_int_equal(b.ended, 1);
		assert_int_equal(b.reason, rows[i].reason);
		assert_false(b.granted);
	}
}

/* The answer that held the token was lost: that is no refusal. */
static void
a_code_that_was_spent_in_vain_is_unavailable(void **state)
{
	(void)state;
	device_start(90000);
	device_answer(200, GOOD);
	device_poll_says(REASON_AS_TIMEOUT, "");
	device_poll_says(REASON_GRANT_REFUSED, "invalid_grant");
	assert_int_equal(b.ended, 1);
	assert_int_equal(b.reason, REASON_AS_TIMEOUT);
}

static void
it_ends_with_the_conversation(void **state)
{
	(void)state;
	device_start(1);
	device_answer(200, GOOD);
	while (monotonic_us() < deadline_in_ms(0).at_us + 2000 && b.ended == 0)
		device_fire();
	assert_int_equal(b.ended, 1);
	assert_int_equal(b.reason, REASON_LOGIN_UNFINISHED);
}

static void
it_waits_no_longer_than_the_code_lives(void **state)
{
	(void)state;
	device_start(90000);
	device_answer(200, "{" CODES ",\"expires_in\":3,\"interval\":2}");
	assert_int_equal(device_last_wait(), 2000);
	device_poll_says(REASON_GRANT_REFUSED, "slow_down");
	assert_true(device_last_wait() > 0 && device_last_wait() <= 3000);
	device_cancel(b.device);
}

static void
what_cannot_begin_says_why(void **state)
{
	(void)state;
	device_start(90000);
	device_answer(400, "{\"error\":\"unauthorized_client\"}");
	assert_int_equal(b.shown, 0);
	assert_int_equal(b.ended, 1);
	assert_int_equal(b.reason, REASON_AS_REJECTS_US);
	assert_non_null(strstr(b.what, "device grant"));
}

static void
cancelling_ends_what_is_under_way(void **state)
{
	(void)state;
	device_start(90000);
	device_cancel(b.device);
	assert_int_equal(b.cancelled_fetches, 1);
	b.fetches = 0;
	device_start(90000);
	device_answer(200, GOOD);
	device_fire();
	device_cancel(b.device);
	assert_int_equal(b.cancelled_exchanges, 1);
	b.fetches = b.shown = 0;
	b.cancel_when_shown = true;
	device_start(90000);
	device_answer(200, GOOD);
	assert_int_equal(b.ended, 0);
	device_cancel(NULL);
}

/* Only a server that knows the type is told of the login. */
static void
the_login_is_named_where_that_is_known(void **state)
{
	struct issuer_state *s = issuers_find(b.server.issuers, "as");

	(void)state;
	s->metadata.host_login = true;
	device_start(90000);
	assert_string_equal(b.form,
	    "scope=trading&authorization_details=%5B%7B%22type%22%3A%22"
	    "host_login%22%2C%22host%22%3A%22db1.example.com%22%2C%22service"
	    "%22%3A%22sshd%22%2C%22user%22%3A%22alice%22%7D%5D");
	device_answer(200,
	    "{" CODES ",\"expires_in\":600,\"confirmation_number\":\"42\"}");
	assert_string_equal(b.number, "42");
	assert_int_equal(device_last_wait(), 5000);
	device_cancel(b.device);
}

static void
remote_logins_need_a_written_word(void **state)
{
	static const char *const places[] = {
	    "192.0.2.1", "host.example", "127.0.0.1", "::1", "localhost"};
	struct policy p = policy;

	(void)state;
	assert_true(device_allowed(&p, (struct text){NULL, 0}));
	for (size_t i = 0; i < ELEMENTS(places); i++) {
		p.device_remote = false;
		assert_false(device_allowed(&p, text_of(places[i])));
		p.device_remote = true;
		assert_true(device_allowed(&p, text_of(places[i])));
	}
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, device_set_up, device_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(a_grant_comes_when_it_is_approved),
	    CASE(slow_down_is_kept),
	    CASE(a_server_in_trouble_is_asked_less),
	    CASE(a_refusal_ends_it),
	    CASE(a_code_that_was_spent_in_vain_is_unavailable),
	    CASE(it_ends_with_the_conversation),
	    CASE(it_waits_no_longer_than_the_code_lives),
	    CASE(what_cannot_begin_says_why),
	    CASE(cancelling_ends_what_is_under_way),
	    CASE(the_login_is_named_where_that_is_known),
	    CASE(remote_logins_need_a_written_word),
	};

	return cmocka_run_group_tests_name("device", tests, NULL, NULL);
}
