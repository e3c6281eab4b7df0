/* SPDX-License-Identifier: ISC */
/*
 * Users in the store. The subject is random, so that a name given to another
 * person later is another subject to whoever kept a token's facts.
 */
#include "identity/user_store.h"

#include <string.h>

#include "hash.h"
#include "identity/account_store.h"
#include "scopegate/cleanup.h"

bool
user_name_is_valid(const char *name)
{
	static const char first[] = "abcdefghijklmnopqrstuvwxyz_";
	static const char rest[] = "abcdefghijklmnopqrstuvwxyz_0123456789.-";
	size_t length = strlen(name);

	return length > 0 && length < USER_NAME_SIZE &&
	       strchr(first, name[0]) != NULL && strspn(name, rest) == length;
}

enum status
user_add_hashed(struct store *s, const char *name, const char *hash,
    int64_t now, int64_t *ret_id)
{
	_cleanup_(query_done) struct query q =
	    query_start(s, "INSERT INTO users (sub, name, password, created)"
			   " VALUES (?, ?, ?, ?)");
	char sub[RANDOM_TEXT_SIZE];
	int64_t id;
	enum status status;

	if (!user_name_is_valid(name))
		return STATUS_INVALID;
	status = random_text(sub);
	if (status != STATUS_OK)
		return status;
	query_text(&q, sub);
	query_text(&q, name);
	query_text(&q, hash);
	query_integer(&q, now);
	status = query_run(&q);
	if (status != STATUS_OK)
		return status;
	id = store_last_id(s);
	if (ret_id != NULL)
		*ret_id = id;
	return account_add(s, id, "paper", "active", now);
}

enum status
user_add(struct store *s, const char *name, const char *password, int64_t now,
    int64_t *ret_id)
{
	char hash[PASSWORD_HASH_SIZE];
	enum status status = password_hash(password, hash);

	return status == STATUS_OK ? user_add_hashed(s, name, hash, now, ret_id)
				   : status;
}

#define USER_SELECT                                                            \
	"SELECT id, sub, name, password, operator, disabled, created"          \
	" FROM users WHERE "

static enum status
read_user(struct query *q, struct user *ret)
{
	struct user u;
	enum status status = query_step(q);

	if (status != STATUS_OK)
		return status;
	u.id = query_column_integer(q, 0);
	u.is_operator = query_column_integer(q, 4) != 0;
	u.disabled = query_column_integer(q, 5);
	u.created = query_column_integer(q, 6);
	if (query_copy_text(q, 1, u.sub, sizeof(u.sub)) != STATUS_OK ||
	    query_copy_text(q, 2, u.name, sizeof(u.name)) != STATUS_OK ||
	    query_copy_text(q, 3, u.password, sizeof(u.password)) != STATUS_OK)
		return STATUS_MALFORMED;
	*ret = u;
	return STATUS_OK;
}

enum status
user_find(struct store *s, const char *name, struct user *ret)
{
	_cleanup_(query_done) struct query q =
	    query_start(s, USER_SELECT "name = ?");

	query_text(&q, name);
	return read_user(&q, ret);
}

enum status
user_find_by_id(struct store *s, int64_t id, struct user *ret)
{
	_cleanup_(query_done) struct query q =
	    query_start(s, USER_SELECT "id = ?");

	query_integer(&q, id);
	return read_user(&q, ret);
}

enum status
user_find_again(struct store *s, const struct user *before, struct user *ret)
{
	struct user u;
	enum status status = user_find_by_id(s, before->id, &u);

	if (status != STATUS_OK)
		return status;
	if (strcmp(u.password, before->password) != 0 || u.disabled != 0)
		return STATUS_FORBIDDEN;
	*ret = u;
	return STATUS_OK;
}

enum status
user_set_operator(struct store *s, int64_t id, bool is_operator)
{
	_cleanup_(query_done) struct query q =
	    query_start(s, "UPDATE users SET operator = ? WHERE id = ?");

	query_integer(&q, is_operator);
	query_integer(&q, id);
	return query_run(&q);
}

static enum status
end_sessions(struct store *s, int64_t id)
{
	_cleanup_(query_done) struct query q =
	    query_start(s, "DELETE FROM sessions WHERE user = ?");

	query_integer(&q, id);
	return query_run(&q);
}

enum status
user_set_disabled(struct store *s, int64_t id, int64_t when)
{
	_cleanup_(query_done) struct query q =
	    query_start(s, "UPDATE users SET disabled = ? WHERE id = ?");
	enum status status;

	query_integer(&q, when);
	query_integer(&q, id);
	status = query_run(&q);
	return status == STATUS_OK && when != 0 ? end_sessions(s, id) : status;
}

enum status
user_set_password(struct store *s, int64_t id, const char *hash)
{
	_cleanup_(query_done) struct query q =
	    query_start(s, "UPDATE users SET password = ? WHERE id = ?");
	enum status status;

	query_text(&q, hash);
	query_integer(&q, id);
	status = query_run(&q);
	return status == STATUS_OK ? end_sessions(s, id) : status;
}
