/* SPDX-License-Identifier: ISC */
/* `validation = both`: one request that waits twice, and what it still knows of
 * the token meanwhile. */
#include <event2/event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "conclude.h"
#include "decide.h"
#include "finding.h"
#include "keys_make.h"
#include "request.h"
#include "scopegate/cleanup.h"

static enum reason concluded;
static unsigned int conclusions;
void __wrap_request_conclude(struct request *r, enum reason reason);

void
__wrap_request_conclude(struct request *r, enum reason reason)
{
	(void)r;
	concluded = reason;
	conclusions++;
}

/* A packet that is a token and a name, and a request that looks into it. */
struct asked {
	struct keys_bench b;
	struct buf token;
	char packet[JWS_MADE_MAX];
	struct request r;
};

static void
asked_open(struct asked *a, enum operation operation)
{
	struct issuer *i;
	struct request *r = &a->r;
	size_t length;

	keys_bench_open(&a->b, KEYS_BENCH);
	i = &a->b.config->issuers[0];
	i->validation = VALIDATION_BOTH;
	a->b.state->written[ENDPOINT_INTROSPECTION] =
	    strdup("https://as.example.com/introspect");
	a->b.server.base = event_base_new();
	assert_non_null(a->b.server.base);
	bench_token(&a->b, 0, "k-0", &a->token);
	length = a->token.length;
	memcpy(a->packet, a->token.data, length);
	memcpy(a->packet + length, "alice", 5);
	*r = (struct request){.server = &a->b.server,
	    .operation = operation,
	    .received = (const uint8_t *)a->packet,
	    .packet_size = length + 5,
	    .deadline = deadline_in_ms(5000),
	    .started_us = monotonic_us(),
	    .config = config_ref(a->b.config),
	    .policy = &a->b.config->policies[0],
	    .issuer = i,
	    .at_us = (int64_t)time(NULL) * 1000000};
	r->message.value[TAG_TOKEN] = (struct text){a->packet, length};
	r->message.value[TAG_USER] = (struct text){a->packet + length, 5};
	conclusions = 0;
	concluded = REASON_NONE;
}

static void
asked_close(struct asked *a)
{
	/* Both who reply and who close a connection do it. */
	request_clear(&a->r);
	assert_null(a->r.own_facts);
	assert_null(a->r.facts);
	request_clear(&a->r);
	buf_clear(&a->token);
	event_base_free(a->b.server.base);
	keys_bench_close(&a->b);
}

static bool
packet_has_token(const struct asked *a)
{
	return a->r.packet != NULL && memmem(a->r.packet, a->r.packet_size,
					  a->token.data, a->token.length);
}

static size_t
kept(const struct asked *a)
{
	return a->r.kept_token.length;
}

#define ACTIVE                                                                 \
	"{\"active\":true,\"sub\":\"s\",\"client_id\":\"c\",\"aud\":"          \
	"\"hosts\"}"

static void
test_keys_and_then_the_answer(void **state)
{
	struct asked a;

	(void)state;
	asked_open(&a, OPERATION_LOGIN);
	assert_int_equal(find_facts(&a.r), REASON_NONE);
	assert_true(a.r.waiting);
	assert_int_equal(kept(&a), a.token.length);
	assert_false(packet_has_token(&a));
	memset(a.packet, 'x', sizeof(a.packet)); /* the next packet */
	answer_keys(&a.b, 0, "0", true);
	assert_true(a.r.waiting);
	assert_int_equal(caught_count, 2);
	assert_int_equal(caught[1].slot, FETCH_INTROSPECT);
	assert_non_null(strstr(caught[1].body, "token="));
	/* The question has it, and nobody else needs it. */
	assert_int_equal(kept(&a), 0);
	assert_null(a.r.message.value[TAG_TOKEN].bytes);
	assert_false(packet_has_token(&a));
	assert_int_equal(conclusions, 0);
	answer_ask(1, 200, ACTIVE);
	assert_int_equal(conclusions, 1);
	assert_false(a.r.waiting);
	assert_int_equal(a.r.facts->method, FACTS_BOTH);
	assert_true(text_equal_string(a.r.message.value[TAG_USER], "alice"));
	asked_close(&a);
}

/* The keys are there: it waits once, and keeps nothing. */
static void
test_the_answer_alone(void **state)
{
	struct asked a;

	(void)state;
	asked_open(&a, OPERATION_LOGIN);
	answer_keys(&a.b, 0, "0", true);
	assert_int_equal(find_facts(&a.r), REASON_NONE);
	assert_true(a.r.waiting);
	assert_int_equal(caught[1].slot, FETCH_INTROSPECT);
	assert_int_equal(kept(&a), 0);
	assert_false(packet_has_token(&a));
	answer_ask(1, 200, "{\"active\":false}");
	assert_int_equal(concluded, REASON_TOKEN_INACTIVE);
	asked_close(&a);
}

/* A login code is made for the token when all is over. */
static void
test_login_code(void **state)
{
	struct asked a;

	(void)state;
	asked_open(&a, OPERATION_CODE);
	assert_int_equal(secret_set(&a.r.kept_token, (const char *)a.token.data,
			     a.token.length),
	    STATUS_OK);
	assert_int_equal(find_facts(&a.r), REASON_NONE);
	answer_keys(&a.b, 0, "0", true);
	answer_ask(1, 200, ACTIVE);
	assert_int_equal(conclusions, 1);
	assert_int_equal(kept(&a), a.token.length);
	assert_memory_equal(a.r.kept_token.bytes, a.token.data, a.token.length);
	asked_close(&a);
}

/* The caller goes away in the first wait, or in the second. */
static void
test_leaving(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		struct asked a;

		asked_open(&a, OPERATION_LOGIN);
		assert_int_equal(find_facts(&a.r), REASON_NONE);
		if (i == 1)
			answer_keys(&a.b, 0, "0", true);
		decide_cancel(&a.r);
		assert_false(a.r.waiting);
		if (i == 0)
			answer_keys(&a.b, 0, "0", true);
		else
			assert_false(caught[1].open);
		assert_int_equal(conclusions, 0);
		assert_int_equal(caught_count, i + 1);
		asked_close(&a);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_keys_and_then_the_answer),
	    cmocka_unit_test(test_the_answer_alone),
	    cmocka_unit_test(test_login_code),
	    cmocka_unit_test(test_leaving),
	};

	return cmocka_run_group_tests_name("finding_both", tests, NULL, NULL);
}
