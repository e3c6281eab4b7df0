/* SPDX-License-Identifier: ISC */
/* The SQLite file and the stores on it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "app/app_store.h"
#include "app/scope_store.h"
#include "scopegate/cleanup.h"
#include "scopegate/log.h"
#include "store/store.h"
#include "oauth/token_store.h"
#include "identity/user_store.h"
#include "trader_store.h"

static void
reopen(struct trader_store *f)
{
	store_freep(&f->store);
	assert_int_equal(store_open(f->temporary.path, &f->store), STATUS_OK);
}

static void
new_grant(struct trader_store *f, struct grant *ret)
{
	memset(ret, 0, sizeof(*ret));
	ret->user = f->user;
	ret->app = f->app.id;
	ret->auth_time = NOW - 5;
	memcpy(ret->scope, "trading", 8);
	memcpy(ret->env, "paper", 6);
	memcpy(ret->audience, "https://h.example.test", 23);
	assert_int_equal(grant_add(f->store, ret, NOW), STATUS_OK);
}

static void
is_made_private_and_once(void **state)
{
	struct trader_store *f = *state;
	struct store *other = NULL;
	struct stat st;

	assert_int_equal(stat(f->temporary.path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(
	    store_create(f->temporary.path, &other), STATUS_FORBIDDEN);
	assert_null(other);
}

static void
is_not_opened_when_others_may_read(void **state)
{
	struct trader_store *f = *state;
	struct store *other = NULL;

	assert_int_equal(chmod(f->temporary.path, 0640), 0);
	assert_int_equal(
	    store_open(f->temporary.path, &other), STATUS_UNTRUSTED);
	assert_int_equal(chmod(f->temporary.path, 0600), 0);
	assert_int_equal(
	    store_open("/nonexistent/store", &other), STATUS_NOT_FOUND);
	assert_int_equal(
	    store_open(f->temporary.directory, &other), STATUS_UNTRUSTED);
	assert_null(other);
}

static void
overwrite(struct trader_store *f, const char *sql)
{
	sqlite3 *db = NULL;

	store_freep(&f->store);
	assert_int_equal(sqlite3_open(f->temporary.path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void
knows_its_own_files(void **state)
{
	struct trader_store *f = *state;
	_cleanup_(close_fd) int fd = -1;

	overwrite(f, "PRAGMA user_version = 999");
	assert_int_equal(
	    store_open(f->temporary.path, &f->store), STATUS_VERSION);
	overwrite(f, "PRAGMA application_id = 1");
	assert_int_equal(
	    store_open(f->temporary.path, &f->store), STATUS_MALFORMED);
	fd = open(f->temporary.path, O_WRONLY | O_TRUNC);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, "not a database, but long enough", 31), 31);
	assert_int_equal(
	    store_open(f->temporary.path, &f->store), STATUS_MALFORMED);
	assert_null(f->store);
}

static void
keeps_settings_and_rolls_back(void **state)
{
	struct trader_store *f = *state;
	char value[8];

	assert_int_equal(
	    store_setting_get(f->store, "k", value, 8), STATUS_NOT_FOUND);
	assert_int_equal(store_setting_set(f->store, "k", "old"), STATUS_OK);
	{
		_cleanup_(transaction_end) struct transaction t = {NULL};

		assert_int_equal(transaction_write(f->store, &t), STATUS_OK);
		assert_int_equal(
		    store_setting_set(f->store, "k", "new"), STATUS_OK);
	}
	reopen(f);
	assert_int_equal(store_setting_get(f->store, "k", value, 8), STATUS_OK);
	assert_string_equal(value, "old");
	assert_int_equal(
	    store_setting_get(f->store, "k", value, 3), STATUS_TOO_BIG);
}

static void
keeps_users(void **state)
{
	struct trader_store *f = *state;
	static const char *const bad[] = {"", "Alice", "1a", "a b", "a\n",
	    "a234567890123456789012345678901234", "../a", "-a"};
	struct user u, v;

	assert_int_equal(user_find(f->store, "alice", &u), STATUS_OK);
	assert_string_equal(u.name, "alice");
	assert_true(password_matches("wonder", u.password));
	assert_int_equal(user_find(f->store, "ALICE", &v), STATUS_NOT_FOUND);
	assert_int_equal(
	    user_add(f->store, "alice", "x", NOW, NULL), STATUS_FORBIDDEN);
	for (size_t i = 0; i < ELEMENTS(bad); i++)
		assert_int_equal(
		    user_add(f->store, bad[i], "x", NOW, NULL), STATUS_INVALID);
	assert_int_equal(user_add(f->store, "bob", "x", NOW, NULL), STATUS_OK);
	assert_int_equal(user_find(f->store, "bob", &v), STATUS_OK);
	assert_string_not_equal(u.sub, v.sub);
}

static void
keeps_apps(void **state)
{
	struct trader_store *f = *state;
	struct app a, b = f->app;
	char only[REDIRECT_URI_SIZE];
	bool may = true;

	assert_int_equal(app_find(f->store, "trader", &a), STATUS_OK);
	assert_string_equal(a.owner, "alice");
	assert_false(a.confidential);
	assert_int_equal(app_find(f->store, "Trader", &a), STATUS_NOT_FOUND);
	assert_int_equal(app_add(f->store, &b, NOW), STATUS_FORBIDDEN);
	memcpy(b.client_id, "other", 6);
	memcpy(b.scopes, "unknown", 8);
	assert_int_equal(app_add(f->store, &b, NOW), STATUS_INVALID);
	memcpy(b.scopes, "data", 5);
	memcpy(b.owner, "nobody", 7);
	assert_int_equal(app_add(f->store, &b, NOW), STATUS_NOT_FOUND);

	assert_int_equal(
	    app_redirect_only(f->store, f->app.id, only), STATUS_NOT_FOUND);
	assert_int_equal(
	    app_redirect_add(f->store, f->app.id, "http://a.example.com/"),
	    STATUS_INVALID);
	assert_int_equal(
	    app_redirect_add(f->store, f->app.id, "http://127.0.0.1/cb"),
	    STATUS_OK);
	assert_int_equal(
	    app_redirect_only(f->store, f->app.id, only), STATUS_OK);
	assert_string_equal(only, "http://127.0.0.1/cb");
	assert_int_equal(
	    app_redirect_check(f->store, f->app.id, "http://127.0.0.1:99/cb"),
	    STATUS_OK);
	assert_int_equal(app_redirect_check(f->store, f->app.id,
			     "https://evil.example.com/cb"),
	    STATUS_NOT_FOUND);
	assert_int_equal(
	    app_redirect_check(f->store, f->app.id + 1, "http://127.0.0.1/cb"),
	    STATUS_NOT_FOUND);
	assert_int_equal(
	    app_redirect_add(f->store, f->app.id, "https://a.example.com/"),
	    STATUS_OK);
	assert_int_equal(
	    app_redirect_only(f->store, f->app.id, only), STATUS_NOT_FOUND);

	assert_int_equal(
	    app_audience_add(f->store, f->app.id, "https://h.test"), STATUS_OK);
	assert_int_equal(
	    app_may_introspect(f->store, f->app.id, "https://h.test", &may),
	    STATUS_OK);
	assert_true(may);
	assert_int_equal(
	    app_may_introspect(f->store, f->app.id, "https://H.test", &may),
	    STATUS_OK);
	assert_false(may);
}

static void
keeps_scopes(void **state)
{
	struct trader_store *f = *state;
	char names[WORD_SET_TEXT_SIZE], words[SCOPE_WORDS_SIZE];

	assert_int_equal(scope_names(f->store, names), STATUS_OK);
	assert_string_equal(names, "trading data");
	assert_int_equal(scope_words(f->store, "data", words), STATUS_OK);
	assert_string_equal(words, "Read data");
	assert_int_equal(
	    scope_words(f->store, "none", words), STATUS_NOT_FOUND);
	assert_int_equal(scope_add(f->store, "a b", "x", 3), STATUS_INVALID);
	assert_int_equal(scope_add(f->store, "a", "", 3), STATUS_INVALID);
	assert_int_equal(scope_add(f->store, "data", "x", 3), STATUS_FORBIDDEN);
}

static void
keeps_tokens_as_digests(void **state)
{
	struct trader_store *f = *state;
	struct token_request request = {.kind = TOKEN_ACCESS,
	    .scope = "trading",
	    .now = NOW,
	    .expires = NOW + 60};
	char text[RANDOM_TEXT_SIZE];
	struct digest hash;
	struct token t;
	struct grant g;

	new_grant(f, &g);
	request.grant = g.id;
	assert_int_equal(token_issue(f->store, &request, text), STATUS_OK);
	reopen(f);
	assert_int_equal(token_find(f->store, text, &t), STATUS_OK);
	assert_int_equal(digest_of_text(text, &hash), STATUS_OK);
	assert_true(digest_equal(&t.hash, &hash));
	assert_int_equal(t.kind, TOKEN_ACCESS);
	assert_string_equal(t.scope, "trading");
	assert_string_equal(t.client_id, "trader");
	assert_string_equal(t.user_name, "alice");
	assert_string_equal(t.grant.env, "paper");
	assert_string_equal(t.grant.audience, "https://h.example.test");
	assert_int_equal(t.grant.auth_time, NOW - 5);
	assert_int_equal(t.issued, NOW);
	assert_int_equal(t.expires, NOW + 60);
	assert_int_equal(t.grant.revoked, 0);
	assert_false(t.used);
	assert_int_equal(token_mark_used(f->store, &t.hash), STATUS_OK);
	assert_int_equal(grant_revoke(f->store, g.id, NOW + 1, "x"), STATUS_OK);
	assert_int_equal(grant_revoke(f->store, g.id, NOW + 2, "y"), STATUS_OK);
	assert_int_equal(token_find(f->store, text, &t), STATUS_OK);
	assert_true(t.used);
	assert_int_equal(t.grant.revoked, NOW + 1);
	text[0] = text[0] == 'A' ? 'B' : 'A';
	assert_int_equal(token_find(f->store, text, &t), STATUS_NOT_FOUND);
}

static void
revokes_what_a_user_gave_an_app(void **state)
{
	struct trader_store *f = *state;
	int64_t count = 0;
	struct grant g;

	new_grant(f, &g);
	new_grant(f, &g);
	assert_int_equal(grant_revoke_all(f->store, f->user, f->app.id + 1, NOW,
			     "x", &count),
	    STATUS_OK);
	assert_int_equal(count, 0);
	assert_int_equal(
	    grant_revoke_all(f->store, f->user, f->app.id, NOW, "x", &count),
	    STATUS_OK);
	assert_int_equal(count, 2);
	assert_int_equal(
	    grant_revoke_all(f->store, f->user, f->app.id, NOW, "x", &count),
	    STATUS_OK);
	assert_int_equal(count, 0);
}

static void
keeps_codes_until_they_are_purged(void **state)
{
	struct trader_store *f = *state;
	struct code c = {.expires = NOW + 60}, found;
	char text[RANDOM_TEXT_SIZE];
	bool more = true;

	new_grant(f, &c.grant);
	memcpy(c.redirect_uri, "https://a.example.com/", 23);
	memcpy(c.challenge, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", 44);
	assert_int_equal(code_issue(f->store, &c, text), STATUS_OK);
	assert_int_equal(code_find(f->store, text, &found), STATUS_OK);
	assert_string_equal(found.redirect_uri, c.redirect_uri);
	assert_string_equal(found.challenge, c.challenge);
	assert_int_equal(found.expires, NOW + 60);
	assert_int_equal(found.grant.id, c.grant.id);
	assert_false(found.used);
	assert_int_equal(code_mark_used(f->store, &found.hash), STATUS_OK);
	assert_int_equal(
	    token_store_purge(f->store, NOW + 60, &more), STATUS_OK);
	assert_int_equal(code_find(f->store, text, &found), STATUS_OK);
	assert_true(found.used);
	assert_int_equal(
	    token_store_purge(f->store, NOW + 61, &more), STATUS_OK);
	assert_int_equal(code_find(f->store, text, &found), STATUS_NOT_FOUND);
}

#define STORE_TEST(f)                                                          \
	cmocka_unit_test_setup_teardown(                                       \
	    f, trader_store_set_up, trader_store_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    STORE_TEST(is_made_private_and_once),
	    STORE_TEST(is_not_opened_when_others_may_read),
	    STORE_TEST(knows_its_own_files),
	    STORE_TEST(keeps_settings_and_rolls_back),
	    STORE_TEST(keeps_users),
	    STORE_TEST(keeps_apps),
	    STORE_TEST(keeps_scopes),
	    STORE_TEST(keeps_tokens_as_digests),
	    STORE_TEST(revokes_what_a_user_gave_an_app),
	    STORE_TEST(keeps_codes_until_they_are_purged),
	};

	log_open("test", LOG_LEVEL_ERROR);
	return cmocka_run_group_tests_name("brokerd_store", tests, NULL, NULL);
}
