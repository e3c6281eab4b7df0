/* SPDX-License-Identifier: ISC */
/*
 * What authorization servers said a moment ago, found by a keyed hash of the
 * token. Must never hold a token or a verdict, nor hand out an entry whose
 * time is over.
 */
#include "facts_cache.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "digest_table.h"
#include "scopegate/cleanup.h"

struct entry {
	struct digest_node node;
	struct facts *facts;
	int64_t stored_us, until_us;
	size_t size;
	size_t *total; /* of the cache */
};

struct facts_cache {
	EVP_MAC_CTX *mac; /* keyed once; the key schedule is its own */
	struct digest_table positive, negative;
	size_t octets;
};

_Static_assert(FACTS_KEY_SIZE == DIGEST_SIZE, "one size of key");

static void
entry_release(struct digest_node *node)
{
	struct entry *e = (struct entry *)node;

	*e->total -= e->size;
	facts_unref(e->facts);
	free(e);
}

/* A random key that nobody, the operator included, ever learns. */
static EVP_MAC_CTX *
mac_new(void)
{
	char digest[] = "SHA256";
	const OSSL_PARAM parameters[] = {
	    OSSL_PARAM_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
	    OSSL_PARAM_END,
	};
	EVP_MAC *mac = EVP_MAC_fetch(NULL, "HMAC", NULL);
	EVP_MAC_CTX *context = mac != NULL ? EVP_MAC_CTX_new(mac) : NULL;
	uint8_t key[32];
	bool keyed = context != NULL &&
		     getrandom(key, sizeof(key), 0) == (ssize_t)sizeof(key) &&
		     EVP_MAC_init(context, key, sizeof(key), parameters) == 1;

	explicit_bzero(key, sizeof(key));
	EVP_MAC_free(mac);
	if (keyed)
		return context;
	EVP_MAC_CTX_free(context);
	return NULL;
}

static void
facts_cache_freep(struct facts_cache **c)
{
	facts_cache_free(*c);
}

struct facts_cache *
facts_cache_new(size_t positive_max)
{
	_cleanup_(facts_cache_freep) struct facts_cache *c =
	    calloc(1, sizeof(*c));

	if (c == NULL)
		return NULL;
	c->mac = mac_new();
	if (c->mac == NULL ||
	    !digest_table_init(&c->positive, positive_max, entry_release) ||
	    !digest_table_init(
		&c->negative, FACTS_CACHE_NEGATIVE_MAX, entry_release))
		return NULL;
	return TAKE_PTR(c);
}

/* OpenSSL wipes the key and its schedule when it frees the context. */
void
facts_cache_free(struct facts_cache *c)
{
	if (c == NULL)
		return;
	digest_table_clear(&c->positive);
	digest_table_clear(&c->negative);
	EVP_MAC_CTX_free(c->mac);
	free(c);
}

/* Lengths first, so that no two inputs run into the same octets. */
enum status
facts_cache_key(struct facts_cache *c, const char *issuer,
    unsigned int generation, struct text token, struct facts_key *ret)
{
	const uint64_t lengths[3] = {strlen(issuer), generation, token.length};
	uint8_t bytes[FACTS_KEY_SIZE];
	size_t size;

	/* With no key the context starts anew under the one it has. */
	if (EVP_MAC_init(c->mac, NULL, 0, NULL) != 1 ||
	    EVP_MAC_update(c->mac, (const uint8_t *)lengths, sizeof(lengths)) !=
		1 ||
	    EVP_MAC_update(c->mac, (const uint8_t *)issuer, lengths[0]) != 1 ||
	    EVP_MAC_update(
		c->mac, (const uint8_t *)token.bytes, token.length) != 1 ||
	    EVP_MAC_final(c->mac, bytes, &size, sizeof(bytes)) != 1)
		return STATUS_NOMEM;
	memcpy(ret->bytes, bytes, sizeof(bytes));
	return STATUS_OK;
}

void
facts_key_fingerprint(const struct facts_key *key, char ret[9])
{
	snprintf(ret, 9, "%02x%02x%02x%02x", key->bytes[0], key->bytes[1],
	    key->bytes[2], key->bytes[3]);
}

static struct facts *
table_get(struct digest_table *t, const struct facts_key *key, int64_t now_us,
    int64_t *ret_age_ms)
{
	struct entry *e = (struct entry *)digest_table_find(t, key->bytes);

	if (e == NULL)
		return NULL;
	if (now_us >= e->until_us) {
		digest_table_remove(t, &e->node);
		return NULL;
	}
	*ret_age_ms = (now_us - e->stored_us) / 1000;
	return facts_ref(e->facts);
}

struct facts *
facts_cache_get(struct facts_cache *c, const struct facts_key *key,
    int64_t now_us, int64_t *ret_age_ms)
{
	struct facts *f = table_get(&c->positive, key, now_us, ret_age_ms);

	if (f == NULL)
		f = table_get(&c->negative, key, now_us, ret_age_ms);
	return f;
}

/* The newest answer is the only one: an entry of the other kind goes, or a
 * token revoked since would be found active. */
static void
forget(struct digest_table *t, const struct facts_key *key)
{
	struct digest_node *node = digest_table_find(t, key->bytes);

	if (node != NULL)
		digest_table_remove(t, node);
}

/* What is over, at the old end, and then whatever is oldest. */
static void
make_room(struct facts_cache *c, size_t size, int64_t now_us)
{
	struct digest_table *const tables[] = {&c->positive, &c->negative};

	for (size_t i = 0; i < ELEMENTS(tables); i++) {
		struct digest_table *t = tables[i];

		while (t->oldest != NULL &&
		       (c->octets + size > FACTS_CACHE_OCTETS ||
			   now_us >= ((struct entry *)t->oldest)->until_us))
			digest_table_remove(t, t->oldest);
	}
}

void
facts_cache_put(struct facts_cache *c, const struct facts_key *key,
    struct facts *facts, int64_t now_us, int64_t ttl_ms)
{
	size_t size = facts_size(facts) + sizeof(struct entry);
	struct entry *e;

	forget(&c->positive, key);
	forget(&c->negative, key);
	make_room(c, size, now_us);
	if (ttl_ms <= 0)
		return;
	e = calloc(1, sizeof(*e));
	if (e == NULL)
		return;
	memcpy(e->node.key, key->bytes, sizeof(e->node.key));
	e->facts = facts_ref(facts);
	e->stored_us = now_us;
	e->until_us = now_us + ttl_ms * 1000;
	e->size = size;
	e->total = &c->octets;
	c->octets += size;
	digest_table_add(facts->active ? &c->positive : &c->negative, &e->node);
}

void
facts_cache_flush(struct facts_cache *c)
{
	digest_table_flush(&c->positive);
	digest_table_flush(&c->negative);
}

size_t
facts_cache_count(const struct facts_cache *c, bool positive)
{
	return positive ? c->positive.count : c->negative.count;
}

size_t
facts_cache_octets(const struct facts_cache *c)
{
	return c->octets;
}
