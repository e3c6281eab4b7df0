/* SPDX-License-Identifier: ISC */
/* The map is taken whole or not at all, and found by octets. */
#include "user_map.h"
#include "stages_make.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "scopegate/cleanup.h"

static enum status
load(const char *text, size_t length, struct user_map **ret,
    struct conf_error *error)
{
	struct make_dir dir;
	enum status status;

	make_dir(&dir);
	make_file(&dir, text, length);
	status = user_map_load(dir.file, ret, error);
	make_dir_done(&dir);
	return status;
}

static struct user_map *
load_good(const char *text)
{
	struct conf_error error;
	struct user_map *m = NULL;

	assert_int_equal(load(text, strlen(text), &m, &error), STATUS_OK);
	assert_non_null(m);
	return m;
}

struct question {
	const char *issuer, *environment, *subject, *user;
	enum user_map_answer answer;
};

static const char map_text[] = "# people\n"
			       "\n"
			       "   \t \n"
			       "  # indented\n"
			       "acme\t*  s-2   bob\t\n"
			       "acme * s-1 alice\n"
			       "acme live s-1 alice-live\n"
			       "acme paper s-1 alice-paper\n"
			       "acme paper #s alice\n"
			       "beta paper s-1 carol\n"
			       "acme * s-3 dave "
			       "SHA256:t8bi+iGHmTAr/6hpOM9yu1P0kkZaUyLavxkHuPRe2dI";

static const struct question questions[] = {
    {"acme", NULL, "s-1", "alice", USER_MAP_SAME},
    {"acme", "paper", "s-1", "alice", USER_MAP_SAME},
    {"acme", "paper", "s-1", "alice-paper", USER_MAP_SAME},
    {"acme", "live", "s-1", "alice-live", USER_MAP_SAME},
    {"acme", "live", "s-1", "alice-paper", USER_MAP_OTHER},
    {"acme", NULL, "s-1", "alice-live", USER_MAP_OTHER},
    {"acme", NULL, "s-1", "bob", USER_MAP_OTHER},
    {"acme", NULL, "s-1", "Alice", USER_MAP_OTHER},
    {"acme", NULL, "s-1", "alic", USER_MAP_OTHER},
    {"acme", NULL, "s-1", "", USER_MAP_OTHER},
    {"acme", NULL, "s-2", "bob", USER_MAP_SAME},
    {"acme", NULL, "s-3", "dave", USER_MAP_SAME},
    {"acme", NULL, "S-2", "bob", USER_MAP_ABSENT},
    {"acme", NULL, "s-20", "bob", USER_MAP_ABSENT},
    {"acme", NULL, "s-", "bob", USER_MAP_ABSENT},
    {"acme", NULL, "", "bob", USER_MAP_ABSENT},
    {"Acme", NULL, "s-2", "bob", USER_MAP_ABSENT},
    {"acm", NULL, "s-2", "bob", USER_MAP_ABSENT},
    {"*", NULL, "s-2", "bob", USER_MAP_ABSENT},
    {"acme", "paper", "#s", "alice", USER_MAP_SAME},
    {"acme", NULL, "#s", "alice", USER_MAP_ABSENT},
    {"beta", "paper", "s-1", "carol", USER_MAP_SAME},
    {"beta", "*", "s-1", "carol", USER_MAP_ABSENT},
    {"beta", NULL, "s-1", "carol", USER_MAP_ABSENT},
    {"beta", "live", "s-1", "carol", USER_MAP_ABSENT},
};

static void
look_ups(void **state)
{
	struct user_map *m = load_good(map_text);

	(void)state;
	for (size_t i = 0; i < ELEMENTS(questions); i++) {
		const struct question *q = &questions[i];
		enum user_map_answer answer = user_map_look_up(
		    m, q->issuer, q->environment, q->subject, text_of(q->user));

		if (answer != q->answer)
			print_error("row %zu\n", i);
		assert_int_equal(answer, q->answer);
	}
	user_map_free(m);
	user_map_free(NULL);
}

static void
empty_maps_nobody(void **state)
{
	struct user_map *m = load_good("");

	(void)state;
	assert_int_equal(
	    user_map_look_up(m, "acme", NULL, "s", text_of("alice")),
	    USER_MAP_ABSENT);
	user_map_free(m);
}

#define PRINT "SHA256:t8bi+iGHmTAr/6hpOM9yu1P0kkZaUyLavxkHuPRe2dI"

static void
refused_files(void **state)
{
	static const struct {
		const char *text;
		unsigned int line;
	} rows[] = {
	    {"acme * s-1", 1},
	    {"\n\nacme * s-1 alice extra\n", 3},
	    {"acme * s-1 alice # comment\n", 1},
	    {"acme demo s-1 alice\n", 1},
	    {"acme PAPER s-1 alice\n", 1},
	    {"acme * s-1 Alice\n", 1},
	    {"acme * s-1 1000\n", 1},
	    {"acme * s-1 alice@example.com\n", 1},
	    {"acme * s-1 alice\r\n", 1},
	    {"acme * s\x01 alice\n", 1},
	    {"acme * s\x7f alice\n", 1},
	    {"#\nacme * s-1 alice\nb * x y\nacme * s-1 alice\n", 4},
	    {"acme * s-1 aaaaaaaaaabbbbbbbbbbccccccccccddd\n", 1},
	    {"acme * s-1 alice " PRINT " extra\n", 1},
	    {"acme * s-1 alice " PRINT "=\n", 1},
	    {"acme * s-1 alice ssh-ed25519 AAAA\n", 1},
	    {"acme * s-1 alice " PRINT "\nacme * s-1 alice " PRINT "\n", 2},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		struct conf_error error = {.line = 0};
		struct user_map *m = NULL;
		enum status status =
		    load(rows[i].text, strlen(rows[i].text), &m, &error);

		if (status != STATUS_MALFORMED)
			print_error("row %zu\n", i);
		assert_int_equal(status, STATUS_MALFORMED);
		assert_null(m);
		assert_int_equal(error.line, rows[i].line);
		assert_non_null(strstr(error.text, ": "));
	}
}

static void
nul_is_refused(void **state)
{
	static const char text[] = "acme * s-1 alice\0bob\n";
	struct conf_error error;
	struct user_map *m = NULL;

	(void)state;
	assert_int_equal(
	    load(text, sizeof(text) - 1, &m, &error), STATUS_MALFORMED);
	assert_null(m);
}

static void
size_limit(void **state)
{
	char *text = make_string('\n', USER_MAP_FILE_MAX + 1);
	struct conf_error error;
	struct user_map *m = NULL;

	(void)state;
	assert_int_equal(
	    load(text, USER_MAP_FILE_MAX + 1, &m, &error), STATUS_TOO_BIG);
	assert_null(m);
	assert_int_equal(load(text, USER_MAP_FILE_MAX, &m, &error), STATUS_OK);
	user_map_free(m);
	free(text);
}

/* More lines than any first allocation, found each by its own subject. */
static void
many_lines(void **state)
{
	enum { LINES = 1500 };
	char *text = malloc(LINES * 32);
	size_t length = 0;
	struct user_map *m;

	(void)state;
	for (unsigned int i = 0; i < LINES; i++)
		length += (size_t)snprintf(text + length, 32,
		    "acme * s%u u%u\n", (i * 7919) % LINES, (i * 7919) % LINES);
	m = load_good(text);
	for (unsigned int i = 0; i < LINES; i++) {
		char subject[16], user[16];

		snprintf(subject, sizeof(subject), "s%u", i);
		snprintf(user, sizeof(user), "u%u", i);
		assert_int_equal(
		    user_map_look_up(m, "acme", NULL, subject, text_of(user)),
		    USER_MAP_SAME);
	}
	user_map_free(m);
	free(text);
}

static void
only_safe_files(void **state)
{
	static const struct {
		mode_t mode;
		enum status status;
	} rows[] = {
	    {0600, STATUS_OK},
	    {0644, STATUS_OK},
	    {0660, STATUS_FORBIDDEN},
	    {0602, STATUS_FORBIDDEN},
	};
	struct conf_error error;
	struct make_dir dir;

	(void)state;
	make_dir(&dir);
	assert_int_equal(
	    user_map_load(dir.file, &(struct user_map *){NULL}, &error),
	    STATUS_NOT_FOUND);
	make_file(&dir, "", 0);
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		struct user_map *m = NULL;

		assert_int_equal(chmod(dir.file, rows[i].mode), 0);
		assert_int_equal(
		    user_map_load(dir.file, &m, &error), rows[i].status);
		user_map_free(m);
	}
	assert_int_equal(
	    user_map_load(dir.path, &(struct user_map *){NULL}, &error),
	    STATUS_INVALID);
	assert_int_equal(unlink(dir.file), 0);
	assert_int_equal(mkfifo(dir.file, 0600), 0);
	assert_int_equal(
	    user_map_load(dir.file, &(struct user_map *){NULL}, &error),
	    STATUS_INVALID);
	make_dir_done(&dir);
}

/* Needs root, to give a file away. */
static void
foreign_owner_is_refused(void **state)
{
	struct conf_error error;
	struct make_dir dir;

	(void)state;
	/* cmocka's skip() is a failure to the TAP driver. */
	if (geteuid() != 0) {
		print_message("# not tried: only root can give a file away\n");
		return;
	}
	make_dir(&dir);
	make_file(&dir, "", 0);
	assert_int_equal(chown(dir.file, 65534, (gid_t)-1), 0);
	assert_int_equal(
	    user_map_load(dir.file, &(struct user_map *){NULL}, &error),
	    STATUS_FORBIDDEN);
	make_dir_done(&dir);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(look_ups),
	    cmocka_unit_test(empty_maps_nobody),
	    cmocka_unit_test(refused_files),
	    cmocka_unit_test(nul_is_refused),
	    cmocka_unit_test(size_limit),
	    cmocka_unit_test(many_lines),
	    cmocka_unit_test(only_safe_files),
	    cmocka_unit_test(foreign_owner_is_refused),
	};

	return cmocka_run_group_tests_name("user_map", tests, NULL, NULL);
}
