/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "endpoints.h"
#include "fetcher.h"
#include "question.h"
#include "scopegate/cleanup.h"
#include "scopegate/deadline.h"
#include "server.h"

/* Several introspection endpoints: which is asked, when the next one is, and
 * what each one's breaker knows. Fetch and what is left of the time are ours.
 */

#define A "https://a.example/i"
#define B "https://b.example/i"
#define C "https://c.example/i"
#define ACTIVE                                                                 \
	"{\"active\":true,\"sub\":\"s\",\"scope\":\"trading\",\"exp\":"        \
	"4102444800}"

static struct {
	unsigned int asked, cancelled;
	char url[64], form[64];
	fetch_done *done;
	void *argument;
	bool down;
	int left_ms;
} world;

uint32_t __wrap_fetcher_ask(struct fetcher *f, enum fetch_slot slot,
    const char *issuer, const char *url, const struct secret *form,
    struct deadline deadline, fetch_done *done, void *argument);
uint32_t
__wrap_fetcher_ask(struct fetcher *f, enum fetch_slot slot, const char *issuer,
    const char *url, const struct secret *form, struct deadline deadline,
    fetch_done *done, void *argument)
{
	(void)f;
	(void)deadline;
	assert_int_equal(slot, FETCH_INTROSPECT);
	assert_string_equal(issuer, "acme");
	if (world.down)
		return 0;
	(void)snprintf(world.url, sizeof(world.url), "%s", url);
	(void)snprintf(world.form, sizeof(world.form), "%s", form->bytes);
	world.done = done;
	world.argument = argument;
	return ++world.asked;
}

void __wrap_fetcher_cancel(struct fetcher *f, uint32_t id);
void
__wrap_fetcher_cancel(struct fetcher *f, uint32_t id)
{
	(void)f;
	assert_int_equal(id, world.asked);
	world.cancelled++;
}

int __wrap_deadline_left_ms(struct deadline d);
int
__wrap_deadline_left_ms(struct deadline d)
{
	(void)d;
	return world.left_ms;
}

struct bench {
	struct server server;
	struct config config;
	struct issuer issuer;
	char *urls[4];
	struct issuer_state *state;
	struct flight_waiter waiter;
	bool told;
	enum reason reason;
	bool active;
};

static char name[] = "acme", issuer_url[] = "https://as.example";
static char urls[][32] = {A, B, C};

static void
apply(struct bench *b, size_t count, const size_t *which)
{
	for (size_t i = 0; i < count; i++)
		b->urls[i] = urls[which[i]];
	b->issuer.introspection_endpoints = (struct word_list){b->urls, count};
	assert_int_equal(
	    issuers_apply(b->server.issuers, &b->config), STATUS_OK);
	b->state = issuers_find(b->server.issuers, name);
}

static int
set_up(void **state)
{
	static const size_t all[] = {0, 1, 2};
	struct bench *b = calloc(1, sizeof(*b));

	memset(&world, 0, sizeof(world));
	world.left_ms = QUESTION_MS;
	b->issuer = (struct issuer){
	    .name = name, .url = issuer_url, .breaker = true, .cache_ms = 1000};
	b->config = (struct config){
	    .references = 1, .issuers = &b->issuer, .issuer_count = 1};
	b->server.config = &b->config;
	b->server.cache = facts_cache_new(16);
	b->server.flights = flights_new();
	b->server.issuers = issuers_new(&b->server);
	apply(b, ELEMENTS(all), all);
	*state = b;
	return 0;
}

static int
tear_down(void **state)
{
	struct bench *b = *state;

	flight_leave(&b->waiter);
	flights_free(b->server.flights);
	issuers_free(b->server.issuers);
	facts_cache_free(b->server.cache);
	free(b);
	return 0;
}

static void
landed(const struct flight_answer *answer, void *argument)
{
	struct bench *b = argument;

	b->told = true;
	b->reason = answer->reason;
	b->active = answer->facts != NULL && answer->facts->active;
}

static enum reason
ask(struct bench *b)
{
	static const struct facts_key key = {.bytes = {1}};
	struct flight *flight;
	const char *what;
	enum reason reason = question_ask(&b->server, &b->config, &b->issuer,
	    text_of("abc"), &key, &flight, &what);

	b->told = false;
	if (reason == REASON_NONE)
		flight_join(flight, &b->waiter, landed, b);
	return reason;
}

static void
lose(enum fetch_result result)
{
	const struct fetch_reply reply = {
	    .result = result, .content_type = "", .body = ""};

	world.done(&reply, world.argument);
}

static void
answer(int status, const char *body, unsigned int retry_after_s)
{
	const struct fetch_reply reply = {.result = FETCH_ANSWERED,
	    .http_status = status,
	    .content_type = "application/json",
	    .retry_after_s = retry_after_s,
	    .body = body,
	    .body_length = strlen(body)};

	world.done(&reply, world.argument);
}

static void
assert_asked(unsigned int count, const char *url)
{
	assert_int_equal(world.asked, count);
	assert_string_equal(world.url, url);
	assert_string_equal(world.form, "token=abc");
}

static bool
is_open(const struct breaker *b)
{
	return breaker_state(b, monotonic_us()) != BREAKER_CLOSED;
}

static void
the_first_is_asked_alone(void **state)
{
	struct bench *b = *state;

	assert_int_equal(ask(b), REASON_NONE);
	assert_asked(1, A);
	answer(200, ACTIVE, 0);
	assert_true(b->told && b->active);
	assert_int_equal(world.asked, 1);
	assert_int_equal(b->state->in_flight, 0);
}

static void
the_next_is_asked_where_one_fails(void **state)
{
	static const struct {
		enum fetch_result result;
		int status;
	} rows[] = {
	    {FETCH_UNREACHABLE, 0},
	    {FETCH_TIMEOUT, 0},
	    {FETCH_TLS, 0},
	    {FETCH_ANSWERED, 500},
	    {FETCH_ANSWERED, 503},
	    {FETCH_ANSWERED, 429},
	};
	struct bench *b = *state;

	b->issuer.cache_ms = 0;
	for (unsigned int i = 0; i < ELEMENTS(rows); i++) {
		b->state->breaker = (struct breaker){0};
		assert_int_equal(ask(b), REASON_NONE);
		assert_asked(2 * i + 1, A);
		if (rows[i].result == FETCH_ANSWERED)
			answer(rows[i].status, "", 0);
		else
			lose(rows[i].result);
		assert_false(b->told);
		assert_int_equal(b->state->in_flight, 1);
		assert_asked(2 * i + 2, B);
		answer(200, ACTIVE, 0);
		assert_true(b->told && b->active);
		assert_int_equal(b->reason, REASON_NONE);
		assert_int_equal(b->state->in_flight, 0);
		assert_int_equal(b->state->breaker.failures, 1);
		assert_int_equal(b->state->further[0].breaker.failures, 0);
	}
}

/* What any of them would say, or what says nothing of the server. */
static void
an_answer_is_an_answer(void **state)
{
	static const struct {
		enum fetch_result result;
		int status;
		const char *body;
	} rows[] = {
	    {FETCH_ANSWERED, 200, "{\"active\":false}"},
	    {FETCH_ANSWERED, 200, "{}"},
	    {FETCH_ANSWERED, 401, ""},
	    {FETCH_ANSWERED, 400, ""},
	    {FETCH_ANSWERED, 404, ""},
	    {FETCH_TOO_LARGE, 0, NULL},
	    {FETCH_REFUSED, 0, NULL},
	    {FETCH_BUSY, 0, NULL},
	    {FETCH_DOWN, 0, NULL},
	    {FETCH_INTERRUPTED, 0, NULL},
	};
	struct bench *b = *state;

	b->issuer.cache_ms = 0;
	for (unsigned int i = 0; i < ELEMENTS(rows); i++) {
		bool same = rows[i].result == FETCH_REFUSED;

		b->state->breaker = (struct breaker){0};
		world.asked = 0;
		assert_int_equal(ask(b), REASON_NONE);
		if (rows[i].result == FETCH_ANSWERED)
			answer(rows[i].status, rows[i].body, 0);
		else
			lose(rows[i].result);
		/* An origin that is refused is as good as not there. */
		if (world.asked != (same ? 2 : 1) || b->told == same)
			fail_msg("row %u: asked %u", i, world.asked);
		assert_false(b->active);
		if (same)
			answer(200, "{}", 0);
	}
}

static void
the_last_failure_is_told(void **state)
{
	struct bench *b = *state;

	assert_int_equal(ask(b), REASON_NONE);
	lose(FETCH_UNREACHABLE);
	lose(FETCH_TLS);
	assert_asked(3, C);
	answer(503, "", 0);
	assert_true(b->told);
	assert_int_equal(b->reason, REASON_AS_ERROR);
	assert_int_equal(b->state->breaker.failures, 1);
	assert_int_equal(b->state->further[0].breaker.failures, 1);
	assert_int_equal(b->state->further[1].breaker.failures, 1);
	assert_int_equal(b->state->failed, 3);
}

static void
without_time_nobody_else_is_asked(void **state)
{
	struct bench *b = *state;

	assert_int_equal(ask(b), REASON_NONE);
	world.left_ms = QUESTION_AGAIN_MS - 1;
	lose(FETCH_UNREACHABLE);
	assert_true(b->told);
	assert_int_equal(b->reason, REASON_AS_UNREACHABLE);
	assert_int_equal(ask(b), REASON_NONE);
	world.left_ms = QUESTION_AGAIN_MS;
	lose(FETCH_UNREACHABLE);
	assert_false(b->told);
	assert_asked(3, B);
}

static void
an_open_breaker_is_passed_by(void **state)
{
	struct bench *b = *state;

	assert_int_equal(ask(b), REASON_NONE);
	/* Its Retry-After is about itself. */
	answer(429, "", 20);
	assert_asked(2, B);
	answer(200, "{\"active\":false}", 0);
	assert_true(is_open(&b->state->breaker));
	assert_false(is_open(&b->state->further[0].breaker));
	b->issuer.cache_ms = 0;
	assert_int_equal(ask(b), REASON_NONE);
	assert_asked(3, B);
	answer(503, "", 20);
	assert_asked(4, C);
	answer(503, "", 20);
	assert_true(b->told);
	assert_int_equal(ask(b), REASON_BREAKER_OPEN);
	assert_int_equal(world.asked, 4);
	/* `breaker = off` asks all the same. */
	b->state->breaker_on = false;
	assert_int_equal(ask(b), REASON_NONE);
	assert_asked(5, A);
}

static void
one_that_waits_for_no_answer_reports_so(void **state)
{
	struct bench *b = *state;

	world.down = true;
	assert_int_equal(ask(b), REASON_FETCH_DOWN);
	assert_int_equal(b->state->breaker.failures, 0);
	world.down = false;
	assert_int_equal(ask(b), REASON_NONE);
	lose(FETCH_UNREACHABLE);
	assert_asked(2, B);
	flight_leave(&b->waiter);
	assert_int_equal(world.cancelled, 1);
	assert_int_equal(b->state->in_flight, 0);
	assert_int_equal(b->state->further[0].breaker.failures, 0);
	/* fetch goes away between two tries: the first failure is told. */
	assert_int_equal(ask(b), REASON_NONE);
	world.down = true;
	lose(FETCH_TLS);
	assert_true(b->told);
	assert_int_equal(b->reason, REASON_AS_TLS);
}

static void
a_reload_keeps_what_stays(void **state)
{
	static const size_t fewer[] = {0, 2}, turned[] = {1, 0};
	struct bench *b = *state;

	assert_int_equal(ask(b), REASON_NONE);
	lose(FETCH_UNREACHABLE);
	lose(FETCH_UNREACHABLE);
	assert_asked(3, C);
	apply(b, ELEMENTS(fewer), fewer);
	assert_int_equal(b->state->further_count, 1);
	assert_string_equal(b->state->further[0].url, C);
	answer(503, "", 20);
	assert_true(b->told);
	assert_true(is_open(&b->state->further[0].breaker));
	apply(b, ELEMENTS(fewer), fewer);
	assert_true(is_open(&b->state->further[0].breaker));
	/* Asked of one that is not there any more: nothing to report to. */
	assert_int_equal(ask(b), REASON_NONE);
	assert_asked(4, A);
	lose(FETCH_UNREACHABLE);
	assert_true(b->told);
	apply(b, ELEMENTS(turned), turned);
	assert_int_equal(ask(b), REASON_NONE);
	assert_asked(5, B);
	apply(b, ELEMENTS(fewer), fewer);
	lose(FETCH_UNREACHABLE);
	assert_true(b->told);
	assert_int_equal(b->state->further[0].breaker.failures, 0);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(the_first_is_asked_alone),
	    CASE(the_next_is_asked_where_one_fails),
	    CASE(an_answer_is_an_answer),
	    CASE(the_last_failure_is_told),
	    CASE(without_time_nobody_else_is_asked),
	    CASE(an_open_breaker_is_passed_by),
	    CASE(one_that_waits_for_no_answer_reports_so),
	    CASE(a_reload_keeps_what_stays),
	};

	return cmocka_run_group_tests_name("endpoints", tests, NULL, NULL);
}
