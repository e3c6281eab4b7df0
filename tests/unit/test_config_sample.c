/* SPDX-License-Identifier: ISC */
/*
 * The sample in examples/ names every key once, shows the true defaults, and
 * is good as it stands, with any of its comment marks removed.
 */
#include "config_make.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "scopegate/buf.h"
#include "scopegate/cleanup.h"

#define LINES_MOST 200

/* The sample's lines, cut at their newlines. */
struct sample {
	char text[CONF_FILE_MAX];
	char *lines[LINES_MOST];
	size_t count;
};

static void
read_sample(struct sample *s, const char *name)
{
	const char *top = getenv("top_srcdir");
	char path[4096];
	size_t n;
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/examples/%s",
	    top != NULL ? top : ".", name);
	f = fopen(path, "re");
	assert_non_null(f);
	n = fread(s->text, 1, sizeof(s->text) - 1, f);
	(void)fclose(f);
	s->text[n] = '\0';
	s->count = 0;
	for (char *p = s->text; *p != '\0'; s->count++) {
		char *end = strchr(p, '\n');

		assert_non_null(end);
		assert_true(s->count < LINES_MOST);
		*end = '\0';
		s->lines[s->count] = p;
		p = end + 1;
	}
}

/* The value of "KEY = VALUE" or ";KEY = VALUE"; NULL if it is another line. */
static const char *
value_of(const char *line, const char *key, bool *ret_commented)
{
	size_t n = strlen(key);

	*ret_commented = *line == ';';
	line += *ret_commented;
	if (strncmp(line, key, n) != 0 || strncmp(line + n, " = ", 3) != 0)
		return NULL;
	return line + n + 3;
}

static void
check_option(const struct sample *s, size_t first, size_t end,
    const struct conf_option *o)
{
	size_t count = 0;

	for (size_t i = first; i < end; i++) {
		bool commented;
		const char *value = value_of(s->lines[i], o->name, &commented);

		if (value == NULL)
			continue;
		count++;
		if (o->required && commented)
			fail_msg("%s is required", o->name);
		/* A build may have other folders. */
		if (o->fallback != NULL &&
		    strcmp(o->fallback, SCOPEGATE_RUNDIR) != 0 &&
		    strcmp(o->fallback, SCOPEGATE_STATEDIR) != 0 &&
		    (!commented || strcmp(value, o->fallback) != 0))
			fail_msg("%s: `%s` is not the default `%s`", o->name,
			    value, o->fallback);
	}
	if (count != 1)
		fail_msg("%s stands %zu times", o->name, count);
}

static void
test_names_every_key(void **state)
{
	static struct sample s;

	(void)state;
	read_sample(&s, "validatord.conf");
	for (const struct conf_section *c = config_sections; c->name != NULL;
	     c++) {
		size_t first = 0, end, n = strlen(c->name);

		while (first < s.count &&
		       (s.lines[first][0] != '[' ||
			   strncmp(s.lines[first] + 1, c->name, n) != 0))
			first++;
		assert_true(first < s.count);
		end = first + 1;
		while (end < s.count && s.lines[end][0] != '[')
			end++;
		for (const struct conf_option *o = c->options; o->name != NULL;
		     o++)
			check_option(&s, first, end, o);
	}
}

/* Filled in: the secret is where this test put it, and nobody reads it. */
static void
fill_in(struct buf *b, const char *line)
{
	if (strncmp(line, "client_secret_file", 18) == 0)
		line = "client_secret_file = $/secret";
	else if (strcmp(line, ";user = validatord") == 0)
		line = "user = nobody";
	else if (strncmp(line, ";profile_dir", 12) == 0) {
		const char *top = getenv("top_srcdir");

		(void)buf_format(
		    b, "profile_dir = %s/profiles\n", top != NULL ? top : ".");
		return;
	}
	(void)buf_append_string(b, line);
	(void)buf_append_byte(b, '\n');
}

/* With the comment mark of line `open` removed. */
static enum status
load(const struct config_made *m, const struct sample *s, size_t open,
    struct conf_error *e)
{
	_cleanup_(config_unrefp) struct config *c = NULL;
	_cleanup_(buf_clear) struct buf b;

	buf_init(&b, CONF_FILE_MAX);
	for (size_t i = 0; i < s->count; i++)
		fill_in(&b, s->lines[i] + (i == open));
	config_make_file(m, "v.conf", buf_string(&b), 0644);
	return config_make_load(m, &c, e);
}

static void
test_loads(void **state)
{
	static struct sample s, more;
	struct config_made m;
	struct conf_error e = {.text = ""};

	(void)state;
	read_sample(&s, "validatord.conf");
	read_sample(&more, "policy.d/50-sudo.conf");
	config_make(&m);
	if (load(&m, &s, SIZE_MAX, &e) != STATUS_OK)
		fail_msg("%u: %s", e.line, e.text);
	for (size_t i = 0; i < more.count; i++) {
		assert_true(s.count < LINES_MOST);
		s.lines[s.count++] = more.lines[i];
	}
	if (load(&m, &s, SIZE_MAX, &e) != STATUS_OK)
		fail_msg("%u: %s", e.line, e.text);
	config_make_done(&m);
}

/* The parts that a broker needs, with the profiles that are shipped. */
static void
test_broker_loads(void **state)
{
	static struct sample s;
	const char *top = getenv("top_srcdir");
	_cleanup_(config_unrefp) struct config *c = NULL;
	_cleanup_(free_ptr) char *place =
	    realpath(top != NULL ? top : ".", NULL);
	_cleanup_(buf_clear) struct buf b;
	struct config_made m;
	struct conf_error e = {.text = ""};
	char warnings[2][256];

	(void)state;
	read_sample(&s, "broker.conf");
	config_make(&m);
	config_make_file(&m, "users.map", "alpaca paper 1-2-3 alice\n", 0644);
	buf_init(&b, CONF_FILE_MAX);
	for (size_t i = 0; i < s.count; i++) {
		const char *line = s.lines[i];

		if (strncmp(line, "user_map", 8) == 0)
			line = "user_map = $/users.map";
		fill_in(&b, line);
		if (strcmp(line, "[validatord]") == 0)
			(void)buf_format(&b,
			    "user = nobody\nprofile_dir = %s/profiles\n",
			    place);
	}
	config_make_file(&m, "v.conf", buf_string(&b), 0644);
	if (config_make_load(&m, &c, &e) != STATUS_OK)
		fail_msg("%s:%u: %s", e.file, e.line, e.text);
	assert_int_equal(c->issuers[0].validation, VALIDATION_GRANT);
	assert_int_equal(c->issuers[0].probe_count, 2);
	if (config_warnings(c, warnings, 2) != 0)
		fail_msg("%s", warnings[0]);
	config_make_done(&m);
}

/* What one line alone asks for that the rest of the sample does not have. */
static const struct {
	const char *start, *said;
} lonely[] = {
    {";user_map", "beside user_claim"},
    /* It is read, and keeps grants. */
    {";profile =", "audience says"},
    {";client_key_", "and is for private_key_jwt"},
    {";client_assertion_", "and is for private_key_jwt"},
    {";client_certificate_file", "without its private key"},
    {";client_certificate_key_file", "without its certificate"},
    {";bearer_", "and is for bearer"},
    {";jwks_uri", "without `validation"},
    {";jwks_file", "without `validation"},
};

static const char *
wanted_by(const char *line)
{
	for (size_t i = 0; i < ELEMENTS(lonely); i++) {
		if (strncmp(line, lonely[i].start, strlen(lonely[i].start)) ==
		    0)
			return lonely[i].said;
	}
	return NULL;
}

static void
test_loads_uncommented(void **state)
{
	static struct sample s;
	struct config_made m;
	struct conf_error e = {.text = ""};

	(void)state;
	read_sample(&s, "validatord.conf");
	config_make(&m);
	for (size_t i = 0; i < s.count; i++) {
		const char *line = s.lines[i], *wanted = wanted_by(line);
		enum status status;

		/* "; Prose" has a blank. fill_in() has the user; a bundle need
		 * not be here. */
		if (*line != ';' || line[1] == ' ' || line[1] == '\0' ||
		    strncmp(line, ";user = v", 9) == 0 ||
		    strncmp(line, ";ca_file", 8) == 0)
			continue;
		status = load(&m, &s, i, &e);
		if ((status == STATUS_OK) != (wanted == NULL) ||
		    (wanted != NULL && strstr(e.text, wanted) == NULL))
			fail_msg("%s: %u: %s", line, e.line, e.text);
	}
	config_make_done(&m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_names_every_key),
	    cmocka_unit_test(test_loads),
	    cmocka_unit_test(test_broker_loads),
	    cmocka_unit_test(test_loads_uncommented),
	};

	return cmocka_run_group_tests_name("config_sample", tests, NULL, NULL);
}
