/* SPDX-License-Identifier: ISC */
/* Logos in the store, with their digest for the record. */
#include "app/app_logo.h"

#include "hash.h"
#include "scopegate/cleanup.h"

enum status
app_logo_set(
    struct store *s, int64_t app, const void *png, size_t size, int64_t now)
{
	_cleanup_(query_done) struct query q = query_start(s,
	    "INSERT OR REPLACE INTO app_logos (app, png, hash, updated)"
	    " VALUES (?, ?, ?, ?)");
	struct digest hash;
	enum status status = digest_of(png, size, &hash);

	if (status != STATUS_OK)
		return status;
	query_integer(&q, app);
	query_blob(&q, png, size);
	query_blob(&q, hash.bytes, DIGEST_SIZE);
	query_integer(&q, now);
	return query_run(&q);
}

enum status
app_logo_read(struct store *s, int64_t app, struct buf *ret)
{
	_cleanup_(query_done) struct query q = query_start(s,
	    "SELECT l.png FROM app_logos l JOIN apps a ON a.id = l.app"
	    " WHERE l.app = ? AND a.deleted = 0");
	enum status status;

	query_integer(&q, app);
	status = query_step(&q);
	return status == STATUS_OK ? query_append_blob(&q, 0, ret) : status;
}

enum status
app_logo_remove(struct store *s, int64_t app)
{
	_cleanup_(query_done) struct query q =
	    query_start(s, "DELETE FROM app_logos WHERE app = ?");

	query_integer(&q, app);
	return query_run(&q);
}
