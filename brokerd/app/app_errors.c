/* SPDX-License-Identifier: ISC */
/* A short memory of errors for each app, in the store. */
#include "app/app_errors.h"

#include <string.h>

#include "scopegate/cleanup.h"

static enum status
read_error(struct query *q, struct app_error *ret)
{
	ret->at = query_column_integer(q, 0);
	if (query_copy_text(q, 1, ret->endpoint, sizeof(ret->endpoint)) !=
		STATUS_OK ||
	    query_copy_text(q, 2, ret->error, sizeof(ret->error)) !=
		STATUS_OK ||
	    query_copy_text(q, 3, ret->description, sizeof(ret->description)) !=
		STATUS_OK)
		return STATUS_MALFORMED;
	return STATUS_OK;
}

enum status
app_error_list(struct store *s, int64_t app, struct app_error *ret, size_t max,
    size_t *ret_count)
{
	_cleanup_(query_done) struct query q = query_start(s,
	    "SELECT at, endpoint, error, description FROM app_errors"
	    " WHERE app = ? ORDER BY id DESC LIMIT ?");
	size_t count = 0;
	enum status status = STATUS_OK;

	query_integer(&q, app);
	query_integer(&q, (int64_t)max);
	while (count < max && (status = query_step(&q)) == STATUS_OK) {
		status = read_error(&q, &ret[count]);
		if (status != STATUS_OK)
			return status;
		count++;
	}
	if (status != STATUS_OK && status != STATUS_NOT_FOUND)
		return status;
	*ret_count = count;
	return STATUS_OK;
}

static enum status
forget_oldest(struct store *s, int64_t app)
{
	_cleanup_(query_done) struct query q =
	    query_start(s, "DELETE FROM app_errors WHERE app = ?1 AND id <="
			   " (SELECT id FROM app_errors WHERE app = ?1"
			   " ORDER BY id DESC LIMIT 1 OFFSET ?2)");

	query_integer(&q, app);
	query_integer(&q, APP_ERRORS_MAX);
	return query_run(&q);
}

enum status
app_error_add(struct store *s, int64_t app, const char *endpoint,
    const char *error, const char *description, int64_t now)
{
	_cleanup_(query_done) struct query q = query_start(s,
	    "INSERT INTO app_errors (app, at, endpoint, error, description)"
	    " VALUES (?, ?, ?, ?, ?)");
	struct app_error last;
	size_t count = 0;
	enum status status;

	if (strlen(endpoint) >= sizeof(last.endpoint) ||
	    strlen(error) >= sizeof(last.error) ||
	    strlen(description) >= sizeof(last.description))
		return STATUS_TOO_BIG;
	status = app_error_list(s, app, &last, 1, &count);
	if (status != STATUS_OK)
		return status;
	if (count > 0 && last.at == now &&
	    strcmp(last.endpoint, endpoint) == 0 &&
	    strcmp(last.error, error) == 0 &&
	    strcmp(last.description, description) == 0)
		return STATUS_OK;
	query_integer(&q, app);
	query_integer(&q, now);
	query_text(&q, endpoint);
	query_text(&q, error);
	query_text(&q, description);
	status = query_run(&q);
	return status == STATUS_OK ? forget_oldest(s, app) : status;
}
