/* SPDX-License-Identifier: ISC */
/* The log's life: restarts, rotation, full disks; what could not be written
 * was not written. */
#include "audit_make.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#define RECORDS 5u

/* Set to make the next truncations fail, as on an append-only file. */
static bool truncation_fails;

int __real_ftruncate(int fd, off_t length);
int __wrap_ftruncate(int fd, off_t length);

int
__wrap_ftruncate(int fd, off_t length)
{
	if (truncation_fails) {
		errno = EPERM;
		return -1;
	}
	return __real_ftruncate(fd, length);
}

static struct make_dir dir;

/* A log of RECORDS good records. */
static int
setup(void **state)
{
	struct audit *a;

	(void)state;
	make_dir(&dir);
	a = audit_make(&dir);
	audit_add(a, RECORDS);
	assert_int_equal(audit_sequence(a), RECORDS);
	audit_close(a);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	make_dir_done(&dir);
	return 0;
}

static void
goes_on_after_restart(void **state)
{
	struct audit *a = audit_make(&dir);

	(void)state;
	assert_int_equal(audit_sequence(a), RECORDS);
	audit_add(a, 2);
	audit_close(a);
	assert_log_good(dir.file, RECORDS + 2);
}

/* The log at its path is not opened, and not changed. */
static void
assert_not_opened(enum status expected)
{
	struct conf_error error = {.line = 0};
	struct audit *a = NULL;

	assert_int_equal(audit_open(dir.file, &a, &error), expected);
	assert_null(a);
	assert_non_null(strstr(error.text, ": "));
	assert_string_equal(error.file, dir.file);
}

static void
changed_last_record_stops_the_start(void **state)
{
	size_t length, after;
	char *log = log_read(dir.file, &length), *now;

	(void)state;
	log[length - 80] ^= 1;
	make_file(&dir, log, length);
	assert_not_opened(STATUS_MALFORMED);
	now = log_read(dir.file, &after);
	assert_int_equal(after, length);
	assert_memory_equal(now, log, length);
	free(now);
	free(log);
	make_file(&dir, "\n", 1);
	assert_not_opened(STATUS_MALFORMED);
	log = make_string('x', 100000);
	make_file(&dir, log, 100000);
	assert_not_opened(STATUS_MALFORMED);
	log[80] = '\n';
	log[99999] = '\n';
	make_file(&dir, log, 100000);
	assert_not_opened(STATUS_MALFORMED);
	free(log);
}

static void
long_log_goes_on(void **state)
{
	struct audit *a = audit_make(&dir);

	(void)state;
	audit_add(a, 200);
	audit_close(a);
	a = audit_make(&dir);
	audit_add(a, 1);
	audit_close(a);
	assert_log_good(dir.file, RECORDS + 201);
}

static void
one_writer_only(void **state)
{
	struct audit *a = audit_make(&dir);

	(void)state;
	assert_not_opened(STATUS_BUSY);
	audit_close(a);
	audit_close(audit_make(&dir));
	audit_close(NULL);
}

static void
only_a_regular_file(void **state)
{
	struct stat st;

	(void)state;
	assert_int_equal(unlink(dir.file), 0);
	assert_int_equal(symlink("/dev/null", dir.file), 0);
	assert_not_opened(STATUS_IO);
	assert_int_equal(unlink(dir.file), 0);
	assert_int_equal(mkfifo(dir.file, 0600), 0);
	assert_not_opened(STATUS_INVALID);
	assert_int_equal(unlink(dir.file), 0);
	(void)umask(0);
	audit_close(audit_make(&dir));
	(void)umask(022);
	assert_int_equal(stat(dir.file, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0640);
}

static void
missing_folder(void **state)
{
	struct conf_error error;
	struct audit *a = NULL;
	char path[256];

	(void)state;
	snprintf(path, sizeof(path), "%s/none/audit.jsonl", dir.path);
	assert_int_equal(audit_open(path, &a, &error), STATUS_IO);
	assert_null(a);
}

/* logrotate renames the log; the chain goes on in the new one. */
static void
goes_on_after_rotation(void **state)
{
	struct audit *a = audit_make(&dir);
	char old[sizeof(dir.file) + 4];
	size_t length, old_length;
	char *one, *two, *both;

	(void)state;
	assert_int_equal(audit_reopen(a), STATUS_OK);
	audit_add(a, 1);
	snprintf(old, sizeof(old), "%s.old", dir.file);
	assert_int_equal(rename(dir.file, old), 0);
	audit_add(a, 1);
	assert_int_equal(audit_reopen(a), STATUS_OK);
	audit_add(a, 3);
	assert_int_equal(audit_sequence(a), RECORDS + 5);
	assert_not_opened(STATUS_BUSY);
	audit_close(a);
	assert_log_good(old, RECORDS + 2);
	assert_log_good(dir.file, 3);
	one = log_read(old, &old_length);
	two = log_read(dir.file, &length);
	both = malloc(old_length + length);
	memcpy(both, one, old_length);
	memcpy(both + old_length, two, length);
	make_file(&dir, both, old_length + length);
	assert_log_good(dir.file, RECORDS + 5);
	free(one);
	free(two);
	free(both);
}

/* A log of somebody else at the path is left alone; ours goes on. */
static void
foreign_log_is_not_taken(void **state)
{
	struct audit *a = audit_make(&dir);
	char old[sizeof(dir.file) + 4];
	size_t length;
	char *log = log_read(dir.file, &length);

	(void)state;
	snprintf(old, sizeof(old), "%s.old", dir.file);
	assert_int_equal(rename(dir.file, old), 0);
	make_file(&dir, log, line_start(log, 3));
	assert_int_equal(audit_reopen(a), STATUS_MALFORMED);
	make_file(&dir, "x\n", 2);
	assert_int_equal(audit_reopen(a), STATUS_MALFORMED);
	audit_add(a, 1);
	audit_close(a);
	assert_log_good(old, RECORDS + 1);
	free(log);
}

/* Lets the file grow by `more` octets from here; (rlim_t)-1: as far as it
 * will. */
static void
allow_growth(rlim_t more)
{
	struct rlimit limit;
	struct stat st;

	assert_int_equal(stat(dir.file, &st), 0);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	limit.rlim_cur =
	    more == (rlim_t)-1 ? limit.rlim_max : (rlim_t)st.st_size + more;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

/* Full at once, after one octet, and in the middle of the line. */
static void
full_disk_leaves_no_trace(void **state)
{
	static const rlim_t room[] = {0, 1, 100, 300};
	struct audit *a = audit_make(&dir);
	struct audit_record r = make_record();
	struct stat before, after;

	(void)state;
	(void)signal(SIGXFSZ, SIG_IGN);
	for (size_t i = 0; i < sizeof(room) / sizeof(room[0]); i++) {
		uint64_t sequence = audit_sequence(a);

		assert_int_equal(stat(dir.file, &before), 0);
		allow_growth(room[i]);
		assert_int_equal(audit_write(a, &r), STATUS_IO);
		assert_int_equal(audit_sequence(a), sequence);
		allow_growth((rlim_t)-1);
		assert_int_equal(stat(dir.file, &after), 0);
		assert_int_equal(after.st_size, before.st_size);
		audit_add(a, 1);
	}
	audit_close(a);
	assert_log_good(dir.file, RECORDS + 4);
}

/* Where half a line cannot be taken back, no record is written until it has
 * been named. */
static void
half_line_that_stays_is_named(void **state)
{
	struct audit *a = audit_make(&dir);
	struct audit_record r = make_record();

	(void)state;
	(void)signal(SIGXFSZ, SIG_IGN);
	allow_growth(100);
	truncation_fails = true;
	assert_int_equal(audit_write(a, &r), STATUS_IO);
	assert_int_equal(audit_sequence(a), RECORDS);
	/* Still full, still torn: still no record. */
	allow_growth(0);
	assert_int_equal(audit_write(a, &r), STATUS_IO);
	assert_int_equal(audit_write(a, &r), STATUS_IO);
	truncation_fails = false;
	allow_growth((rlim_t)-1);
	assert_log_bad(dir.file, RECORDS + 1);
	assert_int_equal(audit_write(a, &r), STATUS_OK);
	assert_int_equal(audit_sequence(a), RECORDS + 2);
	audit_add(a, 1);
	audit_close(a);
	assert_log_good(dir.file, RECORDS + 3);
}

/* The same, where the file was rotated away meanwhile. */
static void
half_line_then_rotation(void **state)
{
	struct audit *a = audit_make(&dir);
	struct audit_record r = make_record();
	char old[sizeof(dir.file) + 4];

	(void)state;
	(void)signal(SIGXFSZ, SIG_IGN);
	allow_growth(100);
	truncation_fails = true;
	assert_int_equal(audit_write(a, &r), STATUS_IO);
	truncation_fails = false;
	allow_growth((rlim_t)-1);
	snprintf(old, sizeof(old), "%s.old", dir.file);
	assert_int_equal(rename(dir.file, old), 0);
	audit_add(a, 2);
	audit_close(a);
	assert_log_bad(old, RECORDS + 1);
	assert_log_good(dir.file, 2);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(goes_on_after_restart),
	    TEST(changed_last_record_stops_the_start),
	    TEST(long_log_goes_on),
	    TEST(one_writer_only),
	    TEST(only_a_regular_file),
	    TEST(missing_folder),
	    TEST(goes_on_after_rotation),
	    TEST(foreign_log_is_not_taken),
	    TEST(full_disk_leaves_no_trace),
	    TEST(half_line_that_stays_is_named),
	    TEST(half_line_then_rotation),
	};

	return cmocka_run_group_tests_name("audit", tests, NULL, NULL);
}
