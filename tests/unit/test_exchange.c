/* SPDX-License-Identifier: ISC */
/* From a code to a grant: what the token endpoint and the probes must say. */
#include "asks_caught.h"

#include <string.h>
#include <time.h>

#include "exchange.h"
#include "profile.h"
#include "scopegate/cleanup.h"

#define TOKEN_ANSWER                                                           \
	"{\"access_token\":\"uuid-1\",\"token_type\":\"bearer\","              \
	"\"scope\":\"account:write trading\"}"
#define ACCOUNT "{\"id\":\"acc-1\",\"number\":\"PA3\",\"status\":\"ACTIVE\"}"

static struct {
	unsigned int count;
	enum reason reason;
	char error[64];
	struct grant *grant;
} outcome;

static void
done(struct exchange_result *result, void *argument)
{
	(void)argument;
	outcome.count++;
	outcome.reason = result->reason;
	memcpy(outcome.error, result->error, sizeof(outcome.error));
	grant_free(outcome.grant);
	outcome.grant = TAKE_PTR(result->grant);
}

static struct exchange *
begin(struct bench *b, int environment)
{
	_cleanup_(secret_clear) struct secret form = {0};
	enum reason reason;
	struct exchange *x;

	grant_free(outcome.grant);
	memset(&outcome, 0, sizeof(outcome));
	assert_int_equal(secret_set(&form, "code=abc", 8), STATUS_OK);
	x = exchange_begin(&b->server, b->server.config, b->issuer, environment,
	    &form, done, NULL, &reason);
	assert_non_null(x);
	assert_int_equal(outcome.count, 0);
	return x;
}

static void
finish(struct bench *b)
{
	grant_free(outcome.grant);
	outcome.grant = NULL;
	for (size_t i = 0; i < caught_count; i++)
		assert_false(caught[i].open);
	bench_close(b);
}

static void
test_paper_grant(void **state)
{
	struct bench b;
	int64_t before = (int64_t)time(NULL);
	const struct facts *f;

	(void)state;
	bench_open(&b, "grant_max_age = 12h\n");
	(void)begin(&b, ENVIRONMENT_PAPER);
	assert_int_equal(caught[0].slot, FETCH_TOKEN);
	assert_string_equal(caught[0].url, "https://broker.example.com/token");
	assert_string_equal(caught[0].body, "code=abc");
	answer_ask(0, 200, TOKEN_ANSWER);
	assert_int_equal(caught_count, 2);
	assert_int_equal(caught[1].slot, FETCH_PROBE);
	assert_string_equal(
	    caught[1].url, "https://broker.example.com/paper/v2/account");
	assert_string_equal(caught[1].body, "uuid-1");
	answer_ask(1, 200, ACCOUNT);
	assert_int_equal(outcome.count, 1);
	assert_int_equal(outcome.reason, REASON_NONE);
	assert_non_null(outcome.grant);
	f = outcome.grant->facts;
	assert_int_equal(f->method, FACTS_GRANT);
	assert_true(f->active);
	assert_string_equal(f->issuer, "https://broker.example.com");
	assert_string_equal(f->client_id, "client-of-ours");
	assert_string_equal(f->subject, "acc-1");
	assert_string_equal(f->environment, "paper");
	assert_string_equal(facts_claim(f, "display")->values.words[0], "PA3");
	assert_null(facts_claim(f, "access_token"));
	assert_true(f->scopes_known);
	assert_int_equal(f->scopes.count, 2);
	assert_true(f->auth_time >= before);
	assert_int_equal(outcome.grant->ends_at, f->auth_time + 43200);
	assert_int_equal(f->expires_at, outcome.grant->ends_at);
	assert_string_equal(outcome.grant->token.bytes, "uuid-1");
	assert_string_equal(outcome.grant->issuer, "alpaca");
	finish(&b);
}

/* Each row: what the two probes answer, and what must come of it. */
static void
test_environments(void **state)
{
	static const struct {
		int wanted;
		int paper, live; /* statuses; 0: must not be asked */
		enum reason reason;
		const char *environment;
	} rows[] = {
	    {ENVIRONMENT_PAPER, 200, 0, REASON_NONE, "paper"},
	    {ENVIRONMENT_PAPER, 403, 0, REASON_ENVIRONMENT_MISMATCH, NULL},
	    {ENVIRONMENT_PAPER, 401, 0, REASON_TOKEN_INACTIVE, NULL},
	    {ENVIRONMENT_PAPER, 429, 0, REASON_AS_RATE_LIMIT, NULL},
	    {ENVIRONMENT_PAPER, 503, 0, REASON_AS_ERROR, NULL},
	    {ENVIRONMENT_LIVE, 0, 200, REASON_NONE, "live"},
	    {ENVIRONMENT_LIVE, 0, 403, REASON_ENVIRONMENT_MISMATCH, NULL},
	    {ENVIRONMENT_ANY, 200, 0, REASON_NONE, "paper"},
	    {ENVIRONMENT_ANY, 403, 200, REASON_NONE, "live"},
	    {ENVIRONMENT_ANY, 403, 403, REASON_ENVIRONMENT_MISMATCH, NULL},
	    {ENVIRONMENT_ANY, 401, 0, REASON_TOKEN_INACTIVE, NULL},
	    {ENVIRONMENT_ANY, 500, 0, REASON_AS_ERROR, NULL},
	    {ENVIRONMENT_ANY, 403, 500, REASON_AS_ERROR, NULL},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		const int statuses[] = {rows[i].paper, rows[i].live};
		size_t next = 1;
		struct bench b;

		bench_open(&b, "breaker = off\n");
		(void)begin(&b, rows[i].wanted);
		answer_ask(0, 200, TOKEN_ANSWER);
		for (size_t k = 0; k < ELEMENTS(statuses); k++) {
			if (statuses[k] == 0)
				continue;
			assert_int_equal(caught[next].probe, k);
			answer_ask(next++, statuses[k], ACCOUNT);
		}
		assert_int_equal(caught_count, next);
		assert_int_equal(outcome.count, 1);
		assert_int_equal(outcome.reason, rows[i].reason);
		if (rows[i].environment != NULL)
			assert_string_equal(outcome.grant->facts->environment,
			    rows[i].environment);
		else
			assert_null(outcome.grant);
		finish(&b);
	}
}

static void
test_account_refused(void **state)
{
	struct bench b;

	(void)state;
	bench_open(&b, "");
	(void)begin(&b, ENVIRONMENT_PAPER);
	answer_ask(0, 200, TOKEN_ANSWER);
	answer_ask(1, 200,
	    "{\"id\":\"acc-1\",\"number\":\"PA3\","
	    "\"status\":\"ACCOUNT_CLOSED\"}");
	assert_int_equal(outcome.reason, REASON_ACCOUNT_REFUSED);
	assert_null(outcome.grant);
	finish(&b);
}

static void
test_errors_of_the_token_endpoint(void **state)
{
	static const struct {
		int status;
		const char *body, *error;
		enum reason reason;
	} rows[] = {
	    {400, "{\"error\":\"invalid_grant\"}", "invalid_grant",
		REASON_GRANT_REFUSED},
	    {401, "{\"error\":\"invalid_client\"}", "invalid_client",
		REASON_AS_REJECTS_US},
	    {400, "{\"error\":\"unauthorized_client\"}", "unauthorized_client",
		REASON_AS_REJECTS_US},
	    {400, "{\"error\":\"slow_down\"}", "slow_down",
		REASON_GRANT_REFUSED},
	    {400, "{\"error\":\"authorization_pending\"}",
		"authorization_pending", REASON_GRANT_REFUSED},
	    {400, "{\"error\":\"expired_token\"}", "expired_token",
		REASON_LOGIN_UNFINISHED},
	    {400, "{\"error\":\"access_denied\"}", "access_denied",
		REASON_LOGIN_DECLINED},
	    {400, "{\"error\":\"<b>\"}", "", REASON_AS_STATUS_UNEXPECTED},
	    {400, "{}", "", REASON_AS_STATUS_UNEXPECTED},
	    {401, "{\"code\":40110000}", "", REASON_AS_REJECTS_US},
	    {302, "{}", "", REASON_AS_STATUS_UNEXPECTED},
	    {201, TOKEN_ANSWER, "", REASON_AS_STATUS_UNEXPECTED},
	    {429, "{\"error\":\"invalid_grant\"}", "", REASON_AS_RATE_LIMIT},
	    {503, "{\"error\":\"invalid_grant\"}", "", REASON_AS_ERROR},
	    {200, "{}", "", REASON_AS_ANSWER_MALFORMED},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		struct bench b;

		bench_open(&b, "");
		(void)begin(&b, ENVIRONMENT_PAPER);
		answer_ask(0, rows[i].status, rows[i].body);
		assert_int_equal(caught_count, 1);
		assert_int_equal(outcome.count, 1);
		assert_int_equal(outcome.reason, rows[i].reason);
		assert_string_equal(outcome.error, rows[i].error);
		assert_null(outcome.grant);
		finish(&b);
	}
}

/* What will not be used is revoked, where that can be done. */
static void
test_discarded_are_revoked(void **state)
{
	struct bench b;

	(void)state;
	bench_open(
	    &b, "revocation_endpoint = https://broker.example.com/revoke\n");
	(void)begin(&b, ENVIRONMENT_PAPER);
	answer_ask(0, 200, TOKEN_ANSWER);
	answer_ask(1, 403, "{}");
	assert_int_equal(outcome.reason, REASON_ENVIRONMENT_MISMATCH);
	assert_int_equal(caught_count, 3);
	assert_int_equal(caught[2].slot, FETCH_REVOKE);
	assert_string_equal(caught[2].url, "https://broker.example.com/revoke");
	assert_string_equal(
	    caught[2].body, "token=uuid-1&token_type_hint=access_token");
	answer_ask(2, 200, "{}");
	assert_int_equal(outcome.count, 1);
	finish(&b);
}

static void
test_cancel(void **state)
{
	struct bench b;
	struct exchange *x;

	(void)state;
	bench_open(&b, "");
	exchange_cancel(begin(&b, ENVIRONMENT_PAPER));
	x = begin(&b, ENVIRONMENT_PAPER);
	answer_ask(1, 200, TOKEN_ANSWER);
	assert_true(caught[2].open);
	exchange_cancel(x);
	assert_int_equal(outcome.count, 0);
	exchange_cancel(NULL);
	finish(&b);
}

static void
test_cannot_be_asked(void **state)
{
	struct secret form = {0};
	enum reason reason = REASON_NONE;
	struct bench b;

	(void)state;
	bench_open(&b, "");
	asks_refused = true;
	assert_null(exchange_begin(&b.server, b.server.config, b.issuer,
	    ENVIRONMENT_PAPER, &form, done, NULL, &reason));
	assert_int_equal(reason, REASON_FETCH_DOWN);
	asks_forget();
	/* The fetch process goes between the two questions. */
	(void)begin(&b, ENVIRONMENT_PAPER);
	asks_refused = true;
	answer_ask(0, 200, TOKEN_ANSWER);
	assert_int_equal(outcome.reason, REASON_FETCH_DOWN);
	assert_null(outcome.grant);
	asks_refused = false;
	/* Five failures open the breaker. */
	for (size_t i = 1; i <= 5; i++) {
		(void)begin(&b, ENVIRONMENT_PAPER);
		fail_ask(i, FETCH_TIMEOUT);
		assert_int_equal(outcome.reason, REASON_AS_TIMEOUT);
	}
	assert_null(exchange_begin(&b.server, b.server.config, b.issuer,
	    ENVIRONMENT_PAPER, &form, done, NULL, &reason));
	assert_int_equal(reason, REASON_BREAKER_OPEN);
	finish(&b);
}

/* No probe can say anything of it: the token answer's claims name the
 * account, or nobody does. */
static void
test_without_probes(void **state)
{
	struct bench b;

	(void)state;
	bench_open(&b, "");
	probes_clear(&b.issuer->probes, &b.issuer->probe_count);
	(void)begin(&b, ENVIRONMENT_ANY);
	answer_ask(0, 200,
	    "{\"access_token\":\"t\",\"token_type\":\"Bearer\","
	    "\"user_id\":4711,\"expires_in\":3600}");
	assert_int_equal(outcome.reason, REASON_NONE);
	assert_string_equal(outcome.grant->facts->subject, "4711");
	assert_false(outcome.grant->facts->scopes_known);
	assert_null(outcome.grant->facts->environment);
	assert_int_equal(
	    outcome.grant->ends_at, outcome.grant->facts->auth_time + 3600);
	(void)begin(&b, ENVIRONMENT_ANY);
	answer_ask(
	    1, 200, "{\"access_token\":\"t\",\"token_type\":\"Bearer\"}");
	assert_null(outcome.grant->facts->subject);
	assert_int_equal(outcome.grant->ends_at, 0);
	finish(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_paper_grant),
	    cmocka_unit_test(test_environments),
	    cmocka_unit_test(test_account_refused),
	    cmocka_unit_test(test_errors_of_the_token_endpoint),
	    cmocka_unit_test(test_discarded_are_revoked),
	    cmocka_unit_test(test_cancel),
	    cmocka_unit_test(test_cannot_be_asked),
	    cmocka_unit_test(test_without_probes),
	};

	return cmocka_run_group_tests_name("exchange", tests, NULL, NULL);
}
