/* SPDX-License-Identifier: ISC */
/* A process that is killed at any of its system calls leaves grants that can be
 * read, and a key for them. */
#include "grants_make.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

enum act { MAKE, KEEP, ROTATE };

static void
do_act(const char *folder, enum act act)
{
	struct conf_error error = {0};
	struct grants *g = NULL;

	if (grants_open(folder, &g, &error) != STATUS_OK)
		_exit(3);
	if (act == KEEP && grants_keep(g, make_grant("token-2")) != STATUS_OK)
		_exit(4);
	if (act == ROTATE && grants_rotate_key(g, &error) != STATUS_OK)
		_exit(5);
	_exit(0); /* like a kill: nothing is closed */
}

/* Runs the act and kills it at its `at`th system call. false: it was done
 * before that. */
static bool
kill_at(const char *folder, enum act act, unsigned int at)
{
	pid_t child = fork();
	int status = 0;

	assert_true(child >= 0);
	if (child == 0) {
		if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0)
			_exit(77);
		(void)raise(SIGSTOP);
		do_act(folder, act);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	/* Each call stops twice: at its entry and at its exit. */
	for (unsigned int i = 0; WIFSTOPPED(status) && i < 2 * at; i++) {
		assert_int_equal(ptrace(PTRACE_SYSCALL, child, NULL, NULL), 0);
		assert_int_equal(waitpid(child, &status, 0), child);
	}
	if (WIFEXITED(status)) {
		assert_int_equal(WEXITSTATUS(status), 0);
		return false;
	}
	assert_true(WIFSTOPPED(status));
	assert_int_equal(kill(child, SIGKILL), 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
	return true;
}

/* The first grant is there whatever happened; the second, if it is there at
 * all, is whole. */
static void
check_after(const char *folder, const char *id)
{
	struct grants *g = grants_must_open(folder);
	struct grant *second;

	assert_non_null(grants_find_id(g, text_of(id)));
	second = grants_find_token(g, "alpaca", text_of("token-2"));
	if (second != NULL)
		assert_string_equal(second->facts->subject, "account-904837e3");
	grants_close(g);
}

static void
kill_everywhere(enum act act)
{
	char folder[FOLDER_SIZE], id[GRANT_ID_SIZE];
	unsigned int kills = 0;
	bool killed = true;

	for (unsigned int at = 1; killed; at++) {
		folder_make(folder);
		if (act != MAKE) {
			struct grants *g = grants_must_open(folder);

			keep_grant(g, "token-1", id);
			grants_close(g);
		}
		killed = kill_at(folder, act, at);
		if (act == MAKE)
			grants_close(grants_must_open(folder));
		else
			check_after(folder, id);
		kills += killed ? 1 : 0;
		folder_remove(folder);
	}
	assert_true(kills >= 32);
}

static void
test_killed_while_it_is_made(void **state)
{
	(void)state;
	kill_everywhere(MAKE);
}

static void
test_killed_while_keeping(void **state)
{
	(void)state;
	kill_everywhere(KEEP);
}

static void
test_killed_while_rotating(void **state)
{
	(void)state;
	kill_everywhere(ROTATE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_killed_while_it_is_made),
	    cmocka_unit_test(test_killed_while_keeping),
	    cmocka_unit_test(test_killed_while_rotating),
	};

	return cmocka_run_group_tests_name("grant_kill", tests, NULL, NULL);
}
