/* SPDX-License-Identifier: ISC */
/* Files that others can read or write are refused, with the command to run. */
#include "config_make.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "scopegate/cleanup.h"
#include "scopegate/secret.h"

#define MARK "s3cr3t-mark"

/* `e` must say `wrong` and `command`, with the path where the command has it,
 * and nothing of the secret. */
static void
assert_told(const struct conf_error *e, const char *wrong, const char *command)
{
	if (strstr(e->text, wrong) == NULL || strstr(e->text, command) == NULL)
		fail_msg("%s:%u: %s", e->file, e->line, e->text);
	assert_null(strstr(e->text, MARK));
}

static void
path_of(const struct config_made *m, const char *name, char path[256])
{
	(void)snprintf(path, 256, "%s/%s", m->folder, name);
}

static const struct mode_row {
	mode_t mode;
	const char *wrong; /* NULL: good */
} modes[] = {
    {0600, NULL},
    {0400, NULL},
    {0700, NULL},
    {0640, "mode 0640"},
    {0604, "mode 0604"},
    {0620, "mode 0620"},
    {0602, "mode 0602"},
    {0610, "mode 0610"},
    {0601, "mode 0601"},
    {0644, "mode 0644"},
};

static void
test_secret_modes(void **state)
{
	struct config_made m;
	char path[256], command[300];

	(void)state;
	config_make(&m);
	path_of(&m, "secret", path);
	(void)snprintf(command, sizeof(command), "chmod 0600 '%s'", path);
	for (size_t i = 0; i < ELEMENTS(modes); i++) {
		_cleanup_(secret_clear) struct secret s = {0};
		struct conf_error e = {.text = ""};
		struct config *c = NULL;
		enum status status;

		config_make_file(&m, "secret", MARK "\n", modes[i].mode);
		status = config_read_secret(path, &s, &e);
		assert_int_equal(status,
		    modes[i].wrong == NULL ? STATUS_OK : STATUS_FORBIDDEN);
		assert_int_equal(
		    s.length, modes[i].wrong == NULL ? strlen(MARK) : 0);
		if (modes[i].wrong == NULL)
			continue;
		assert_string_equal(e.file, path);
		assert_told(&e, modes[i].wrong, command);
		/* The configuration tells the line that names the file. */
		status = config_make_load(&m, &c, &e);
		assert_int_equal(status, STATUS_FORBIDDEN);
		assert_string_equal(e.file, m.path);
		assert_int_equal(e.line, LINE_SECRET);
		assert_told(&e, modes[i].wrong, command);
	}
	config_make_done(&m);
}

static const struct text_row {
	const char *text, *secret; /* NULL: refused */
	const char *wrong;
} texts[] = {
    {MARK "\n", MARK, NULL},
    {MARK, MARK, NULL},
    {"with blanks ~\n", "with blanks ~", NULL},
    {"", NULL, "is empty"},
    {"\n", NULL, "is empty"},
    {MARK "\n\n", NULL, "more than one line"},
    {MARK "\n" MARK "\n", NULL, "more than one line"},
    {MARK "\r\n", NULL, "appendix A.2"},
    {MARK "\t\n", NULL, "appendix A.2"},
    {MARK "\xc3\xa9\n", NULL, "appendix A.2"},
    {MARK "\x7f\n", NULL, "appendix A.2"},
};

static void
test_secret_texts(void **state)
{
	struct config_made m;
	char path[256];

	(void)state;
	config_make(&m);
	path_of(&m, "secret", path);
	for (size_t i = 0; i < ELEMENTS(texts); i++) {
		_cleanup_(secret_clear) struct secret s = {0};
		struct conf_error e = {.text = ""};

		config_make_file(&m, "secret", texts[i].text, 0600);
		if (texts[i].secret != NULL) {
			assert_int_equal(
			    config_read_secret(path, &s, &e), STATUS_OK);
			assert_string_equal(s.bytes, texts[i].secret);
		} else {
			assert_int_equal(
			    config_read_secret(path, &s, &e), STATUS_INVALID);
			assert_told(&e, texts[i].wrong, "on one line");
			assert_null(s.bytes);
		}
	}
	config_make_done(&m);
}

static void
test_secret_length(void **state)
{
	static char text[4099];
	struct config_made m;
	char path[256];

	(void)state;
	config_make(&m);
	path_of(&m, "secret", path);
	for (size_t n = 4095; n <= 4098; n++) {
		for (int newline = 0; newline < 2; newline++) {
			_cleanup_(secret_clear) struct secret s = {0};
			struct conf_error e = {.text = ""};

			memset(text, 'x', n);
			text[n] = '\0';
			if (newline)
				text[n - 1] = '\n';
			config_make_file(&m, "secret", text, 0600);
			assert_int_equal(config_read_secret(path, &s, &e),
			    n - (size_t)newline <= 4096 ? STATUS_OK
							: STATUS_TOO_BIG);
			assert_int_equal(s.length, n - (size_t)newline <= 4096
						       ? n - (size_t)newline
						       : 0);
		}
	}
	config_make_done(&m);
}

/* A secret is a file: no link to one, no fifo that would wait for ever. */
static void
test_secret_kinds(void **state)
{
	_cleanup_(secret_clear) struct secret s = {0};
	struct config_made m;
	struct conf_error e = {.text = ""};
	char path[256], link[256], fifo[256];

	(void)state;
	config_make(&m);
	path_of(&m, "secret", path);
	path_of(&m, "link", link);
	path_of(&m, "fifo", fifo);
	assert_int_equal(symlink(path, link), 0);
	assert_int_equal(config_read_secret(link, &s, &e), STATUS_INVALID);
	assert_told(&e, "symbolic link", "readlink -f");
	assert_int_equal(mkfifo(fifo, 0600), 0);
	assert_int_equal(config_read_secret(fifo, &s, &e), STATUS_INVALID);
	assert_told(&e, "no regular file", "put the client's secret");
	assert_int_equal(config_read_secret(m.folder, &s, &e), STATUS_INVALID);
	path_of(&m, "none", path);
	assert_int_equal(config_read_secret(path, &s, &e), STATUS_NOT_FOUND);
	assert_told(&e, "does not exist", "install -m 0600 /dev/stdin -o ");
	assert_null(s.bytes);
	config_make_done(&m);
}

/* Only root can give a file away, and only root checks for another user. */
static void
test_owners(void **state)
{
	_cleanup_(secret_clear) struct secret s = {0};
	struct config_made m;
	struct config *c = NULL;
	struct conf_error e = {.text = ""};
	char path[256];

	(void)state;
	if (geteuid() != 0)
		return;
	config_make(&m);
	path_of(&m, "secret", path);
	config_unref(config_make_good(&m));
	config_make_give(&m, "secret", "root");
	assert_int_equal(config_make_load(&m, &c, &e), STATUS_FORBIDDEN);
	assert_told(&e, "belongs to root", "chown nobody '");
	config_make_give(&m, "secret", "daemon");
	assert_int_equal(config_make_load(&m, &c, &e), STATUS_FORBIDDEN);
	assert_told(&e, "belongs to uid ", "chown nobody '");
	assert_int_equal(config_read_secret(path, &s, &e), STATUS_FORBIDDEN);
	assert_told(&e, "belongs to uid ", "chown 0 '");
	assert_null(s.bytes);
	config_make_give(&m, "secret", "nobody");
	config_make_give(&m, "v.conf", "daemon");
	assert_int_not_equal(config_make_load(&m, &c, &e), STATUS_OK);
	assert_told(&e, "belongs to uid ", "chown root '");
	config_make_give(&m, "v.conf", "root");
	config_make_file(&m, "policy.d/a.conf", "; empty\n", 0644);
	config_unref(config_make_good(&m));
	config_make_give(&m, "policy.d", "daemon");
	assert_int_equal(config_make_load(&m, &c, &e), STATUS_FORBIDDEN);
	assert_told(&e, "belongs to uid ", "chown root '");
	config_make_give(&m, "policy.d", "root");
	/* Nobody can be given a file who is not there. */
	config_make_give(&m, "secret", "daemon");
	config_make_main(&m, LINE_USER, "user = nosuch");
	assert_int_equal(config_make_load(&m, &c, &e), STATUS_FORBIDDEN);
	assert_int_equal(e.line, LINE_SECRET);
	assert_told(&e, "user nosuch, who is no account", "useradd --system");
	assert_null(strstr(e.text, "chown"));
	config_make_give(&m, "secret", "nobody");
	/* The daemon itself is nobody's root. */
	config_make_main(&m, LINE_USER, "user = root");
	assert_int_not_equal(config_make_load(&m, &c, &e), STATUS_OK);
	assert_int_equal(e.line, LINE_USER);
	assert_told(&e, "is root", "without rights");
	config_make_done(&m);
}

static const struct file_row {
	const char *name;
	mode_t mode;
	bool good;
} files[] = {
    {"v.conf", 0600, true},
    {"v.conf", 0640, true},
    {"v.conf", 0644, true},
    {"v.conf", 0664, false},
    {"v.conf", 0646, false},
    {"policy.d/a.conf", 0644, true},
    {"policy.d/a.conf", 0664, false},
    {"policy.d/a.conf", 0646, false},
    {"policy.d", 0755, true},
    {"policy.d", 0700, true},
    {"policy.d", 0775, false},
    {"policy.d", 0757, false},
};

static void
test_writable_files(void **state)
{
	(void)state;
	for (size_t i = 0; i < ELEMENTS(files); i++) {
		struct config_made m;
		struct config *c = NULL;
		struct conf_error e = {.text = ""};
		char path[256];
		enum status s;

		config_make(&m);
		config_make_file(&m, "policy.d/a.conf", "; empty\n", 0644);
		path_of(&m, files[i].name, path);
		assert_int_equal(chmod(path, files[i].mode), 0);
		s = config_make_load(&m, &c, &e);
		if ((s == STATUS_OK) != files[i].good)
			fail_msg(
			    "%s %o: %s", files[i].name, files[i].mode, e.text);
		if (!files[i].good) {
			assert_string_equal(e.file, path);
			assert_told(&e, "others may write it", "chmod go-w '");
		}
		config_unref(c);
		config_make_done(&m);
	}
}

static void
test_file_kinds(void **state)
{
	struct config_made m;
	struct config *c = NULL;
	struct conf_error e = {.text = ""};
	char path[256];

	(void)state;
	config_make(&m);
	assert_int_equal(unlink(m.path), 0);
	assert_int_equal(config_make_load(&m, &c, &e), STATUS_NOT_FOUND);
	assert_string_equal(e.file, m.path);
	assert_int_equal(e.line, 0);
	assert_int_equal(mkfifo(m.path, 0600), 0);
	assert_int_not_equal(config_make_load(&m, &c, &e), STATUS_OK);
	assert_told(&e, "not a regular file", "name");
	/* A link is followed: what it leads to is looked at. */
	assert_int_equal(unlink(m.path), 0);
	config_make_main(&m, 0, "");
	path_of(&m, "real.conf", path);
	assert_int_equal(rename(m.path, path), 0);
	assert_int_equal(symlink(path, m.path), 0);
	config_unref(config_make_good(&m));
	assert_int_equal(chmod(path, 0666), 0);
	assert_int_not_equal(config_make_load(&m, &c, &e), STATUS_OK);
	assert_told(&e, "others may write it", "chmod go-w '");
	config_make_done(&m);
}

/* 64 KiB pass, one octet more does not. */
static void
test_file_size(void **state)
{
	static char text[CONF_FILE_MAX + 2];
	struct config_made m;

	(void)state;
	config_make(&m);
	for (size_t n = CONF_FILE_MAX; n <= CONF_FILE_MAX + 1; n++) {
		struct config *c = NULL;
		struct conf_error e = {.text = ""};
		enum status s;

		memset(text, '\n', n);
		text[n] = '\0';
		config_make_file(&m, "policy.d/a.conf", text, 0644);
		s = config_make_load(&m, &c, &e);
		assert_int_equal(
		    s, n == CONF_FILE_MAX ? STATUS_OK : STATUS_TOO_BIG);
		if (s != STATUS_OK)
			assert_told(&e, "larger than 65536", "split");
		config_unref(c);
	}
	config_make_done(&m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_secret_modes),
	    cmocka_unit_test(test_secret_texts),
	    cmocka_unit_test(test_secret_length),
	    cmocka_unit_test(test_secret_kinds),
	    cmocka_unit_test(test_owners),
	    cmocka_unit_test(test_writable_files),
	    cmocka_unit_test(test_file_kinds),
	    cmocka_unit_test(test_file_size),
	};

	return cmocka_run_group_tests_name("config_trust", tests, NULL, NULL);
}
