/* SPDX-License-Identifier: ISC */
/* Builders for the tests of the audit; they end the test on failure. */
#include "audit_make.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct audit_record
make_record(void)
{
	return (struct audit_record){.ref = "K7Q2-9XYZ",
	    .operation = "login",
	    .verdict = VERDICT_DENY,
	    .reason = REASON_SCOPE_MISSING,
	    .service = text_of("sshd"),
	    .user = text_of("alice"),
	    .detail = "trading",
	    .cache = CACHE_MISS,
	    .as_us = 1500,
	    .total_us = 2500,
	    .peer_pid = 4711,
	    .at_us = INT64_C(1700000000000007)};
}

struct audit *
audit_make(const struct make_dir *d)
{
	struct audit *a = NULL;
	struct conf_error error = {.line = 0};

	if (audit_open(d->file, &a, &error) != STATUS_OK)
		print_error("%s\n", error.text);
	assert_non_null(a);
	return a;
}

void
audit_add(struct audit *a, unsigned int count)
{
	struct audit_record r = make_record();

	while (count-- > 0) {
		uint64_t before = audit_sequence(a);

		assert_int_equal(audit_write(a, &r), STATUS_OK);
		assert_int_equal(audit_sequence(a), before + 1);
	}
}

char *
log_read(const char *path, size_t *ret_length)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	char *text;

	assert_true(fd >= 0);
	assert_int_equal(fstat(fd, &st), 0);
	text = calloc(1, (size_t)st.st_size + 1);
	assert_non_null(text);
	assert_int_equal(read(fd, text, (size_t)st.st_size), st.st_size);
	assert_int_equal(close(fd), 0);
	*ret_length = (size_t)st.st_size;
	return text;
}

enum status
log_verify(const char *path, uint64_t *ret_records, uint64_t *ret_line,
    const char **ret_what)
{
	FILE *log = fopen(path, "re");
	enum status status;

	assert_non_null(log);
	status = audit_verify(log, ret_records, ret_line, ret_what);
	assert_int_equal(fclose(log), 0);
	return status;
}

void
assert_log_good(const char *path, uint64_t records)
{
	uint64_t got = 0, line = 0;
	const char *what = NULL;
	enum status status = log_verify(path, &got, &line, &what);

	if (status != STATUS_OK)
		print_error("line %u: %s\n", (unsigned int)line, what);
	assert_int_equal(status, STATUS_OK);
	assert_int_equal(got, records);
}

void
assert_log_bad(const char *path, uint64_t line)
{
	uint64_t got = 0, at = 0;
	const char *what = NULL;

	assert_int_equal(log_verify(path, &got, &at, &what), STATUS_MALFORMED);
	assert_int_equal(at, line);
	assert_non_null(what);
}

size_t
line_start(const char *log, unsigned int n)
{
	const char *at = log;

	while (n-- > 0)
		at = strchr(at, '\n') + 1;
	return (size_t)(at - log);
}

/* The one line of the log, without its newline. */
static char *
only_line(const char *path)
{
	size_t length;
	char *line;

	assert_log_good(path, 1);
	line = log_read(path, &length);
	assert_true(length <= AUDIT_RECORD_MAX);
	assert_ptr_equal(memchr(line, '\n', length), line + length - 1);
	line[length - 1] = '\0';
	for (size_t i = 0; i < length - 1; i++)
		assert_in_range((unsigned char)line[i], 0x20, 0xff);
	return line;
}

char *
record_line(const struct audit_record *record)
{
	struct make_dir dir;
	struct audit *a;
	char *line;

	make_dir(&dir);
	a = audit_make(&dir);
	assert_int_equal(audit_write(a, record), STATUS_OK);
	audit_close(a);
	line = only_line(dir.file);
	make_dir_done(&dir);
	return line;
}

char *
act_line(const struct audit_act *act)
{
	struct make_dir dir;
	struct audit *a;
	char *line;

	make_dir(&dir);
	a = audit_make(&dir);
	assert_int_equal(audit_write_act(a, act), STATUS_OK);
	audit_close(a);
	line = only_line(dir.file);
	make_dir_done(&dir);
	return line;
}

struct json *
record_json(const char *line)
{
	struct json *j = NULL;
	const char *what = "";

	if (json_parse(line, strlen(line), &j, &what) != STATUS_OK)
		print_error("%s\n%s\n", what, line);
	assert_non_null(j);
	return j;
}
