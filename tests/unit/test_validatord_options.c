/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "daemon_options.h"
#include "scopegate/cleanup.h"

/* The whole command line, and that nothing else is understood. */

struct line {
	const char *argv[6];
	const char *wrong; /* NULL: understood as the rest says */
	const char *config;
	bool test, version;
};

static const struct line lines[] = {
    {{"v"}, NULL, "/default", false, false},
    {{"v", "--foreground"}, NULL, "/default", false, false},
    {{"v", "--config", "/a"}, NULL, "/a", false, false},
    {{"v", "--config=/a", "--test"}, NULL, "/a", true, false},
    {{"v", "--version"}, NULL, "/default", false, true},
    {{"v", "--config"}, "--config", NULL, false, false},
    {{"v", "--config="}, "--config=", NULL, false, false},
    {{"v", "--tes"}, "--tes", NULL, false, false},
    {{"v", "--test", "x"}, "x", NULL, false, false},
    {{"v", "--role=reap"}, "--role=reap", NULL, false, false},
    {{"v", ""}, "", NULL, false, false},
};

static void
test_lines(void **state)
{
	(void)state;
	for (size_t i = 0; i < ELEMENTS(lines); i++) {
		const struct line *l = &lines[i];
		char *argv[6] = {0};
		struct daemon_options o = {.config = "/default"};
		const char *wrong = NULL;
		int argc = 0;
		enum status status;

		while (l->argv[argc] != NULL) {
			argv[argc] = (char *)(uintptr_t)l->argv[argc];
			argc++;
		}
		status = daemon_options_parse(argc, argv, &o, &wrong);
		if (l->wrong != NULL) {
			assert_int_equal(status, STATUS_INVALID);
			assert_string_equal(wrong, l->wrong);
			continue;
		}
		assert_int_equal(status, STATUS_OK);
		assert_string_equal(o.config, l->config);
		assert_int_equal(o.test, l->test);
		assert_int_equal(o.version, l->version);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_lines),
	};

	return cmocka_run_group_tests_name(
	    "validatord_options", tests, NULL, NULL);
}
