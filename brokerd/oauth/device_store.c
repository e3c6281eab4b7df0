/* SPDX-License-Identifier: ISC */
/*
 * Device authorizations in the store. A decision and a use each change one row
 * that must still be in the state before, so that neither happens twice.
 */
#include "oauth/device_store.h"

#include <string.h>

#include "scopegate/cleanup.h"

#define DEVICE_ADD_TRIES 8 /* at user codes that somebody else has */
#define DEVICE_SWEEP 8     /* old ones that make room for a new one */

#define DEVICE_COLUMNS                                                         \
	" hash, user_code, app, scope, audience, details, number, created,"    \
	" expires, every, polled, state, wrong, coalesce(grant_id, 0)"

static const char *const state_names[] = {
    [DEVICE_PENDING] = "pending",
    [DEVICE_APPROVED] = "approved",
    [DEVICE_DENIED] = "denied",
    [DEVICE_USED] = "used",
};

static enum status
read_state(struct query *q, int column, enum device_state *ret)
{
	const char *name = query_column_text(q, column);

	for (size_t i = 0; i < ELEMENTS(state_names); i++) {
		if (strcmp(state_names[i], name) == 0) {
			*ret = (enum device_state)i;
			return STATUS_OK;
		}
	}
	return STATUS_MALFORMED;
}

static enum status
read_device(struct query *q, struct device *d)
{
	d->app = query_column_integer(q, 2);
	d->created = query_column_integer(q, 7);
	d->expires = query_column_integer(q, 8);
	d->every = query_column_integer(q, 9);
	d->polled = query_column_integer(q, 10);
	d->wrong = query_column_integer(q, 12);
	d->grant = query_column_integer(q, 13);
	if (query_copy_blob(q, 0, d->hash.bytes, DIGEST_SIZE) != STATUS_OK ||
	    query_copy_text(q, 1, d->user_code, sizeof(d->user_code)) !=
		STATUS_OK ||
	    query_copy_text(q, 3, d->scope, sizeof(d->scope)) != STATUS_OK ||
	    query_copy_text(q, 4, d->audience, sizeof(d->audience)) !=
		STATUS_OK ||
	    query_copy_text(q, 5, d->details, sizeof(d->details)) !=
		STATUS_OK ||
	    query_copy_text(q, 6, d->number, sizeof(d->number)) != STATUS_OK)
		return STATUS_MALFORMED;
	return read_state(q, 11, &d->state);
}

/* Whoever adds one takes some old ones away, so that the table stays as small
 * as what was asked for in the last minutes. */
static enum status
sweep(struct store *s, int64_t now)
{
	_cleanup_(query_done) struct query q = query_start(s,
	    "DELETE FROM device_codes WHERE hash IN (SELECT hash FROM"
	    " device_codes WHERE expires < ? ORDER BY expires LIMIT ?)");

	query_integer(&q, now - DEVICE_CODE_SECONDS);
	query_integer(&q, DEVICE_SWEEP);
	return query_run(&q);
}

static enum status
insert(struct store *s, const struct device *d)
{
	_cleanup_(query_done) struct query q = query_start(s,
	    "INSERT INTO device_codes (hash, user_code, app, scope, audience,"
	    " details, number, created, expires, every)"
	    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");

	query_blob(&q, d->hash.bytes, DIGEST_SIZE);
	query_text(&q, d->user_code);
	query_integer(&q, d->app);
	query_text(&q, d->scope);
	query_text(&q, d->audience);
	query_text(&q, d->details);
	query_text(&q, d->number);
	query_integer(&q, d->created);
	query_integer(&q, d->expires);
	query_integer(&q, d->every);
	return query_run(&q);
}

enum status
device_add(
    struct store *s, struct device *d, int64_t now, char ret[RANDOM_TEXT_SIZE])
{
	char text[RANDOM_TEXT_SIZE];
	enum status status = random_text(text);

	d->created = now;
	d->expires = now + DEVICE_CODE_SECONDS;
	d->every = DEVICE_INTERVAL_SECONDS;
	d->state = DEVICE_PENDING;
	d->polled = d->wrong = d->grant = 0;
	d->number[0] = '\0';
	if (status == STATUS_OK)
		status = digest_of_text(text, &d->hash);
	if (status == STATUS_OK && d->details[0] != '\0')
		status = device_number_make(d->number);
	if (status == STATUS_OK)
		status = sweep(s, now);
	if (status != STATUS_OK)
		return status;
	for (int i = 0; i < DEVICE_ADD_TRIES; i++) {
		status = user_code_make(d->user_code);
		if (status == STATUS_OK)
			status = insert(s, d);
		if (status != STATUS_FORBIDDEN)
			break;
	}
	if (status == STATUS_OK)
		memcpy(ret, text, sizeof(text));
	explicit_bzero(text, sizeof(text));
	return status;
}

enum status
device_find(struct store *s, const char *text, struct device *ret)
{
	_cleanup_(query_done) struct query q = query_start(
	    s, "SELECT" DEVICE_COLUMNS " FROM device_codes WHERE hash = ?");
	struct digest hash;
	enum status status = digest_of_text(text, &hash);

	if (status != STATUS_OK)
		return status;
	query_blob(&q, hash.bytes, DIGEST_SIZE);
	status = query_step(&q);
	return status == STATUS_OK ? read_device(&q, ret) : status;
}

enum status
device_find_waiting(
    struct store *s, const char *user_code, int64_t now, struct device *ret)
{
	_cleanup_(query_done) struct query q = query_start(s,
	    "SELECT" DEVICE_COLUMNS " FROM device_codes"
	    " WHERE user_code = ? AND state = 'pending' AND expires > ?");
	enum status status;

	query_text(&q, user_code);
	query_integer(&q, now);
	status = query_step(&q);
	return status == STATUS_OK ? read_device(&q, ret) : status;
}

static enum status
run_on_one(struct query *q)
{
	enum status status = query_run(q);

	if (status == STATUS_OK && store_changes(q->store) != 1)
		return STATUS_NOT_FOUND;
	return status;
}

enum status
device_approve(
    struct store *s, const struct digest *hash, int64_t grant, int64_t now)
{
	_cleanup_(query_done) struct query q = query_start(s,
	    "UPDATE device_codes SET state = 'approved', grant_id = ?"
	    " WHERE hash = ? AND state = 'pending' AND expires > ?");

	query_integer(&q, grant);
	query_blob(&q, hash->bytes, DIGEST_SIZE);
	query_integer(&q, now);
	return run_on_one(&q);
}

enum status
device_deny(struct store *s, const struct digest *hash)
{
	_cleanup_(query_done) struct query q =
	    query_start(s, "UPDATE device_codes SET state = 'denied'"
			   " WHERE hash = ? AND state = 'pending'");

	query_blob(&q, hash->bytes, DIGEST_SIZE);
	return run_on_one(&q);
}

enum status
device_mark_used(struct store *s, const struct digest *hash)
{
	_cleanup_(query_done) struct query q =
	    query_start(s, "UPDATE device_codes SET state = 'used'"
			   " WHERE hash = ? AND state = 'approved'");

	query_blob(&q, hash->bytes, DIGEST_SIZE);
	return run_on_one(&q);
}

enum status
device_count_wrong(struct store *s, const struct digest *hash)
{
	_cleanup_(query_done) struct query q = query_start(s,
	    "UPDATE device_codes SET wrong = wrong + 1, state ="
	    " CASE WHEN wrong + 1 >= ? THEN 'denied' ELSE state END"
	    " WHERE hash = ? AND state = 'pending'");

	query_integer(&q, DEVICE_NUMBER_TRIES);
	query_blob(&q, hash->bytes, DIGEST_SIZE);
	return run_on_one(&q);
}

enum status
device_keep_poll(struct store *s, const struct device *d)
{
	_cleanup_(query_done) struct query q =
	    query_start(s, "UPDATE device_codes SET polled = ?, every = ?"
			   " WHERE hash = ?");

	query_integer(&q, d->polled);
	query_integer(&q, d->every);
	query_blob(&q, d->hash.bytes, DIGEST_SIZE);
	return run_on_one(&q);
}

static struct oauth_fault
note_poll(struct device *d, int64_t now)
{
	/* Times are whole seconds: one of grace, so that a punctual device is
	 * never called hasty. */
	bool hasty = d->polled != 0 && now - d->polled < d->every - 1;

	d->polled = now;
	if (!hasty)
		return OAUTH_FAULT(AUTHORIZATION_PENDING,
		    "nobody has decided yet; poll again");
	d->every += DEVICE_SLOWER_SECONDS;
	if (d->every > DEVICE_CODE_SECONDS)
		d->every = DEVICE_CODE_SECONDS;
	return OAUTH_FAULT(
	    SLOW_DOWN, "polled too soon; wait five seconds longer from now on");
}

struct oauth_fault
device_poll(struct device *d, int64_t app, int64_t now, bool *ret_replayed)
{
	*ret_replayed = false;
	if (d->app != app)
		return OAUTH_FAULT(INVALID_GRANT,
		    "the device code was issued to another client");
	if (d->state == DEVICE_USED) {
		*ret_replayed = true;
		return OAUTH_FAULT(INVALID_GRANT,
		    "the device code was used before; what it gave is "
		    "revoked");
	}
	if (now >= d->expires)
		return OAUTH_FAULT(EXPIRED_TOKEN,
		    "the device code has expired; ask for a new one");
	if (d->state == DEVICE_DENIED)
		return OAUTH_FAULT(ACCESS_DENIED, "the owner said no");
	if (d->state == DEVICE_PENDING)
		return note_poll(d, now);
	return OAUTH_FINE;
}
