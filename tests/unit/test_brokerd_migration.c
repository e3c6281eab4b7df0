/* SPDX-License-Identifier: ISC */
/* A store of the first version, opened by this one: nobody loses anything. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "app/app_store.h"
#include "app/scope_store.h"
#include "identity/account_store.h"
#include "oauth/grant.h"
#include "oauth/token_store.h"
#include "scopegate/cleanup.h"
#include "scopegate/log.h"
#include "store/store.h"
#include "store/store_schema.h"

#define NOW 1000000

static char path[128];

static void
execute(sqlite3 *db, const char *sql)
{
	char *problem = NULL;

	if (sqlite3_exec(db, sql, NULL, NULL, &problem) != SQLITE_OK)
		fail_msg("%s", problem);
}

static void
put_digest(sqlite3 *db, const char *sql, const char *text)
{
	sqlite3_stmt *statement = NULL;
	struct digest d;

	assert_int_equal(digest_of_text(text, &d), STATUS_OK);
	assert_int_equal(
	    sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
	(void)sqlite3_bind_blob(
	    statement, 1, d.bytes, DIGEST_SIZE, SQLITE_TRANSIENT);
	assert_int_equal(sqlite3_step(statement), SQLITE_DONE);
	(void)sqlite3_finalize(statement);
}

/* What brokerd 0.1 would have left: alice with a live token, bob without. */
static int
set_up(void **state)
{
	const char *base = getenv("TMPDIR");
	sqlite3 *db = NULL;
	char sql[64];
	int fd;

	(void)state;
	(void)snprintf(path, sizeof(path), "%s/migration.XXXXXX",
	    base == NULL ? "/tmp" : base);
	fd = mkstemp(path);
	if (fd < 0)
		return -1;
	(void)close(fd);
	if (sqlite3_open(path, &db) != SQLITE_OK)
		return -1;
	execute(db, store_schema_steps[0]);
	execute(db,
	    "INSERT INTO scopes VALUES ('trading', 'Trade', 0);"
	    "INSERT INTO users VALUES (1, 'sub-1', 'alice', 'x', 5),"
	    " (2, 'sub-2', 'bob', 'x', 6);"
	    "INSERT INTO apps VALUES (1, 'trader', 'Trader', 1, NULL,"
	    " 'trading', 'authorization_code', 7);"
	    "INSERT INTO grants VALUES (1, 1, 1, 'trading', 'live',"
	    " 'https://h.example.test', 8, 8, 0),"
	    " (2, NULL, 1, 'trading', '', 'https://h.example.test', 0, 8, 0);");
	put_digest(db, "UPDATE apps SET secret = ?", "the secret");
	put_digest(db,
	    "INSERT INTO tokens VALUES (?, 1, 1, 'trading', 8, 2000000, 0)",
	    "the token");
	execute(db, "PRAGMA user_version = 1");
	(void)snprintf(sql, sizeof(sql), "PRAGMA application_id = %d",
	    (int)STORE_APPLICATION_ID);
	execute(db, sql);
	return sqlite3_close(db) == SQLITE_OK ? 0 : -1;
}

static int
tear_down(void **state)
{
	static const char *const endings[] = {"", "-wal", "-shm"};
	char file[160];

	(void)state;
	for (size_t i = 0; i < ELEMENTS(endings); i++) {
		(void)snprintf(file, sizeof(file), "%s%s", path, endings[i]);
		(void)unlink(file);
	}
	return 0;
}

static void
keeps_what_everybody_had(void **state)
{
	_cleanup_(store_freep) struct store *s = NULL;
	struct account account;
	struct token t;
	struct app a;

	(void)state;
	assert_int_equal(store_open(path, &s), STATUS_OK);
	assert_int_equal(app_find(s, "trader", &a), STATUS_OK);
	assert_true(a.confidential && a.enabled);
	assert_int_equal(a.state, APP_APPROVED);
	assert_int_equal(a.kind, APP_STANDARD);
	assert_string_equal(a.owner, "alice");
	assert_int_equal(
	    app_secret_check(s, a.id, "the secret", NOW), STATUS_OK);
	assert_int_equal(
	    app_secret_check(s, a.id, "another", NOW), STATUS_NOT_FOUND);
	assert_int_equal(token_find(s, "the token", &t), STATUS_OK);
	assert_true(grant_token_is_active(&t, NOW));
	assert_int_equal(account_find(s, 1, "live", &account), STATUS_OK);
	assert_true(account_is_active(&account));
	assert_int_equal(t.grant.account, account.id);
	assert_int_equal(strlen(account.uuid), UUID_SIZE - 1);
}

static void
opens_paper_accounts_and_no_others(void **state)
{
	_cleanup_(store_freep) struct store *s = NULL;
	struct account account;
	struct user u;

	(void)state;
	assert_int_equal(store_open(path, &s), STATUS_OK);
	assert_int_equal(account_find(s, 1, "paper", &account), STATUS_OK);
	assert_int_equal(account_find(s, 2, "paper", &account), STATUS_OK);
	assert_true(account_is_active(&account));
	assert_int_equal(
	    account_find(s, 2, "live", &account), STATUS_NOT_FOUND);
	assert_int_equal(user_find(s, "alice", &u), STATUS_OK);
	assert_false(u.is_operator);
	assert_int_equal(u.disabled, 0);
}

static void
knows_the_scopes_of_openid_connect(void **state)
{
	_cleanup_(store_freep) struct store *s = NULL;
	char names[WORD_SET_TEXT_SIZE];

	(void)state;
	assert_int_equal(store_open(path, &s), STATUS_OK);
	assert_int_equal(scope_names(s, names), STATUS_OK);
	assert_string_equal(names, "trading openid profile offline_access");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		keeps_what_everybody_had, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(
		opens_paper_accounts_and_no_others, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(
		knows_the_scopes_of_openid_connect, set_up, tear_down),
	};

	log_open("test", LOG_LEVEL_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
