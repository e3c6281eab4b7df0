/* SPDX-License-Identifier: ISC */
/*
 * Accounts in the store. An account holds nothing: it is a number and a state,
 * which is all that an authorization needs.
 */
#include "identity/account_store.h"

#include <stdio.h>
#include <string.h>

#include "scopegate/cleanup.h"

static enum status
make_number(const char *env, char ret[ACCOUNT_NUMBER_SIZE])
{
	static const char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
	struct digest random;
	enum status status = random_digest(&random);

	if (status != STATUS_OK)
		return status;
	memcpy(ret, strcmp(env, "live") == 0 ? "LV" : "PA", 2);
	for (size_t i = 0; i < 10; i++)
		ret[2 + i] = digits[random.bytes[i] & 31];
	ret[12] = '\0';
	return STATUS_OK;
}

enum status
account_add(struct store *s, int64_t user, const char *env, const char *state,
    int64_t now)
{
	_cleanup_(query_done) struct query q = query_start(s,
	    "INSERT INTO accounts (user, env, uuid, number, state, requested,"
	    " decided) VALUES (?, ?, ?, ?, ?, ?, ?)");
	char uuid[UUID_SIZE], number[ACCOUNT_NUMBER_SIZE];
	enum status status = random_uuid(uuid);

	if (status == STATUS_OK)
		status = make_number(env, number);
	if (status != STATUS_OK)
		return status;
	query_integer(&q, user);
	query_text(&q, env);
	query_text(&q, uuid);
	query_text(&q, number);
	query_text(&q, state);
	query_integer(&q, now);
	query_integer(&q, strcmp(state, "active") == 0 ? now : 0);
	return query_run(&q);
}

#define ACCOUNT_SELECT                                                         \
	"SELECT id, user, env, uuid, number, state, reason, requested,"        \
	" decided FROM accounts WHERE "

static enum status
read_account(struct query *q, struct account *ret)
{
	enum status status = query_step(q);

	if (status != STATUS_OK)
		return status;
	ret->id = query_column_integer(q, 0);
	ret->user = query_column_integer(q, 1);
	ret->requested = query_column_integer(q, 7);
	ret->decided = query_column_integer(q, 8);
	if (query_copy_text(q, 2, ret->env, sizeof(ret->env)) != STATUS_OK ||
	    query_copy_text(q, 3, ret->uuid, sizeof(ret->uuid)) != STATUS_OK ||
	    query_copy_text(q, 4, ret->number, sizeof(ret->number)) !=
		STATUS_OK ||
	    query_copy_text(q, 5, ret->state, sizeof(ret->state)) !=
		STATUS_OK ||
	    query_copy_text(q, 6, ret->reason, sizeof(ret->reason)) !=
		STATUS_OK)
		return STATUS_MALFORMED;
	return STATUS_OK;
}

enum status
account_find(
    struct store *s, int64_t user, const char *env, struct account *ret)
{
	_cleanup_(query_done) struct query q =
	    query_start(s, ACCOUNT_SELECT "user = ? AND env = ?");

	query_integer(&q, user);
	query_text(&q, env);
	return read_account(&q, ret);
}

enum status
account_find_by_id(struct store *s, int64_t id, struct account *ret)
{
	_cleanup_(query_done) struct query q =
	    query_start(s, ACCOUNT_SELECT "id = ?");

	query_integer(&q, id);
	return read_account(&q, ret);
}

bool
account_is_active(const struct account *a)
{
	return strcmp(a->state, "active") == 0;
}

enum status
account_request_live(struct store *s, int64_t user, int64_t now)
{
	_cleanup_(query_done) struct query q = query_start(s,
	    "UPDATE accounts SET state = 'requested', reason = '',"
	    " requested = ?, decided = 0, decided_by = NULL"
	    " WHERE user = ? AND env = 'live' AND state = 'refused'");
	enum status status;

	query_integer(&q, now);
	query_integer(&q, user);
	status = query_run(&q);
	if (status != STATUS_OK || store_changes(s) > 0)
		return status;
	return account_add(s, user, "live", "requested", now);
}

enum status
account_decide(struct store *s, int64_t id, bool approve, const char *reason,
    int64_t operator_id, int64_t now)
{
	_cleanup_(query_done) struct query q = query_start(s,
	    "UPDATE accounts SET state = ?, reason = ?, decided = ?,"
	    " decided_by = ? WHERE id = ? AND state = 'requested'");
	enum status status;

	query_text(&q, approve ? "active" : "refused");
	query_text(&q, reason);
	query_integer(&q, now);
	if (operator_id != 0)
		query_integer(&q, operator_id);
	else
		query_null(&q);
	query_integer(&q, id);
	status = query_run(&q);
	if (status == STATUS_OK && store_changes(s) == 0)
		return STATUS_NOT_FOUND;
	return status;
}
