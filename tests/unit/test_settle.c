/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "settle.h"

/* What is given back comes back, and what was written is never given. */

static int written = 1;

static long
resident_file_kib(void)
{
	FILE *file = fopen("/proc/self/status", "re");
	char line[256];
	long value = -1;

	assert_non_null(file);
	while (fgets(line, sizeof(line), file) != NULL) {
		if (strncmp(line, "RssFile:", 8) == 0)
			value = strtol(line + 8, NULL, 10);
	}
	(void)fclose(file);
	return value;
}

static void
code_is_given_back_and_data_kept(void **state)
{
	long before = resident_file_kib(), after;

	(void)state;
	written = 2;
	memory_settle();
	after = resident_file_kib();
	assert_true(before > 0);
	assert_true(after < before);
	assert_int_equal(written, 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(code_is_given_back_and_data_kept),
	};

	return cmocka_run_group_tests_name("settle", tests, NULL, NULL);
}
