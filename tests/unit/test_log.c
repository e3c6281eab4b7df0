/* SPDX-License-Identifier: ISC */
/* One call is one line of printable ASCII, whatever is in its arguments. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "captured.h"
#include "scopegate/cleanup.h"
#include "scopegate/log.h"

static const struct level_row {
	enum log_level level;
	void (*log)(const char *format, ...);
	const char *line;
	const char *journal_line;
} levels[] = {
    {LOG_LEVEL_ERROR, log_error, "prog: error: n=7\n", "<3>error: n=7\n"},
    {LOG_LEVEL_WARNING, log_warning, "prog: warning: n=7\n",
	"<4>warning: n=7\n"},
    {LOG_LEVEL_INFO, log_info, "prog: n=7\n", "<6>n=7\n"},
    {LOG_LEVEL_DEBUG, log_debug, "prog: debug: n=7\n", "<7>debug: n=7\n"},
};

static void
test_levels(void **state)
{
	struct captured c;

	(void)state;
	for (size_t most = 0; most < ELEMENTS(levels); most++) {
		log_open("prog", LOG_LEVEL_ERROR);
		log_set_level(levels[most].level);
		for (size_t i = 0; i < ELEMENTS(levels); i++) {
			capture_begin(&c);
			levels[i].log("n=%d", 7);
			capture_end(&c);
			assert_string_equal(
			    c.text, i <= most ? levels[i].line : "");
			assert_int_equal(
			    log_enabled(levels[i].level), i <= most);
		}
	}
}

/* $JOURNAL_STREAM counts only where it names our own standard error. */
static void
test_journal(void **state)
{
	struct captured c;
	struct stat st;
	char stream[64];

	(void)state;
	for (size_t i = 0; i < ELEMENTS(levels); i++) {
		for (int ours = 0; ours < 2; ours++) {
			capture_begin(&c);
			assert_int_equal(fstat(STDERR_FILENO, &st), 0);
			(void)snprintf(stream, sizeof(stream), "%ju:%ju",
			    (uintmax_t)st.st_dev,
			    (uintmax_t)st.st_ino + (ours ? 0 : 1));
			assert_int_equal(
			    setenv("JOURNAL_STREAM", stream, 1), 0);
			log_open("prog", LOG_LEVEL_DEBUG);
			levels[i].log("n=%d", 7);
			capture_end(&c);
			assert_string_equal(c.text,
			    ours ? levels[i].journal_line : levels[i].line);
		}
	}
	assert_int_equal(unsetenv("JOURNAL_STREAM"), 0);
	log_open("prog", LOG_LEVEL_DEBUG);
}

static const struct text_row {
	const char *text, *line;
} texts[] = {
    {"plain ~", "prog: plain ~\n"},
    {"two\nlines", "prog: two\\x0alines\n"},
    {"\rback", "prog: \\x0dback\n"},
    {"\033[2Jclear", "prog: \\x1b[2Jclear\n"},
    {"\tt\x7f", "prog: \\x09t\\x7f\n"},
    {"\xc3\xa9", "prog: \\xc3\\xa9\n"},
    {"\xff\xfe", "prog: \\xff\\xfe\n"},
    {"\xe2\x80\xae rtl", "prog: \\xe2\\x80\\xae rtl\n"},
    {"%s%n", "prog: %s%n\n"},
    {"", "prog: \n"},
};

static void
test_texts(void **state)
{
	struct captured c;

	(void)state;
	log_open("prog", LOG_LEVEL_INFO);
	for (size_t i = 0; i < ELEMENTS(texts); i++) {
		capture_begin(&c);
		log_info("%s", texts[i].text);
		capture_end(&c);
		assert_string_equal(c.text, texts[i].line);
	}
}

/* A line of LOG_LINE_MAX stands whole; one octet more is cut visibly. */
static void
test_length(void **state)
{
	static char text[2 * LOG_LINE_MAX];
	const size_t room = LOG_LINE_MAX - strlen("prog: ");
	struct captured c;

	(void)state;
	log_open("prog", LOG_LEVEL_INFO);
	for (size_t n = room - 4; n < room + 8; n++) {
		memset(text, 'a', n);
		text[n] = '\0';
		capture_begin(&c);
		log_info("%s", text);
		capture_end(&c);
		assert_true(c.length <= LOG_LINE_MAX + 1);
		assert_int_equal(c.text[c.length - 1], '\n');
		assert_int_equal(strstr(c.text, "...\n") != NULL, n > room);
		if (n <= room)
			assert_int_equal(c.length, strlen("prog: ") + n + 1);
	}
	/* An escape is never cut in half. */
	for (size_t n = room - 6; n <= room; n++) {
		memset(text, 'a', n);
		text[n] = '\n';
		text[n + 1] = '\0';
		capture_begin(&c);
		log_info("%s", text);
		capture_end(&c);
		assert_true(strstr(c.text, "\\x0a\n") != NULL ||
			    strstr(c.text, "a...\n") != NULL);
	}
}

static void
test_errno(void **state)
{
	struct captured c;

	(void)state;
	log_open("prog", LOG_LEVEL_INFO);
	capture_begin(&c);
	errno = ENOENT;
	log_errno("cannot open %s", "x");
	assert_int_equal(errno, ENOENT);
	log_info("more");
	assert_int_equal(errno, ENOENT);
	capture_end(&c);
	assert_string_equal(c.text,
	    "prog: error: cannot open x: No such file or directory\n"
	    "prog: more\n");
}

static void
test_limit(void **state)
{
	struct log_limit l = {0};
	unsigned int skipped = 99;

	(void)state;
	assert_true(log_limit_pass(&l, 60000, &skipped));
	assert_int_equal(skipped, 0);
	assert_false(log_limit_pass(&l, 60000, &skipped));
	assert_false(log_limit_pass(&l, 60000, &skipped));
	l.next_us = 0; /* the minute is over */
	assert_true(log_limit_pass(&l, 60000, &skipped));
	assert_int_equal(skipped, 2);
	l.next_us = 0;
	assert_true(log_limit_pass(&l, 60000, &skipped));
	assert_int_equal(skipped, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_levels),
	    cmocka_unit_test(test_journal),
	    cmocka_unit_test(test_texts),
	    cmocka_unit_test(test_length),
	    cmocka_unit_test(test_errno),
	    cmocka_unit_test(test_limit),
	};

	(void)unsetenv("JOURNAL_STREAM");
	return cmocka_run_group_tests_name("log", tests, NULL, NULL);
}
