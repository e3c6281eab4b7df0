/* SPDX-License-Identifier: ISC */
/* What the operator revokes is over, and is told, also when the disk fails. */
#include <stdio.h>
#include <string.h>

#include "asks_caught.h"
#include "control_grants.h"
#include "grant_vault.h"
#include "reply.h"
#include "scopegate/cleanup.h"

#define REVOKES "revocation_endpoint = https://broker.example.com/revoke\n"

static bool disk_is_full;
static char replied[1024];

enum status __real_grant_vault_put(
    struct grant_vault *v, const struct grant_record *record);
enum status __wrap_grant_vault_put(
    struct grant_vault *v, const struct grant_record *record);
void __wrap_reply_document(struct connection *c, struct buf *document);

enum status
__wrap_grant_vault_put(struct grant_vault *v, const struct grant_record *record)
{
	return disk_is_full ? STATUS_IO : __real_grant_vault_put(v, record);
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
	struct connection c = {.server = &b->server};
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
test_all_of_a_user(void **state)
{
	char first[GRANT_ID_SIZE], second[GRANT_ID_SIZE];
	struct bench b;

	(void)state;
	bench_open(&b, REVOKES);
	keep_grant(b.server.grants, "token-1", first);
	keep_grant(b.server.grants, "token-2", second);
	ask_revoke(&b, TAG_USER, "bob");
	assert_string_equal(replied, "{\"ended\":0,\"asked\":0,\"sign_ins\":0}");
	assert_int_equal(caught_count, 0);
	ask_revoke(&b, TAG_USER, "alice");
	assert_string_equal(replied, "{\"ended\":2,\"asked\":2,\"sign_ins\":0}");
	assert_int_equal(caught_count, 2);
	assert_int_equal(caught[0].slot, FETCH_REVOKE);
	ask_revoke(&b, TAG_USER, "alice");
	assert_string_equal(replied, "{\"ended\":0,\"asked\":0,\"sign_ins\":0}");
	assert_true(ended_on_disk(&b, first));
	assert_true(ended_on_disk(&b, second));
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
	assert_non_null(strstr(replied, "2 of 2 grants could not be written"));
	assert_true(grants_find_id(b.server.grants, text_of(first))->ended);
	assert_true(grants_find_id(b.server.grants, text_of(second))->ended);
	assert_int_equal(caught_count, 2);
	ask_revoke(&b, TAG_HANDLE, first);
	assert_non_null(strstr(replied, "1 of 1 grants could not be written"));
	disk_is_full = false;
	ask_revoke(&b, TAG_USER, "alice");
	assert_string_equal(replied, "{\"ended\":2,\"asked\":2,\"sign_ins\":0}");
	ask_revoke(&b, TAG_USER, "alice");
	assert_string_equal(replied, "{\"ended\":0,\"asked\":0,\"sign_ins\":0}");
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
	assert_string_equal(replied, "{\"ended\":1,\"asked\":0,\"sign_ins\":0}");
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
	    cmocka_unit_test(test_disk_fails),
	    cmocka_unit_test(test_another_server),
	    cmocka_unit_test(test_no_grants_here),
	};

	return cmocka_run_group_tests_name("grant_revoke", tests, NULL, NULL);
}
