/* SPDX-License-Identifier: ISC */
/*
 * Apps and scopes in the store. An app has what was registered for it and
 * nothing by default: no redirect, no audience, no grant type.
 */
#include "app/app_store.h"

#include <string.h>

#include "scopegate/buf.h"
#include "scopegate/cleanup.h"

bool
client_id_is_valid(const char *client_id)
{
	static const char allowed[] =
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "0123456789._-";
	size_t length = strlen(client_id);

	return length > 0 && length < CLIENT_ID_SIZE &&
	       strspn(client_id, allowed) == length;
}

static enum status
check_new(struct store *s, const struct app *a)
{
	char known[WORD_SET_TEXT_SIZE];
	struct word_set asked, all;
	enum status status = scope_names(s, known);

	if (status != STATUS_OK)
		return status;
	if (!client_id_is_valid(a->client_id) || a->title[0] == '\0' ||
	    word_set_parse(a->scopes, &asked) != STATUS_OK ||
	    word_set_parse(known, &all) != STATUS_OK ||
	    !word_set_within(&asked, &all))
		return STATUS_INVALID;
	return STATUS_OK;
}

enum status
app_add(struct store *s, struct app *a, int64_t now)
{
	_cleanup_(query_done) struct query q = query_start(s,
	    "INSERT INTO apps (client_id, title, owner, secret, scopes,"
	    " grant_types, created) VALUES (?, ?, ?, ?, ?, ?, ?)");
	struct user owner;
	enum status status = check_new(s, a);

	if (status == STATUS_OK && a->owner[0] != '\0')
		status = user_find(s, a->owner, &owner);
	if (status != STATUS_OK)
		return status;
	query_text(&q, a->client_id);
	query_text(&q, a->title);
	if (a->owner[0] != '\0')
		query_integer(&q, owner.id);
	else
		query_null(&q);
	if (a->confidential)
		query_blob(&q, a->secret.bytes, DIGEST_SIZE);
	else
		query_null(&q);
	query_text(&q, a->scopes);
	query_text(&q, a->grant_types);
	query_integer(&q, now);
	status = query_run(&q);
	if (status == STATUS_OK)
		a->id = store_last_id(s);
	return status;
}

enum status
app_find(struct store *s, const char *client_id, struct app *ret)
{
	_cleanup_(query_done) struct query q = query_start(s,
	    "SELECT a.id, a.client_id, a.title, u.name, a.secret IS NOT NULL,"
	    " a.secret, a.scopes, a.grant_types FROM apps a"
	    " LEFT JOIN users u ON u.id = a.owner WHERE a.client_id = ?");
	enum status status;

	query_text(&q, client_id);
	status = query_step(&q);
	if (status != STATUS_OK)
		return status;
	ret->id = query_column_integer(&q, 0);
	ret->confidential = query_column_integer(&q, 4) != 0;
	if (ret->confidential &&
	    query_copy_blob(&q, 5, ret->secret.bytes, DIGEST_SIZE) != STATUS_OK)
		return STATUS_MALFORMED;
	if (query_copy_text(&q, 1, ret->client_id, sizeof(ret->client_id)) !=
		STATUS_OK ||
	    query_copy_text(&q, 2, ret->title, sizeof(ret->title)) !=
		STATUS_OK ||
	    query_copy_text(&q, 3, ret->owner, sizeof(ret->owner)) !=
		STATUS_OK ||
	    query_copy_text(&q, 6, ret->scopes, sizeof(ret->scopes)) !=
		STATUS_OK ||
	    query_copy_text(
		&q, 7, ret->grant_types, sizeof(ret->grant_types)) != STATUS_OK)
		return STATUS_MALFORMED;
	return STATUS_OK;
}

enum status
app_redirect_add(struct store *s, int64_t app, const char *uri)
{
	_cleanup_(query_done) struct query q = query_start(
	    s, "INSERT INTO app_redirects (app, uri) VALUES (?, ?)");

	if (redirect_uri_problem(uri) != NULL)
		return STATUS_INVALID;
	query_integer(&q, app);
	query_text(&q, uri);
	return query_run(&q);
}

enum status
app_audience_add(struct store *s, int64_t app, const char *audience)
{
	_cleanup_(query_done) struct query q =
	    query_start(s, "INSERT OR IGNORE INTO app_audiences (app, audience)"
			   " VALUES (?, ?)");

	if (audience[0] == '\0' || strlen(audience) >= AUDIENCE_SIZE)
		return STATUS_INVALID;
	query_integer(&q, app);
	query_text(&q, audience);
	return query_run(&q);
}

enum status
app_redirect_check(struct store *s, int64_t app, const char *presented)
{
	_cleanup_(query_done) struct query q =
	    query_start(s, "SELECT uri FROM app_redirects WHERE app = ?");
	enum status status;

	query_integer(&q, app);
	while ((status = query_step(&q)) == STATUS_OK) {
		if (redirect_uri_matches(query_column_text(&q, 0), presented))
			return STATUS_OK;
	}
	return status;
}

enum status
app_redirect_only(struct store *s, int64_t app, char ret[REDIRECT_URI_SIZE])
{
	_cleanup_(query_done) struct query q = query_start(
	    s, "SELECT min(uri), count(*) FROM app_redirects WHERE app = ?");
	enum status status;

	query_integer(&q, app);
	status = query_step(&q);
	if (status != STATUS_OK)
		return status;
	if (query_column_integer(&q, 1) != 1)
		return STATUS_NOT_FOUND;
	return query_copy_text(&q, 0, ret, REDIRECT_URI_SIZE);
}

enum status
app_may_introspect(
    struct store *s, int64_t app, const char *audience, bool *ret)
{
	_cleanup_(query_done) struct query q = query_start(
	    s, "SELECT 1 FROM app_audiences WHERE app = ? AND audience = ?");
	enum status status;

	query_integer(&q, app);
	query_text(&q, audience);
	status = query_step(&q);
	if (status != STATUS_OK && status != STATUS_NOT_FOUND)
		return status;
	*ret = status == STATUS_OK;
	return STATUS_OK;
}

enum status
scope_add(
    struct store *s, const char *name, const char *words, int64_t position)
{
	_cleanup_(query_done) struct query q = query_start(
	    s, "INSERT INTO scopes (name, words, position) VALUES (?, ?, ?)");
	struct word_set set;

	if (word_set_parse(name, &set) != STATUS_OK || set.count != 1 ||
	    strcmp(set.words[0], name) != 0 || words[0] == '\0' ||
	    strlen(words) >= SCOPE_WORDS_SIZE)
		return STATUS_INVALID;
	query_text(&q, name);
	query_text(&q, words);
	query_integer(&q, position);
	return query_run(&q);
}

enum status
scope_words(struct store *s, const char *name, char ret[SCOPE_WORDS_SIZE])
{
	_cleanup_(query_done) struct query q =
	    query_start(s, "SELECT words FROM scopes WHERE name = ?");
	enum status status;

	query_text(&q, name);
	status = query_step(&q);
	return status == STATUS_OK
		   ? query_copy_text(&q, 0, ret, SCOPE_WORDS_SIZE)
		   : status;
}

enum status
scope_names(struct store *s, char ret[WORD_SET_TEXT_SIZE])
{
	_cleanup_(query_done) struct query q =
	    query_start(s, "SELECT name FROM scopes ORDER BY position, name");
	size_t at = 0;
	enum status status;

	while ((status = query_step(&q)) == STATUS_OK) {
		const char *name = query_column_text(&q, 0);
		size_t length = strlen(name);

		if (at + length + 1 > WORD_SET_TEXT_MAX)
			return STATUS_TOO_BIG;
		if (at > 0)
			ret[at++] = ' ';
		memcpy(ret + at, name, length);
		at += length;
	}
	ret[at] = '\0';
	return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}
