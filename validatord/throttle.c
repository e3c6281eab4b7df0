/* SPDX-License-Identifier: ISC */
/*
 * How many refused tries a place and a user have. One number a bucket: the
 * time at which all its refusals are forgiven. Must never count anything but
 * refusals, or an outage would lock people out.
 */
#include "throttle.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "digest_table.h"
#include "scopegate/cleanup.h"

/* What is limited. On tools.sock callers name any rhost and user they like:
 * their tries count against themselves, never against sshd's users. */
enum limit { BY_USER, BY_RHOST, BY_UID, LIMITS };

static const struct {
	int64_t burst, per_minute;
} rates[LIMITS] = {
    [BY_USER] = {THROTTLE_USER_BURST, THROTTLE_USER_PER_MINUTE},
    [BY_RHOST] = {THROTTLE_RHOST_BURST, THROTTLE_RHOST_PER_MINUTE},
    [BY_UID] = {THROTTLE_RHOST_BURST, THROTTLE_RHOST_PER_MINUTE},
};

struct bucket {
	struct digest_node node;
	int64_t clear_us; /* when the last refusal is forgiven */
};

/* A table each: cycling through user names fills BY_USER only, and pushes no
 * address out of BY_RHOST. */
struct throttle {
	uint8_t seed[32];
	EVP_MD_CTX *digest;
	struct digest_table tables[LIMITS];
};

static void
bucket_release(struct digest_node *node)
{
	free(node);
}

static void
throttle_freep(struct throttle **t)
{
	throttle_free(*t);
}

struct throttle *
throttle_new(void)
{
	_cleanup_(throttle_freep) struct throttle *t = calloc(1, sizeof(*t));

	if (t == NULL ||
	    getrandom(t->seed, sizeof(t->seed), 0) != (ssize_t)sizeof(t->seed))
		return NULL;
	t->digest = EVP_MD_CTX_new();
	if (t->digest == NULL ||
	    EVP_DigestInit_ex(t->digest, EVP_sha256(), NULL) != 1)
		return NULL;
	for (size_t i = 0; i < LIMITS; i++) {
		if (!digest_table_init(
			&t->tables[i], THROTTLE_TABLE_MAX, bucket_release))
			return NULL;
	}
	return TAKE_PTR(t);
}

void
throttle_free(struct throttle *t)
{
	if (t == NULL)
		return;
	for (size_t i = 0; i < LIMITS; i++)
		digest_table_clear(&t->tables[i]);
	EVP_MD_CTX_free(t->digest);
	free(t);
}

static bool
limit_applies(enum limit limit, const struct throttle_key *key)
{
	return limit == BY_USER || (limit == BY_UID) == key->by_uid;
}

/* The seed keeps strangers from choosing buckets; the table tells the kinds
 * of limit apart. false: OpenSSL failed. */
static bool
bucket_key(struct throttle *t, enum limit limit, const struct throttle_key *key,
    uint8_t ret[DIGEST_SIZE])
{
	bool local = key->rhost.bytes == NULL;
	struct text named = local ? key->ruser : key->rhost;
	struct text place = limit != BY_UID ? named : (struct text){0};
	struct text user = limit == BY_USER ? key->user : (struct text){0};
	const uint64_t head[] = {key->by_uid ? 1 + (uint64_t)key->uid : 0,
	    local, place.bytes != NULL, place.length};

	return EVP_DigestInit_ex(t->digest, NULL, NULL) == 1 &&
	       EVP_DigestUpdate(t->digest, t->seed, sizeof(t->seed)) == 1 &&
	       EVP_DigestUpdate(t->digest, head, sizeof(head)) == 1 &&
	       EVP_DigestUpdate(t->digest, place.bytes, place.length) == 1 &&
	       EVP_DigestUpdate(t->digest, user.bytes, user.length) == 1 &&
	       EVP_DigestFinal_ex(t->digest, ret, NULL) == 1;
}

static int64_t
refusal_us(enum limit limit)
{
	return 60 * INT64_C(1000000) / rates[limit].per_minute;
}

/* How long until one more try is allowed; 0: now. A bucket that has forgotten
 * everything is released on the way. */
static int64_t
wait_us(struct throttle *t, enum limit limit, const struct throttle_key *key,
    int64_t now_us)
{
	struct digest_table *table = &t->tables[limit];
	uint8_t digest[DIGEST_SIZE];
	struct bucket *b;
	int64_t wait;

	/* Forgiven buckets leave by and by, so that a login pays for the two
	 * digests only while somebody is being slowed down. */
	b = (struct bucket *)table->oldest;
	if (b != NULL && b->clear_us <= now_us)
		digest_table_remove(table, &b->node);
	if (table->count == 0)
		return 0;
	/* Unknown is never yes. */
	if (!bucket_key(t, limit, key, digest))
		return refusal_us(limit);
	b = (struct bucket *)digest_table_find(table, digest);
	if (b == NULL)
		return 0;
	wait =
	    b->clear_us - now_us - (rates[limit].burst - 1) * refusal_us(limit);
	if (b->clear_us <= now_us)
		digest_table_remove(table, &b->node);
	return wait > 0 ? wait : 0;
}

bool
throttle_allows(struct throttle *t, const struct throttle_key *key,
    int64_t now_us, unsigned int *ret_retry_after_s)
{
	int64_t longest = 0;

	for (enum limit limit = 0; limit < LIMITS; limit++) {
		int64_t wait = limit_applies(limit, key)
				   ? wait_us(t, limit, key, now_us)
				   : 0;

		if (wait > longest)
			longest = wait;
	}
	if (longest == 0)
		return true;
	*ret_retry_after_s = (unsigned int)((longest + 999999) / 1000000);
	return false;
}

static void
refusal_add(struct throttle *t, enum limit limit,
    const struct throttle_key *key, int64_t now_us)
{
	int64_t most_us = now_us + rates[limit].burst * refusal_us(limit);
	struct digest_table *table = &t->tables[limit];
	uint8_t digest[DIGEST_SIZE];
	struct bucket *b;

	if (!bucket_key(t, limit, key, digest))
		return;
	b = (struct bucket *)digest_table_find(table, digest);
	if (b == NULL) {
		b = calloc(1, sizeof(*b));
		if (b == NULL)
			return;
		memcpy(b->node.key, digest, sizeof(digest));
		digest_table_add(table, &b->node);
	}
	if (b->clear_us < now_us)
		b->clear_us = now_us;
	b->clear_us += refusal_us(limit);
	/* Tries already under way when the bucket ran empty do not add up to
	 * a longer lockout. */
	if (b->clear_us > most_us)
		b->clear_us = most_us;
}

void
throttle_refused(
    struct throttle *t, const struct throttle_key *key, int64_t now_us)
{
	for (enum limit limit = 0; limit < LIMITS; limit++) {
		if (limit_applies(limit, key))
			refusal_add(t, limit, key, now_us);
	}
}
