/* SPDX-License-Identifier: ISC */
/*
 * One table for everything that strangers can make the daemon remember: it
 * must never grow past its maximum, whatever they do.
 */
#include "digest_table.h"

#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

bool
digest_table_init(struct digest_table *t, size_t maximum,
    void (*release)(struct digest_node *))
{
	size_t buckets = 1;

	while (buckets < maximum)
		buckets *= 2;
	*t = (struct digest_table){
	    .buckets = calloc(buckets, sizeof(struct digest_node *)),
	    .mask = buckets - 1,
	    .maximum = maximum,
	    .release = release};
	return t->buckets != NULL;
}

void
digest_table_flush(struct digest_table *t)
{
	while (t->oldest != NULL)
		digest_table_remove(t, t->oldest);
}

void
digest_table_clear(struct digest_table *t)
{
	digest_table_flush(t);
	free(t->buckets);
	*t = (struct digest_table){0};
}

static struct digest_node **
bucket_of(struct digest_table *t, const uint8_t key[DIGEST_SIZE])
{
	size_t first;

	memcpy(&first, key, sizeof(first));
	return &t->buckets[first & t->mask];
}

static void
list_remove(struct digest_table *t, struct digest_node *node)
{
	*(node->newer != NULL ? &node->newer->older : &t->newest) = node->older;
	*(node->older != NULL ? &node->older->newer : &t->oldest) = node->newer;
}

static void
list_add(struct digest_table *t, struct digest_node *node)
{
	node->newer = NULL;
	node->older = t->newest;
	*(t->newest != NULL ? &t->newest->newer : &t->oldest) = node;
	t->newest = node;
}

struct digest_node *
digest_table_find(struct digest_table *t, const uint8_t key[DIGEST_SIZE])
{
	struct digest_node *node = *bucket_of(t, key);

	while (node != NULL && CRYPTO_memcmp(node->key, key, DIGEST_SIZE) != 0)
		node = node->chain;
	if (node != NULL && node != t->newest) {
		list_remove(t, node);
		list_add(t, node);
	}
	return node;
}

void
digest_table_remove(struct digest_table *t, struct digest_node *node)
{
	struct digest_node **link = bucket_of(t, node->key);

	while (*link != node)
		link = &(*link)->chain;
	*link = node->chain;
	list_remove(t, node);
	t->count--;
	t->release(node);
}

void
digest_table_add(struct digest_table *t, struct digest_node *node)
{
	struct digest_node *same = digest_table_find(t, node->key);
	struct digest_node **bucket = bucket_of(t, node->key);

	if (same != NULL)
		digest_table_remove(t, same);
	else if (t->count == t->maximum)
		digest_table_remove(t, t->oldest);
	node->chain = *bucket;
	*bucket = node;
	list_add(t, node);
	t->count++;
}
