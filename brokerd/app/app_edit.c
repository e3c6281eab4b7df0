/* SPDX-License-Identifier: ISC */
/* Changes to apps in the store. */
#include "app/app_edit.h"

#include <string.h>

#include "app/app_logo.h"
#include "oauth/token_store.h"
#include "scopegate/cleanup.h"

enum status
client_id_make(char ret[CLIENT_ID_SIZE])
{
	/* 32 of them, so that five bits choose one; none looks like another. */
	static const char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
	struct digest random;
	enum status status = random_digest(&random);

	if (status != STATUS_OK)
		return status;
	for (size_t i = 0; i < APP_CLIENT_ID_LENGTH; i++)
		ret[i] = digits[random.bytes[i] & 31];
	ret[APP_CLIENT_ID_LENGTH] = '\0';
	return STATUS_OK;
}

enum status
app_update(struct store *s, const struct app *a, int64_t now)
{
	_cleanup_(query_done) struct query q = query_start(s,
	    "UPDATE apps SET title = ?, description = ?, website = ?,"
	    " terms_url = ?, privacy_url = ?, scopes = ?, optional_scopes = ?,"
	    " grant_types = ?, token_format = ?, changed = ? WHERE id = ?");
	enum status status = app_check(s, a);

	if (status != STATUS_OK)
		return status;
	query_text(&q, a->title);
	query_text(&q, a->description);
	query_text(&q, a->website);
	query_text(&q, a->terms_url);
	query_text(&q, a->privacy_url);
	query_text(&q, a->scopes);
	query_text(&q, a->optional_scopes);
	query_text(&q, a->grant_types);
	query_text(&q, a->tokens == APP_TOKENS_JWT ? "jwt" : "opaque");
	query_integer(&q, now);
	query_integer(&q, a->id);
	return query_run(&q);
}

enum status
app_redirect_list(struct store *s, int64_t app, struct redirect_list *ret)
{
	_cleanup_(query_done) struct query q = query_start(
	    s, "SELECT uri FROM app_redirects WHERE app = ? ORDER BY uri");
	size_t count = 0;
	enum status status;

	query_integer(&q, app);
	while ((status = query_step(&q)) == STATUS_OK) {
		if (count == APP_REDIRECTS_MAX)
			return STATUS_TOO_BIG;
		status =
		    query_copy_text(&q, 0, ret->uris[count], REDIRECT_URI_SIZE);
		if (status != STATUS_OK)
			return status;
		count++;
	}
	if (status != STATUS_NOT_FOUND)
		return status;
	ret->count = count;
	return STATUS_OK;
}

static enum status
remove_of_app(struct store *s, int64_t app, const char *sql)
{
	_cleanup_(query_done) struct query q = query_start(s, sql);

	query_integer(&q, app);
	return query_run(&q);
}

enum status
app_redirect_replace(
    struct store *s, int64_t app, const struct redirect_list *l)
{
	enum status status =
	    remove_of_app(s, app, "DELETE FROM app_redirects WHERE app = ?");

	for (size_t i = 0; i < l->count && status == STATUS_OK; i++)
		status = app_redirect_add(s, app, l->uris[i]);
	return status;
}

enum status
app_set_enabled(struct store *s, int64_t app, bool enabled, int64_t now)
{
	_cleanup_(query_done) struct query q = query_start(
	    s, "UPDATE apps SET enabled = ?, changed = ? WHERE id = ?");

	query_integer(&q, enabled);
	query_integer(&q, now);
	query_integer(&q, app);
	return query_run(&q);
}

static enum status
mark_deleted(struct store *s, int64_t app, int64_t now)
{
	_cleanup_(query_done) struct query q = query_start(s,
	    "UPDATE apps SET deleted = ?1, enabled = 0, changed = ?1"
	    " WHERE id = ?2 AND deleted = 0");
	enum status status;

	query_integer(&q, now);
	query_integer(&q, app);
	status = query_run(&q);
	if (status == STATUS_OK && store_changes(s) == 0)
		return STATUS_NOT_FOUND;
	return status;
}

enum status
app_delete(struct store *s, int64_t app, int64_t now, int64_t *ret_grants)
{
	enum status status = mark_deleted(s, app, now);

	if (status == STATUS_OK)
		status = grant_revoke_app(
		    s, app, now, "the app was deleted", ret_grants);
	if (status == STATUS_OK)
		status = remove_of_app(
		    s, app, "DELETE FROM app_secrets WHERE app = ?");
	return status == STATUS_OK ? app_logo_remove(s, app) : status;
}
