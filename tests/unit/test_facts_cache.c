/* SPDX-License-Identifier: ISC */
/* What is found under which key, until when, and what goes when it is full. */
#include "facts_cache.h"
#include "stages_make.h"

#include <stdio.h>
#include <string.h>

#define SECOND INT64_C(1000000)
#define START (1000 * SECOND)
#define SMALL 4u

static int
setup(void **state)
{
	*state = facts_cache_new(SMALL);
	return *state != NULL ? 0 : -1;
}

static int
teardown(void **state)
{
	facts_cache_free(*state);
	return 0;
}

static struct facts_key
key_of(struct facts_cache *c, const char *issuer, unsigned int generation,
    const char *token)
{
	struct facts_key key;

	assert_int_equal(
	    facts_cache_key(c, issuer, generation, text_of(token), &key),
	    STATUS_OK);
	return key;
}

static bool
same_key(struct facts_key a, struct facts_key b)
{
	return memcmp(a.bytes, b.bytes, sizeof(a.bytes)) == 0;
}

static void
put(struct facts_cache *c, const char *token, bool active, int64_t now,
    int64_t ttl_ms)
{
	struct facts_key key = key_of(c, "acme", 1, token);
	struct facts *f = active ? make_facts() : facts_new();

	facts_cache_put(c, &key, f, now, ttl_ms);
	facts_unref(f);
}

/* 1: active, 0: inactive, -1: nothing. */
static int
get(struct facts_cache *c, const char *token, int64_t now)
{
	struct facts_key key = key_of(c, "acme", 1, token);
	int64_t age = -1;
	struct facts *f = facts_cache_get(c, &key, now, &age);
	int found = f == NULL ? -1 : f->active ? 1 : 0;

	facts_unref(f);
	return found;
}

static void
key_depends_on_all_parts(void **state)
{
	struct facts_cache *c = *state;
	struct facts_key key = key_of(c, "acme", 1, "token");

	assert_true(same_key(key, key_of(c, "acme", 1, "token")));
	assert_false(same_key(key, key_of(c, "acme", 2, "token")));
	assert_false(same_key(key, key_of(c, "acmf", 1, "token")));
	assert_false(same_key(key, key_of(c, "acme", 1, "Token")));
	assert_false(same_key(key, key_of(c, "acme", 1, "token ")));
	assert_false(same_key(key, key_of(c, "acme", 1, "")));
	/* No octet can move from one part to the other. */
	assert_false(same_key(key, key_of(c, "acmet", 1, "oken")));
	assert_false(same_key(key, key_of(c, "acm", 1, "etoken")));
	assert_true(same_key(key, key_of(c, "acme", 1, "token")));
}

static void
key_takes_views(void **state)
{
	struct facts_cache *c = *state;
	struct facts_key key;

	assert_int_equal(
	    facts_cache_key(c, "acme", 1, (struct text){"tokenXYZ", 5}, &key),
	    STATUS_OK);
	assert_true(same_key(key, key_of(c, "acme", 1, "token")));
}

static void
key_is_of_this_boot(void **state)
{
	struct facts_cache *c = *state;
	struct facts_cache *other = facts_cache_new(1);

	assert_non_null(other);
	assert_false(same_key(
	    key_of(c, "acme", 1, "token"), key_of(other, "acme", 1, "token")));
	facts_cache_free(other);
}

static void
fingerprint_is_short_hex(void **state)
{
	struct facts_key key = {.bytes = {0x00, 0xab, 0x0f, 0xf0, 0x55}};
	char text[9];

	(void)state;
	facts_key_fingerprint(&key, text);
	assert_string_equal(text, "00ab0ff0");
}

static void
gives_what_was_put(void **state)
{
	struct facts_cache *c = *state;
	struct facts_key key = key_of(c, "acme", 1, "t");
	struct facts *f = make_facts(), *got;
	int64_t age = -1;

	assert_null(facts_cache_get(c, &key, START, &age));
	assert_int_equal(age, -1);
	facts_cache_put(c, &key, f, START, 10000);
	assert_int_equal(f->references, 2);
	got = facts_cache_get(c, &key, START + 1234567, &age);
	assert_ptr_equal(got, f);
	assert_int_equal(f->references, 3);
	assert_int_equal(age, 1234);
	facts_unref(got);
	facts_cache_flush(c);
	assert_int_equal(f->references, 1);
	assert_null(facts_cache_get(c, &key, START, &age));
	facts_unref(f);
}

static void
ends_with_its_time(void **state)
{
	struct facts_cache *c = *state;

	put(c, "t", true, START, 1000);
	assert_int_equal(get(c, "t", START + SECOND - 1), 1);
	assert_int_equal(get(c, "t", START + SECOND), -1);
	assert_int_equal(facts_cache_count(c, true), 0);
	put(c, "t", true, START, 0);
	assert_int_equal(get(c, "t", START), -1);
	put(c, "t", true, START, -5);
	assert_int_equal(get(c, "t", START), -1);
	assert_int_equal(facts_cache_count(c, true), 0);
}

static void
kinds_are_apart(void **state)
{
	struct facts_cache *c = *state;

	put(c, "good", true, START, 1000);
	put(c, "bad", false, START, 1000);
	assert_int_equal(facts_cache_count(c, true), 1);
	assert_int_equal(facts_cache_count(c, false), 1);
	assert_int_equal(get(c, "good", START), 1);
	assert_int_equal(get(c, "bad", START), 0);
}

/* Rubbish cannot push good entries out, and is bounded itself. */
static void
negatives_are_bounded(void **state)
{
	struct facts_cache *c = *state;

	put(c, "good", true, START, 100000);
	for (unsigned int i = 0; i <= FACTS_CACHE_NEGATIVE_MAX; i++) {
		char token[32];

		snprintf(token, sizeof(token), "bad%u", i);
		put(c, token, false, START, 100000);
	}
	assert_int_equal(facts_cache_count(c, false), FACTS_CACHE_NEGATIVE_MAX);
	assert_int_equal(get(c, "good", START), 1);
	assert_int_equal(get(c, "bad0", START), -1);
	assert_int_equal(get(c, "bad1", START), 0);
}

static void
least_recently_used_goes(void **state)
{
	struct facts_cache *c = *state;

	put(c, "a", true, START, 1000);
	put(c, "b", true, START, 1000);
	put(c, "c", true, START, 1000);
	put(c, "d", true, START, 1000);
	assert_int_equal(get(c, "a", START), 1);
	assert_int_equal(facts_cache_count(c, true), SMALL);
	put(c, "e", true, START, 1000);
	assert_int_equal(facts_cache_count(c, true), SMALL);
	assert_int_equal(get(c, "b", START), -1);
	assert_int_equal(get(c, "a", START), 1);
	assert_int_equal(get(c, "c", START), 1);
	/* To put the same again pushes nobody out. */
	put(c, "e", true, START, 1000);
	assert_int_equal(get(c, "d", START), 1);
	assert_int_equal(facts_cache_count(c, true), SMALL);
}

/* The newest answer is the only one, whichever way it went. */
static void
newest_answer_counts(void **state)
{
	struct facts_cache *c = *state;

	put(c, "t", true, START, 100000);
	put(c, "t", false, START, 5000);
	assert_int_equal(get(c, "t", START), 0);
	assert_int_equal(get(c, "t", START + 6 * SECOND), -1);
	put(c, "t", true, START, 100000);
	assert_int_equal(get(c, "t", START), 1);
	assert_int_equal(facts_cache_count(c, false), 0);
	put(c, "t", true, START, 0);
	assert_int_equal(get(c, "t", START), -1);
}

/* Facts that somebody still holds outlive their entry. */
static void
held_facts_survive(void **state)
{
	struct facts_cache *c = *state;
	struct facts_key key = key_of(c, "acme", 1, "t");
	struct facts *f;
	int64_t age;

	put(c, "t", true, START, 1000);
	f = facts_cache_get(c, &key, START, &age);
	assert_int_equal(get(c, "t", START + SECOND), -1);
	assert_string_equal(f->subject, "subject-1");
	facts_unref(f);
}

/* Through every size of a table: all are found, one too many is not. */
static void
all_sizes(void **state)
{
	(void)state;
	for (unsigned int size = 1; size <= 33; size++) {
		struct facts_cache *c = facts_cache_new(size);
		char token[32];

		assert_non_null(c);
		for (unsigned int i = 0; i <= size; i++) {
			snprintf(token, sizeof(token), "t%u", i);
			put(c, token, true, START, 1000);
		}
		assert_int_equal(get(c, "t0", START), -1);
		for (unsigned int i = 1; i <= size; i++) {
			snprintf(token, sizeof(token), "t%u", i);
			assert_int_equal(get(c, token, START), 1);
		}
		facts_cache_free(c);
	}
	facts_cache_free(NULL);
}

/* A server that states a lot takes no more memory than others, and what is over
 * is not kept until somebody asks for it. */
static void
octets_are_bounded(void **state)
{
	static char large[256 * 1024];
	struct facts_cache *c = facts_cache_new(1000);
	struct facts *f = facts_new();
	struct facts_key key = {{0}};
	int64_t age;

	(void)state;
	assert_non_null(c);
	assert_non_null(f);
	f->active = true;
	memset(large, 'x', sizeof(large) - 1);
	assert_int_equal(facts_claim_add(f, "c", large), STATUS_OK);
	assert_in_range(facts_size(f), sizeof(large), sizeof(large) + 4096);
	facts_cache_flush(c);
	assert_int_equal(facts_cache_octets(c), 0);
	for (unsigned int i = 0; i < 200; i++) {
		memcpy(key.bytes, &i, sizeof(i));
		facts_cache_put(c, &key, f, START, 1000);
		assert_true(facts_cache_octets(c) <= FACTS_CACHE_OCTETS);
	}
	assert_in_range(facts_cache_octets(c), FACTS_CACHE_OCTETS / 10 * 9,
	    FACTS_CACHE_OCTETS);
	/* The newest is there. */
	facts_unref(facts_cache_get(c, &key, START, &age));
	assert_int_equal(age, 0);
	put(c, "small", true, START + SECOND, 1000);
	assert_int_equal(facts_cache_count(c, true), 1);
	assert_in_range(facts_cache_octets(c), 1, 8192);
	facts_cache_flush(c);
	assert_int_equal(facts_cache_octets(c), 0);
	facts_unref(f);
	facts_cache_free(c);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(key_depends_on_all_parts),
	    TEST(key_takes_views),
	    TEST(key_is_of_this_boot),
	    TEST(fingerprint_is_short_hex),
	    TEST(gives_what_was_put),
	    TEST(ends_with_its_time),
	    TEST(kinds_are_apart),
	    TEST(negatives_are_bounded),
	    TEST(least_recently_used_goes),
	    TEST(newest_answer_counts),
	    TEST(held_facts_survive),
	    TEST(all_sizes),
	    TEST(octets_are_bounded),
	};

	return cmocka_run_group_tests_name("facts_cache", tests, NULL, NULL);
}
