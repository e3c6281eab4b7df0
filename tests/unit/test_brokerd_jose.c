/* SPDX-License-Identifier: ISC */
/* The ring of signing keys, from the first key to the JWK Set. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <openssl/evp.h>

#include "base64url_read.h"
#include "jose/jws.h"
#include "jose/key_ring.h"
#include "jose/key_store.h"
#include "scopegate/cleanup.h"
#include "scopegate/log.h"
#include "store/store.h"

#define NOW 1000000
#define CLAIMS "{\"sub\":\"alice\"}"

struct fixture {
	char directory[128];
	char path[160];
	struct store *store, *other; /* as two processes have it */
	struct key_ring ring;
};

static int
set_up(void **state)
{
	const char *base = getenv("TMPDIR");
	struct fixture *f = calloc(1, sizeof(*f));

	if (f == NULL)
		return -1;
	(void)snprintf(f->directory, sizeof(f->directory), "%s/brokerd.XXXXXX",
	    base == NULL ? "/tmp" : base);
	if (mkdtemp(f->directory) == NULL)
		return -1;
	(void)snprintf(f->path, sizeof(f->path), "%s/store", f->directory);
	*state = f;
	return store_create(f->path, &f->store) == STATUS_OK &&
		       store_open(f->path, &f->other) == STATUS_OK
		   ? 0
		   : -1;
}

static int
tear_down(void **state)
{
	static const char *const endings[] = {"", "-wal", "-shm"};
	struct fixture *f = *state;
	char path[192];

	key_ring_clear(&f->ring);
	store_free(f->other);
	store_free(f->store);
	for (size_t i = 0; i < ELEMENTS(endings); i++) {
		(void)snprintf(path, sizeof(path), "%s%s", f->path, endings[i]);
		(void)unlink(path);
	}
	(void)rmdir(f->directory);
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

/* The set as verifiers see it: its names, and whether it is well formed. */
static size_t
published(struct fixture *f, int64_t now, const char *id, bool *ret_has)
{
	_cleanup_(buf_clear) struct buf out = {0};
	_cleanup_(json_freep) struct json *j = NULL;
	static const char *const members[] = {
	    "kty", "use", "alg", "kid", "n", "e"};
	const struct json_value *keys, *v;
	const char *reason, *kid = NULL;

	buf_init(&out, 65536);
	assert_int_equal(key_ring_write_public(f->store, now, &out), STATUS_OK);
	assert_int_equal(
	    json_parse((char *)out.data, out.length, &j, &reason), STATUS_OK);
	keys = json_get(json_top(j), "keys");
	*ret_has = false;
	for (v = json_first(keys); v != NULL; v = json_next(v)) {
		const struct json_value *m = json_first(v);

		/* These and no others: above all none that is private. */
		for (size_t i = 0; i < ELEMENTS(members); i++) {
			assert_non_null(m);
			assert_string_equal(json_name(m), members[i]);
			m = json_next(m);
		}
		assert_null(m);
		assert_int_equal(
		    json_string(json_get(v, "kid"), &kid), STATUS_OK);
		*ret_has |= strcmp(kid, id) == 0;
	}
	return json_count(keys);
}

static bool
is_published(struct fixture *f, int64_t now, const char *id)
{
	bool has = false;

	(void)published(f, now, id, &has);
	return has;
}

static void
state_id(struct fixture *f, enum key_state state, char ret[RSA_KEY_ID_SIZE])
{
	assert_int_equal(key_find_id(f->store, state, ret), STATUS_OK);
}

static void
rotate(struct store *s, int64_t now)
{
	_cleanup_(rsa_key_freep) struct rsa_key *k = NULL;

	assert_int_equal(rsa_key_generate(&k), STATUS_OK);
	assert_int_equal(key_ring_rotate(s, k, "carol", now), STATUS_OK);
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
signs_so_that_the_public_key_verifies(void **state)
{
	struct fixture *f = *state;
	_cleanup_(buf_clear) struct buf jws = {0};
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	uint8_t header[256], claims[64], signature[512];
	char *dot, *last, wanted[160];
	size_t size;

	sign(f, &jws);
	dot = strchr((char *)jws.data, '.');
	last = strrchr((char *)jws.data, '.');
	size = base64url_read(
	    (char *)jws.data, (size_t)(dot - (char *)jws.data), header);
	(void)snprintf(wanted, sizeof(wanted),
	    "{\"alg\":\"RS256\",\"kid\":\"%s\",\"typ\":\"at+jwt\"}",
	    f->ring.key->id);
	assert_int_equal(size, strlen(wanted));
	assert_memory_equal(header, wanted, size);
	size = base64url_read(dot + 1, (size_t)(last - dot - 1), claims);
	assert_int_equal(size, strlen(CLAIMS));
	assert_memory_equal(claims, CLAIMS, size);
	size = base64url_read(last + 1, strlen(last + 1), signature);
	assert_int_equal(size, RSA_KEY_BITS / 8);
	assert_int_equal(EVP_DigestVerifyInit(context, NULL, EVP_sha256(), NULL,
			     f->ring.key->pkey),
	    1);
	assert_int_equal(EVP_DigestVerify(context, signature, size, jws.data,
			     (size_t)(last - (char *)jws.data)),
	    1);
	EVP_MD_CTX_free(context);
}

static void
parses_a_key_once(void **state)
{
	struct fixture *f = *state;
	_cleanup_(buf_clear) struct buf one = {0}, two = {0};
	const struct rsa_key *k;

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

	sign(f, &before);
	state_id(f, KEY_CURRENT, current);
	state_id(f, KEY_NEXT, next);
	assert_string_equal(f->ring.key->id, current);
	rotate(f->other, NOW + 1);
	sign(f, &after);
	assert_string_equal(f->ring.key->id, next);
	state_id(f, KEY_CURRENT, id);
	assert_string_equal(id, next);
	state_id(f, KEY_NEXT, id);
	assert_string_not_equal(id, next);
	assert_string_not_equal(id, current);
	assert_true(is_published(f, NOW + 1, id));
	assert_int_equal(audit_count(f, "key.rotate", next), 1);
}

static void
publishes_a_retired_key_for_a_day(void **state)
{
	struct fixture *f = *state;
	char old[RSA_KEY_ID_SIZE];
	struct rsa_key *k = NULL;

	assert_int_equal(key_ring_prepare(f->store, NOW), STATUS_OK);
	state_id(f, KEY_CURRENT, old);
	rotate(f->store, NOW);
	assert_true(is_published(f, NOW + KEY_RETIRED_SECONDS - 1, old));
	assert_false(is_published(f, NOW + KEY_RETIRED_SECONDS, old));
	assert_int_equal(
	    key_ring_purge(f->store, NOW + KEY_RETIRED_SECONDS - 1), STATUS_OK);
	assert_int_equal(key_load(f->store, old, &k), STATUS_OK);
	rsa_key_freep(&k);
	rotate(f->store, NOW + KEY_RETIRED_SECONDS);
	assert_int_equal(key_load(f->store, old, &k), STATUS_NOT_FOUND);
	assert_null(k);
}

static void
retires_only_so_many_a_day(void **state)
{
	struct fixture *f = *state;
	_cleanup_(rsa_key_freep) struct rsa_key *k = NULL;
	bool has;

	assert_int_equal(rsa_key_generate(&k), STATUS_OK);
	assert_int_equal(
	    key_ring_rotate(f->store, k, "carol", NOW), STATUS_NOT_FOUND);
	assert_int_equal(key_ring_prepare(f->store, NOW), STATUS_OK);
	for (int i = 2; i < KEYS_PUBLISHED_MAX; i++)
		rotate(f->store, NOW);
	assert_int_equal(published(f, NOW, "", &has), KEYS_PUBLISHED_MAX);
	assert_int_equal(
	    key_ring_rotate(f->store, k, "carol", NOW), STATUS_BUSY);
	assert_int_equal(
	    key_ring_rotate(f->store, k, "carol", NOW + KEY_RETIRED_SECONDS),
	    STATUS_OK);
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
	_cleanup_(rsa_key_freep) struct rsa_key *k = NULL;
	_cleanup_(buf_clear) struct buf der = {0};

	assert_int_equal(key_ring_prepare(f->store, NOW), STATUS_OK);
	put_private(f, "nonsense", 8);
	refuse_the_store(f);
	put_private(f, "", 0);
	refuse_the_store(f);
	put_private(f, big, sizeof(big));
	refuse_the_store(f);
	/* A good key, but not the one of that name. */
	assert_int_equal(rsa_key_generate(&k), STATUS_OK);
	buf_init_sensitive(&der, RSA_KEY_BYTES_MAX);
	assert_int_equal(rsa_key_to_bytes(k, &der), STATUS_OK);
	put_private(f, der.data, der.length);
	refuse_the_store(f);
}

static void
keeps_one_current_and_one_next(void **state)
{
	struct fixture *f = *state;
	_cleanup_(rsa_key_freep) struct rsa_key *k = NULL;

	assert_int_equal(key_ring_prepare(f->store, NOW), STATUS_OK);
	assert_int_equal(rsa_key_generate(&k), STATUS_OK);
	assert_int_equal(
	    key_add(f->store, k, KEY_CURRENT, NOW), STATUS_FORBIDDEN);
	assert_int_equal(key_add(f->store, k, KEY_NEXT, NOW), STATUS_FORBIDDEN);
}

#define STORE_TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    STORE_TEST(makes_the_first_keys),
	    STORE_TEST(makes_keys_in_the_callers_transaction),
	    STORE_TEST(signs_so_that_the_public_key_verifies),
	    STORE_TEST(parses_a_key_once),
	    STORE_TEST(notices_a_rotation_elsewhere),
	    STORE_TEST(publishes_a_retired_key_for_a_day),
	    STORE_TEST(retires_only_so_many_a_day),
	    STORE_TEST(refuses_damaged_rows),
	    STORE_TEST(keeps_one_current_and_one_next),
	};

	log_open("test", LOG_LEVEL_ERROR);
	return cmocka_run_group_tests_name("brokerd_jose", tests, NULL, NULL);
}
