/* SPDX-License-Identifier: ISC */
/*
 * Which key signs, and for how long others know it. Another process may rotate
 * at any time (`brokerd key rotate`), so the name of the current key is asked
 * for at each signature; parsing it again is what the ring spares.
 */
#include "jose/key_ring.h"

#include <string.h>

#include "audit/audit_log.h"
#include "jose/sign.h"
#include "jose/key_store.h"
#include "scopegate/cleanup.h"
#include "scopegate/json.h"

void
key_ring_clear(struct key_ring *r)
{
	rsa_key_freep(&r->key);
}

static enum status
record(struct store *s, int64_t now, const char *actor, const char *action,
    const char *id, const char *detail)
{
	_cleanup_(buf_clear) struct buf subject = {0};
	struct audit_entry e = {
	    .actor = actor, .action = action, .detail = detail};

	buf_init(&subject, RSA_KEY_ID_SIZE + 8);
	buf_format(&subject, "key %s", id);
	e.subject = buf_string(&subject);
	return e.subject == NULL ? subject.error : audit_append(s, now, &e);
}

static enum status
is_missing(struct store *s, enum key_state state, bool *ret)
{
	char id[RSA_KEY_ID_SIZE];
	enum status status = key_find_id(s, state, id);

	if (status != STATUS_OK && status != STATUS_NOT_FOUND)
		return status;
	*ret = status == STATUS_NOT_FOUND;
	return STATUS_OK;
}

/* Another process may have been faster: then what is there stays. */
static enum status
add_if_missing(
    struct store *s, int64_t now, enum key_state state, const struct rsa_key *k)
{
	bool missing = false;
	enum status status = is_missing(s, state, &missing);

	if (status != STATUS_OK || !missing)
		return status;
	status = key_add(s, k, state, now);
	return status == STATUS_OK ? record(s, now, "brokerd", "key.create",
					 k->id, key_state_name(state))
				   : status;
}

static enum status
prepare(struct store *s, int64_t now, enum key_state state)
{
	_cleanup_(transaction_end) struct transaction t = {NULL};
	_cleanup_(rsa_key_freep) struct rsa_key *k = NULL;
	bool missing = false;
	enum status status = is_missing(s, state, &missing);

	if (status != STATUS_OK || !missing)
		return status;
	status = rsa_key_generate(&k);
	if (status == STATUS_OK && !transaction_is_open(s))
		status = transaction_write(s, &t);
	if (status == STATUS_OK)
		status = add_if_missing(s, now, state, k);
	if (status == STATUS_OK && t.store != NULL)
		status = transaction_commit(&t);
	return status;
}

enum status
key_ring_prepare(struct store *s, int64_t now)
{
	enum status status = prepare(s, now, KEY_CURRENT);

	return status == STATUS_OK ? prepare(s, now, KEY_NEXT) : status;
}

/* Has the ring the key that signs now? */
static enum status
turn_to_current(struct key_ring *r, struct store *s, int64_t now)
{
	char id[RSA_KEY_ID_SIZE];
	struct rsa_key *k = NULL;
	enum status status = key_find_id(s, KEY_CURRENT, id);

	if (status == STATUS_NOT_FOUND) {
		status = key_ring_prepare(s, now);
		if (status == STATUS_OK)
			status = key_find_id(s, KEY_CURRENT, id);
	}
	if (status != STATUS_OK)
		return status;
	if (r->key != NULL && strcmp(r->key->id, id) == 0)
		return STATUS_OK;
	status = key_load(s, id, &k);
	if (status != STATUS_OK)
		return status;
	key_ring_clear(r);
	r->key = k;
	return STATUS_OK;
}

enum status
key_ring_sign(struct key_ring *r, struct store *s, int64_t now, const char *typ,
    const char *claims, size_t length, struct buf *ret)
{
	struct jws_header header = {.typ = typ};
	enum status status = turn_to_current(r, s, now);

	if (status != STATUS_OK)
		return status;
	header.kid = r->key->id;
	return jws_sign(r->key, &header, claims, length, ret);
}

/* The first two keys are published together, so the first rotation leaves no
 * gap however soon it comes. */
static enum status
may_rotate(struct store *s, bool force, int64_t now)
{
	struct key_row rows[KEYS_PUBLISHED_MAX];
	size_t count = 0;
	enum status status = key_list(
	    s, now - KEY_RETIRED_SECONDS, rows, KEYS_PUBLISHED_MAX, &count);

	if (status != STATUS_OK)
		return status;
	for (size_t i = 0; i < count && !force; i++) {
		if (rows[i].state == KEY_RETIRED &&
		    now - rows[i].retired < KEY_CACHED_SECONDS)
			return STATUS_FORBIDDEN;
	}
	return count < KEYS_PUBLISHED_MAX ? STATUS_OK : STATUS_BUSY;
}

enum status
key_ring_rotate(struct store *s, const struct rsa_key *fresh, const char *actor,
    bool force, int64_t now)
{
	_cleanup_(transaction_end) struct transaction t = {NULL};
	char id[RSA_KEY_ID_SIZE];
	enum status status = transaction_write(s, &t);

	if (status == STATUS_OK)
		status = may_rotate(s, force, now);
	if (status == STATUS_OK)
		status = key_find_id(s, KEY_NEXT, id);
	if (status == STATUS_OK)
		status = key_shift(s, now);
	if (status == STATUS_OK)
		status = key_add(s, fresh, KEY_NEXT, now);
	if (status == STATUS_OK)
		status = key_ring_purge(s, now);
	if (status == STATUS_OK)
		status = record(s, now, actor, "key.rotate", id, "");
	return status == STATUS_OK ? transaction_commit(&t) : status;
}

enum status
key_ring_write_public(struct store *s, int64_t now, struct buf *out)
{
	struct key_row rows[KEYS_PUBLISHED_MAX];
	size_t count = 0;
	struct json_writer w;
	enum status status = key_list(
	    s, now - KEY_RETIRED_SECONDS, rows, KEYS_PUBLISHED_MAX, &count);

	json_writer_init(&w, out);
	json_write_begin_object(&w, NULL);
	json_write_begin_array(&w, "keys");
	for (size_t i = 0; i < count && status == STATUS_OK; i++) {
		_cleanup_(rsa_key_freep) struct rsa_key *k = NULL;

		status = key_load(s, rows[i].id, &k);
		if (status == STATUS_OK)
			rsa_key_write_public(k, &w);
	}
	json_write_end_array(&w);
	json_write_end_object(&w);
	return status == STATUS_OK ? out->error : status;
}

enum status
key_ring_purge(struct store *s, int64_t now)
{
	return key_forget(s, now - KEY_RETIRED_SECONDS);
}
