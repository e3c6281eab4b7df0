/* SPDX-License-Identifier: ISC */
/*
 * Grants at rest: the files tell nothing, and nobody else's key, folder or row
 * is used.
 */
#include "grants_make.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "grant_store.h"
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

static void
write_file(const char *folder, const char *name, const char *bytes,
    size_t length, mode_t mode)
{
	char path[FOLDER_SIZE + 32];
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	f = fopen(path, "w");
	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, length, f), length);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(chmod(path, mode), 0);
}

static void
must_not_open(const char *folder, enum status status, const char *word)
{
	struct conf_error error = {0};
	struct grants *g = NULL;

	assert_int_equal(grants_open(folder, &g, &error), status);
	assert_null(g);
	if (strstr(error.text, word) == NULL)
		fail_msg("%s: %s", error.file, error.text);
}

/* While it is open and after it is closed; the same search finds the words in
 * memory that is not sealed, so it can fail. */
static void
test_files_tell_nothing(void **state)
{
	static const char *const words[] = {"token-1", "refresh-octets",
	    "alice", "904837e3", "trading", "account:write", "client-of-ours",
	    "broker.example", "alpaca", "PA3XYZ", "paper", "sshd", "api07"};
	static char bytes[FILE_MAX];
	char folder[FOLDER_SIZE], id[GRANT_ID_SIZE];
	struct grants *g;
	bool found_id = false;

	(void)state;
	folder_make(folder);
	g = grants_must_open(folder);
	for (int i = 0; i < 20; i++)
		keep_grant(g, "token-1", id);
	for (int round = 0; round < 2; round++) {
		for (size_t i = 0; i < ELEMENTS(files); i++) {
			size_t length = read_file(folder, files[i], bytes);

			for (size_t k = 0; k < ELEMENTS(words); k++)
				assert_null(memmem(
				    bytes, length, words[k], strlen(words[k])));
			found_id |=
			    memmem(bytes, length, id, strlen(id)) != NULL;
		}
		if (round == 0)
			grants_close(g);
	}
	assert_true(found_id); /* the id is meant to be readable */
	folder_remove(folder);
}

static void
test_modes(void **state)
{
	static char bytes[FILE_MAX];
	char folder[FOLDER_SIZE], path[FOLDER_SIZE + 32], id[GRANT_ID_SIZE];
	struct grants *g;
	struct stat st;

	(void)state;
	folder_make(folder);
	(void)umask(0);
	g = grants_must_open(folder);
	keep_grant(g, "token-1", id);
	for (size_t i = 0; i < ELEMENTS(files); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", folder, files[i]);
		if (stat(path, &st) == 0)
			assert_int_equal(st.st_mode & 07777, 0600);
	}
	grants_close(g);
	(void)umask(022);
	for (size_t i = 0; i < 2; i++) {
		static const char *const names[] = {"key", "grants.db"};

		(void)snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
		assert_int_equal(chmod(path, 0640), 0);
		must_not_open(folder, STATUS_FORBIDDEN, "0600");
		assert_int_equal(chmod(path, 0600), 0);
	}
	assert_int_equal(chmod(folder, 0750), 0);
	must_not_open(folder, STATUS_FORBIDDEN, "0700");
	assert_int_equal(chmod(folder, 0700), 0);
	/* A link in place of the key. */
	(void)snprintf(path, sizeof(path), "%s/key", folder);
	assert_true(read_file(folder, "key", bytes) > 0);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(symlink("/dev/null", path), 0);
	must_not_open(folder, STATUS_FORBIDDEN, "symbolic link");
	folder_remove(folder);
}

static void
test_another_key(void **state)
{
	static char key[FILE_MAX], other[FILE_MAX];
	char folder[FOLDER_SIZE], second[FOLDER_SIZE], id[GRANT_ID_SIZE];
	char path[FOLDER_SIZE + 32];
	size_t length, other_length;
	struct grants *g;

	(void)state;
	folder_make(folder);
	folder_make(second);
	g = grants_must_open(folder);
	keep_grant(g, "token-1", id);
	grants_close(g);
	grants_close(grants_must_open(second));
	length = read_file(folder, "key", key);
	other_length = read_file(second, "key", other);
	assert_int_equal(length, other_length);
	assert_memory_not_equal(key, other, length);
	write_file(folder, "key", other, other_length, 0600);
	must_not_open(folder, STATUS_MALFORMED, "does not open");
	/* No key at all is not a reason to make one. */
	(void)snprintf(path, sizeof(path), "%s/key", folder);
	assert_int_equal(unlink(path), 0);
	must_not_open(folder, STATUS_MALFORMED, "not their key");
	assert_int_equal(access(path, F_OK), -1);
	/* Half a key, and what is no key. */
	write_file(folder, "key", key, length - 2, 0600);
	must_not_open(folder, STATUS_INVALID, "no key file");
	write_file(folder, "key", "", 0, 0600);
	must_not_open(folder, STATUS_INVALID, "no key file");
	write_file(folder, "key", key, length, 0600);
	g = grants_must_open(folder);
	assert_non_null(grants_find_id(g, text_of(id)));
	grants_close(g);
	folder_remove(folder);
	folder_remove(second);
}

struct copied {
	struct buf sealed;
	uint32_t key;
	char id[GRANT_ID_SIZE];
};

static enum status
copy_row(struct text id, uint32_t key, struct text sealed, void *argument)
{
	struct copied *c = argument;

	memcpy(c->id, id.bytes, id.length);
	c->key = key;
	return buf_append(&c->sealed, sealed.bytes, sealed.length);
}

/* A blob belongs to its row, its key's number and itself. */
static void
test_changed_rows(void **state)
{
	enum { MOVED, OTHER_NUMBER, FLIPPED, CUT, WAYS };

	(void)state;
	for (int way = 0; way < WAYS; way++) {
		char folder[FOLDER_SIZE], id[GRANT_ID_SIZE];
		struct conf_error error = {0};
		struct copied c = {0};
		struct grant_store *store = NULL;
		struct grants *g;

		buf_init(&c.sealed, FILE_MAX);
		folder_make(folder);
		g = grants_must_open(folder);
		keep_grant(g, "token-1", id);
		grants_close(g);
		assert_int_equal(
		    grant_store_open(folder, &store, &error), STATUS_OK);
		assert_int_equal(
		    grant_store_each(store, copy_row, &c), STATUS_OK);
		assert_int_equal(c.sealed.length % 1024, SEAL_OVERHEAD);
		if (way == MOVED)
			memcpy(c.id, "0123456789abcdef", GRANT_ID_SIZE);
		if (way == OTHER_NUMBER)
			c.key++;
		if (way == FLIPPED)
			c.sealed.data[c.sealed.length / 2] ^= 1;
		if (way == CUT)
			c.sealed.length = SEAL_OVERHEAD - 1;
		assert_int_equal(grant_store_put(store, c.id, c.key,
				     (struct text){(const char *)c.sealed.data,
					 c.sealed.length}),
		    STATUS_OK);
		grant_store_close(store);
		buf_clear(&c.sealed);
		must_not_open(folder, STATUS_MALFORMED, "does not open");
		folder_remove(folder);
	}
}

static void
test_no_database_of_ours(void **state)
{
	static char rubbish[8192];
	char folder[FOLDER_SIZE];
	struct grants *first, *second = NULL;
	struct conf_error error = {0};

	(void)state;
	folder_make(folder);
	memset(rubbish, 'x', sizeof(rubbish));
	write_file(folder, "grants.db", rubbish, sizeof(rubbish), 0600);
	must_not_open(folder, STATUS_MALFORMED, "no database of grants");
	folder_remove(folder);
	folder_make(folder);
	first = grants_must_open(folder);
	assert_int_equal(grants_open(folder, &second, &error), STATUS_BUSY);
	assert_non_null(strstr(error.text, "running already"));
	grants_close(first);
	folder_remove(folder);
}

static void
test_rotation(void **state)
{
	static char before[FILE_MAX], after[FILE_MAX];
	char folder[FOLDER_SIZE], id[GRANT_ID_SIZE];
	struct conf_error error = {0};
	size_t length, new_length;
	struct grants *g;

	(void)state;
	folder_make(folder);
	g = grants_must_open(folder);
	keep_grant(g, "token-1", id);
	length = read_file(folder, "key", before);
	assert_int_equal(grants_rotate_key(g, &error), STATUS_OK);
	new_length = read_file(folder, "key", after);
	assert_int_equal(length, new_length);
	assert_memory_not_equal(before, after, length);
	grants_close(g);
	g = grants_must_open(folder);
	assert_non_null(grants_find_id(g, text_of(id)));
	grants_close(g);
	/* The old key opens nothing now. */
	write_file(folder, "key", before, length, 0600);
	must_not_open(folder, STATUS_MALFORMED, "does not open");
	folder_remove(folder);
}

static void
test_seal(void **state)
{
	uint8_t secret[SEAL_SECRET_SIZE] = {1};
	struct seal *s = seal_new(secret), *other;
	struct buf first, second, plain;
	struct text sealed;

	(void)state;
	secret[0] = 2;
	other = seal_new(secret);
	assert_non_null(s);
	assert_non_null(other);
	buf_init(&first, 1024);
	buf_init(&second, 1024);
	buf_init_sensitive(&plain, 1024);
	assert_int_equal(
	    seal_close(s, text_of("row 1"), text_of("plain text"), &first),
	    STATUS_OK);
	assert_int_equal(
	    seal_close(s, text_of("row 1"), text_of("plain text"), &second),
	    STATUS_OK);
	assert_int_equal(first.length, 10 + SEAL_OVERHEAD);
	assert_memory_not_equal(first.data, second.data, first.length);
	sealed = (struct text){(const char *)first.data, first.length};
	assert_int_equal(
	    seal_open(s, text_of("row 1"), sealed, &plain), STATUS_OK);
	assert_string_equal(buf_string(&plain), "plain text");
	assert_int_equal(
	    seal_open(s, text_of("row 2"), sealed, &plain), STATUS_MALFORMED);
	assert_int_equal(seal_open(other, text_of("row 1"), sealed, &plain),
	    STATUS_MALFORMED);
	for (size_t i = 0; i < first.length; i++) {
		first.data[i] ^= 0x80;
		assert_int_equal(seal_open(s, text_of("row 1"), sealed, &plain),
		    STATUS_MALFORMED);
		first.data[i] ^= 0x80;
	}
	assert_int_equal(plain.length, 10);
	buf_clear(&first);
	buf_clear(&second);
	buf_clear(&plain);
	seal_free(s);
	seal_free(other);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_seal),
	    cmocka_unit_test(test_files_tell_nothing),
	    cmocka_unit_test(test_modes),
	    cmocka_unit_test(test_another_key),
	    cmocka_unit_test(test_changed_rows),
	    cmocka_unit_test(test_no_database_of_ours),
	    cmocka_unit_test(test_rotation),
	};

	return cmocka_run_group_tests_name("grant_vault", tests, NULL, NULL);
}
