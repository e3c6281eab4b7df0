/* SPDX-License-Identifier: ISC */
/* Lists and counts over apps, each of bounded cost. */
#include "app/app_list.h"

#include "scopegate/cleanup.h"

enum status
app_list_owned(struct store *s, int64_t owner, int64_t before, int64_t *ret,
    size_t max, size_t *ret_count)
{
	_cleanup_(query_done) struct query q = query_start(s,
	    "SELECT id FROM apps WHERE owner = ? AND id < ? AND deleted = 0"
	    " ORDER BY id DESC LIMIT ?");
	size_t count = 0;
	enum status status = STATUS_OK;

	query_integer(&q, owner);
	query_integer(&q, before == 0 ? INT64_MAX : before);
	query_integer(&q, (int64_t)max);
	while (count < max && (status = query_step(&q)) == STATUS_OK)
		ret[count++] = query_column_integer(&q, 0);
	if (status != STATUS_OK && status != STATUS_NOT_FOUND)
		return status;
	*ret_count = count;
	return STATUS_OK;
}

enum status
app_use_count(struct store *s, int64_t app, struct app_use *ret)
{
	_cleanup_(query_done) struct query q = query_start(s,
	    "SELECT count(*), count(DISTINCT user) FROM (SELECT user FROM"
	    " grants WHERE app = ? AND revoked = 0 LIMIT ?)");
	enum status status;

	query_integer(&q, app);
	query_integer(&q, APP_USE_COUNTED + 1);
	status = query_step(&q);
	if (status != STATUS_OK)
		return status;
	ret->grants = query_column_integer(&q, 0);
	ret->users = query_column_integer(&q, 1);
	return STATUS_OK;
}
