/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "endpoints_make.h"
#include "question.h"
#include "scopegate/cleanup.h"
#include "scopegate/deadline.h"

/* Several introspection endpoints: which is asked, when the next one is, and
 * what each one's breaker knows. */

static void
lose(enum fetch_result result)
{
	bench_reply(result, 0, "", 0);
}

static void
answer(int status, const char *body, unsigned int retry_after_s)
{
	bench_reply(FETCH_ANSWERED, status, body, retry_after_s);
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

	assert_int_equal(bench_ask(b), REASON_NONE);
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
		assert_int_equal(bench_ask(b), REASON_NONE);
		assert_asked(2 * i + 1, A);
		bench_reply(rows[i].result, rows[i].status, "", 0);
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
	    {FETCH_TOO_LARGE, 0, ""},
	    {FETCH_REFUSED, 0, ""},
	    {FETCH_BUSY, 0, ""},
	    {FETCH_DOWN, 0, ""},
	    {FETCH_INTERRUPTED, 0, ""},
	};
	struct bench *b = *state;

	b->issuer.cache_ms = 0;
	for (unsigned int i = 0; i < ELEMENTS(rows); i++) {
		bool same = rows[i].result == FETCH_REFUSED;

		b->state->breaker = (struct breaker){0};
		world.asked = 0;
		assert_int_equal(bench_ask(b), REASON_NONE);
		bench_reply(rows[i].result, rows[i].status, rows[i].body, 0);
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

	assert_int_equal(bench_ask(b), REASON_NONE);
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

	assert_int_equal(bench_ask(b), REASON_NONE);
	world.left_ms = QUESTION_AGAIN_MS - 1;
	lose(FETCH_UNREACHABLE);
	assert_true(b->told);
	assert_int_equal(b->reason, REASON_AS_UNREACHABLE);
	assert_int_equal(bench_ask(b), REASON_NONE);
	world.left_ms = QUESTION_AGAIN_MS;
	lose(FETCH_UNREACHABLE);
	assert_false(b->told);
	assert_asked(3, B);
}

static void
an_open_breaker_is_passed_by(void **state)
{
	struct bench *b = *state;

	assert_int_equal(bench_ask(b), REASON_NONE);
	/* Its Retry-After is about itself. */
	answer(429, "", 20);
	assert_asked(2, B);
	answer(200, "{\"active\":false}", 0);
	assert_true(is_open(&b->state->breaker));
	assert_false(is_open(&b->state->further[0].breaker));
	b->issuer.cache_ms = 0;
	assert_int_equal(bench_ask(b), REASON_NONE);
	assert_asked(3, B);
	answer(503, "", 20);
	assert_asked(4, C);
	answer(503, "", 20);
	assert_true(b->told);
	assert_int_equal(bench_ask(b), REASON_BREAKER_OPEN);
	assert_int_equal(world.asked, 4);
	/* `breaker = off` asks all the same. */
	b->state->breaker_on = false;
	assert_int_equal(bench_ask(b), REASON_NONE);
	assert_asked(5, A);
}

static void
one_that_waits_for_no_answer_reports_so(void **state)
{
	struct bench *b = *state;

	world.down = true;
	assert_int_equal(bench_ask(b), REASON_FETCH_DOWN);
	assert_int_equal(b->state->breaker.failures, 0);
	world.down = false;
	assert_int_equal(bench_ask(b), REASON_NONE);
	lose(FETCH_UNREACHABLE);
	assert_asked(2, B);
	flight_leave(&b->waiter);
	assert_int_equal(world.cancelled, 1);
	assert_int_equal(b->state->in_flight, 0);
	assert_int_equal(b->state->further[0].breaker.failures, 0);
	/* fetch goes away between two tries: the first failure is told. */
	assert_int_equal(bench_ask(b), REASON_NONE);
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

	assert_int_equal(bench_ask(b), REASON_NONE);
	lose(FETCH_UNREACHABLE);
	lose(FETCH_UNREACHABLE);
	assert_asked(3, C);
	bench_apply(b, ELEMENTS(fewer), fewer);
	assert_int_equal(b->state->further_count, 1);
	assert_string_equal(b->state->further[0].url, C);
	answer(503, "", 20);
	assert_true(b->told);
	assert_true(is_open(&b->state->further[0].breaker));
	bench_apply(b, ELEMENTS(fewer), fewer);
	assert_true(is_open(&b->state->further[0].breaker));
	/* Asked of one that is not there any more: nothing to report to. */
	assert_int_equal(bench_ask(b), REASON_NONE);
	assert_asked(4, A);
	lose(FETCH_UNREACHABLE);
	assert_true(b->told);
	bench_apply(b, ELEMENTS(turned), turned);
	assert_int_equal(bench_ask(b), REASON_NONE);
	assert_asked(5, B);
	bench_apply(b, ELEMENTS(fewer), fewer);
	lose(FETCH_UNREACHABLE);
	assert_true(b->told);
	assert_int_equal(b->state->further[0].breaker.failures, 0);
}

#define CASE(f)                                                                \
	cmocka_unit_test_setup_teardown(f, bench_set_up, bench_tear_down)

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
