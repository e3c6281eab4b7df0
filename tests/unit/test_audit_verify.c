/* SPDX-License-Identifier: ISC */
/* What breaks the chain is found, and what a crash cut off is named. */
#include "audit_make.h"

#include <stdlib.h>
#include <string.h>

#define RECORDS 5u

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

static unsigned int
line_of(const char *log, size_t offset)
{
	unsigned int line = 1;

	for (size_t i = 0; i < offset; i++)
		line += log[i] == '\n' ? 1 : 0;
	return line;
}

static void
good_log_verifies(void **state)
{
	(void)state;
	assert_log_good(dir.file, RECORDS);
}

static void
empty_log_verifies(void **state)
{
	(void)state;
	make_file(&dir, "", 0);
	assert_log_good(dir.file, 0);
}

static void
any_changed_octet_is_found(void **state)
{
	size_t length;
	char *log = log_read(dir.file, &length);

	(void)state;
	for (size_t i = 0; i < length - 1; i++) {
		log[i] ^= 1;
		make_file(&dir, log, length);
		log[i] ^= 1;
		assert_log_bad(dir.file, line_of(log, i));
	}
	free(log);
}

static void
dropped_records_are_found(void **state)
{
	size_t length;
	char *log = log_read(dir.file, &length);

	(void)state;
	for (unsigned int n = 1; n < RECORDS - 1; n++) {
		size_t from = line_start(log, n), to = line_start(log, n + 1);
		char *less = malloc(length);

		memcpy(less, log, from);
		memcpy(less + from, log + to, length - to);
		make_file(&dir, less, length - (to - from));
		assert_log_bad(dir.file, n + 1);
		free(less);
	}
	free(log);
}

static void
swapped_records_are_found(void **state)
{
	size_t length;
	char *log = log_read(dir.file, &length);

	(void)state;
	for (unsigned int n = 0; n < RECORDS - 1; n++) {
		size_t a = line_start(log, n), b = line_start(log, n + 1);
		size_t c = line_start(log, n + 2);
		char *swapped = malloc(length);

		memcpy(swapped, log, length);
		memcpy(swapped + a, log + b, c - b);
		memcpy(swapped + a + (c - b), log + a, b - a);
		make_file(&dir, swapped, length);
		/* A log may begin anywhere, so the swap shows one later. */
		assert_log_bad(dir.file, n == 0 ? 2 : n + 1);
		free(swapped);
	}
	free(log);
}

/* Lines that are no records, also empty, repeated and endless ones. */
static void
inserted_lines_are_found(void **state)
{
	size_t length;
	char *log = log_read(dir.file, &length);
	char *endless = make_string('x', AUDIT_RECORD_MAX * 3);
	const char *const inserted[] = {
	    "\n", "x\n", "{}\n", endless, "{\"v\":1,\"seq\":3}\n"};

	(void)state;
	endless[AUDIT_RECORD_MAX * 3 - 1] = '\n';
	for (size_t i = 0; i < sizeof(inserted) / sizeof(inserted[0]); i++) {
		for (unsigned int n = 0; n <= RECORDS; n++) {
			size_t at = line_start(log, n);
			size_t more = strlen(inserted[i]);
			char *text = malloc(length + more);

			memcpy(text, log, at);
			memcpy(text + at, inserted[i], more);
			memcpy(text + at + more, log + at, length - at);
			make_file(&dir, text, length + more);
			assert_log_bad(dir.file, n + 1);
			free(text);
		}
	}
	free(endless);
	free(log);
}

static void
repeated_record_is_found(void **state)
{
	size_t length;
	char *log = log_read(dir.file, &length);
	size_t last = line_start(log, RECORDS - 1);
	char *text = malloc(2 * length);

	(void)state;
	memcpy(text, log, length);
	memcpy(text + length, log + last, length - last);
	make_file(&dir, text, 2 * length - last);
	assert_log_bad(dir.file, RECORDS + 1);
	free(text);
	free(log);
}

static void
may_begin_in_the_middle(void **state)
{
	size_t length;
	char *log = log_read(dir.file, &length);
	size_t from = line_start(log, 2);

	(void)state;
	make_file(&dir, log + from, length - from);
	assert_log_good(dir.file, RECORDS - 2);
	free(log);
}

/* A record of another log does not fit, though it is good in itself. */
static void
foreign_record_is_found(void **state)
{
	struct make_dir other;
	struct audit_record r = make_record();
	struct audit *a;
	size_t length, other_length;
	char *log = log_read(dir.file, &length), *foreign;

	(void)state;
	make_dir(&other);
	a = audit_make(&other);
	r.user = text_of("mallory");
	for (unsigned int i = 0; i < RECORDS + 1; i++)
		assert_int_equal(audit_write(a, &r), STATUS_OK);
	audit_close(a);
	foreign = log_read(other.file, &other_length);
	log = realloc(log, length + other_length);
	memcpy(log + length, foreign + line_start(foreign, RECORDS),
	    other_length - line_start(foreign, RECORDS));
	make_file(
	    &dir, log, length + other_length - line_start(foreign, RECORDS));
	assert_log_bad(dir.file, RECORDS + 1);
	free(foreign);
	free(log);
	make_dir_done(&other);
}

/* Cut the last record at each of its octets; whatever is left is recovered,
 * named, and the log verifies. */
static void
torn_line_is_recovered(void **state)
{
	size_t length;
	char *log = log_read(dir.file, &length);
	size_t last = line_start(log, RECORDS - 1);

	(void)state;
	for (size_t cut = last + 1; cut < length; cut++) {
		struct audit *a;
		bool only_newline = cut == length - 1;

		make_file(&dir, log, cut);
		a = audit_make(&dir);
		assert_int_equal(
		    audit_sequence(a), only_newline ? RECORDS + 1 : RECORDS);
		audit_add(a, 1);
		audit_close(a);
		assert_log_good(dir.file, RECORDS + (only_newline ? 2 : 1));
	}
	free(log);
}

static void
torn_first_line_is_recovered(void **state)
{
	struct audit *a;

	(void)state;
	make_file(&dir, "{\"v\":1,", 7);
	assert_log_bad(dir.file, 1);
	a = audit_make(&dir);
	assert_int_equal(audit_sequence(a), 1);
	audit_close(a);
	assert_log_good(dir.file, 1);
}

/* The recovered record vouches for what was torn, and for nothing more. */
static void
torn_octets_are_covered(void **state)
{
	size_t length, torn;
	char *log = log_read(dir.file, &length);
	size_t last = line_start(log, RECORDS - 1);

	(void)state;
	make_file(&dir, log, last + 40);
	free(log);
	audit_close(audit_make(&dir));
	assert_log_good(dir.file, RECORDS);
	log = log_read(dir.file, &length);
	torn = line_start(log, RECORDS - 1);
	for (size_t i = torn; i < torn + 40; i++) {
		log[i] ^= 1;
		make_file(&dir, log, length);
		log[i] ^= 1;
		assert_log_bad(dir.file, RECORDS);
	}
	/* One octet of it left out. */
	memmove(log + torn, log + torn + 1, length - torn - 1);
	make_file(&dir, log, length - 1);
	assert_log_bad(dir.file, RECORDS);
	free(log);
}

/* A recovered record where nothing is torn excuses nothing. */
static void
torn_line_taken_out_is_found(void **state)
{
	size_t length;
	char *log = log_read(dir.file, &length);
	size_t last = line_start(log, RECORDS - 1), torn_end;

	(void)state;
	make_file(&dir, log, last + 40);
	free(log);
	audit_close(audit_make(&dir));
	log = log_read(dir.file, &length);
	torn_end = line_start(log, RECORDS);
	memmove(log + last, log + torn_end, length - torn_end);
	make_file(&dir, log, length - (torn_end - last));
	assert_log_bad(dir.file, RECORDS);
	free(log);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(good_log_verifies),
	    TEST(empty_log_verifies),
	    TEST(any_changed_octet_is_found),
	    TEST(dropped_records_are_found),
	    TEST(swapped_records_are_found),
	    TEST(inserted_lines_are_found),
	    TEST(repeated_record_is_found),
	    TEST(may_begin_in_the_middle),
	    TEST(foreign_record_is_found),
	    TEST(torn_line_is_recovered),
	    TEST(torn_first_line_is_recovered),
	    TEST(torn_octets_are_covered),
	    TEST(torn_line_taken_out_is_found),
	};

	return cmocka_run_group_tests_name("audit_verify", tests, NULL, NULL);
}
