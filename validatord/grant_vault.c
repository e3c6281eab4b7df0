/* SPDX-License-Identifier: ISC */
#include "grant_vault.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "grant_key.h"
#include "scopegate/cleanup.h"
#include "seal.h"
#include "state_folder.h"

/*
 * Where a record meets the key. No octet goes to the store that was not
 * sealed, and while keys are rotated the key file holds both, so that whoever
 * dies in the middle leaves what can be read.
 */

/* The seals of some keys, in their order; the rest are NULL. */
struct seals {
	struct seal *of[GRANT_KEYS_MAX];
};

struct grant_vault {
	char *state_dir;
	int folder;
	struct grant_keys keys;
	struct seals seals;
	struct grant_store *store;
};

static void
seals_clear(struct seals *s)
{
	for (size_t i = 0; i < GRANT_KEYS_MAX; i++) {
		seal_free(s->of[i]);
		s->of[i] = NULL;
	}
}

void
grant_vault_close(struct grant_vault *v)
{
	if (v == NULL)
		return;
	grant_store_close(v->store);
	seals_clear(&v->seals);
	grant_keys_clear(&v->keys);
	close_fd(&v->folder);
	free(v->state_dir);
	free(v);
}

static void
vault_freep(struct grant_vault **v)
{
	grant_vault_close(*v);
	*v = NULL;
}

struct grant_store *
grant_vault_store(struct grant_vault *v)
{
	return v->store;
}

bool
grant_vault_rotating(const struct grant_vault *v)
{
	return v->keys.count > 1;
}

/* What a blob is bound to: its row, its key and this form of record. A blob
 * that was moved to another row does not open. */
static struct text
context_of(const char *id, uint32_t key, char *storage, size_t size)
{
	(void)snprintf(storage, size, "scopegate grant %d %s %u",
	    GRANT_STORE_VERSION, id, key);
	return text_of(storage);
}

enum status
grant_vault_put(struct grant_vault *v, const struct grant_record *record)
{
	_cleanup_(buf_clear) struct buf plain, sealed;
	const struct grant_key *key = &v->keys.keys[v->keys.count - 1];
	char storage[64];
	struct text octets, context;
	enum status s;

	buf_init_sensitive(&plain, GRANT_RECORD_MAX);
	buf_init(&sealed, GRANT_RECORD_MAX + SEAL_OVERHEAD);
	s = grant_record_write(record, &plain);
	if (s != STATUS_OK)
		return s;
	octets = (struct text){(const char *)plain.data, plain.length};
	context = context_of(
	    record->grant->id, key->number, storage, sizeof(storage));
	s = seal_close(
	    v->seals.of[v->keys.count - 1], context, octets, &sealed);
	if (s != STATUS_OK)
		return s;
	octets = (struct text){(const char *)sealed.data, sealed.length};
	return grant_store_put(
	    v->store, record->grant->id, key->number, octets);
}

struct loading {
	struct grant_vault *vault;
	grant_vault_take *take;
	void *argument;
};

static enum status
load_row(struct text id, uint32_t key, struct text sealed, void *argument)
{
	_cleanup_(buf_clear) struct buf plain;
	struct loading *l = argument;
	struct grant_vault *v = l->vault;
	struct grant_record record = {0};
	char storage[64], name[GRANT_ID_SIZE] = "";
	enum status s = STATUS_MALFORMED;

	buf_init_sensitive(&plain, GRANT_RECORD_MAX);
	if (id.length != sizeof(name) - 1)
		return STATUS_MALFORMED;
	memcpy(name, id.bytes, id.length);
	for (size_t i = 0; i < v->keys.count; i++) {
		if (v->keys.keys[i].number == key)
			s = seal_open(v->seals.of[i],
			    context_of(name, key, storage, sizeof(storage)),
			    sealed, &plain);
	}
	if (s == STATUS_OK)
		s = grant_record_read(
		    (struct text){(const char *)plain.data, plain.length},
		    &record);
	if (s != STATUS_OK)
		return s;
	memcpy(record.grant->id, name, sizeof(name));
	s = l->take(&record, l->argument);
	if (s != STATUS_OK)
		grant_free(record.grant);
	return s;
}

enum status
grant_vault_load(struct grant_vault *v, grant_vault_take *take, void *argument,
    struct conf_error *ret_error)
{
	struct loading l = {.vault = v, .take = take, .argument = argument};
	enum status s = grant_store_each(v->store, load_row, &l);

	if (s == STATUS_MALFORMED)
		conf_error_set(ret_error, v->state_dir, 0,
		    "the key does not open the grants, or a row was changed: "
		    "put `" GRANT_KEY_FILE "` and `" GRANT_STORE_FILE
		    "` of one backup there, or move both away, and everybody "
		    "signs in anew");
	else if (s != STATUS_OK)
		conf_error_set(ret_error, v->state_dir, 0,
		    "the grants cannot be read (%s): check the disk",
		    status_text(s));
	return s;
}

static enum status
make_seals(const struct grant_keys *keys, struct seals *ret)
{
	for (size_t i = 0; i < keys->count; i++) {
		ret->of[i] = seal_new(keys->keys[i].secret);
		if (ret->of[i] == NULL)
			return STATUS_NOMEM;
	}
	return STATUS_OK;
}

/* These keys from now on, in the file and then here; on failure all is as
 * before, but the file may have them already. */
static enum status
take_keys(struct grant_vault *v, const struct grant_keys *keys)
{
	_cleanup_(seals_clear) struct seals seals = {0};
	enum status s = make_seals(keys, &seals);

	if (s == STATUS_OK)
		s = grant_keys_write(v->folder, keys);
	if (s != STATUS_OK)
		return s;
	seals_clear(&v->seals);
	v->seals = seals;
	v->keys = *keys;
	seals = (struct seals){0};
	return STATUS_OK;
}

static enum status
has_row(struct text id, uint32_t key, struct text sealed, void *argument)
{
	(void)id, (void)key, (void)sealed;
	*(bool *)argument = true;
	return STATUS_OK;
}

static enum status
open_keys(struct grant_vault *v, struct conf_error *e)
{
	enum status s = grant_keys_read(v->folder, v->state_dir, &v->keys, e);
	bool rows = false;

	if (s == STATUS_NOT_FOUND) {
		s = grant_store_each(v->store, has_row, &rows);
		if (s == STATUS_OK && rows) {
			conf_error_set(e, v->state_dir, 0,
			    "holds grants but not their key: put the file "
			    "`" GRANT_KEY_FILE "` back, or move "
			    "`" GRANT_STORE_FILE "` away, and everybody signs "
			    "in anew");
			return STATUS_MALFORMED;
		}
		if (s == STATUS_OK)
			s = grant_keys_make(v->folder, &v->keys);
		if (s != STATUS_OK)
			conf_error_set(e, v->state_dir, 0,
			    "the key of the grants cannot be made (%s): check "
			    "the disk",
			    status_text(s));
	}
	return s == STATUS_OK ? make_seals(&v->keys, &v->seals) : s;
}

enum status
grant_vault_open(const char *state_dir, struct grant_vault **ret,
    struct conf_error *ret_error)
{
	_cleanup_(vault_freep) struct grant_vault *v = calloc(1, sizeof(*v));
	enum status s;

	if (v == NULL)
		return STATUS_NOMEM;
	v->folder = -1;
	v->state_dir = strdup(state_dir);
	if (v->state_dir == NULL)
		return STATUS_NOMEM;
	s = state_folder_open(state_dir, &v->folder, ret_error);
	if (s == STATUS_OK)
		s = grant_store_open(state_dir, &v->store, ret_error);
	if (s == STATUS_OK)
		s = open_keys(v, ret_error);
	if (s == STATUS_OK)
		*ret = TAKE_PTR(v);
	return s;
}

/* The second key is in the file before anything is sealed by it. */
static enum status
add_key(struct grant_vault *v)
{
	_cleanup_(grant_keys_clear) struct grant_keys both = v->keys;
	enum status s = grant_keys_add(&both);

	return s == STATUS_OK ? take_keys(v, &both) : s;
}

static enum status
seal_all(struct grant_vault *v, grant_vault_put_all *put_all, void *argument)
{
	enum status s = grant_store_begin(v->store);

	if (s != STATUS_OK)
		return s;
	s = put_all(argument);
	if (s == STATUS_OK)
		s = grant_store_commit(v->store);
	if (s != STATUS_OK)
		grant_store_rollback(v->store);
	return s;
}

enum status
grant_vault_rotate(
    struct grant_vault *v, grant_vault_put_all *put_all, void *argument)
{
	_cleanup_(grant_keys_clear) struct grant_keys newest = {.count = 1};
	enum status s = v->keys.count == 1 ? add_key(v) : STATUS_OK;

	if (s == STATUS_OK)
		s = seal_all(v, put_all, argument);
	/* Before the older one goes: whoever has it must find nothing that it
	 * opens. */
	if (s == STATUS_OK)
		s = grant_store_forget(v->store);
	if (s != STATUS_OK)
		return s;
	/* No row needs the older one now. */
	newest.keys[0] = v->keys.keys[v->keys.count - 1];
	return take_keys(v, &newest);
}
