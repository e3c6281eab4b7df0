/* SPDX-License-Identifier: ISC */
/*
 * A bounded hash table with keys of 32 uniformly distributed octets (a keyed
 * hash, or random), so that no caller can choose where an entry lands. When
 * full, the least recently used entry goes. Nodes live inside the entries.
 */
#ifndef VALIDATORD_DIGEST_TABLE_H
#define VALIDATORD_DIGEST_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DIGEST_SIZE 32

/* The first member of an entry. */
struct digest_node {
	uint8_t key[DIGEST_SIZE];
	struct digest_node *chain;         /* same bucket */
	struct digest_node *newer, *older; /* by last use */
};

struct digest_table {
	struct digest_node **buckets;
	size_t mask;
	size_t count, maximum;
	struct digest_node *newest, *oldest;
	void (*release)(struct digest_node *); /* frees the entry */
};

/* false: no memory. `maximum` >= 1. */
bool digest_table_init(struct digest_table *t, size_t maximum,
    void (*release)(struct digest_node *));
/* Releases every entry; the table can be used again. */
void digest_table_flush(struct digest_table *t);
/* Releases all; safe on a zeroed table. */
void digest_table_clear(struct digest_table *t);

/* NULL or the entry, which becomes the most recently used. */
struct digest_node *digest_table_find(
    struct digest_table *t, const uint8_t key[DIGEST_SIZE]);
/* Takes the entry over; releases one of the same key, or the oldest if full. */
void digest_table_add(struct digest_table *t, struct digest_node *node);
/* Unlinks and releases. */
void digest_table_remove(struct digest_table *t, struct digest_node *node);

#endif
