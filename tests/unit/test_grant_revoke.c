/* SPDX-License-Identifier: ISC */
/* What the operator revokes is over, on record and told, also when a disk
 * fails. */
#include <stdio.h>
#include <string.h>

#include "asks_caught.h"
#include "audit_make.h"
#include "control_grants.h"
#include "control_revoke.h"
#include "grant_vault.h"
#include "reply.h"
#include "scopegate/cleanup.h"

#define REVOKES "revocation_endpoint = https://broker.example.com/revoke\n"

#define OPERATOR 4711u

static bool disk_is_full;
static int acts_before_failure = -1; /* that are written; -1: all are */
static char replied[1024];

enum status __real_grant_vault_put(
    struct grant_vault *v, const struct grant_record *record);
enum status __wrap_grant_vault_put(
    struct grant_vault *v, const struct grant_record *record);
enum status __real_audit_write_act(
    struct audit *a, const struct audit_act *act);
enum status __wrap_audit_write_act(
    struct audit *a, const struct audit_act *act);
void __wrap_reply_document(struct connection *c, struct buf *document);

enum status
__wrap_grant_vault_put(struct grant_vault *v, const struct grant_record *record)
{
	return disk_is_full ? STATUS_IO : __real_grant_vault_put(v, record);
}

enum status
__wrap_audit_write_act(struct audit *a, const struct audit_act *act)
{
	if (acts_before_failure == 0)
		return STATUS_IO;
	if (acts_before_failure > 0)
		acts_before_failure--;
	return __real_audit_write_act(a, act);
}

void
__wrap_reply_document(struct connection *c, struct buf *document)
{
	(void)c;
	(void)snprintf(replied, sizeof(replied), "%s", buf_string(document));
}

static void
ask_revoke(struct bench *b, enum message_tag tag, const char *value)
{
	struct connection c = {
	    .server = &b->server, .pid = 99, .uid = OPERATOR};
	struct message m = {0};

	m.value[tag] = text_of(value);
	replied[0] = '\0';
	control_grant_revoke(&c, &m);
}

static bool
ended_on_disk(struct bench *b, const char *id)
{
	grants_close(b->server.grants);
	b->server.grants = grants_must_open(b->folder);
	return grants_find_id(b->server.grants, text_of(id))->ended;
}

static void
assert_ended(int ended, int asked)
{
	char wanted[128];

	(void)snprintf(wanted, sizeof(wanted),
	    "{\"ended\":%d,\"asked\":%d,\"sign_ins\":0%s", ended, asked,
	    ended > 0 ? ",\"ref\":\"" : "}");
	assert_memory_equal(replied, wanted, strlen(wanted));
}

/* How often the audit log says it. */
static int
recorded(
    struct bench *b, const char *before, const char *value, const char *after)
{
	char path[FOLDER_SIZE + 16], wanted[256];
	int count = 0;
	char *log;
	size_t length;

	(void)snprintf(path, sizeof(path), "%s/audit", b->folder);
	(void)snprintf(wanted, sizeof(wanted), "%s%s%s", before, value, after);
	log = log_read(path, &length);
	for (const char *at = log; (at = strstr(at, wanted)) != NULL; at++)
		count++;
	free(log);
	return count;
}

/* The act, and each grant that it ended, by one reference. */
static void
assert_recorded(struct bench *b, const char *first, const char *second)
{
	static const char act[] =
	    "\",\"op\":\"revoke\",\"user\":\"alice\",\"grants\":2,"
	    "\"sign_ins\":0,\"peer_pid\":99,\"peer_uid\":4711,";
	static const char one[] =
	    "\",\"op\":\"revoked\",\"user\":\"alice\",\"grant\":\"";
	static const char of[] = "\",\"service\":\"sshd\","
				 "\"issuer\":\"alpaca\",\"iss\":";
	char ref[16] = "", path[FOLDER_SIZE + 16];
	const char *at = strstr(replied, "\"ref\":\"");

	assert_non_null(at);
	memcpy(ref, at + strlen("\"ref\":\""), 8);
	assert_int_equal(recorded(b, "\"ref\":\"", ref, act), 1);
	assert_int_equal(recorded(b, "\"ref\":\"", ref, one), 2);
	assert_int_equal(recorded(b, one, first, of), 1);
	assert_int_equal(recorded(b, one, second, of), 1);
	(void)snprintf(path, sizeof(path), "%s/audit", b->folder);
	assert_log_good(path, 3);
}

static void
test_all_of_a_user(void **state)
{
	char first[GRANT_ID_SIZE], second[GRANT_ID_SIZE];
	struct bench b;

	(void)state;
	bench_open(&b, REVOKES);
	keep_grant(b.server.grants, "token-1", first);
	keep_grant(b.server.grants, "token-2", second);
	ask_revoke(&b, TAG_USER, "bob");
	assert_ended(0, 0);
	assert_int_equal(caught_count, 0);
	ask_revoke(&b, TAG_USER, "alice");
	assert_ended(2, 2);
	assert_int_equal(caught_count, 2);
	assert_int_equal(caught[0].slot, FETCH_REVOKE);
	ask_revoke(&b, TAG_USER, "alice");
	assert_ended(0, 0);
	assert_true(ended_on_disk(&b, first));
	assert_true(ended_on_disk(&b, second));
	/* What ended nothing left nothing. */
	assert_int_equal(recorded(&b, "\"op\":", "\"revoke", ""), 3);
	bench_close(&b);
}

/* At each record: all ends, the broker hears of it, nobody is told that it is
 * well, and trying again records what is not. */
static void
test_log_fails(void **state)
{
	(void)state;
	for (int written = 0; written < 3; written++) {
		char first[GRANT_ID_SIZE], second[GRANT_ID_SIZE];
		struct bench b;

		bench_open(&b, REVOKES);
		keep_grant(b.server.grants, "token-1", first);
		keep_grant(b.server.grants, "token-2", second);
		acts_before_failure = written;
		ask_revoke(&b, TAG_USER, "alice");
		acts_before_failure = -1;
		assert_non_null(strstr(replied, "\"error\":\"2 grants and"));
		assert_non_null(strstr(replied, "not on record"));
		assert_int_equal(caught_count, 2);
		assert_true(ended_on_disk(&b, first));
		assert_true(ended_on_disk(&b, second));
		bench_close(&b);
	}
}

static void
test_record_again(void **state)
{
	char first[GRANT_ID_SIZE], second[GRANT_ID_SIZE];
	struct bench b;

	(void)state;
	bench_open(&b, REVOKES);
	keep_grant(b.server.grants, "token-1", first);
	keep_grant(b.server.grants, "token-2", second);
	acts_before_failure = 0;
	ask_revoke(&b, TAG_USER, "alice");
	acts_before_failure = -1;
	ask_revoke(&b, TAG_USER, "alice");
	assert_ended(2, 2);
	assert_recorded(&b, first, second);
	ask_revoke(&b, TAG_HANDLE, first);
	assert_ended(0, 0);
	bench_close(&b);
}

/* One by its id: the act names it, too. */
static void
test_one(void **state)
{
	char id[GRANT_ID_SIZE];
	struct bench b;

	(void)state;
	bench_open(&b, REVOKES);
	keep_grant(b.server.grants, "token-1", id);
	ask_revoke(&b, TAG_HANDLE, id);
	assert_ended(1, 1);
	assert_int_equal(
	    recorded(&b, "\"op\":\"revoke\",\"user\":\"alice\",\"grant\":\"",
		id, "\",\"grants\":1,"),
	    1);
	assert_int_equal(recorded(&b, "\"op\":", "\"revoked\"", ""), 1);
	bench_close(&b);
}

/* All end in memory, the broker hears of all, and trying again writes them. */
static void
test_disk_fails(void **state)
{
	char first[GRANT_ID_SIZE], second[GRANT_ID_SIZE];
	struct bench b;

	(void)state;
	bench_open(&b, REVOKES);
	keep_grant(b.server.grants, "token-1", first);
	keep_grant(b.server.grants, "token-2", second);
	disk_is_full = true;
	ask_revoke(&b, TAG_USER, "alice");
	assert_non_null(strstr(replied, "2 of 2 grants could not"));
	assert_true(grants_find_id(b.server.grants, text_of(first))->ended);
	assert_true(grants_find_id(b.server.grants, text_of(second))->ended);
	assert_int_equal(caught_count, 2);
	ask_revoke(&b, TAG_HANDLE, first);
	assert_non_null(strstr(replied, "1 of 1 grants could not"));
	disk_is_full = false;
	ask_revoke(&b, TAG_USER, "alice");
	assert_ended(2, 2);
	ask_revoke(&b, TAG_USER, "alice");
	assert_ended(0, 0);
	assert_true(ended_on_disk(&b, first));
	assert_true(ended_on_disk(&b, second));
	bench_close(&b);
}

/* An answer that says what is wrong, not a daemon that falls over. */
static void
test_no_grants_here(void **state)
{
	struct connection c;
	struct message m = {0};
	struct bench b;

	(void)state;
	bench_open(&b, "");
	grants_close(b.server.grants);
	b.server.grants = NULL;
	c = (struct connection){.server = &b.server};
	control_grants(&c, &m);
	assert_non_null(strstr(replied, "no issuer is validated by grants"));
	replied[0] = '\0';
	control_key_rotate(&c, &m);
	assert_non_null(strstr(replied, "no issuer is validated by grants"));
	ask_revoke(&b, TAG_USER, "alice");
	assert_non_null(strstr(replied, "no issuer is validated by grants"));
	bench_close(&b);
}

/* The token is none of the server that has the section's name now. */
static void
test_another_server(void **state)
{
	char id[GRANT_ID_SIZE];
	struct changed changed;
	struct bench b;

	(void)state;
	bench_open(&b, REVOKES);
	keep_grant(b.server.grants, "token-1", id);
	config_change(&b, &changed, "https://other.example.com", NULL);
	ask_revoke(&b, TAG_HANDLE, id);
	assert_ended(1, 0);
	assert_int_equal(caught_count, 0);
	config_restore(&b, &changed);
	assert_true(ended_on_disk(&b, id));
	bench_close(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_all_of_a_user),
	    cmocka_unit_test(test_one),
	    cmocka_unit_test(test_disk_fails),
	    cmocka_unit_test(test_log_fails),
	    cmocka_unit_test(test_record_again),
	    cmocka_unit_test(test_another_server),
	    cmocka_unit_test(test_no_grants_here),
	};

	return cmocka_run_group_tests_name("grant_revoke", tests, NULL, NULL);
}
