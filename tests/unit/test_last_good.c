/* SPDX-License-Identifier: ISC */
/* What was last published, kept on disk: whole, ours, and of that issuer, or
 * not read at all. */
#include "last_good.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "grants_make.h"
#include "scopegate/cleanup.h"
#include "scopegate/json.h"

#define ISSUER "https://as.example.com"
#define OTHER "https://other.example.com"
#define AT 1700000000
#define FIRST "{\"keys\":[1]}"
#define SECOND "{\"keys\":[2,3]}"

static enum status
put_in(const char *folder, const char *issuer, const char *document)
{
	return last_good_write(
	    folder, LAST_GOOD_JWKS, issuer, AT, text_of(document));
}

static enum status
get(const char *folder, enum last_good_kind kind, const char *issuer,
    const char *expected)
{
	_cleanup_(buf_clear) struct buf b;
	int64_t at = 0;
	enum status s;

	buf_init(&b, JSON_DOCUMENT_MAX);
	s = last_good_read(folder, kind, issuer, &at, &b);
	if (s == STATUS_OK) {
		assert_int_equal(at, AT);
		assert_non_null(expected);
		assert_int_equal(b.length, strlen(expected));
		assert_memory_equal(b.data, expected, b.length);
	} else {
		assert_int_equal(b.length, 0);
	}
	return s;
}

/* The only file whose name begins so. */
static void
find_file(const char *folder, const char *begin, char ret[256])
{
	DIR *d = opendir(folder);
	size_t found = 0;

	assert_non_null(d);
	for (struct dirent *e = readdir(d); e != NULL; e = readdir(d)) {
		if (strncmp(e->d_name, begin, strlen(begin)) != 0)
			continue;
		(void)snprintf(ret, 256, "%s/%.100s", folder, e->d_name);
		found++;
	}
	(void)closedir(d);
	assert_int_equal(found, 1);
}

static size_t
slurp(const char *path, uint8_t *ret, size_t room)
{
	FILE *f = fopen(path, "re");
	size_t n;

	assert_non_null(f);
	n = fread(ret, 1, room, f);
	assert_int_equal(fclose(f), 0);
	return n;
}

static void
spill(const char *path, const uint8_t *octets, size_t size)
{
	FILE *f = fopen(path, "we");

	assert_non_null(f);
	assert_int_equal(fwrite(octets, 1, size, f), size);
	assert_int_equal(fclose(f), 0);
}

static void
test_round_trip(void **state)
{
	char folder[FOLDER_SIZE], path[256];
	uint8_t octets[512];
	struct stat st;
	size_t size;

	(void)state;
	folder_make(folder);
	assert_int_equal(
	    get(folder, LAST_GOOD_JWKS, ISSUER, NULL), STATUS_NOT_FOUND);
	assert_int_equal(put_in(folder, ISSUER, FIRST), STATUS_OK);
	assert_int_equal(get(folder, LAST_GOOD_JWKS, ISSUER, FIRST), STATUS_OK);
	assert_int_equal(put_in(folder, ISSUER, SECOND), STATUS_OK);
	assert_int_equal(put_in(folder, OTHER, FIRST), STATUS_OK);
	assert_int_equal(
	    get(folder, LAST_GOOD_JWKS, ISSUER, SECOND), STATUS_OK);
	assert_int_equal(get(folder, LAST_GOOD_JWKS, OTHER, FIRST), STATUS_OK);
	assert_int_equal(
	    get(folder, LAST_GOOD_METADATA, ISSUER, NULL), STATUS_NOT_FOUND);
	find_file(folder, "last-good.key", path);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	folder_remove(folder);
	/* Empty, and sealed: nobody reads it there. */
	folder_make(folder);
	assert_int_equal(put_in(folder, ISSUER, ""), STATUS_OK);
	assert_int_equal(get(folder, LAST_GOOD_JWKS, ISSUER, ""), STATUS_OK);
	assert_int_equal(put_in(folder, ISSUER, FIRST), STATUS_OK);
	find_file(folder, "jwks.", path);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	size = slurp(path, octets, sizeof(octets));
	assert_null(memmem(octets, size, "keys", 4));
	folder_remove(folder);
}

/* Under the name that another one would have. */
static void
test_of_another(void **state)
{
	char folder[FOLDER_SIZE], path[256], metadata[256], *digest;
	uint8_t octets[512];
	size_t size;

	(void)state;
	folder_make(folder);
	assert_int_equal(put_in(folder, OTHER, FIRST), STATUS_OK);
	find_file(folder, "jwks.", path);
	size = slurp(path, octets, sizeof(octets));
	assert_int_equal(unlink(path), 0);
	assert_int_equal(put_in(folder, ISSUER, SECOND), STATUS_OK);
	find_file(folder, "jwks.", path);
	spill(path, octets, size);
	assert_int_equal(
	    get(folder, LAST_GOOD_JWKS, ISSUER, NULL), STATUS_MALFORMED);
	/* Of the same issuer and another kind. */
	assert_int_equal(put_in(folder, ISSUER, SECOND), STATUS_OK);
	digest = strstr(path, "jwks.");
	assert_non_null(digest);
	(void)snprintf(metadata, sizeof(metadata), "%.*smetadata.%s",
	    (int)(digest - path), path, digest + strlen("jwks."));
	assert_int_equal(rename(path, metadata), 0);
	assert_int_equal(
	    get(folder, LAST_GOOD_METADATA, ISSUER, NULL), STATUS_MALFORMED);
	folder_remove(folder);
}

/* Each octet counts, and so does their number. */
static void
test_changed(void **state)
{
	char folder[FOLDER_SIZE], path[256];
	uint8_t octets[512];
	size_t size;

	(void)state;
	folder_make(folder);
	assert_int_equal(put_in(folder, ISSUER, FIRST), STATUS_OK);
	find_file(folder, "jwks.", path);
	size = slurp(path, octets, sizeof(octets) - 1);
	for (size_t i = 0; i < size; i++) {
		octets[i] ^= 1;
		spill(path, octets, size);
		octets[i] ^= 1;
		assert_int_equal(get(folder, LAST_GOOD_JWKS, ISSUER, NULL),
		    STATUS_MALFORMED);
	}
	for (size_t n = 0; n <= size + 1; n++) {
		if (n == size)
			continue;
		octets[size] = 0;
		spill(path, octets, n);
		assert_int_equal(get(folder, LAST_GOOD_JWKS, ISSUER, NULL),
		    STATUS_MALFORMED);
	}
	spill(path, octets, size);
	assert_int_equal(get(folder, LAST_GOOD_JWKS, ISSUER, FIRST), STATUS_OK);
	folder_remove(folder);
}

/* Of another host, or a key that was cut: what it sealed is gone, and the next
 * writing makes all good again. */
static void
test_another_key(void **state)
{
	static const size_t sizes[] = {0, 31, 32, 33, 5000};
	char folder[FOLDER_SIZE], key[256];
	uint8_t octets[5000];

	(void)state;
	memset(octets, 'k', sizeof(octets));
	for (size_t i = 0; i < ELEMENTS(sizes); i++) {
		enum status s;

		folder_make(folder);
		assert_int_equal(put_in(folder, ISSUER, FIRST), STATUS_OK);
		find_file(folder, "last-good.key", key);
		spill(key, octets, sizes[i]);
		s = get(folder, LAST_GOOD_JWKS, ISSUER, NULL);
		assert_int_equal(
		    s, sizes[i] == 32 ? STATUS_MALFORMED : STATUS_NOT_FOUND);
		assert_int_equal(put_in(folder, ISSUER, SECOND), STATUS_OK);
		assert_int_equal(
		    get(folder, LAST_GOOD_JWKS, ISSUER, SECOND), STATUS_OK);
		/* Gone altogether. */
		find_file(folder, "last-good.key", key);
		assert_int_equal(unlink(key), 0);
		assert_int_equal(get(folder, LAST_GOOD_JWKS, ISSUER, NULL),
		    STATUS_NOT_FOUND);
		folder_remove(folder);
	}
}

static void
test_folder(void **state)
{
	static const mode_t modes[] = {0755, 0750, 0701, 0770};
	char folder[FOLDER_SIZE], link[FOLDER_SIZE + 8];

	(void)state;
	folder_make(folder);
	assert_int_equal(put_in(folder, ISSUER, FIRST), STATUS_OK);
	for (size_t i = 0; i < ELEMENTS(modes); i++) {
		assert_int_equal(chmod(folder, modes[i]), 0);
		assert_int_equal(get(folder, LAST_GOOD_JWKS, ISSUER, NULL),
		    STATUS_FORBIDDEN);
		assert_int_equal(
		    put_in(folder, ISSUER, SECOND), STATUS_FORBIDDEN);
	}
	assert_int_equal(chmod(folder, 0700), 0);
	assert_int_equal(get(folder, LAST_GOOD_JWKS, ISSUER, FIRST), STATUS_OK);
	(void)snprintf(link, sizeof(link), "%s-link", folder);
	assert_int_equal(symlink(folder, link), 0);
	assert_int_equal(put_in(link, ISSUER, SECOND), STATUS_FORBIDDEN);
	assert_int_equal(
	    get(link, LAST_GOOD_JWKS, ISSUER, NULL), STATUS_FORBIDDEN);
	assert_int_equal(unlink(link), 0);
	folder_remove(folder);
	assert_int_equal(put_in(folder, ISSUER, FIRST), STATUS_FORBIDDEN);
	assert_int_equal(
	    get(folder, LAST_GOOD_JWKS, ISSUER, NULL), STATUS_FORBIDDEN);
	assert_int_equal(access(folder, F_OK), -1);
}

/* No other file is read in place of it, and none is written through it. */
static void
test_no_file(void **state)
{
	char folder[FOLDER_SIZE], path[256], aside[300];
	uint8_t before[512], after[512];
	size_t size;

	(void)state;
	folder_make(folder);
	assert_int_equal(put_in(folder, ISSUER, FIRST), STATUS_OK);
	find_file(folder, "jwks.", path);
	(void)snprintf(aside, sizeof(aside), "%s/aside", folder);
	assert_int_equal(rename(path, aside), 0);
	assert_int_equal(symlink(aside, path), 0);
	assert_int_equal(get(folder, LAST_GOOD_JWKS, ISSUER, NULL), STATUS_IO);
	size = slurp(aside, before, sizeof(before));
	assert_int_equal(put_in(folder, ISSUER, SECOND), STATUS_OK);
	assert_int_equal(slurp(aside, after, sizeof(after)), size);
	assert_memory_equal(before, after, size);
	assert_int_equal(
	    get(folder, LAST_GOOD_JWKS, ISSUER, SECOND), STATUS_OK);
	/* A draft that somebody made a link of. */
	(void)snprintf(aside, sizeof(aside), "%s.new", path);
	assert_int_equal(symlink("/nowhere", aside), 0);
	assert_int_equal(put_in(folder, ISSUER, FIRST), STATUS_OK);
	assert_int_equal(get(folder, LAST_GOOD_JWKS, ISSUER, FIRST), STATUS_OK);
	/* One that nobody writes to would be waited for. */
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_not_equal(
	    get(folder, LAST_GOOD_JWKS, ISSUER, NULL), STATUS_OK);
	folder_remove(folder);
}

/* Whenever it dies, the old one or the new one is there. */
static void
test_killed(void **state)
{
	char folder[FOLDER_SIZE], big[9000];

	(void)state;
	folder_make(folder);
	memset(big, '2', sizeof(big) - 1);
	big[sizeof(big) - 1] = '\0';
	assert_int_equal(put_in(folder, ISSUER, FIRST), STATUS_OK);
	for (int i = 0; i < 40; i++) {
		_cleanup_(buf_clear) struct buf b;
		pid_t child = fork();
		int64_t at;

		if (child == 0) {
			for (;;)
				(void)put_in(folder, ISSUER, big);
		}
		assert_true(child > 0);
		(void)usleep((useconds_t)(i * 300));
		assert_int_equal(kill(child, SIGKILL), 0);
		assert_int_equal(waitpid(child, NULL, 0), child);
		buf_init(&b, JSON_DOCUMENT_MAX);
		assert_int_equal(
		    last_good_read(folder, LAST_GOOD_JWKS, ISSUER, &at, &b),
		    STATUS_OK);
		assert_true(strcmp(buf_string(&b), FIRST) == 0 ||
			    strcmp(buf_string(&b), big) == 0);
	}
	folder_remove(folder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_round_trip),
	    cmocka_unit_test(test_of_another),
	    cmocka_unit_test(test_changed),
	    cmocka_unit_test(test_another_key),
	    cmocka_unit_test(test_folder),
	    cmocka_unit_test(test_no_file),
	    cmocka_unit_test(test_killed),
	};

	return cmocka_run_group_tests_name("last_good", tests, NULL, NULL);
}
