/* SPDX-License-Identifier: ISC */
#include "grants.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "grant_table.h"
#include "grant_vault.h"
#include "scopegate/cleanup.h"
#include "scopegate/log.h"

/*
 * The table in memory answers; the store is read once, at the start, and
 * written before the table changes. What is on disk is never older than what
 * somebody was told.
 */

#define KEPT_AFTER_END_S (30 * 24 * INT64_C(3600))
#define FAILURE_LOG_MS 60000

struct grants {
	char *state_dir; /* for messages */
	struct grant_vault *vault;
	struct grant_table *table;
	struct log_limit failure_log;
};

/* Whoever waits for it is told no more than that the store failed. */
static void
log_failure(struct grants *g, enum status s)
{
	unsigned int skipped = 0;

	if (log_limit_pass(&g->failure_log, FAILURE_LOG_MS, &skipped))
		log_error("%s: a grant could not be kept (%s): %s (%u more "
			  "before)",
		    g->state_dir, status_text(s),
		    s == STATUS_TOO_BIG
			? "there are as many as there may be; revoke some, or "
			  "set grant_max_age"
			: "look at the disk",
		    skipped);
}

void
grants_close(struct grants *g)
{
	if (g == NULL)
		return;
	grant_table_free(g->table);
	grant_vault_close(g->vault);
	free(g->state_dir);
	free(g);
}

static void
grants_freep(struct grants **g)
{
	grants_close(*g);
	*g = NULL;
}

static enum status
put_all(void *argument)
{
	struct grants *g = argument;
	enum status s = STATUS_OK;

	for (size_t i = 0; i < grant_table_count(g->table) && s == STATUS_OK;
	     i++)
		s = grant_vault_put(
		    g->vault, &grant_table_at(g->table, i)->record);
	return s;
}

enum status
grants_rotate_key(struct grants *g, struct conf_error *ret_error)
{
	enum status s = grant_vault_rotate(g->vault, put_all, g);

	if (s != STATUS_OK)
		conf_error_set(ret_error, g->state_dir, 0,
		    "the key was not rotated (%s): the grants can still be "
		    "read; look at the disk and try again",
		    status_text(s));
	return s;
}

/* Is it of no use any more, not even for saying that it has ended? */
static bool
is_gone(const struct grant_record *r, int64_t now, int64_t kept_s)
{
	const struct grant *g = r->grant;
	bool expired = g->ends_at != 0 && now >= g->ends_at;

	if (g->ended)
		return now >= r->ended_at + kept_s;
	return expired && now >= g->ends_at + kept_s;
}

static enum status
purge(struct grants *g, int64_t now, int64_t kept_s)
{
	struct grant_store *store = grant_vault_store(g->vault);
	enum status s = STATUS_OK;
	size_t dropped = 0;

	for (size_t i = grant_table_count(g->table);
	     i-- > 0 && s == STATUS_OK;) {
		struct grant_row *row = grant_table_at(g->table, i);

		if (!is_gone(&row->record, now, kept_s))
			continue;
		if (dropped++ == 0)
			s = grant_store_begin(store);
		if (s == STATUS_OK)
			s = grant_store_drop(store, row->record.grant->id);
		if (s == STATUS_OK)
			grant_table_remove(g->table, row);
	}
	if (dropped > 0 && s == STATUS_OK)
		s = grant_store_commit(store);
	if (dropped > 0 && s == STATUS_OK)
		s = grant_store_forget(store);
	if (s != STATUS_OK)
		grant_store_rollback(store);
	return s;
}

static enum status
take(struct grant_record *record, void *argument)
{
	struct grants *g = argument;

	return grant_table_add(g->table, record);
}

enum status
grants_open(
    const char *state_dir, struct grants **ret, struct conf_error *ret_error)
{
	_cleanup_(grants_freep) struct grants *g = calloc(1, sizeof(*g));
	enum status s;

	if (g == NULL)
		return STATUS_NOMEM;
	g->state_dir = strdup(state_dir);
	g->table = grant_table_new();
	if (g->state_dir == NULL || g->table == NULL)
		return STATUS_NOMEM;
	s = grant_vault_open(state_dir, &g->vault, ret_error);
	if (s == STATUS_OK)
		s = grant_vault_load(g->vault, take, g, ret_error);
	if (s == STATUS_OK && grant_vault_rotating(g->vault))
		s = grants_rotate_key(g, ret_error);
	if (s == STATUS_OK)
		s = purge(g, (int64_t)time(NULL), KEPT_AFTER_END_S);
	if (s == STATUS_OK)
		*ret = TAKE_PTR(g);
	else if (ret_error->text[0] == '\0')
		conf_error_set(ret_error, state_dir, 0,
		    "the grants cannot be used (%s): check the disk",
		    status_text(s));
	return s;
}

static enum status
draw_id(struct grants *g, char ret[GRANT_ID_SIZE])
{
	static const char digits[] = "0123456789abcdef";
	uint8_t octets[(GRANT_ID_SIZE - 1) / 2];

	do {
		if (getrandom(octets, sizeof(octets), 0) !=
		    (ssize_t)sizeof(octets))
			return STATUS_IO;
		for (size_t i = 0; i < sizeof(octets); i++) {
			ret[2 * i] = digits[octets[i] >> 4];
			ret[2 * i + 1] = digits[octets[i] & 15];
		}
		ret[GRANT_ID_SIZE - 1] = '\0';
	} while (grant_table_by_id(g->table, text_of(ret)) != NULL);
	return STATUS_OK;
}

enum status
grants_keep(struct grants *g, struct grant *grant)
{
	const struct grant_record record = {.grant = grant};
	int64_t now = (int64_t)time(NULL);
	enum status s = purge(g, now, KEPT_AFTER_END_S);

	if (s == STATUS_OK && grant_table_count(g->table) >= GRANTS_MAX)
		s = purge(g, now, 0);
	if (s == STATUS_OK && grant_table_count(g->table) >= GRANTS_MAX)
		s = STATUS_TOO_BIG;
	if (s == STATUS_OK)
		s = draw_id(g, grant->id);
	if (s == STATUS_OK)
		s = grant_vault_put(g->vault, &record);
	if (s != STATUS_OK) {
		log_failure(g, s);
		return s == STATUS_TOO_BIG || s == STATUS_NOMEM ? s : STATUS_IO;
	}
	s = grant_table_add(g->table, &record);
	if (s != STATUS_OK)
		(void)grant_store_drop(grant_vault_store(g->vault), grant->id);
	return s;
}

enum status
grants_save(struct grants *g, struct grant *grant)
{
	struct grant_row *row = grant_table_by_id(g->table, text_of(grant->id));
	enum status s;

	if (row == NULL || row->record.grant != grant)
		return STATUS_NOT_FOUND;
	if (grant->ended && row->record.ended_at == 0)
		row->record.ended_at = (int64_t)time(NULL);
	s = grant_table_follow(g->table, row, (int64_t)time(NULL));
	if (s == STATUS_OK)
		s = grant_vault_put(g->vault, &row->record);
	grant->unsaved = s != STATUS_OK;
	if (s != STATUS_OK)
		log_failure(g, s);
	return s;
}

struct grant *
grants_find_token(struct grants *g, const char *issuer, struct text token)
{
	struct grant_row *row = grant_table_by_token(g->table, issuer, token);

	return row != NULL ? row->record.grant : NULL;
}

int64_t
grants_replaced_at(
    struct grants *g, const struct grant *grant, struct text token)
{
	struct grant_row *row = grant_table_by_id(g->table, text_of(grant->id));

	return row != NULL ? grant_table_replaced_at(row, token)
			   : GRANT_LONG_AGO;
}

struct grant *
grants_find_id(struct grants *g, struct text id)
{
	struct grant_row *row = grant_table_by_id(g->table, id);

	return row != NULL ? row->record.grant : NULL;
}

void
grants_each(struct grants *g, bool (*each)(struct grant *grant, void *argument),
    void *argument)
{
	for (size_t i = 0; i < grant_table_count(g->table); i++) {
		if (!each(grant_table_at(g->table, i)->record.grant, argument))
			return;
	}
}

size_t
grants_count(const struct grants *g)
{
	return grant_table_count(g->table);
}
