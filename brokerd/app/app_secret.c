/* SPDX-License-Identifier: ISC */
/* Secrets of apps, listed and deleted. */
#include "app/app_secret.h"

#include <string.h>

#include "scopegate/cleanup.h"

static enum status
mark_of(const struct digest *stored, char ret[SECRET_MARK_SIZE])
{
	char text[RANDOM_TEXT_SIZE];
	struct digest again;
	enum status status = digest_of(stored->bytes, DIGEST_SIZE, &again);

	if (status != STATUS_OK)
		return status;
	digest_text(&again, text);
	memcpy(ret, text, SECRET_MARK_SIZE - 1);
	ret[SECRET_MARK_SIZE - 1] = '\0';
	return STATUS_OK;
}

enum status
app_secret_mark(const char *secret, char ret[SECRET_MARK_SIZE])
{
	struct digest stored;
	enum status status = digest_of_text(secret, &stored);

	return status == STATUS_OK ? mark_of(&stored, ret) : status;
}

static enum status
read_secret(struct query *q, struct app_secret *ret)
{
	struct digest stored;
	enum status status = query_copy_blob(q, 3, stored.bytes, DIGEST_SIZE);

	ret->id = query_column_integer(q, 0);
	ret->created = query_column_integer(q, 1);
	ret->last_used = query_column_integer(q, 2);
	return status == STATUS_OK ? mark_of(&stored, ret->mark) : status;
}

enum status
app_secret_list(struct store *s, int64_t app,
    struct app_secret ret[APP_SECRETS_MAX], size_t *ret_count)
{
	_cleanup_(query_done) struct query q = query_start(s,
	    "SELECT id, created, last_used, hash FROM app_secrets WHERE app = ?"
	    " ORDER BY id");
	size_t count = 0;
	enum status status = STATUS_OK;

	query_integer(&q, app);
	while (
	    count < APP_SECRETS_MAX && (status = query_step(&q)) == STATUS_OK) {
		status = read_secret(&q, &ret[count]);
		if (status != STATUS_OK)
			return status;
		count++;
	}
	if (status != STATUS_OK && status != STATUS_NOT_FOUND)
		return status;
	*ret_count = count;
	return STATUS_OK;
}

enum status
app_secret_delete(struct store *s, int64_t app, int64_t id)
{
	_cleanup_(query_done) struct query q =
	    query_start(s, "DELETE FROM app_secrets WHERE app = ? AND id = ?");
	enum status status;

	query_integer(&q, app);
	query_integer(&q, id);
	status = query_run(&q);
	if (status == STATUS_OK && store_changes(s) == 0)
		return STATUS_NOT_FOUND;
	return status;
}
