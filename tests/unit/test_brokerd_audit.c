/* SPDX-License-Identifier: ISC */
/* The audit trail: what is read back, and what tampering is noticed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "audit/audit_read.h"
#include "audit/audit_verify.h"
#include "scopegate/cleanup.h"
#include "scopegate/log.h"
#include "temporary_store.h"

#define NOW 1000000
#define RECORDS 9

static int
set_up(void **state)
{
	struct temporary_store *t = calloc(1, sizeof(*t));

	*state = t;
	return t == NULL ? -1 : temporary_store_make(t);
}

static int
tear_down(void **state)
{
	temporary_store_remove(*state);
	free(*state);
	return 0;
}

/* Alice and bob by turns, at NOW + 1 and on. */
static void
fill(struct temporary_store *t)
{
	for (int i = 1; i <= RECORDS; i++)
		assert_int_equal(
		    audit_append(t->store, NOW + i,
			&(struct audit_entry){i % 2 == 1 ? "alice" : "bob",
			    i % 3 == 0 ? "grant.revoke" : "app.submit",
			    i < 5 ? "app a" : "app b", "it \"was\" done"}),
		    STATUS_OK);
}

static void
tamper(struct temporary_store *t, const char *sql)
{
	sqlite3 *db = NULL;

	store_freep(&t->store);
	assert_int_equal(sqlite3_open(t->path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	assert_int_equal(store_open(t->path, &t->store), STATUS_OK);
}

static void
finds(struct temporary_store *t, enum audit_fault fault, int64_t at)
{
	struct audit_check c = {0};

	assert_int_equal(audit_verify(t->store, 0, NULL, &c), STATUS_OK);
	assert_string_equal(audit_fault_text(c.fault), audit_fault_text(fault));
	assert_int_equal(c.at, at);
}

static void
a_whole_trail_is_intact(void **state)
{
	struct temporary_store *t = *state;
	struct audit_check c = {0};

	finds(t, AUDIT_INTACT, 0);
	fill(t);
	assert_int_equal(audit_verify(t->store, 0, NULL, &c), STATUS_OK);
	assert_int_equal(c.fault, AUDIT_INTACT);
	assert_int_equal(c.count, RECORDS);
	assert_int_equal(c.last.seq, RECORDS);
	assert_int_equal(audit_verify(t->store, 4, NULL, &c), STATUS_OK);
	assert_int_equal(c.fault, AUDIT_INTACT);
	assert_int_equal(c.first, RECORDS - 3);
	assert_int_equal(c.count, 4);
	assert_int_equal(audit_verify(t->store, RECORDS, NULL, &c), STATUS_OK);
	assert_int_equal(c.first, 1);
}

static void
every_field_is_hashed(void **state)
{
	static const char *const changes[] = {
	    "UPDATE audit SET at = at + 1 WHERE seq = 4",
	    "UPDATE audit SET actor = 'eve' WHERE seq = 4",
	    "UPDATE audit SET action = 'x' WHERE seq = 4",
	    "UPDATE audit SET subject = 'app b' WHERE seq = 4",
	    "UPDATE audit SET detail = '' WHERE seq = 4",
	    "UPDATE audit SET previous = zeroblob(32) WHERE seq = 4",
	    "UPDATE audit SET hash = zeroblob(32) WHERE seq = 4",
	    "UPDATE audit SET hash = zeroblob(31) WHERE seq = 4",
	    "UPDATE audit SET detail = hex(zeroblob(600)) WHERE seq = 4",
	};
	struct temporary_store *t = *state;

	fill(t);
	tamper(t, "CREATE TABLE whole AS SELECT * FROM audit");
	for (size_t i = 0; i < ELEMENTS(changes); i++) {
		tamper(t, changes[i]);
		finds(t, AUDIT_ALTERED, 4);
		tamper(t, "DELETE FROM audit;"
			  "INSERT INTO audit SELECT * FROM whole");
	}
	finds(t, AUDIT_INTACT, 0);
}

static void
a_removed_record_leaves_a_gap(void **state)
{
	struct temporary_store *t = *state;

	fill(t);
	tamper(t, "DELETE FROM audit WHERE seq = 4");
	finds(t, AUDIT_MISSING, 4);
	tamper(t, "DELETE FROM audit WHERE seq < 4");
	finds(t, AUDIT_MISSING, 1);
}

/* As somebody does who knows how records are hashed. */
static void
forge(struct temporary_store *t, struct audit_record *r)
{
	_cleanup_(query_done) struct query q = query_start(t->store,
	    "UPDATE audit SET at = ?, actor = 'eve', action = '',"
	    " subject = '', detail = '', previous = ?, hash = ?"
	    " WHERE seq = ?");

	memcpy(r->actor, "eve", 4);
	assert_int_equal(audit_record_hash(r, &r->hash), STATUS_OK);
	query_integer(&q, r->at);
	query_blob(&q, r->previous.bytes, DIGEST_SIZE);
	query_blob(&q, r->hash.bytes, DIGEST_SIZE);
	query_integer(&q, r->seq);
	assert_int_equal(query_run(&q), STATUS_OK);
}

static void
a_changed_order_does_not_link(void **state)
{
	struct temporary_store *t = *state;
	struct audit_record r = {.seq = 4, .at = NOW};

	fill(t);
	tamper(t, "UPDATE audit SET seq = 100 WHERE seq = 4;"
		  "UPDATE audit SET seq = 4 WHERE seq = 5;"
		  "UPDATE audit SET seq = 5 WHERE seq = 100");
	finds(t, AUDIT_ALTERED, 4);
	forge(t, &r);
	finds(t, AUDIT_UNLINKED, 4);
}

/* No record follows that would miss it; the noted end does. */
static void
a_forged_last_record_is_not_the_end(void **state)
{
	struct temporary_store *t = *state;
	struct audit_record r = {.seq = RECORDS, .at = NOW};
	struct audit_check c;

	fill(t);
	tamper(t, "DELETE FROM audit WHERE seq = 9");
	assert_int_equal(audit_verify(t->store, 0, NULL, &c), STATUS_OK);
	r.previous = c.last.hash;
	tamper(t, "INSERT INTO audit VALUES (9, 0, '', '', '', '',"
		  " zeroblob(32), zeroblob(32))");
	forge(t, &r);
	finds(t, AUDIT_OTHER_END, RECORDS);
}

static void
a_cut_end_is_missed(void **state)
{
	struct temporary_store *t = *state;

	fill(t);
	tamper(t, "CREATE TABLE whole AS SELECT * FROM audit;"
		  "DELETE FROM audit WHERE seq > 7");
	finds(t, AUDIT_CUT, 8);
	tamper(t, "DELETE FROM audit");
	finds(t, AUDIT_CUT, 1);
	tamper(t, "INSERT INTO audit SELECT * FROM whole;"
		  "UPDATE settings SET value = '3 ' || substr(value, 3)"
		  " WHERE name = 'audit.head'");
	finds(t, AUDIT_OTHER_END, 3);
	tamper(t, "UPDATE settings SET value = '9 x' WHERE"
		  " name = 'audit.head'");
	finds(t, AUDIT_NO_END, RECORDS);
	tamper(t, "DELETE FROM settings WHERE name = 'audit.head'");
	finds(t, AUDIT_NO_END, RECORDS);
}

/* A trail rewritten with its end is found by who noted a mark before. */
static void
a_noted_mark_must_be_there(void **state)
{
	struct temporary_store *t = *state;
	struct audit_mark noted, other;
	struct audit_check c = {0};
	char text[AUDIT_MARK_SIZE];

	fill(t);
	assert_int_equal(audit_last(t->store, &noted), STATUS_OK);
	audit_mark_text(&noted, text);
	assert_int_equal(audit_mark_parse(text, &other), STATUS_OK);
	assert_int_equal(other.seq, RECORDS);
	assert_true(digest_equal(&other.hash, &noted.hash));
	assert_int_equal(audit_mark_parse("9", &other), STATUS_MALFORMED);
	assert_int_equal(audit_mark_parse("9 x", &other), STATUS_MALFORMED);
	assert_int_equal(audit_append(t->store, NOW,
			     &(struct audit_entry){"a", "b", "c", ""}),
	    STATUS_OK);
	assert_int_equal(audit_verify(t->store, 0, &noted, &c), STATUS_OK);
	assert_int_equal(c.fault, AUDIT_INTACT);

	tamper(t, "DELETE FROM audit; DELETE FROM settings");
	finds(t, AUDIT_INTACT, 0);
	assert_int_equal(audit_verify(t->store, 0, &noted, &c), STATUS_OK);
	assert_int_equal(c.fault, AUDIT_UNKNOWN_MARK);
	for (int i = 0; i <= RECORDS; i++)
		assert_int_equal(audit_append(t->store, NOW,
				     &(struct audit_entry){"a", "b", "c", ""}),
		    STATUS_OK);
	assert_int_equal(audit_verify(t->store, 0, &noted, &c), STATUS_OK);
	assert_int_equal(c.fault, AUDIT_UNKNOWN_MARK);
	assert_int_equal(c.at, RECORDS);
}

struct taken {
	char seqs[64];
	size_t room;
};

static bool
take(void *context, const struct audit_record *r)
{
	struct taken *t = context;
	size_t length = strlen(t->seqs);

	if (t->room == 0)
		return false;
	t->room--;
	(void)snprintf(t->seqs + length, sizeof(t->seqs) - length, "%lld ",
	    (long long)r->seq);
	return true;
}

static int64_t
scan(struct temporary_store *t, const struct audit_filter *f, bool forward,
    int64_t start, size_t room, const char *wanted)
{
	struct taken taken = {.room = room};
	int64_t next = -1;

	assert_int_equal(
	    audit_scan(t->store, f, forward, start, take, &taken, &next),
	    STATUS_OK);
	assert_string_equal(taken.seqs, wanted);
	return next;
}

static void
is_read_by_filter_and_page(void **state)
{
	const struct audit_filter all = {0}, alice = {.actor = "alice"},
				  of_a = {.subject = "app a"},
				  both = {.actor = "bob", .subject = "app b"},
				  revoked = {.action = "grant."},
				  exact = {.from = NOW + 3, .until = NOW + 5};
	struct temporary_store *t = *state;

	fill(t);
	assert_int_equal(scan(t, &all, false, 0, 4, "9 8 7 6 "), 6);
	assert_int_equal(scan(t, &all, false, 6, 4, "5 4 3 2 "), 2);
	assert_int_equal(scan(t, &all, false, 2, 4, "1 "), 0);
	assert_int_equal(scan(t, &all, true, 0, 4, "1 2 3 4 "), 4);
	assert_int_equal(scan(t, &all, true, 4, 5, "5 6 7 8 9 "), 0);
	assert_int_equal(scan(t, &alice, false, 0, 9, "9 7 5 3 1 "), 0);
	assert_int_equal(scan(t, &alice, true, 3, 1, "5 "), 6);
	assert_int_equal(scan(t, &of_a, false, 0, 9, "4 3 2 1 "), 0);
	assert_int_equal(scan(t, &of_a, true, 0, 9, "1 2 3 4 "), 0);
	assert_int_equal(scan(t, &both, false, 0, 9, "8 6 "), 0);
	assert_int_equal(scan(t, &revoked, false, 0, 9, "9 6 3 "), 0);
	assert_int_equal(scan(t, &exact, false, 0, 9, "4 3 "), 0);
}

/* A filter that nothing passes must not walk a long trail in one go. */
static void
is_read_in_bounded_pieces(void **state)
{
	const struct audit_filter none = {.action = "none"};
	struct temporary_store *t = *state;

	tamper(t,
	    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1"
	    " FROM n WHERE i < 20001) INSERT INTO audit SELECT i, 0, 'a', 'b',"
	    " 'c', '', zeroblob(32), zeroblob(32) FROM n");
	assert_int_equal(scan(t, &none, false, 0, 1, ""), 2);
	assert_int_equal(scan(t, &none, true, 0, 1, ""), AUDIT_SCAN_MAX);
	assert_int_equal(scan(t, &none, true, AUDIT_SCAN_MAX, 1, ""), 0);
}

#define STORE_TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    STORE_TEST(a_whole_trail_is_intact),
	    STORE_TEST(every_field_is_hashed),
	    STORE_TEST(a_removed_record_leaves_a_gap),
	    STORE_TEST(a_changed_order_does_not_link),
	    STORE_TEST(a_forged_last_record_is_not_the_end),
	    STORE_TEST(a_cut_end_is_missed),
	    STORE_TEST(a_noted_mark_must_be_there),
	    STORE_TEST(is_read_by_filter_and_page),
	    STORE_TEST(is_read_in_bounded_pieces),
	};

	log_open("test", LOG_LEVEL_ERROR);
	return cmocka_run_group_tests_name("brokerd_audit", tests, NULL, NULL);
}
