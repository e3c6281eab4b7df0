/* SPDX-License-Identifier: ISC */
/* What an answer of the server must be to become a key set, and what is said
 * of one that is not. */
#include <string.h>

#include "captured.h"
#include "keys_make.h"
#include "scopegate/cleanup.h"

/* What is no key set leaves the good one as it is. */
static void
test_no_set(void **state)
{
	static const struct {
		int status;
		const char *body;
	} rows[] = {
	    {200, "{\"keys\":[]}"},
	    {200, "{\"keys\":[{\"kty\":\"oct\",\"k\":\"AAAA\"}]}"},
	    {200, "{\"keys\":{}}"},
	    {200, "{}"},
	    {200, "{"},
	    {200, ""},
	    {200, "[]"},
	    {204, ""},
	    {302, "{\"keys\":[]}"},
	    {404, "{}"},
	    {429, "{}"},
	    {500, "{}"},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		struct captured log;
		struct keys_bench b;

		keys_bench_open(&b, KEYS_BENCH);
		answer_keys(&b, 0, "01", true);
		clocks_ahead_s = DUE_S;
		(void)count_now(&b);
		capture_begin(&log);
		answer_ask(1, rows[i].status, rows[i].body);
		capture_end(&log);
		assert_non_null(
		    strstr(log.text, "issuer as: its key set cannot be"));
		assert_int_equal(count_now(&b), 2);
		assert_int_equal(keys_age_s(b.state, b.issuer), DUE_S);
		/* Nor the one on disk. */
		keys_bench_restart(&b, KEYS_BENCH);
		assert_int_equal(count_now(&b), 2);
		keys_bench_close(&b);
	}
}

/* RFC 7517 section 8.5.1 has a type of its own; most servers send JSON. */
static void
test_content_types(void **state)
{
	static const struct {
		const char *type;
		int status;
		bool good;
	} rows[] = {
	    {"application/jwk-set+json", 200, true},
	    {"application/json; charset=utf-8", 200, true},
	    {"text/html", 200, false},
	    {"", 200, false},
	    {"application/jwk+json", 200, false},
	    {"application/json", 201, false},
	    {"application/json", 404, false},
	    {"application/json", 503, false},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		_cleanup_(buf_clear) struct buf document;
		const struct jws_key *key;
		struct fetch_reply reply = {.result = FETCH_ANSWERED,
		    .http_status = rows[i].status,
		    .content_type = rows[i].type};
		struct keys_bench b;

		keys_bench_open(&b, KEYS_BENCH);
		key = &b.key[0];
		buf_init(&document, JWS_MADE_MAX);
		jws_keys_write(&key, 1, true, &document);
		reply.body = buf_string(&document);
		reply.body_length = document.length;
		caught[0].open = false;
		caught[0].done(&reply, caught[0].argument);
		assert_int_equal(count_now(&b), rows[i].good ? 1 : -1);
		keys_bench_close(&b);
	}
}

#define LEFT_OUT "key 2 of its key set is left out"

/* A key for encryption beside the others is told once, and not every eight
 * minutes for as long as the daemon runs. */
static void
test_left_out_is_told_once(void **state)
{
	static const char *const more[] = {
	    "{\"kty\":\"RSA\",\"use\":\"enc\"}",
	    "{\"kty\":\"RSA\",\"use\":\"enc\"}",
	    "{\"kty\":\"RSA\",\"use\":\"none\"}",
	};
	struct keys_bench b;

	(void)state;
	keys_bench_open(&b, KEYS_BENCH);
	for (size_t i = 0; i < ELEMENTS(more); i++) {
		_cleanup_(buf_clear) struct buf document;
		struct captured log;

		buf_init(&document, JWS_MADE_MAX);
		(void)buf_append_string(&document, "{\"keys\":[");
		jws_key_write(&b.key[0], true, &document);
		(void)buf_format(&document, ",%s]}", more[i]);
		capture_begin(&log);
		answer_ask(i, 200, buf_string(&document));
		capture_end(&log);
		assert_int_equal(
		    strstr(log.text, LEFT_OUT) != NULL, i == 0 || i == 2);
		assert_int_equal(keys_age_s(b.state, b.issuer), 0);
		assert_int_equal(count_now(&b), 1);
		clocks_ahead_s += DUE_S;
		assert_int_equal(count_now(&b), 1);
		assert_int_equal(caught_count, i + 2);
	}
	/* The age on disk is that of the last fetch. */
	keys_bench_restart(&b, KEYS_BENCH);
	assert_int_equal(keys_age_s(b.state, b.issuer), DUE_S);
	keys_bench_close(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_no_set),
	    cmocka_unit_test(test_content_types),
	    cmocka_unit_test(test_left_out_is_told_once),
	};

	return cmocka_run_group_tests_name("keys_answer", tests, NULL, NULL);
}
