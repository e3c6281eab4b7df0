/* SPDX-License-Identifier: ISC */
/* Grants outlive the process, are found by token and id, and end. */
#include "grants_make.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "grant_record.h"
#include "scopegate/cleanup.h"
#include "stages_make.h"

static void
test_all_comes_back(void **state)
{
	char folder[FOLDER_SIZE], id[GRANT_ID_SIZE];
	struct grants *g;
	struct grant *found;

	(void)state;
	folder_make(folder);
	g = grants_must_open(folder);
	keep_grant(g, "token-1", id);
	grants_close(g);
	g = grants_must_open(folder);
	assert_int_equal(grants_count(g), 1);
	found = grants_find_token(g, "alpaca", text_of("token-1"));
	assert_non_null(found);
	assert_ptr_equal(grants_find_id(g, text_of(id)), found);
	assert_string_equal(found->id, id);
	assert_string_equal(found->issuer, "alpaca");
	assert_string_equal(found->token.bytes, "token-1");
	assert_string_equal(found->refresh_token.bytes, "refresh-octets");
	assert_string_equal(found->api_base, "https://api07.example.com/");
	assert_string_equal(found->local_user, "alice");
	assert_string_equal(found->service, "sshd");
	assert_int_equal(found->ends_at, found->made_at + 43200);
	assert_false(found->ended);
	assert_int_equal(found->facts->method, FACTS_GRANT);
	assert_true(found->facts->active);
	assert_string_equal(found->facts->issuer, "https://broker.example.com");
	assert_string_equal(found->facts->subject, "account-904837e3");
	assert_string_equal(found->facts->client_id, "client-of-ours");
	assert_string_equal(found->facts->environment, "paper");
	assert_true(found->facts->scopes_known);
	assert_int_equal(found->facts->scopes.count, 2);
	assert_true(word_list_has(&found->facts->scopes, "trading"));
	assert_int_equal(found->facts->expires_at, found->ends_at);
	assert_int_equal(found->facts->auth_time, found->made_at);
	assert_int_equal(found->facts->claim_count, 2);
	assert_true(facts_claim(found->facts, "display")->is_string);
	assert_int_equal(facts_claim(found->facts, "roles")->values.count, 2);
	grants_close(g);
	folder_remove(folder);
}

static void
test_found_by_issuer_and_whole_token(void **state)
{
	char folder[FOLDER_SIZE], id[GRANT_ID_SIZE];
	struct grants *g;

	(void)state;
	folder_make(folder);
	g = grants_must_open(folder);
	keep_grant(g, "token-1", id);
	assert_non_null(grants_find_token(g, "alpaca", text_of("token-1")));
	assert_null(grants_find_token(g, "tradier", text_of("token-1")));
	assert_null(grants_find_token(g, "alpaca", text_of("token-")));
	assert_null(grants_find_token(g, "alpaca", text_of("token-12")));
	assert_null(grants_find_token(g, "alpaca", (struct text){0}));
	assert_null(grants_find_id(g, text_of("0123456789abcdef")));
	assert_null(grants_find_id(g, text_of("token-1")));
	id[0] = 'A';
	assert_null(grants_find_id(g, text_of(id)));
	grants_close(g);
	folder_remove(folder);
}

/* A refresh replaces the token; the first one still names this grant, also
 * after a restart, but as one that was replaced. */
static void
test_earlier_tokens_find_it(void **state)
{
	char folder[FOLDER_SIZE], id[GRANT_ID_SIZE], token[16];
	struct grants *g;
	struct grant *grant;

	int64_t before = (int64_t)time(NULL), at;

	(void)state;
	folder_make(folder);
	g = grants_must_open(folder);
	keep_grant(g, "token-0", id);
	grant = grants_find_id(g, text_of(id));
	for (int i = 1; i <= 9; i++) {
		(void)snprintf(token, sizeof(token), "token-%d", i);
		assert_int_equal(
		    secret_set(&grant->token, token, strlen(token)), STATUS_OK);
		assert_int_equal(grants_save(g, grant), STATUS_OK);
		assert_ptr_equal(
		    grants_find_token(g, "alpaca", text_of(token)), grant);
	}
	grants_close(g);
	g = grants_must_open(folder);
	grant = grants_find_id(g, text_of(id));
	for (int i = 0; i <= 9; i++) {
		bool known = i == 0 || i >= 6;

		(void)snprintf(token, sizeof(token), "token-%d", i);
		assert_ptr_equal(grants_find_token(g, "alpaca", text_of(token)),
		    known ? grant : NULL);
		at = grants_replaced_at(g, grant, text_of(token));
		if (i < 8)
			assert_int_equal(at, GRANT_LONG_AGO);
		else if (i == 8)
			assert_in_range(at, before, time(NULL));
		else
			assert_int_equal(at, 0);
	}
	assert_string_equal(grant->token.bytes, "token-9");
	grants_close(g);
	folder_remove(folder);
}

/* A record of before tokens had a time of their going: they went long ago. */
static void
test_record_without_times(void **state)
{
	static const uint8_t mark[8] = {1, 2, 3, 4, 5, 6, 7, 8};
	struct grant_record record = {.grant = make_grant("token-1"),
	    .earlier_count = 1,
	    .replaced_at = INT64_C(0x0102030405060708)};
	struct grant_record got = {0};
	struct buf octets;
	uint8_t *at;

	(void)state;
	buf_init_sensitive(&octets, GRANT_RECORD_MAX);
	assert_int_equal(grant_record_write(&record, &octets), STATUS_OK);
	assert_int_equal(
	    grant_record_read(
		(struct text){(const char *)octets.data, octets.length}, &got),
	    STATUS_OK);
	assert_int_equal(got.replaced_at, record.replaced_at);
	grant_free(got.grant);
	at = memmem(octets.data, octets.length, mark, sizeof(mark));
	assert_non_null(at);
	memmove(at, at + sizeof(mark),
	    (size_t)(octets.data + octets.length - at) - sizeof(mark));
	octets.data[0] = 1;
	assert_int_equal(
	    grant_record_read((struct text){(const char *)octets.data,
				  octets.length - sizeof(mark)},
		&got),
	    STATUS_OK);
	assert_int_equal(got.replaced_at, 0);
	assert_int_equal(got.earlier_count, 1);
	assert_string_equal(got.grant->facts->subject, "account-904837e3");
	octets.data[0] = 3;
	assert_int_equal(
	    grant_record_read(
		(struct text){(const char *)octets.data, octets.length}, &got),
	    STATUS_MALFORMED);
	grant_free(got.grant);
	grant_free(record.grant);
	buf_clear(&octets);
}

/* The same token twice: the newer grant is found, and the older one's going
 * does not take it away. */
static void
test_same_token_twice(void **state)
{
	char folder[FOLDER_SIZE], first[GRANT_ID_SIZE], second[GRANT_ID_SIZE];
	struct grants *g;
	struct grant *grant;

	(void)state;
	folder_make(folder);
	g = grants_must_open(folder);
	keep_grant(g, "token-1", first);
	keep_grant(g, "token-1", second);
	grant = grants_find_token(g, "alpaca", text_of("token-1"));
	assert_string_equal(grant->id, second);
	grant = grants_find_id(g, text_of(first));
	grant->ends_at = 1;
	assert_int_equal(grants_save(g, grant), STATUS_OK);
	keep_grant(g, "token-2", first); /* the first one is purged */
	assert_int_equal(grants_count(g), 2);
	grant = grants_find_token(g, "alpaca", text_of("token-1"));
	assert_non_null(grant);
	assert_string_equal(grant->id, second);
	grants_close(g);
	folder_remove(folder);
}

/* What was revoked stays known as such for 30 days, though it had expired: the
 * broker's idea of its end may be another, and a token that is not known may be
 * asked about as a foreign one. */
static void
test_ended_and_expired(void **state)
{
	char folder[FOLDER_SIZE], id[GRANT_ID_SIZE];
	struct grants *g;
	struct grant *grant;

	(void)state;
	folder_make(folder);
	g = grants_must_open(folder);
	keep_grant(g, "token-1", id);
	grant = grants_find_id(g, text_of(id));
	grant->ended = true;
	grant->ends_at = 1;
	assert_int_equal(grants_save(g, grant), STATUS_OK);
	grants_close(g);
	g = grants_must_open(folder);
	grant = grants_find_token(g, "alpaca", text_of("token-1"));
	assert_non_null(grant);
	assert_true(grant->ended);
	grants_close(g);
	folder_remove(folder);
}

/* Others stay known for a while after they ended by themselves. */
static void
test_ended_ones(void **state)
{
	char folder[FOLDER_SIZE], id[GRANT_ID_SIZE], other[GRANT_ID_SIZE];
	int64_t now = (int64_t)time(NULL);
	struct grants *g;
	struct grant *grant;

	(void)state;
	folder_make(folder);
	g = grants_must_open(folder);
	keep_grant(g, "token-1", id);
	keep_grant(g, "token-2", other);
	grant = grants_find_id(g, text_of(id));
	grant->ended = true;
	assert_int_equal(grants_save(g, grant), STATUS_OK);
	/* Expired, but not for 30 days. */
	grant = grants_find_id(g, text_of(other));
	grant->ends_at = now - 29 * 86400;
	assert_int_equal(grants_save(g, grant), STATUS_OK);
	grants_close(g);
	g = grants_must_open(folder);
	assert_true(grants_find_id(g, text_of(id))->ended);
	grant = grants_find_id(g, text_of(other));
	assert_non_null(grant);
	grant->ends_at = now - 30 * 86400 - 1;
	assert_int_equal(grants_save(g, grant), STATUS_OK);
	grants_close(g);
	g = grants_must_open(folder);
	assert_int_equal(grants_count(g), 1);
	grants_close(g);
	folder_remove(folder);
}

static bool
note_order(struct grant *grant, void *argument)
{
	char *order = argument;

	order[strlen(order)] = grant->token.bytes[0];
	return strlen(order) < 3;
}

static void
test_order(void **state)
{
	char folder[FOLDER_SIZE], order[8] = "";
	const char *tokens[] = {"c", "a", "d", "b"};
	struct grants *g;

	(void)state;
	folder_make(folder);
	g = grants_must_open(folder);
	for (size_t i = 0; i < ELEMENTS(tokens); i++) {
		struct grant *grant = make_grant(tokens[i]);

		grant->made_at += tokens[i][0] - 'a';
		assert_int_equal(grants_keep(g, grant), STATUS_OK);
	}
	grants_each(g, note_order, order);
	assert_string_equal(order, "abc");
	grants_close(g);
	g = grants_must_open(folder);
	memset(order, 0, sizeof(order));
	grants_each(g, note_order, order);
	assert_string_equal(order, "abc");
	grants_close(g);
	folder_remove(folder);
}

static void
test_stranger_is_not_saved(void **state)
{
	char folder[FOLDER_SIZE];
	struct grants *g;
	struct grant *grant = make_grant("token-1");

	(void)state;
	folder_make(folder);
	g = grants_must_open(folder);
	assert_int_equal(grants_save(g, grant), STATUS_NOT_FOUND);
	grant_free(grant);
	grants_close(g);
	folder_remove(folder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_all_comes_back),
	    cmocka_unit_test(test_found_by_issuer_and_whole_token),
	    cmocka_unit_test(test_earlier_tokens_find_it),
	    cmocka_unit_test(test_record_without_times),
	    cmocka_unit_test(test_same_token_twice),
	    cmocka_unit_test(test_ended_ones),
	    cmocka_unit_test(test_ended_and_expired),
	    cmocka_unit_test(test_order),
	    cmocka_unit_test(test_stranger_is_not_saved),
	};

	return cmocka_run_group_tests_name("grants", tests, NULL, NULL);
}
