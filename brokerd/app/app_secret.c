/* SPDX-License-Identifier: ISC */
/* Secrets of apps, listed and deleted. */
#include "app/app_secret.h"

#include "scopegate/cleanup.h"

enum status
app_secret_list(struct store *s, int64_t app,
    struct app_secret ret[APP_SECRETS_MAX], size_t *ret_count)
{
	_cleanup_(query_done) struct query q = query_start(s,
	    "SELECT id, created, last_used FROM app_secrets WHERE app = ?"
	    " ORDER BY id");
	size_t count = 0;
	enum status status = STATUS_OK;

	query_integer(&q, app);
	while (
	    count < APP_SECRETS_MAX && (status = query_step(&q)) == STATUS_OK) {
		ret[count].id = query_column_integer(&q, 0);
		ret[count].created = query_column_integer(&q, 1);
		ret[count].last_used = query_column_integer(&q, 2);
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
