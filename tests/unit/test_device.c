/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <event2/event.h>
#include <event2/event_struct.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "device.h"
#include "grants.h"
#include "issuers.h"
#include "scopegate/cleanup.h"
#include "server.h"

/*
 * When the token endpoint is asked, and what ends that. fetch, the exchange and
 * the clock are this test's: a timer is noted and waits for nobody.
 */

#define MAX_WAITS 16

static struct issuer issuer = {.name = (char *)(uintptr_t) "as",
    .url = (char *)(uintptr_t) "https://as.example",
    .client_id = (char *)(uintptr_t) "gate",
    .validation = VALIDATION_GRANT,
    .sign_in = {
	.device_authorization_endpoint =
	    (char *)(uintptr_t) "https://as.example/d",
	.token_endpoint = (char *)(uintptr_t) "https://as.example/t",
    }};
static char *scopes[] = {(char *)(uintptr_t) "trading", NULL};
static struct policy policy = {
    .name = (char *)(uintptr_t) "p",
    .issuer = &issuer,
    .login = LOGIN_DEVICE,
    .environment = ENVIRONMENT_PAPER,
    .require = {scopes, 1},
};

static struct bench {
	struct server server;
	struct config config;
	struct device *device;
	/* What was asked. */
	fetch_done *fetched;
	void *fetch_argument;
	unsigned int fetches, cancelled_fetches;
	char form[1024];
	exchange_done *exchanged;
	void *exchange_argument;
	unsigned int exchanges, cancelled_exchanges;
	char poll[1024];
	enum reason exchange_refused; /* REASON_NONE: it begins */
	/* The timer. */
	struct event *timer;
	int64_t waits[MAX_WAITS]; /* milliseconds */
	size_t wait_count;
	/* What was told. */
	unsigned int shown, ended;
	char link[64], code[32], number[8];
	enum reason reason;
	const char *what;
	bool granted;
	bool cancel_when_shown;
} b;

uint32_t __wrap_fetcher_ask(struct fetcher *f, enum fetch_slot slot,
    const char *name, const char *url, const struct secret *form,
    struct deadline deadline, fetch_done *done, void *argument);
void __wrap_fetcher_cancel(struct fetcher *f, uint32_t id);
struct exchange *__wrap_exchange_begin(struct server *server,
    struct config *config, const struct issuer *i, int environment,
    const struct secret *form, exchange_done *done, void *argument,
    enum reason *ret_reason);
void __wrap_exchange_cancel(struct exchange *x);
int __wrap_event_add(struct event *e, const struct timeval *t);

uint32_t
__wrap_fetcher_ask(struct fetcher *f, enum fetch_slot slot, const char *name,
    const char *url, const struct secret *form, struct deadline deadline,
    fetch_done *done, void *argument)
{
	(void)f, (void)deadline;
	assert_int_equal(slot, FETCH_DEVICE);
	assert_string_equal(name, "as");
	assert_string_equal(url, "https://as.example/d");
	(void)snprintf(b.form, sizeof(b.form), "%s", form->bytes);
	b.fetched = done;
	b.fetch_argument = argument;
	return ++b.fetches;
}

void
__wrap_fetcher_cancel(struct fetcher *f, uint32_t id)
{
	(void)f, (void)id;
	b.cancelled_fetches++;
}

struct exchange *
__wrap_exchange_begin(struct server *server, struct config *config,
    const struct issuer *i, int environment, const struct secret *form,
    exchange_done *done, void *argument, enum reason *ret_reason)
{
	assert_ptr_equal(server, &b.server);
	assert_ptr_equal(config, &b.config);
	assert_ptr_equal(i, &issuer);
	assert_int_equal(environment, ENVIRONMENT_PAPER);
	b.exchanges++;
	(void)snprintf(b.poll, sizeof(b.poll), "%s", form->bytes);
	b.exchanged = done;
	b.exchange_argument = argument;
	*ret_reason = b.exchange_refused;
	return b.exchange_refused == REASON_NONE ? (struct exchange *)&b : NULL;
}

void
__wrap_exchange_cancel(struct exchange *x)
{
	b.cancelled_exchanges += x != NULL;
}

int
__wrap_event_add(struct event *e, const struct timeval *t)
{
	b.timer = e;
	assert_true(b.wait_count < MAX_WAITS);
	b.waits[b.wait_count++] = (int64_t)t->tv_sec * 1000 + t->tv_usec / 1000;
	return 0;
}

static void
on_shown(const struct device_shown *shown, void *argument)
{
	assert_ptr_equal(argument, &b);
	assert_int_equal(b.ended, 0);
	b.shown++;
	(void)snprintf(b.link, sizeof(b.link), "%s", shown->link);
	(void)snprintf(b.code, sizeof(b.code), "%s", shown->user_code);
	(void)snprintf(b.number, sizeof(b.number), "%s",
	    shown->number != NULL ? shown->number : "");
	if (b.cancel_when_shown)
		device_cancel(b.device);
}

static void
on_ended(struct exchange_result *result, void *argument)
{
	assert_ptr_equal(argument, &b);
	b.ended++;
	b.reason = result->reason;
	b.what = result->what;
	b.granted = result->grant != NULL;
	grant_free(result->grant);
}

static const struct device_calls calls = {on_shown, on_ended};

static int
set_up(void **state)
{
	memset(&b, 0, sizeof(b));
	b.server.base = event_base_new();
	b.config.references = 1000; /* never freed */
	b.config.issuers = &issuer;
	b.config.issuer_count = 1;
	b.config.policies = &policy;
	b.config.policy_count = 1;
	b.config.host_name = (char *)(uintptr_t) "db1.example.com";
	b.server.issuers = issuers_new(&b.server);
	assert_int_equal(issuers_apply(b.server.issuers, &b.config), STATUS_OK);
	*state = &b;
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	issuers_free(b.server.issuers);
	event_base_free(b.server.base);
	return 0;
}

static void
begin(int64_t budget_ms)
{
	const struct device_ask ask = {
	    .server = &b.server,
	    .config = &b.config,
	    .policy = &policy,
	    .service = {"sshd-x", 4},
	    .user = {"alice-x", 5},
	    .deadline = deadline_in_ms(budget_ms),
	};
	enum reason reason;

	b.device = device_begin(&ask, &calls, &b, &reason);
	assert_non_null(b.device);
	assert_int_equal(reason, REASON_NONE);
	assert_int_equal(b.shown + b.ended, 0);
	assert_int_equal(b.fetches, 1);
}

static void
answer(int status, const char *body)
{
	const struct fetch_reply reply = {
	    .result = FETCH_ANSWERED,
	    .http_status = status,
	    .content_type = "application/json",
	    .body = body,
	    .body_length = strlen(body),
	};

	b.fetched(&reply, b.fetch_argument);
}

#define CODES                                                                  \
	"\"device_code\":\"d+1\",\"user_code\":\"BCDF-GHJK\","                 \
	"\"verification_uri\":\"https://as.example/device\""
#define GOOD "{" CODES ",\"expires_in\":600,\"interval\":2}"

/* As if the wait were over. */
static void
fire(void)
{
	assert_non_null(b.timer);
	b.timer->ev_evcallback.evcb_cb_union.evcb_callback(
	    -1, EV_TIMEOUT, event_get_callback_arg(b.timer));
}

static void
poll_says(enum reason reason, const char *error)
{
	struct exchange_result result = {.reason = reason};
	unsigned int before = b.exchanges;

	fire();
	assert_int_equal(b.exchanges, before + 1);
	(void)snprintf(result.error, sizeof(result.error), "%s", error);
	if (reason == REASON_NONE)
		result.grant = grant_new();
	b.exchanged(&result, b.exchange_argument);
}

static int64_t
last_wait(void)
{
	assert_true(b.wait_count > 0);
	return b.waits[b.wait_count - 1];
}

static void
a_grant_comes_when_it_is_approved(void **state)
{
	(void)state;
	begin(90000);
	assert_string_equal(b.form, "scope=trading");
	answer(200, GOOD);
	assert_int_equal(b.shown, 1);
	assert_string_equal(b.link, "https://as.example/device");
	assert_string_equal(b.code, "BCDF-GHJK");
	assert_string_equal(b.number, "");
	assert_int_equal(last_wait(), 2000);
	assert_int_equal(b.exchanges, 0);
	poll_says(REASON_GRANT_REFUSED, "authorization_pending");
	assert_string_equal(b.poll,
	    "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code"
	    "&device_code=d%2B1");
	assert_int_equal(last_wait(), 2000);
	assert_int_equal(b.ended, 0);
	poll_says(REASON_NONE, "");
	assert_int_equal(b.ended, 1);
	assert_int_equal(b.reason, REASON_NONE);
	assert_true(b.granted);
}

/* RFC 8628 section 3.5: five seconds more, for this and all later times. */
static void
slow_down_is_kept(void **state)
{
	(void)state;
	begin(90000);
	answer(200, GOOD);
	poll_says(REASON_GRANT_REFUSED, "slow_down");
	assert_int_equal(last_wait(), 7000);
	poll_says(REASON_GRANT_REFUSED, "authorization_pending");
	assert_int_equal(last_wait(), 7000);
	poll_says(REASON_GRANT_REFUSED, "slow_down");
	assert_int_equal(last_wait(), 12000);
	device_cancel(b.device);
	assert_int_equal(b.ended, 0);
}

static void
a_server_in_trouble_is_asked_less(void **state)
{
	(void)state;
	begin(90000);
	answer(200, GOOD);
	poll_says(REASON_AS_TIMEOUT, "");
	assert_int_equal(last_wait(), 4000);
	poll_says(REASON_AS_ERROR, "");
	assert_int_equal(last_wait(), 8000);
	b.exchange_refused = REASON_BREAKER_OPEN;
	fire();
	assert_int_equal(last_wait(), 16000);
	b.exchange_refused = REASON_NONE;
	poll_says(REASON_NONE, "");
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
		begin(90000);
		answer(200, GOOD);
		poll_says(rows[i].reason, rows[i].error);
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
	begin(90000);
	answer(200, GOOD);
	poll_says(REASON_AS_TIMEOUT, "");
	poll_says(REASON_GRANT_REFUSED, "invalid_grant");
	assert_int_equal(b.ended, 1);
	assert_int_equal(b.reason, REASON_AS_TIMEOUT);
}

static void
it_ends_with_the_conversation(void **state)
{
	(void)state;
	begin(1);
	answer(200, GOOD);
	while (monotonic_us() < deadline_in_ms(0).at_us + 2000 && b.ended == 0)
		fire();
	assert_int_equal(b.ended, 1);
	assert_int_equal(b.reason, REASON_LOGIN_UNFINISHED);
}

static void
it_waits_no_longer_than_the_code_lives(void **state)
{
	(void)state;
	begin(90000);
	answer(200, "{" CODES ",\"expires_in\":3,\"interval\":2}");
	assert_int_equal(last_wait(), 2000);
	poll_says(REASON_GRANT_REFUSED, "slow_down");
	assert_true(last_wait() > 0 && last_wait() <= 3000);
	device_cancel(b.device);
}

static void
what_cannot_begin_says_why(void **state)
{
	(void)state;
	begin(90000);
	answer(400, "{\"error\":\"unauthorized_client\"}");
	assert_int_equal(b.shown, 0);
	assert_int_equal(b.ended, 1);
	assert_int_equal(b.reason, REASON_AS_REJECTS_US);
	assert_non_null(strstr(b.what, "device grant"));
}

static void
cancelling_ends_what_is_under_way(void **state)
{
	(void)state;
	begin(90000);
	device_cancel(b.device);
	assert_int_equal(b.cancelled_fetches, 1);
	b.fetches = 0;
	begin(90000);
	answer(200, GOOD);
	fire();
	device_cancel(b.device);
	assert_int_equal(b.cancelled_exchanges, 1);
	b.fetches = b.shown = 0;
	b.cancel_when_shown = true;
	begin(90000);
	answer(200, GOOD);
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
	begin(90000);
	assert_string_equal(b.form,
	    "scope=trading&authorization_details=%5B%7B%22type%22%3A%22"
	    "host_login%22%2C%22host%22%3A%22db1.example.com%22%2C%22service"
	    "%22%3A%22sshd%22%2C%22user%22%3A%22alice%22%7D%5D");
	answer(200,
	    "{" CODES ",\"expires_in\":600,\"confirmation_number\":\"42\"}");
	assert_string_equal(b.number, "42");
	assert_int_equal(last_wait(), 5000);
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

#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

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
