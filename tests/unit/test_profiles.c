/* SPDX-License-Identifier: ISC */
/* The profiles that are installed: what each must say, and that all are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fixture.h"
#include "installed.h"
#include "scopegate/cleanup.h"

/* Whoever reads one knows where it is from and what is not certain. */
static void
test_tells(void **state)
{
	(void)state;
	assert_true(installed_names.count >= 22);
	for (size_t k = 0; k < installed_names.count; k++) {
		_cleanup_(profile_clear) struct profile p;
		const struct issuer *i = &p.issuer;

		installed_read(installed_names.words[k], &p);
		assert_string_equal(p.name, installed_names.words[k]);
		assert_non_null(p.title);
		assert_true(p.sources.count > 0);
		assert_non_null(p.checked);
		assert_true(p.notes.count + p.unsupported.count > 0);
		/* Who gets in, and with what, is the site's to say. */
		assert_null(i->client_id);
		assert_null(i->client_secret_file);
		assert_null(i->user_map_file);
		/* A broker has no claims. */
		if (i->probe_count > 0)
			assert_null(i->user_claim);
		assert_null(i->ca_file);
		assert_int_equal(i->allowed_clients.count, 0);
		assert_false(i->sign_in.allow_foreign_tokens);
		assert_false(i->insecure_loopback);
	}
}

/* A refusal that says why and what to do. */
static void
test_unsupported(void **state)
{
	static const struct {
		const char *name, *why, *instead;
	} rows[] = {
	    {"etrade",
		"OAuth 1.0a: each request is signed with the consumer "
		"secret",
		"What to use instead: an authorization server"},
	    {"ibkr", "private_key_jwt", "What to use instead"},
	};

	(void)state;
	for (size_t k = 0; k < ELEMENTS(rows); k++) {
		struct config *c = NULL;
		struct conf_error e = {.text = ""};

		assert_int_equal(
		    installed_load(rows[k].name, &c, &e), STATUS_INVALID);
		assert_null(c);
		assert_int_equal(e.line, INSTALLED_LINE);
		assert_non_null(strstr(e.text, "cannot be used"));
		assert_non_null(strstr(e.text, rows[k].why));
		assert_non_null(strstr(e.text, rows[k].instead));
	}
}

static char text[32 * 1024]; /* of a file */

static void
read_text(const char *name)
{
	char path[512];
	size_t n;
	FILE *f;

	source_path(path, sizeof(path), name);
	f = fopen(path, "re");
	assert_non_null(f);
	n = fread(text, 1, sizeof(text) - 1, f);
	(void)fclose(f);
	assert_in_range(n, 1, sizeof(text) - 2);
	text[n] = '\0';
}

/* Every profile has its row in the manual, with what it is. */
static void
test_manual(void **state)
{
	static const char *const words[] = {
	    [PROFILE_VERIFIED] = " Ta verified Ta ",
	    [PROFILE_FROM_DOCUMENTS] = " Ta documents Ta ",
	    [PROFILE_TESTED] = " Ta tested Ta "};

	(void)state;
	read_text("man/scopegate-profiles.5");
	for (size_t k = 0; k < installed_names.count; k++) {
		_cleanup_(profile_clear) struct profile p;
		const char *row, *status;
		char start[64];

		installed_read(installed_names.words[k], &p);
		(void)snprintf(start, sizeof(start), "\n.It %s Ta ", p.name);
		row = strstr(text, start);
		if (row == NULL)
			fail_msg("%s is not in the manual", p.name);
		status = strstr(row, words[p.status]);
		assert_non_null(status);
		assert_true(status < strchr(row + 1, '\n'));
		assert_int_equal(
		    strncmp(row + strlen(start), "not supported", 13) == 0,
		    p.unsupported.count > 0);
	}
}

/* The list in profiles/local.mk, which make install goes by, is the folder. */
static void
test_installed(void **state)
{
	char line[128];
	size_t listed = 0;

	(void)state;
	read_text("profiles/local.mk");
	for (const char *p = text; (p = strstr(p, ".conf")) != NULL; p++)
		listed++;
	assert_int_equal(listed, installed_names.count);
	for (size_t k = 0; k < installed_names.count; k++) {
		(void)snprintf(line, sizeof(line), "\tprofiles/%s.conf",
		    installed_names.words[k]);
		if (strstr(text, line) == NULL)
			fail_msg(
			    "%s is not installed", installed_names.words[k]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_tells),
	    cmocka_unit_test(test_unsupported),
	    cmocka_unit_test(test_manual),
	    cmocka_unit_test(test_installed),
	};

	return cmocka_run_group_tests_name(
	    "profiles", tests, installed_find, NULL);
}
