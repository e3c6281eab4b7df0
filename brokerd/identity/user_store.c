/* SPDX-License-Identifier: ISC */
/*
 * Users in the store. The subject is random, so that a name given to another
 * person later is another subject to whoever kept a token's facts.
 */
#include "identity/user_store.h"

#include <string.h>

#include "hash.h"
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
user_add(struct store *s, const char *name, const char *password, int64_t now,
    int64_t *ret_id)
{
	_cleanup_(query_done) struct query q =
	    query_start(s, "INSERT INTO users (sub, name, password, created)"
			   " VALUES (?, ?, ?, ?)");
	char hash[PASSWORD_HASH_SIZE], sub[RANDOM_TEXT_SIZE];
	enum status status;

	if (!user_name_is_valid(name))
		return STATUS_INVALID;
	status = password_hash(password, hash);
	if (status == STATUS_OK)
		status = random_text(sub);
	if (status != STATUS_OK)
		return status;
	query_text(&q, sub);
	query_text(&q, name);
	query_text(&q, hash);
	query_integer(&q, now);
	status = query_run(&q);
	if (status == STATUS_OK && ret_id != NULL)
		*ret_id = store_last_id(s);
	return status;
}

enum status
user_find(struct store *s, const char *name, struct user *ret)
{
	_cleanup_(query_done) struct query q = query_start(
	    s, "SELECT id, sub, name, password FROM users WHERE name = ?");
	struct user u;
	enum status status;

	query_text(&q, name);
	status = query_step(&q);
	if (status != STATUS_OK)
		return status;
	u.id = query_column_integer(&q, 0);
	if (query_copy_text(&q, 1, u.sub, sizeof(u.sub)) != STATUS_OK ||
	    query_copy_text(&q, 2, u.name, sizeof(u.name)) != STATUS_OK ||
	    query_copy_text(&q, 3, u.password, sizeof(u.password)) != STATUS_OK)
		return STATUS_MALFORMED;
	*ret = u;
	return STATUS_OK;
}
