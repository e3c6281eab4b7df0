/* SPDX-License-Identifier: ISC */
/*
 * Apps and scopes in the store. An app has what was registered for it and
 * nothing by default: no redirect, no audience, no grant type.
 */
#include "app/app_store.h"

#include <string.h>

#include "app/scope_store.h"
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

const char *
app_state_name(enum app_state s)
{
	switch (s) {
#define X(name, text, words)                                                   \
	case APP_##name:                                                       \
		return text;
		APP_STATE_LIST(X)
#undef X
	}
	return "suspended";
}

const char *
app_state_words(enum app_state s)
{
	switch (s) {
#define X(name, text, words)                                                   \
	case APP_##name:                                                       \
		return words;
		APP_STATE_LIST(X)
#undef X
	}
	return "Suspended";
}

enum status
app_state_parse(const char *text, enum app_state *ret)
{
#define X(name, stored, words)                                                 \
	if (strcmp(text, stored) == 0) {                                       \
		*ret = APP_##name;                                             \
		return STATUS_OK;                                              \
	}
	APP_STATE_LIST(X)
#undef X
	return STATUS_MALFORMED;
}

bool
app_is_usable(const struct app *a)
{
	return a->enabled && a->state != APP_SUSPENDED;
}

bool
app_may_trade_live(const struct app *a, int64_t user)
{
	return app_is_usable(a) &&
	       (a->state == APP_APPROVED || (user != 0 && a->owner_id == user));
}

enum status
app_check(struct store *s, const struct app *a)
{
	char known[WORD_SET_TEXT_SIZE];
	struct word_set asked, optional, all;
	enum status status = scope_names(s, known);

	if (status != STATUS_OK)
		return status;
	if (!client_id_is_valid(a->client_id) || a->title[0] == '\0' ||
	    word_set_parse(a->scopes, &asked) != STATUS_OK ||
	    word_set_parse(a->optional_scopes, &optional) != STATUS_OK ||
	    word_set_parse(known, &all) != STATUS_OK ||
	    !word_set_within(&asked, &all) ||
	    !word_set_within(&optional, &asked))
		return STATUS_INVALID;
	return STATUS_OK;
}

static enum status
find_owner(struct store *s, struct app *a)
{
	struct user owner;
	enum status status;

	a->owner_id = 0;
	if (a->owner[0] == '\0')
		return STATUS_OK;
	status = user_find(s, a->owner, &owner);
	if (status == STATUS_OK)
		a->owner_id = owner.id;
	return status;
}

enum status
app_add(struct store *s, struct app *a, int64_t now)
{
	_cleanup_(query_done) struct query q = query_start(s,
	    "INSERT INTO apps (client_id, title, description, website,"
	    " terms_url, privacy_url, owner, confidential, scopes,"
	    " optional_scopes, grant_types, kind, token_format, state,"
	    " created, changed)"
	    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
	enum status status = app_check(s, a);

	if (status == STATUS_OK)
		status = find_owner(s, a);
	if (status != STATUS_OK)
		return status;
	query_text(&q, a->client_id);
	query_text(&q, a->title);
	query_text(&q, a->description);
	query_text(&q, a->website);
	query_text(&q, a->terms_url);
	query_text(&q, a->privacy_url);
	if (a->owner_id != 0)
		query_integer(&q, a->owner_id);
	else
		query_null(&q);
	query_integer(&q, a->confidential);
	query_text(&q, a->scopes);
	query_text(&q, a->optional_scopes);
	query_text(&q, a->grant_types);
	query_text(&q, a->kind == APP_ALPACA ? "alpaca" : "standard");
	query_text(&q, a->tokens == APP_TOKENS_JWT ? "jwt" : "opaque");
	query_text(&q, app_state_name(a->state));
	query_integer(&q, now);
	query_integer(&q, now);
	status = query_run(&q);
	if (status == STATUS_OK) {
		a->id = store_last_id(s);
		a->enabled = true;
		a->created = a->changed = now;
	}
	return status;
}

#define APP_SELECT                                                             \
	"SELECT a.client_id, a.title, a.description, a.website, a.terms_url,"  \
	" a.privacy_url, u.name, a.scopes, a.optional_scopes, a.grant_types,"  \
	" a.state_reason, a.kind, a.token_format, a.state, a.id,"              \
	" coalesce(a.owner, 0), a.confidential, a.enabled, a.review_round,"    \
	" a.created, a.changed,"                                               \
	" EXISTS (SELECT 1 FROM app_logos l WHERE l.app = a.id)"               \
	" FROM apps a LEFT JOIN users u ON u.id = a.owner"                     \
	" WHERE a.deleted = 0 AND "

static enum status
read_texts(struct query *q, struct app *ret)
{
	const struct {
		char *text;
		size_t size;
	} columns[] = {
	    {ret->client_id, sizeof(ret->client_id)},
	    {ret->title, sizeof(ret->title)},
	    {ret->description, sizeof(ret->description)},
	    {ret->website, sizeof(ret->website)},
	    {ret->terms_url, sizeof(ret->terms_url)},
	    {ret->privacy_url, sizeof(ret->privacy_url)},
	    {ret->owner, sizeof(ret->owner)},
	    {ret->scopes, sizeof(ret->scopes)},
	    {ret->optional_scopes, sizeof(ret->optional_scopes)},
	    {ret->grant_types, sizeof(ret->grant_types)},
	    {ret->state_reason, sizeof(ret->state_reason)},
	};

	for (size_t i = 0; i < ELEMENTS(columns); i++) {
		if (query_copy_text(q, (int)i, columns[i].text,
			columns[i].size) != STATUS_OK)
			return STATUS_MALFORMED;
	}
	return STATUS_OK;
}

static enum status
read_app(struct query *q, struct app *ret)
{
	enum status status = query_step(q);

	if (status != STATUS_OK)
		return status;
	if (read_texts(q, ret) != STATUS_OK ||
	    app_state_parse(query_column_text(q, 13), &ret->state) != STATUS_OK)
		return STATUS_MALFORMED;
	ret->kind = strcmp(query_column_text(q, 11), "alpaca") == 0
			? APP_ALPACA
			: APP_STANDARD;
	ret->tokens = strcmp(query_column_text(q, 12), "jwt") == 0
			  ? APP_TOKENS_JWT
			  : APP_TOKENS_OPAQUE;
	ret->id = query_column_integer(q, 14);
	ret->owner_id = query_column_integer(q, 15);
	ret->confidential = query_column_integer(q, 16) != 0;
	ret->enabled = query_column_integer(q, 17) != 0;
	ret->review_round = query_column_integer(q, 18);
	ret->created = query_column_integer(q, 19);
	ret->changed = query_column_integer(q, 20);
	ret->has_logo = query_column_integer(q, 21) != 0;
	return STATUS_OK;
}

enum status
app_find(struct store *s, const char *client_id, struct app *ret)
{
	_cleanup_(query_done) struct query q =
	    query_start(s, APP_SELECT "a.client_id = ?");

	query_text(&q, client_id);
	return read_app(&q, ret);
}

enum status
app_find_by_id(struct store *s, int64_t id, struct app *ret)
{
	_cleanup_(query_done) struct query q =
	    query_start(s, APP_SELECT "a.id = ?");

	query_integer(&q, id);
	return read_app(&q, ret);
}

static enum status
count_secrets(struct store *s, int64_t app, int64_t *ret)
{
	_cleanup_(query_done) struct query q =
	    query_start(s, "SELECT count(*) FROM app_secrets WHERE app = ?");

	query_integer(&q, app);
	return query_number(&q, ret);
}

enum status
app_secret_add(
    struct store *s, int64_t app, int64_t now, char ret[RANDOM_TEXT_SIZE])
{
	_cleanup_(query_done) struct query q = query_start(
	    s, "INSERT INTO app_secrets (app, hash, created) VALUES (?, ?, ?)");
	struct digest hash;
	int64_t count = 0;
	enum status status = count_secrets(s, app, &count);

	if (status == STATUS_OK && count >= APP_SECRETS_MAX)
		return STATUS_FORBIDDEN;
	if (status == STATUS_OK)
		status = random_text(ret);
	if (status == STATUS_OK)
		status = digest_of_text(ret, &hash);
	if (status != STATUS_OK)
		return status;
	query_integer(&q, app);
	query_blob(&q, hash.bytes, DIGEST_SIZE);
	query_integer(&q, now);
	return query_run(&q);
}

/* Once a minute is enough to tell a secret that is in use from one that is
 * not, and saves a write each time a client speaks. */
static enum status
note_use(struct store *s, int64_t app, const struct digest *hash, int64_t now)
{
	_cleanup_(query_done) struct query q = query_start(s,
	    "UPDATE app_secrets SET last_used = ?1"
	    " WHERE app = ?2 AND hash = ?3 AND last_used < ?1 - 60");

	query_integer(&q, now);
	query_integer(&q, app);
	query_blob(&q, hash->bytes, DIGEST_SIZE);
	return query_run(&q);
}

/* Found by digest: whoever can time this learns about SHA-256 outputs, which
 * tell nothing of the secret. */
enum status
app_secret_check(struct store *s, int64_t app, const char *secret, int64_t now)
{
	_cleanup_(query_done) struct query q = query_start(
	    s, "SELECT last_used FROM app_secrets WHERE app = ? AND hash = ?");
	struct digest hash;
	enum status status = digest_of_text(secret, &hash);

	if (status != STATUS_OK)
		return status;
	query_integer(&q, app);
	query_blob(&q, hash.bytes, DIGEST_SIZE);
	status = query_step(&q);
	/* A use that could not be noted is a use all the same. */
	if (status == STATUS_OK && query_column_integer(&q, 0) < now - 60)
		(void)note_use(s, app, &hash, now);
	return status;
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
