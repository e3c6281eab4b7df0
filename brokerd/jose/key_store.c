/* SPDX-License-Identifier: ISC */
/*
 * The table of signing keys. A unique index sees to it that one key at most is
 * current and one next; that a row is the key it claims to be, its name tells,
 * which is the key's thumbprint.
 */
#include "jose/key_store.h"

#include <string.h>

#include "scopegate/cleanup.h"

static const char *const state_names[] = {
    [KEY_NEXT] = "next",
    [KEY_CURRENT] = "current",
    [KEY_RETIRED] = "retired",
};

const char *
key_state_name(enum key_state state)
{
	return state_names[state];
}

enum status
key_add(
    struct store *s, const struct rsa_key *k, enum key_state state, int64_t now)
{
	_cleanup_(buf_clear) struct buf der = {0};
	_cleanup_(query_done) struct query q = query_start(s,
	    "INSERT INTO signing_keys (kid, alg, private, state, created,"
	    " activated) VALUES (?, 'RS256', ?, ?, ?, ?)");
	enum status status;

	buf_init_sensitive(&der, RSA_KEY_BYTES_MAX);
	status = rsa_key_to_bytes(k, &der);
	if (status != STATUS_OK)
		return status;
	query_text(&q, k->id);
	query_blob(&q, der.data, der.length);
	query_text(&q, key_state_name(state));
	query_integer(&q, now);
	query_integer(&q, state == KEY_CURRENT ? now : 0);
	return query_run(&q);
}

/* The second term is the index's own: without it SQLite would not use it. */
enum status
key_find_id(struct store *s, enum key_state state, char ret[RSA_KEY_ID_SIZE])
{
	_cleanup_(query_done) struct query q =
	    query_start(s, "SELECT kid FROM signing_keys WHERE state = ?"
			   " AND state <> 'retired'");
	enum status status;

	query_text(&q, key_state_name(state));
	status = query_step(&q);
	if (status == STATUS_OK)
		status = query_copy_text(&q, 0, ret, RSA_KEY_ID_SIZE);
	return status == STATUS_TOO_BIG ? STATUS_MALFORMED : status;
}

enum status
key_load(struct store *s, const char *id, struct rsa_key **ret)
{
	_cleanup_(rsa_key_freep) struct rsa_key *k = NULL;
	_cleanup_(buf_clear) struct buf der = {0};
	_cleanup_(query_done) struct query q =
	    query_start(s, "SELECT private FROM signing_keys WHERE kid = ?");
	enum status status;

	buf_init_sensitive(&der, RSA_KEY_BYTES_MAX);
	query_text(&q, id);
	status = query_step(&q);
	if (status == STATUS_OK)
		status = query_append_blob(&q, 0, &der);
	if (status == STATUS_TOO_BIG)
		return STATUS_MALFORMED;
	if (status == STATUS_OK)
		status = rsa_key_from_bytes(der.data, der.length, &k);
	if (status == STATUS_OK && strcmp(k->id, id) != 0)
		status = STATUS_MALFORMED;
	if (status == STATUS_OK)
		*ret = TAKE_PTR(k);
	return status;
}

static enum status
retire_current(struct store *s, int64_t now)
{
	_cleanup_(query_done) struct query q = query_start(s,
	    "UPDATE signing_keys SET state = 'retired', retired = ?"
	    " WHERE state = 'current'");

	query_integer(&q, now);
	return query_run(&q);
}

enum status
key_shift(struct store *s, int64_t now)
{
	_cleanup_(query_done) struct query q = query_start(s,
	    "UPDATE signing_keys SET state = 'current', activated = ?"
	    " WHERE state = 'next'");
	enum status status = retire_current(s, now);

	if (status != STATUS_OK)
		return status;
	query_integer(&q, now);
	status = query_run(&q);
	return status == STATUS_OK && store_changes(s) != 1 ? STATUS_NOT_FOUND
							    : status;
}

static enum status
read_row(struct query *q, struct key_row *ret)
{
	const char *state = query_column_text(q, 1);
	enum status status = query_copy_text(q, 0, ret->id, sizeof(ret->id));

	if (status != STATUS_OK)
		return STATUS_MALFORMED;
	ret->state = KEY_RETIRED;
	for (size_t i = 0; i < ELEMENTS(state_names); i++) {
		if (strcmp(state_names[i], state) == 0)
			ret->state = (enum key_state)i;
	}
	ret->created = query_column_integer(q, 2);
	ret->activated = query_column_integer(q, 3);
	ret->retired = query_column_integer(q, 4);
	return STATUS_OK;
}

enum status
key_list(struct store *s, int64_t since, struct key_row *ret, size_t size,
    size_t *ret_count)
{
	_cleanup_(query_done) struct query q = query_start(s,
	    "SELECT kid, state, created, activated, retired FROM signing_keys"
	    " WHERE state <> 'retired' OR retired > ? ORDER BY id LIMIT ?");
	enum status status;
	size_t count = 0;

	query_integer(&q, since);
	query_integer(&q, (int64_t)size);
	while ((status = query_step(&q)) == STATUS_OK) {
		status = read_row(&q, &ret[count]);
		if (status != STATUS_OK)
			return status;
		count++;
	}
	if (status != STATUS_NOT_FOUND)
		return status;
	*ret_count = count;
	return STATUS_OK;
}

enum status
key_forget(struct store *s, int64_t until)
{
	_cleanup_(query_done) struct query q =
	    query_start(s, "DELETE FROM signing_keys WHERE state = 'retired'"
			   " AND retired <= ?");

	query_integer(&q, until);
	return query_run(&q);
}
