/* SPDX-License-Identifier: ISC */
/* The ring of signing keys, from the first key to the JWK Set. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "jose/sign.h"
#include "jose/key_ring.h"
#include "jose/key_store.h"
#include "scopegate/cleanup.h"
#include "scopegate/log.h"
#include "store/store.h"
#include "temporary_store.h"

#define NOW 1000000
#define CLAIMS "{\"sub\":\"alice\"}"

struct fixture {
	struct temporary_store files;
	struct store *store, *other; /* as two processes have it */
	struct key_ring ring;
};

static struct rsa_key *keys[4];

static int
make_keys(void **state)
{
	(void)state;
	for (size_t i = 0; i < ELEMENTS(keys); i++) {
		if (rsa_key_generate(&keys[i]) != STATUS_OK)
			return -1;
	}
	return 0;
}

static int
free_keys(void **state)
{
	(void)state;
	for (size_t i = 0; i < ELEMENTS(keys); i++)
		rsa_key_freep(&keys[i]);
	return 0;
}

static int
set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	if (f == NULL || temporary_store_make(&f->files) != 0)
		return -1;
	f->store = f->files.store;
	*state = f;
	return store_open(f->files.path, &f->other) == STATUS_OK ? 0 : -1;
}

static int
tear_down(void **state)
{
	struct fixture *f = *state;

	key_ring_clear(&f->ring);
	store_free(f->other);
	temporary_store_remove(&f->files);
	free(f);
	return 0;
}

static void
sign(struct fixture *f, struct buf *ret)
{
	buf_init_sensitive(ret, JWS_MAX);
	assert_int_equal(key_ring_sign(&f->ring, f->store, NOW, "at+jwt",
			     CLAIMS, strlen(CLAIMS), ret),
	    STATUS_OK);
}

/* Members of a public key: these and no others, above all no private one. */
static void
check_members(const struct json_value *key)
{
	static const char *const members[] = {
	    "kty", "use", "alg", "kid", "n", "e"};
	const struct json_value *m = json_first(key);

	for (size_t i = 0; i < ELEMENTS(members); i++) {
		assert_non_null(m);
		assert_string_equal(json_name(m), members[i]);
		m = json_next(m);
	}
	assert_null(m);
}

static bool
is_published(struct fixture *f, int64_t now, const char *id)
{
	_cleanup_(buf_clear) struct buf out = {0};
	_cleanup_(json_freep) struct json *j = NULL;
	const struct json_value *v;
	const char *reason, *kid = NULL;
	bool found = false;

	buf_init(&out, 65536);
	assert_int_equal(key_ring_write_public(f->store, now, &out), STATUS_OK);
	assert_int_equal(
	    json_parse((char *)out.data, out.length, &j, &reason), STATUS_OK);
	v = json_first(json_get(json_top(j), "keys"));
	for (; v != NULL; v = json_next(v)) {
		check_members(v);
		assert_int_equal(
		    json_string(json_get(v, "kid"), &kid), STATUS_OK);
		found |= strcmp(kid, id) == 0;
	}
	return found;
}

static void
state_id(struct fixture *f, enum key_state state, char ret[RSA_KEY_ID_SIZE])
{
	assert_int_equal(key_find_id(f->store, state, ret), STATUS_OK);
}

/* Current and next, without the time that making them takes. */
static void
begin(struct fixture *f)
{
	assert_int_equal(
	    key_add(f->store, keys[0], KEY_CURRENT, NOW), STATUS_OK);
	assert_int_equal(key_add(f->store, keys[1], KEY_NEXT, NOW), STATUS_OK);
}

static enum status
rotate(struct store *s, const struct rsa_key *fresh, int64_t now)
{
	return key_ring_rotate(s, fresh, "carol", false, now);
}

static int64_t
audit_count(struct fixture *f, const char *action, const char *subject)
{
	_cleanup_(query_done) struct query q = query_start(f->store,
	    "SELECT count(*) FROM audit WHERE action = ? AND subject = ?");
	char text[64];

	(void)snprintf(text, sizeof(text), "key %s", subject);
	query_text(&q, action);
	query_text(&q, text);
	assert_int_equal(query_step(&q), STATUS_OK);
	return query_column_integer(&q, 0);
}

static void
makes_the_first_keys(void **state)
{
	struct fixture *f = *state;
	_cleanup_(buf_clear) struct buf jws = {0};
	char current[RSA_KEY_ID_SIZE], next[RSA_KEY_ID_SIZE],
	    again[RSA_KEY_ID_SIZE];

	assert_false(is_published(f, NOW, ""));
	sign(f, &jws);
	state_id(f, KEY_CURRENT, current);
	state_id(f, KEY_NEXT, next);
	assert_true(is_published(f, NOW, current));
	assert_true(is_published(f, NOW, next));
	assert_int_equal(audit_count(f, "key.create", current), 1);
	assert_int_equal(audit_count(f, "key.create", next), 1);
	assert_int_equal(key_ring_prepare(f->other, NOW), STATUS_OK);
	state_id(f, KEY_CURRENT, again);
	assert_string_equal(again, current);
}

static void
makes_keys_in_the_callers_transaction(void **state)
{
	struct fixture *f = *state;
	char id[RSA_KEY_ID_SIZE];
	{
		_cleanup_(transaction_end) struct transaction t = {NULL};

		assert_int_equal(transaction_write(f->store, &t), STATUS_OK);
		assert_int_equal(key_ring_prepare(f->store, NOW), STATUS_OK);
		state_id(f, KEY_CURRENT, id);
	}
	assert_int_equal(
	    key_find_id(f->store, KEY_CURRENT, id), STATUS_NOT_FOUND);
}

static void
signs_with_the_current_key_and_names_it(void **state)
{
	struct fixture *f = *state;
	_cleanup_(buf_clear) struct buf jws = {0}, wanted = {0};
	const struct jws_header header = {keys[0]->id, "at+jwt"};

	begin(f);
	sign(f, &jws);
	buf_init_sensitive(&wanted, JWS_MAX);
	assert_int_equal(
	    jws_sign(keys[0], &header, CLAIMS, strlen(CLAIMS), &wanted),
	    STATUS_OK);
	assert_string_equal(buf_string(&jws), buf_string(&wanted));
}

static void
parses_a_key_once(void **state)
{
	struct fixture *f = *state;
	_cleanup_(buf_clear) struct buf one = {0}, two = {0};
	const struct rsa_key *k;

	begin(f);
	sign(f, &one);
	k = f->ring.key;
	sign(f, &two);
	assert_ptr_equal(f->ring.key, k);
	assert_string_equal(buf_string(&one), buf_string(&two));
}

static void
notices_a_rotation_elsewhere(void **state)
{
	struct fixture *f = *state;
	_cleanup_(buf_clear) struct buf before = {0}, after = {0};
	char current[RSA_KEY_ID_SIZE], next[RSA_KEY_ID_SIZE],
	    id[RSA_KEY_ID_SIZE];

	begin(f);
	sign(f, &before);
	state_id(f, KEY_CURRENT, current);
	state_id(f, KEY_NEXT, next);
	assert_string_equal(f->ring.key->id, current);
	assert_int_equal(rotate(f->other, keys[2], NOW + 1), STATUS_OK);
	sign(f, &after);
	assert_string_equal(f->ring.key->id, next);
	state_id(f, KEY_CURRENT, id);
	assert_string_equal(id, next);
	state_id(f, KEY_NEXT, id);
	assert_string_not_equal(id, next);
	assert_string_not_equal(id, current);
	assert_true(is_published(f, NOW + 1, id));
	assert_int_equal(audit_count(f, "key.rotate", next), 1);
	/* Verifiers need time to learn of the next one. */
	assert_int_equal(rotate(f->other, keys[3], NOW + KEY_CACHED_SECONDS),
	    STATUS_FORBIDDEN);
	assert_int_equal(
	    rotate(f->other, keys[3], NOW + 1 + KEY_CACHED_SECONDS), STATUS_OK);
}

static void
publishes_a_retired_key_for_a_day(void **state)
{
	struct fixture *f = *state;
	char old[RSA_KEY_ID_SIZE];
	struct rsa_key *k = NULL;

	begin(f);
	state_id(f, KEY_CURRENT, old);
	assert_int_equal(rotate(f->store, keys[2], NOW), STATUS_OK);
	assert_true(is_published(f, NOW + KEY_RETIRED_SECONDS - 1, old));
	assert_false(is_published(f, NOW + KEY_RETIRED_SECONDS, old));
	assert_int_equal(
	    key_ring_purge(f->store, NOW + KEY_RETIRED_SECONDS - 1), STATUS_OK);
	assert_int_equal(key_load(f->store, old, &k), STATUS_OK);
	rsa_key_freep(&k);
	assert_int_equal(
	    rotate(f->store, keys[3], NOW + KEY_RETIRED_SECONDS), STATUS_OK);
	assert_int_equal(key_load(f->store, old, &k), STATUS_NOT_FOUND);
	assert_null(k);
}

static void
add_retired(struct fixture *f, int64_t count)
{
	_cleanup_(query_done) struct query q = query_start(f->store,
	    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
	    " WHERE i < ?) INSERT INTO signing_keys (kid, alg, private, state,"
	    " created, retired) SELECT i, 'RS256', x'00', 'retired', 1, ?"
	    " FROM n");

	query_integer(&q, count);
	query_integer(&q, NOW);
	assert_int_equal(query_run(&q), STATUS_OK);
}

static void
retires_only_so_many_a_day(void **state)
{
	struct fixture *f = *state;
	struct key_row rows[KEYS_PUBLISHED_MAX + 1];
	size_t count = 0;

	assert_int_equal(rotate(f->store, keys[2], NOW), STATUS_NOT_FOUND);
	begin(f);
	add_retired(f, KEYS_PUBLISHED_MAX - 3);
	assert_int_equal(
	    key_ring_rotate(f->store, keys[2], "carol", true, NOW), STATUS_OK);
	assert_int_equal(key_ring_rotate(f->store, keys[3], "carol", true, NOW),
	    STATUS_BUSY);
	assert_int_equal(
	    key_list(f->store, 0, rows, ELEMENTS(rows), &count), STATUS_OK);
	assert_int_equal(count, KEYS_PUBLISHED_MAX);
	assert_int_equal(
	    rotate(f->store, keys[3], NOW + KEY_RETIRED_SECONDS), STATUS_OK);
	assert_int_equal(
	    key_list(f->store, 0, rows, ELEMENTS(rows), &count), STATUS_OK);
	assert_int_equal(count, 3);
}

static void
refuse_the_store(struct fixture *f)
{
	_cleanup_(buf_clear) struct buf out = {0};

	buf_init_sensitive(&out, JWS_MAX);
	key_ring_clear(&f->ring);
	assert_int_equal(
	    key_ring_sign(&f->ring, f->store, NOW, NULL, "{}", 2, &out),
	    STATUS_MALFORMED);
	assert_int_equal(out.length, 0);
	assert_null(f->ring.key);
	assert_int_equal(
	    key_ring_write_public(f->store, NOW, &out), STATUS_MALFORMED);
}

static void
put_private(struct fixture *f, const void *data, size_t size)
{
	_cleanup_(query_done) struct query q = query_start(f->store,
	    "UPDATE signing_keys SET private = ? WHERE state = 'current'");

	query_blob(&q, data, size);
	assert_int_equal(query_run(&q), STATUS_OK);
}

static void
refuses_damaged_rows(void **state)
{
	static const uint8_t big[RSA_KEY_BYTES_MAX + 1] = {0x30};
	struct fixture *f = *state;
	_cleanup_(buf_clear) struct buf der = {0};

	begin(f);
	put_private(f, "nonsense", 8);
	refuse_the_store(f);
	put_private(f, "", 0);
	refuse_the_store(f);
	put_private(f, big, sizeof(big));
	refuse_the_store(f);
	/* A good key, but not the one of that name. */
	buf_init_sensitive(&der, RSA_KEY_BYTES_MAX);
	assert_int_equal(rsa_key_to_bytes(keys[2], &der), STATUS_OK);
	put_private(f, der.data, der.length);
	refuse_the_store(f);
}

static void
keeps_one_current_and_one_next(void **state)
{
	struct fixture *f = *state;

	begin(f);
	assert_int_equal(
	    key_add(f->store, keys[2], KEY_CURRENT, NOW), STATUS_FORBIDDEN);
	assert_int_equal(
	    key_add(f->store, keys[2], KEY_NEXT, NOW), STATUS_FORBIDDEN);
	assert_int_equal(key_shift(f->store, NOW), STATUS_OK);
	assert_int_equal(key_shift(f->store, NOW), STATUS_NOT_FOUND);
}

#define STORE_TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    STORE_TEST(makes_the_first_keys),
	    STORE_TEST(makes_keys_in_the_callers_transaction),
	    STORE_TEST(signs_with_the_current_key_and_names_it),
	    STORE_TEST(parses_a_key_once),
	    STORE_TEST(notices_a_rotation_elsewhere),
	    STORE_TEST(publishes_a_retired_key_for_a_day),
	    STORE_TEST(retires_only_so_many_a_day),
	    STORE_TEST(refuses_damaged_rows),
	    STORE_TEST(keeps_one_current_and_one_next),
	};

	log_open("test", LOG_LEVEL_ERROR);
	return cmocka_run_group_tests_name(
	    "brokerd_jose", tests, make_keys, free_keys);
}
