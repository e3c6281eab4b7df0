/* SPDX-License-Identifier: ISC */
/* What the daemon would refuse at its start is told before that. */
#include "folders.h"

#include <pwd.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "config_make.h"
#include "scopegate/cleanup.h"

/* The lines of the three keys. */
enum { LOG = 3, RUN, STATE };

static const char text[] =
    "[validatord]\nuser = nobody\naudit_log = $/log/audit.jsonl\n"
    "runtime_dir = $/run\nstate_dir = $/state\n"
    "gateway_url = https://gate.example.com\n"
    "[issuer broker]\nurl = https://b.example\nvalidation = grant\n"
    "client_id = a\nclient_secret_file = $/secret\nuser_claim = u\n"
    "[policy p]\nservice = sshd\nissuer = broker\nrequire = a\n"
    "login = browser\n";

static void
path_of(const struct config_made *m, const char *name, char path[256])
{
	(void)snprintf(path, 256, "%s/%s", m->folder, name);
}

static void
make(const struct config_made *m, const char *name, mode_t mode)
{
	char path[256];

	path_of(m, name, path);
	(void)remove(path);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(chmod(path, mode), 0);
	config_make_give(m, name, "nobody");
}

/* All is good, for the user nobody; a row then spoils one thing. */
static struct config *
prepare(struct config_made *m)
{
	config_make(m);
	assert_int_equal(chmod(m->folder, 0755), 0);
	config_make_file(m, "v.conf", text, 0644);
	make(m, "log", 0750);
	make(m, "state", 0700);
	/* Root's, if root tests: its daemon makes the sockets there. */
	make(m, "run", 0755);
	config_make_give(m, "run", "root");
	return config_make_good(m);
}

/* In a process of its own, since root becomes nobody for good. */
static enum status
test_in_child(const struct config *c, struct conf_error *e)
{
	int fds[2], status;
	enum status s;
	pid_t pid;

	assert_int_equal(pipe(fds), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		*e = (struct conf_error){.text = ""};
		s = folders_test(c, e);
		_exit(write(fds[1], e, sizeof(*e)) == (ssize_t)sizeof(*e)
			  ? (int)s
			  : 99);
	}
	assert_int_equal(read(fds[0], e, sizeof(*e)), sizeof(*e));
	(void)close(fds[0]);
	(void)close(fds[1]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return (enum status)WEXITSTATUS(status);
}

static const struct row {
	const char *name; /* below the folder */
	const char
	    *kind; /* "mode", "owner", "none", "file", "link", "folder" */
	const char *argument;
	unsigned int line;          /* 0: good */
	const char *wrong, *remedy; /* parts; the path may follow */
	bool by_root;               /* only root can make it so */
} rows[] = {
    {"log", "mode", "755", 0, NULL, NULL, false},
    {"log", "mode", "700", 0, NULL, NULL, false},
    {"log", "mode", "770", LOG, "open to others (mode 0770)", "chmod 0750 '",
	false},
    {"log", "mode", "757", LOG, "open to others (mode 0757)", "chmod 0750 '",
	false},
    {"log", "mode", "1777", LOG, "open to others (mode 1777)", "chmod 0750 '",
	false},
    {"log", "none", "", LOG, "cannot be used (No such file",
	"install -d -m 0750 -o ", false},
    {"log", "file", "", LOG, "is no folder", "name another", false},
    {"log", "owner", "daemon", LOG, "belongs to uid ", "chown nobody '", true},
    {"log", "owner", "root", LOG, "belongs to uid 0", "chown nobody '", true},
    {"log/audit.jsonl", "file", "", 0, NULL, NULL, false},
    {"log/audit.jsonl", "folder", "", LOG, "no regular file", "name another",
	false},
    {"log/audit.jsonl", "link", "", LOG, "symbolic link", "readlink -f '",
	false},
    {"log/audit.jsonl", "owner", "root", LOG, "belongs to uid 0",
	"chown nobody '", true},
    {"run", "none", "", 0, NULL, NULL, true},
    {"run", "mode", "775", RUN, "open to others (mode 0775)", "chmod 0755 '",
	false},
    {"run", "mode", "1777", RUN, "open to others (mode 1777)", "chmod 0755 '",
	false},
    {"run", "file", "", RUN, "is no folder", "name another", false},
    {"run", "link", "", RUN, "symbolic link", "readlink -f '", false},
    {"run", "owner", "nobody", RUN, "belongs to uid ", "chown root '", true},
    {"state", "none", "", STATE, "cannot be used (No such file",
	"install -d -m 0700 -o nobody '", true},
    {"state", "mode", "750", STATE, "open to others (mode 0750)",
	"chmod 0700 '", false},
    {"state", "mode", "701", STATE, "open to others (mode 0701)",
	"chmod 0700 '", false},
    {"state", "file", "", STATE, "is no folder", "name another", false},
    {"state", "link", "", STATE, "symbolic link", "readlink -f '", false},
    {"state", "owner", "root", STATE, "belongs to uid 0", "chown nobody '",
	true},
};

static void
spoil(const struct config_made *m, const struct row *r)
{
	char path[256], other[256];
	bool owner = strcmp(r->kind, "owner") == 0;

	path_of(m, r->name, path);
	path_of(m, "elsewhere", other);
	if (strcmp(r->kind, "mode") == 0) {
		assert_int_equal(
		    chmod(path, (mode_t)strtoul(r->argument, NULL, 8)), 0);
		return;
	}
	if (owner && strstr(r->name, "/") == NULL) {
		config_make_give(m, r->name, r->argument);
		return;
	}
	(void)remove(path);
	if (strcmp(r->kind, "folder") == 0)
		assert_int_equal(mkdir(path, 0700), 0);
	if (strcmp(r->kind, "link") == 0)
		assert_int_equal(symlink(other, path), 0);
	if (strcmp(r->kind, "file") == 0 || owner) {
		FILE *f = fopen(path, "w");

		assert_non_null(f);
		assert_int_equal(fclose(f), 0);
		config_make_give(m, r->name, owner ? r->argument : "nobody");
	}
}

static void
test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		_cleanup_(config_unrefp) struct config *c = NULL;
		const struct row *r = &rows[i];
		struct conf_error e;
		struct config_made m;
		enum status s;

		if (r->by_root && geteuid() != 0)
			continue;
		c = prepare(&m);
		spoil(&m, r);
		s = test_in_child(c, &e);
		if (s != (r->line != 0 ? STATUS_INVALID : STATUS_OK) ||
		    (r->line != 0 &&
			(e.line != r->line || strcmp(e.file, m.path) != 0 ||
			    strstr(e.text, r->wrong) == NULL ||
			    (geteuid() == 0 &&
				strstr(e.text, r->remedy) == NULL))))
			fail_msg("row %zu: %d %s:%u: %s", i, s, e.file, e.line,
			    e.text);
		config_make_done(&m);
	}
}

/* What is not there is made at the start, where that can be. */
static void
test_made_at_the_start(void **state)
{
	_cleanup_(config_unrefp) struct config *c = NULL;
	struct conf_error e = {.text = ""};
	struct config_made m;
	char path[256];

	(void)state;
	c = prepare(&m);
	config_make_give(&m, "log", "root");
	config_make_give(&m, "state", "root");
	path_of(&m, "state", path);
	assert_int_equal(rmdir(path), 0);
	path_of(&m, "run", path);
	assert_int_equal(rmdir(path), 0);
	assert_int_equal(folders_check_runtime(c, &e), STATUS_OK);
	assert_int_equal(folders_check_own(c, &e), STATUS_OK);
	/* And nothing was. */
	assert_int_equal(rmdir(path), -1);
	config_make_done(&m);
}

/* Each issuer introspects, so no grant is kept and no folder looked at. */
static void
test_no_grants_no_folder(void **state)
{
	_cleanup_(config_unrefp) struct config *c = NULL;
	struct conf_error e = {.text = ""};
	struct config_made m;

	(void)state;
	config_unref(prepare(&m));
	config_make_file(&m, "v.conf",
	    "[validatord]\nuser = nobody\naudit_log = $/log/audit.jsonl\n"
	    "runtime_dir = $/run\nstate_dir = /nowhere/at/all\n"
	    "[issuer as]\nurl = https://b.example\naudience = a\n"
	    "client_id = a\nclient_secret_file = $/secret\nuser_claim = u\n"
	    "[policy p]\nservice = sshd\nissuer = as\nrequire = a\n",
	    0644);
	c = config_make_good(&m);
	if (test_in_child(c, &e) != STATUS_OK)
		fail_msg("%s:%u: %s", e.file, e.line, e.text);
	config_make_done(&m);
}

/* A socket's path has 108 octets at most, its NUL with them. */
static void
test_long_runtime_dir(void **state)
{
	_cleanup_(config_unrefp) struct config *c = NULL;
	struct conf_error e = {.text = ""};
	struct config_made m;
	char path[96] = "/";

	(void)state;
	c = prepare(&m);
	free(c->runtime_dir);
	c->runtime_dir = path;
	memset(path + 1, 'x', 93);
	(void)folders_check_runtime(c, &e);
	assert_null(strstr(e.text, "too long"));
	path[94] = 'x';
	assert_int_equal(folders_check_runtime(c, &e), STATUS_INVALID);
	assert_non_null(strstr(e.text, "is too long for a socket's path"));
	assert_int_equal(e.line, RUN);
	c->runtime_dir = NULL;
	config_make_done(&m);
}

/* Who only asks is not told to take the folder. */
static void
test_a_stranger(void **state)
{
	_cleanup_(config_unrefp) struct config *c = NULL;
	struct conf_error e = {.text = ""};
	struct config_made m;

	(void)state;
	if (geteuid() != 0)
		return;
	c = prepare(&m);
	config_make_give(&m, "run", "nobody");
	assert_int_equal(folders_check_runtime(c, &e), STATUS_INVALID);
	assert_non_null(strstr(e.text, ": chown root '"));
	assert_int_equal(seteuid(getpwnam("daemon")->pw_uid), 0);
	assert_int_equal(folders_check_own(c, &e), STATUS_INVALID);
	assert_int_equal(seteuid(0), 0);
	assert_non_null(strstr(e.text, "run this as root or, if this is the "));
	config_make_done(&m);
}

/* The account that the daemon would become is asked for before its folders. */
static void
test_no_account(void **state)
{
	_cleanup_(config_unrefp) struct config *c = NULL;
	struct conf_error e = {.text = ""};
	struct config_made m;

	(void)state;
	if (geteuid() != 0)
		return;
	c = prepare(&m);
	free(c->user);
	c->user = strdup("nosuch");
	assert_int_equal(test_in_child(c, &e), STATUS_INVALID);
	assert_int_equal(e.line, 2);
	assert_non_null(strstr(e.text, "user nosuch is no account"));
	assert_non_null(strstr(e.text, "useradd --system"));
	config_make_done(&m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_rows),
	    cmocka_unit_test(test_made_at_the_start),
	    cmocka_unit_test(test_no_grants_no_folder),
	    cmocka_unit_test(test_long_runtime_dir),
	    cmocka_unit_test(test_a_stranger),
	    cmocka_unit_test(test_no_account),
	};

	return cmocka_run_group_tests_name("folders", tests, NULL, NULL);
}
