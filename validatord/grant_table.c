/* SPDX-License-Identifier: ISC */
#include "grant_table.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "scopegate/cleanup.h"

/*
 * Tokens are looked up by an HMAC under a key that dies with the process, as
 * the cache of facts does it: who reads the table's order or its timing learns
 * nothing of a token. Two grants may have one token, where a broker answers
 * the same again; the newer one is then found.
 */

#define TOKENS_MAX (GRANTS_MAX * (1u + GRANT_EARLIER_MAX))

struct token_node {
	struct digest_node node;
	struct grant_row *row;
};

struct grant_table {
	EVP_MAC_CTX *mac;
	struct digest_table ids, tokens;
	struct grant_row **order; /* by made_at */
	size_t count, room;
};

static void
row_release(struct digest_node *node)
{
	struct grant_row *row = (struct grant_row *)node;

	grant_free(row->record.grant);
	free(row);
}

static void
token_release(struct digest_node *node)
{
	free(node);
}

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
table_freep(struct grant_table **t)
{
	grant_table_free(*t);
	*t = NULL;
}

struct grant_table *
grant_table_new(void)
{
	_cleanup_(table_freep) struct grant_table *t = calloc(1, sizeof(*t));

	if (t == NULL)
		return NULL;
	t->mac = mac_new();
	if (t->mac == NULL ||
	    !digest_table_init(&t->ids, GRANTS_MAX, row_release) ||
	    !digest_table_init(&t->tokens, TOKENS_MAX, token_release))
		return NULL;
	return TAKE_PTR(t);
}

void
grant_table_free(struct grant_table *t)
{
	if (t == NULL)
		return;
	digest_table_clear(&t->tokens);
	digest_table_clear(&t->ids);
	EVP_MAC_CTX_free(t->mac);
	free(t->order);
	free(t);
}

static bool
digest_token(struct text token, uint8_t ret[GRANT_DIGEST_SIZE])
{
	return EVP_Digest(token.bytes, token.length, ret, NULL, EVP_sha256(),
		   NULL) == 1;
}

/* The issuer's length first, so that no two inputs run into one. */
static bool
token_key(struct grant_table *t, const char *issuer,
    const uint8_t digest[GRANT_DIGEST_SIZE], uint8_t ret[DIGEST_SIZE])
{
	const uint64_t length = strlen(issuer);
	size_t size = 0;

	return EVP_MAC_init(t->mac, NULL, 0, NULL) == 1 &&
	       EVP_MAC_update(
		   t->mac, (const uint8_t *)&length, sizeof(length)) == 1 &&
	       EVP_MAC_update(t->mac, (const uint8_t *)issuer, length) == 1 &&
	       EVP_MAC_update(t->mac, digest, GRANT_DIGEST_SIZE) == 1 &&
	       EVP_MAC_final(t->mac, ret, &size, DIGEST_SIZE) == 1;
}

static enum status
token_add(struct grant_table *t, struct grant_row *row,
    const uint8_t digest[GRANT_DIGEST_SIZE])
{
	struct token_node *node = calloc(1, sizeof(*node));

	if (node == NULL)
		return STATUS_NOMEM;
	if (!token_key(t, row->record.grant->issuer, digest, node->node.key)) {
		free(node);
		return STATUS_NOMEM;
	}
	node->row = row;
	digest_table_add(&t->tokens, &node->node);
	return STATUS_OK;
}

static void
token_remove(struct grant_table *t, struct grant_row *row,
    const uint8_t digest[GRANT_DIGEST_SIZE])
{
	uint8_t key[DIGEST_SIZE];
	struct token_node *node;

	if (!token_key(t, row->record.grant->issuer, digest, key))
		return;
	node = (struct token_node *)digest_table_find(&t->tokens, key);
	/* A newer grant may have taken the same token over. */
	if (node != NULL && node->row == row)
		digest_table_remove(&t->tokens, &node->node);
}

static void
tokens_remove(struct grant_table *t, struct grant_row *row)
{
	token_remove(t, row, row->current);
	for (size_t i = 0; i < row->record.earlier_count; i++)
		token_remove(t, row, row->record.earlier[i]);
}

/* An id as the key of its table: the 8 octets that its digits stand for. */
static bool
id_key(struct text id, uint8_t ret[DIGEST_SIZE])
{
	static const char digits[] = "0123456789abcdef";

	memset(ret, 0, DIGEST_SIZE);
	if (id.length != GRANT_ID_SIZE - 1)
		return false;
	for (size_t i = 0; i < id.length; i++) {
		const char *at =
		    memchr(digits, id.bytes[i], sizeof(digits) - 1);

		if (at == NULL)
			return false;
		ret[i / 2] = (uint8_t)(ret[i / 2] << 4 | (at - digits));
	}
	return true;
}

/* New ones go to the end nearly always. */
static void
order_insert(struct grant_table *t, struct grant_row *row)
{
	size_t at = t->count++;

	while (at > 0 && t->order[at - 1]->record.grant->made_at >
			     row->record.grant->made_at) {
		t->order[at] = t->order[at - 1];
		t->order[at]->place = at;
		at--;
	}
	t->order[at] = row;
	row->place = at;
}

static enum status
order_grow(struct grant_table *t)
{
	size_t room = t->room > 0 ? 2 * t->room : 16;
	struct grant_row **grown;

	if (t->count < t->room)
		return STATUS_OK;
	grown = reallocarray(t->order, room, sizeof(struct grant_row *));
	if (grown == NULL)
		return STATUS_NOMEM;
	t->order = grown;
	t->room = room;
	return STATUS_OK;
}

static enum status
index_tokens(struct grant_table *t, struct grant_row *row)
{
	const struct grant *g = row->record.grant;
	const struct text token = {g->token.bytes, g->token.length};
	enum status s = digest_token(token, row->current)
			    ? token_add(t, row, row->current)
			    : STATUS_NOMEM;

	for (size_t i = 0; i < row->record.earlier_count && s == STATUS_OK; i++)
		s = token_add(t, row, row->record.earlier[i]);
	return s;
}

enum status
grant_table_add(struct grant_table *t, const struct grant_record *record)
{
	struct grant_row *row;
	enum status s;

	if (t->count >= GRANTS_MAX)
		return STATUS_TOO_BIG;
	if (order_grow(t) != STATUS_OK)
		return STATUS_NOMEM;
	row = calloc(1, sizeof(*row));
	if (row == NULL)
		return STATUS_NOMEM;
	row->record = *record;
	if (!id_key(text_of(record->grant->id), row->by_id.key) ||
	    digest_table_find(&t->ids, row->by_id.key) != NULL) {
		free(row);
		return STATUS_INVALID;
	}
	s = index_tokens(t, row);
	if (s != STATUS_OK) {
		tokens_remove(t, row);
		free(row);
		return s;
	}
	digest_table_add(&t->ids, &row->by_id);
	order_insert(t, row);
	return STATUS_OK;
}

void
grant_table_remove(struct grant_table *t, struct grant_row *row)
{
	tokens_remove(t, row);
	for (size_t i = row->place + 1; i < t->count; i++) {
		t->order[i - 1] = t->order[i];
		t->order[i - 1]->place = i - 1;
	}
	t->count--;
	digest_table_remove(&t->ids, &row->by_id);
}

enum status
grant_table_follow(struct grant_table *t, struct grant_row *row, int64_t now)
{
	struct grant_record *r = &row->record;
	const struct text token = {
	    r->grant->token.bytes, r->grant->token.length};
	uint8_t digest[GRANT_DIGEST_SIZE];
	enum status s;

	if (!digest_token(token, digest))
		return STATUS_NOMEM;
	if (memcmp(digest, row->current, sizeof(digest)) == 0)
		return STATUS_OK;
	s = token_add(t, row, digest);
	if (s != STATUS_OK)
		return s;
	/* The first one stays: it is what somebody is likeliest to hold. */
	if (r->earlier_count == GRANT_EARLIER_MAX) {
		token_remove(t, row, r->earlier[1]);
		memmove(r->earlier[1], r->earlier[2],
		    (GRANT_EARLIER_MAX - 2) * sizeof(r->earlier[0]));
		r->earlier_count--;
	}
	memcpy(
	    r->earlier[r->earlier_count++], row->current, sizeof(row->current));
	memcpy(row->current, digest, sizeof(digest));
	r->replaced_at = now;
	return STATUS_OK;
}

int64_t
grant_table_replaced_at(const struct grant_row *row, struct text token)
{
	const struct grant_record *r = &row->record;
	uint8_t digest[GRANT_DIGEST_SIZE];

	if (!digest_token(token, digest))
		return GRANT_LONG_AGO;
	if (memcmp(digest, row->current, sizeof(digest)) == 0)
		return 0;
	/* Those before it lost their overlap with the next refresh. */
	if (r->earlier_count > 0 && r->replaced_at > GRANT_LONG_AGO &&
	    memcmp(digest, r->earlier[r->earlier_count - 1], sizeof(digest)) ==
		0)
		return r->replaced_at;
	return GRANT_LONG_AGO;
}

struct grant_row *
grant_table_by_token(
    struct grant_table *t, const char *issuer, struct text token)
{
	uint8_t digest[GRANT_DIGEST_SIZE], key[DIGEST_SIZE];
	struct token_node *node;

	if (token.length == 0 || !digest_token(token, digest) ||
	    !token_key(t, issuer, digest, key))
		return NULL;
	node = (struct token_node *)digest_table_find(&t->tokens, key);
	return node != NULL ? node->row : NULL;
}

struct grant_row *
grant_table_by_id(struct grant_table *t, struct text id)
{
	uint8_t key[DIGEST_SIZE];

	if (!id_key(id, key))
		return NULL;
	return (struct grant_row *)digest_table_find(&t->ids, key);
}

size_t
grant_table_count(const struct grant_table *t)
{
	return t->count;
}

struct grant_row *
grant_table_at(const struct grant_table *t, size_t place)
{
	return place < t->count ? t->order[place] : NULL;
}
