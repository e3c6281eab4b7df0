/* SPDX-License-Identifier: ISC */
/* What a rotation or a purge leaves behind, and what a failed one does. */
#include "grants_make.h"

#include <stdio.h>
#include <string.h>

#include "grant_store.h"
#include "scopegate/buf.h"
#include "scopegate/cleanup.h"
#include "seal.h"

#define FILE_MAX (1024u * 1024u)

static const char *const files[] = {
    "grants.db", "grants.db-wal", "grants.db-journal", "grants.db-shm", "key"};

/* The whole file; length 0 where there is none. */
static size_t
read_file(const char *folder, const char *name, char *ret)
{
	char path[FOLDER_SIZE + 32];
	size_t length = 0;
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	f = fopen(path, "r");
	if (f == NULL)
		return 0;
	length = fread(ret, 1, FILE_MAX, f);
	(void)fclose(f);
	return length;
}

static enum status
copy_row(struct text id, uint32_t key, struct text sealed, void *argument)
{
	(void)id, (void)key;
	return buf_append(argument, sealed.bytes, sealed.length);
}

/* Is any piece of what was sealed in any file of the folder? */
static bool
has_piece(const char *folder, const struct buf *sealed)
{
	static char bytes[FILE_MAX];

	for (size_t i = 0; i < ELEMENTS(files); i++) {
		size_t length = read_file(folder, files[i], bytes);

		for (size_t at = 0; at + 16 <= sealed->length; at += 16) {
			if (memmem(bytes, length, sealed->data + at, 16) !=
			    NULL)
				return true;
		}
	}
	return false;
}

static void
copy_rows(const char *folder, struct buf *ret)
{
	struct conf_error error = {0};
	struct grant_store *store = NULL;

	buf_init(ret, FILE_MAX);
	assert_int_equal(grant_store_open(folder, &store, &error), STATUS_OK);
	assert_int_equal(grant_store_each(store, copy_row, ret), STATUS_OK);
	grant_store_close(store);
	assert_true(has_piece(folder, ret));
}

/* Whoever gets the old key later finds nothing that it opens, although the
 * daemon did not close its files. */
static void
test_rotation_leaves_nothing(void **state)
{
	static char bytes[FILE_MAX];
	char folder[FOLDER_SIZE], id[GRANT_ID_SIZE];
	struct conf_error error = {0};
	struct buf before;
	struct grants *g;

	(void)state;
	folder_make(folder);
	g = grants_must_open(folder);
	for (int i = 0; i < 20; i++)
		keep_grant(g, "token-1", id);
	grants_close(g);
	copy_rows(folder, &before);
	g = grants_must_open(folder);
	/* One more version of a row, which is in the log only. */
	assert_int_equal(
	    grants_save(g, grants_find_id(g, text_of(id))), STATUS_OK);
	assert_true(read_file(folder, "grants.db-wal", bytes) > 0);
	assert_int_equal(grants_rotate_key(g, &error), STATUS_OK);
	assert_false(has_piece(folder, &before));
	assert_int_equal(read_file(folder, "grants.db-wal", bytes), 0);
	buf_clear(&before);
	grants_close(g);
	folder_remove(folder);
}

static void
test_purge_leaves_nothing(void **state)
{
	char folder[FOLDER_SIZE], id[GRANT_ID_SIZE];
	struct buf before;
	struct grants *g;
	struct grant *grant;

	(void)state;
	folder_make(folder);
	g = grants_must_open(folder);
	keep_grant(g, "token-1", id);
	grant = grants_find_id(g, text_of(id));
	grant->ends_at = 1;
	assert_int_equal(grants_save(g, grant), STATUS_OK);
	grants_close(g);
	copy_rows(folder, &before);
	g = grants_must_open(folder);
	assert_int_equal(grants_count(g), 0);
	assert_false(has_piece(folder, &before));
	buf_clear(&before);
	grants_close(g);
	folder_remove(folder);
}

static int seals_before_failure = -1; /* that are made; -1: all are */
struct seal *__real_seal_new(const uint8_t secret[SEAL_SECRET_SIZE]);
struct seal *__wrap_seal_new(const uint8_t secret[SEAL_SECRET_SIZE]);

struct seal *
__wrap_seal_new(const uint8_t secret[SEAL_SECRET_SIZE])
{
	if (seals_before_failure == 0)
		return NULL;
	if (seals_before_failure > 0)
		seals_before_failure--;
	return __real_seal_new(secret);
}

/* Out of memory at each of its steps: what was kept can be read, what comes
 * can be kept, and another try succeeds. */
static void
test_no_memory(void **state)
{
	int failed = 0;

	(void)state;
	for (int made = 0;; made++) {
		char folder[FOLDER_SIZE], id[GRANT_ID_SIZE];
		char second[GRANT_ID_SIZE];
		struct conf_error error = {0};
		struct grants *g;
		enum status s;

		folder_make(folder);
		g = grants_must_open(folder);
		keep_grant(g, "token-1", id);
		seals_before_failure = made;
		s = grants_rotate_key(g, &error);
		seals_before_failure = -1;
		keep_grant(g, "token-2", second);
		if (s != STATUS_OK) {
			failed++;
			assert_int_equal(s, STATUS_NOMEM);
			assert_int_equal(
			    grants_rotate_key(g, &error), STATUS_OK);
		}
		grants_close(g);
		g = grants_must_open(folder);
		assert_non_null(grants_find_id(g, text_of(id)));
		assert_non_null(grants_find_id(g, text_of(second)));
		grants_close(g);
		folder_remove(folder);
		if (s == STATUS_OK)
			break;
	}
	assert_true(failed >= 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_rotation_leaves_nothing),
	    cmocka_unit_test(test_purge_leaves_nothing),
	    cmocka_unit_test(test_no_memory),
	};

	return cmocka_run_group_tests_name("grant_rotation", tests, NULL, NULL);
}
