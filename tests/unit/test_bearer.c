/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "fetch/http_pool.h"
#include "scopegate/cleanup.h"

/* When a token is asked for, with a clock that the test moves. */

#define S 1000000 /* a second */
#define URL "https://sso.example.com/token"

static struct {
	unsigned int asked, failed;
	bool refuse_to_ask;
	int status; /* of the answer to come */
	struct frame failure;
} world;

bool __wrap_pool_ask_own(
    struct pool *p, const char *url, struct text form, int64_t now_us);
bool
__wrap_pool_ask_own(
    struct pool *p, const char *url, struct text form, int64_t now_us)
{
	(void)p;
	(void)now_us;
	assert_string_equal(url, URL);
	assert_true(text_equal_string(form, "grant_type=client_credentials"));
	world.asked++;
	return !world.refuse_to_ask;
}

void __wrap_pool_fail_waiting(
    struct pool *p, const struct frame *answer, int64_t now_us);
void
__wrap_pool_fail_waiting(
    struct pool *p, const struct frame *answer, int64_t now_us)
{
	(void)p;
	(void)now_us;
	world.failed++;
	world.failure = *answer;
}

int __wrap_transfer_status(const struct transfer *t);
int
__wrap_transfer_status(const struct transfer *t)
{
	(void)t;
	return world.status;
}

struct stage {
	struct issuer issuer;
	struct pool pool;
	struct transfer question, own;
};

static char name[] = "acme", url[] = URL;

static void
stage_open(struct stage *s)
{
	memset(&world, 0, sizeof(world));
	*s = (struct stage){.issuer = {.name = name,
				.client_auth = CLIENT_AUTH_BEARER,
				.sign_in = {.token_endpoint = url}}};
	s->pool.issuer = &s->issuer;
	s->question.pool = s->own.pool = &s->pool;
	s->question.slot = FETCH_INTROSPECT;
	buf_init(&s->own.body, FETCH_BODY_MAX);
}

static void
stage_close(struct stage *s)
{
	buf_clear(&s->own.body);
	client_auth_clear(&s->pool.auth);
}

static void
answer(struct stage *s, int status, const char *body, int64_t now_us)
{
	world.status = status;
	buf_clear(&s->own.body);
	(void)buf_append_string(&s->own.body, body);
	(void)snprintf(s->own.content_type, sizeof(s->own.content_type),
	    "application/json");
	bearer_answered(&s->own, FETCH_ANSWERED, now_us);
}

#define TOKEN(text, life)                                                      \
	"{\"access_token\":\"" text                                            \
	"\",\"token_type\":\"Bearer\",\"expires_in\":" life "}"

static bool
awaited(struct stage *s, int64_t now_us)
{
	return bearer_awaited(&s->pool, &s->question, now_us);
}

static void
one_is_asked_for_at_a_time(void **state)
{
	struct stage s;

	(void)state;
	stage_open(&s);
	assert_true(awaited(&s, 5 * S));
	bearer_ask(&s.pool, 5 * S);
	assert_true(awaited(&s, 6 * S));
	bearer_ask(&s.pool, 6 * S);
	assert_int_equal(world.asked, 1);
	answer(&s, 200, TOKEN("one", "100"), 10 * S);
	assert_false(awaited(&s, 10 * S));
	assert_string_equal(s.pool.auth.bearer.bytes, "one");
	assert_int_equal(world.failed, 0);
	stage_close(&s);
}

static void
it_is_renewed_before_it_ends(void **state)
{
	struct stage s;

	(void)state;
	stage_open(&s);
	bearer_ask(&s.pool, 0);
	answer(&s, 200, TOKEN("one", "100"), 10 * S);
	assert_false(awaited(&s, 90 * S - 1));
	assert_int_equal(world.asked, 1);
	/* At 80 % it is asked for, and nobody waits. */
	assert_false(awaited(&s, 90 * S));
	assert_int_equal(world.asked, 2);
	assert_false(awaited(&s, 91 * S));
	assert_int_equal(world.asked, 2);
	answer(&s, 200, TOKEN("two", "100"), 92 * S);
	assert_string_equal(s.pool.auth.bearer.bytes, "two");
	assert_false(awaited(&s, 171 * S));
	assert_int_equal(world.asked, 2);
	/* After its end, it is none. */
	assert_true(awaited(&s, 192 * S));
	assert_int_equal(s.pool.auth.bearer.length, 0);
	stage_close(&s);
}

static void
a_renewal_that_fails_leaves_the_old_one(void **state)
{
	struct stage s;

	(void)state;
	stage_open(&s);
	bearer_ask(&s.pool, 0);
	answer(&s, 200, TOKEN("one", "100"), 0);
	assert_false(awaited(&s, 80 * S));
	answer(&s, 503, "", 81 * S);
	assert_int_equal(world.failed, 0);
	assert_false(awaited(&s, 91 * S - 1));
	assert_int_equal(world.asked, 2);
	assert_false(awaited(&s, 91 * S));
	assert_int_equal(world.asked, 3);
	assert_string_equal(s.pool.auth.bearer.bytes, "one");
	/* It comes after the end: those who wait are told. */
	assert_true(awaited(&s, 100 * S));
	answer(&s, 503, "", 101 * S);
	assert_int_equal(world.failed, 1);
	stage_close(&s);
}

static void
without_an_expiry_it_lives_minutes(void **state)
{
	struct stage s;

	(void)state;
	stage_open(&s);
	bearer_ask(&s.pool, 0);
	answer(
	    &s, 200, "{\"access_token\":\"x\",\"token_type\":\"bearer\"}", 0);
	assert_false(awaited(&s, BEARER_LIFE_S * (int64_t)S - 1));
	assert_true(awaited(&s, BEARER_LIFE_S * (int64_t)S));
	stage_close(&s);
}

static void
a_401_renews_once_a_minute(void **state)
{
	struct stage s;

	(void)state;
	stage_open(&s);
	bearer_ask(&s.pool, 0);
	answer(&s, 200, TOKEN("one", "3600"), S);
	s.question.bearer_generation = s.pool.bearer.generation;
	assert_true(bearer_refused(&s.question, 2 * S));
	assert_true(awaited(&s, 2 * S));
	/* Others that were sent with the same wait for the next too. */
	assert_true(bearer_refused(&s.question, 2 * S));
	bearer_ask(&s.pool, 2 * S);
	answer(&s, 200, TOKEN("two", "3600"), 3 * S);
	assert_true(bearer_refused(&s.question, 4 * S));
	assert_string_equal(s.pool.auth.bearer.bytes, "two");
	/* The new one is refused too. */
	s.question.bearer_generation = s.pool.bearer.generation;
	assert_false(bearer_refused(&s.question, 5 * S));
	assert_false(bearer_refused(&s.question, 62 * S - 1));
	assert_string_equal(s.pool.auth.bearer.bytes, "two");
	assert_true(bearer_refused(&s.question, 62 * S));
	assert_int_equal(s.pool.auth.bearer.length, 0);
	stage_close(&s);
}

static void
failures_are_told_as_what_they_are(void **state)
{
	static const struct {
		int status;
		const char *body;
		int told;
	} rows[] = {
	    {400, "{\"error\":\"invalid_client\"}", 401},
	    {401, "{\"error\":\"invalid_client\"}", 401},
	    {400, "{\"error\":\"unauthorized_client\"}", 401},
	    {403, "", 401},
	    {429, "", 429},
	    {500, "", 502},
	    {404, "", 502},
	    {302, "", 502},
	    {200, "", 502},
	    {200, "{}", 502},
	    {200, "{\"access_token\":\"a b\",\"token_type\":\"Bearer\"}", 502},
	    {200, "{\"access_token\":\"\",\"token_type\":\"Bearer\"}", 502},
	    {200, "{\"access_token\":7,\"token_type\":\"Bearer\"}", 502},
	    {200, "{\"access_token\":\"a\"}", 502},
	    {200, "{\"access_token\":\"a\",\"token_type\":\"mac\"}", 502},
	    {200, TOKEN("a", "0"), 502},
	    {200, TOKEN("a", "-1"), 502},
	    {200, TOKEN("a", "\"3600\""), 502},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		struct stage s;

		stage_open(&s);
		bearer_ask(&s.pool, 0);
		s.own.retry_after_s = 7;
		answer(&s, rows[i].status, rows[i].body, S);
		assert_int_equal(world.failed, 1);
		assert_int_equal(world.failure.code, FETCH_ANSWERED);
		if (world.failure.status != rows[i].told)
			fail_msg("%d %s: %u", rows[i].status, rows[i].body,
			    world.failure.status);
		assert_int_equal(world.failure.retry_after, 7);
		assert_int_equal(s.pool.auth.bearer.length, 0);
		/* Who comes next has it asked for again. */
		assert_true(awaited(&s, 2 * S));
		bearer_ask(&s.pool, 2 * S);
		assert_int_equal(world.asked, 2);
		stage_close(&s);
	}
}

static void
what_did_not_arrive_is_told_too(void **state)
{
	static const enum fetch_result results[] = {FETCH_UNREACHABLE,
	    FETCH_TIMEOUT, FETCH_TLS, FETCH_TOO_LARGE, FETCH_BUSY};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(results); i++) {
		struct stage s;

		stage_open(&s);
		bearer_ask(&s.pool, 0);
		bearer_answered(&s.own, (int)results[i], S);
		assert_int_equal(world.failure.code, results[i]);
		assert_int_equal(world.failure.status, 0);
		stage_close(&s);
	}
}

static void
without_memory_nobody_waits(void **state)
{
	struct stage s;

	(void)state;
	stage_open(&s);
	world.refuse_to_ask = true;
	bearer_ask(&s.pool, 0);
	assert_int_equal(world.failed, 1);
	assert_int_equal(world.failure.code, FETCH_BUSY);
	bearer_ask(&s.pool, 0);
	assert_int_equal(world.asked, 2);
	stage_close(&s);
}

static void
others_do_not_wait(void **state)
{
	static const enum fetch_slot slots[] = {FETCH_METADATA, FETCH_TOKEN,
	    FETCH_DEVICE, FETCH_REVOKE, FETCH_PROBE};
	static char path[] = "/token";
	struct stage s;

	(void)state;
	stage_open(&s);
	for (size_t i = 0; i < ELEMENTS(slots); i++) {
		s.question.slot = slots[i];
		assert_false(awaited(&s, S));
		assert_false(bearer_refused(&s.question, S));
	}
	s.question.slot = FETCH_INTROSPECT;
	s.issuer.proof.bearer_token_file = path;
	assert_false(awaited(&s, S));
	assert_false(bearer_refused(&s.question, S));
	s.issuer.proof.bearer_token_file = NULL;
	s.issuer.client_auth = CLIENT_AUTH_BASIC;
	assert_false(awaited(&s, S));
	assert_false(bearer_refused(&s.question, S));
	assert_int_equal(world.asked, 0);
	stage_close(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(one_is_asked_for_at_a_time),
	    cmocka_unit_test(it_is_renewed_before_it_ends),
	    cmocka_unit_test(a_renewal_that_fails_leaves_the_old_one),
	    cmocka_unit_test(without_an_expiry_it_lives_minutes),
	    cmocka_unit_test(a_401_renews_once_a_minute),
	    cmocka_unit_test(failures_are_told_as_what_they_are),
	    cmocka_unit_test(what_did_not_arrive_is_told_too),
	    cmocka_unit_test(without_memory_nobody_waits),
	    cmocka_unit_test(others_do_not_wait),
	};

	return cmocka_run_group_tests_name("bearer", tests, NULL, NULL);
}
