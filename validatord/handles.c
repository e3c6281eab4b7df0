/* SPDX-License-Identifier: ISC */
/*
 * The bridge from the authentication to the account phase. A handle is random
 * only so that nobody meets another's by chance: whoever looks one up must
 * still compare user and service, and judge the facts anew.
 */
#include "handles.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "digest_table.h"

#define HANDLE_OCTETS 16u

struct row {
	struct digest_node node; /* HANDLE_OCTETS random octets, then zeros */
	struct handle_entry entry;
	int64_t until_us;
};

struct handles {
	struct digest_table table;
};

static void
row_release(struct digest_node *node)
{
	struct row *r = (struct row *)node;

	facts_unref(r->entry.facts);
	free(r);
}

struct handles *
handles_new(void)
{
	struct handles *h = calloc(1, sizeof(*h));

	if (h != NULL &&
	    !digest_table_init(&h->table, HANDLES_MAX, row_release)) {
		free(h);
		return NULL;
	}
	return h;
}

void
handles_free(struct handles *h)
{
	if (h == NULL)
		return;
	digest_table_clear(&h->table);
	free(h);
}

bool
handles_add(struct handles *h, const struct handle_entry *entry, int64_t now_us,
    char ret[33])
{
	static const char digits[] = "0123456789abcdef";
	struct row *r = calloc(1, sizeof(*r));

	if (r == NULL)
		return false;
	if (getrandom(r->node.key, HANDLE_OCTETS, 0) !=
	    (ssize_t)HANDLE_OCTETS) {
		free(r);
		return false;
	}
	r->entry = *entry;
	if (entry->facts != NULL)
		r->entry.facts = facts_ref(entry->facts);
	r->until_us = now_us + (int64_t)HANDLE_LIFE_MS * 1000;
	for (size_t i = 0; i < HANDLE_OCTETS; i++) {
		ret[2 * i] = digits[r->node.key[i] >> 4];
		ret[2 * i + 1] = digits[r->node.key[i] & 15];
	}
	ret[2 * HANDLE_OCTETS] = '\0';
	digest_table_add(&h->table, &r->node);
	return true;
}

/* Exactly the spelling that handles_add() gives. */
static bool
handle_read(struct text handle, uint8_t key[DIGEST_SIZE])
{
	static const char digits[] = "0123456789abcdef";

	if (handle.length != 2u * HANDLE_OCTETS)
		return false;
	memset(key, 0, DIGEST_SIZE);
	for (size_t i = 0; i < handle.length; i++) {
		const char *digit =
		    memchr(digits, handle.bytes[i], sizeof(digits) - 1);

		if (digit == NULL)
			return false;
		key[i / 2] = (uint8_t)(key[i / 2] << 4 | (digit - digits));
	}
	return true;
}

const struct handle_entry *
handles_find(struct handles *h, struct text handle, int64_t now_us)
{
	uint8_t key[DIGEST_SIZE];
	struct row *r;

	if (!handle_read(handle, key))
		return NULL;
	r = (struct row *)digest_table_find(&h->table, key);
	if (r == NULL)
		return NULL;
	if (now_us >= r->until_us) {
		digest_table_remove(&h->table, &r->node);
		return NULL;
	}
	return &r->entry;
}

void
handles_flush(struct handles *h)
{
	digest_table_flush(&h->table);
}
