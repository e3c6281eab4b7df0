/* SPDX-License-Identifier: ISC */
/*
 * The process that loads the module is sshd, not ours: what it set up stays as
 * it was. And the product's file: what it shows and what it must not hold.
 */
#include "harness.h"

#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <syslog.h>
#include <unistd.h>

#define DESCRIPTORS_MAX 256

struct host {
	struct sigaction actions[65];
	sigset_t mask;
	mode_t umask;
	char directory[4096];
	char environment[32768];
	bool open[DESCRIPTORS_MAX];
	unsigned int threads;
};

extern char **environ;

static void
host_note(struct host *h)
{
	DIR *tasks = opendir("/proc/self/task");
	size_t used = 0;

	memset(h, 0, sizeof(*h));
	assert_non_null(tasks);
	for (struct dirent *e; (e = readdir(tasks)) != NULL;)
		h->threads += e->d_name[0] != '.';
	(void)closedir(tasks);
	for (int s = 1; s < 65; s++)
		(void)sigaction(s, NULL, &h->actions[s]);
	(void)sigprocmask(SIG_BLOCK, NULL, &h->mask);
	h->umask = umask(0);
	(void)umask(h->umask);
	assert_non_null(getcwd(h->directory, sizeof(h->directory)));
	for (char **e = environ; *e != NULL; e++)
		used += (size_t)snprintf(h->environment + used,
		    sizeof(h->environment) - used, "%p %.64s\n", (void *)*e,
		    *e);
	assert_true(used < sizeof(h->environment));
	for (int fd = 0; fd < DESCRIPTORS_MAX; fd++)
		h->open[fd] = fcntl(fd, F_GETFD) >= 0;
}

static void
host_compare(const struct host *a, const struct host *b)
{
	for (int s = 1; s < 65; s++)
		assert_true(
		    a->actions[s].sa_handler == b->actions[s].sa_handler);
	assert_memory_equal(&a->mask, &b->mask, sizeof(a->mask));
	assert_int_equal(a->umask, b->umask);
	assert_string_equal(a->directory, b->directory);
	assert_string_equal(a->environment, b->environment);
	assert_memory_equal(a->open, b->open, sizeof(a->open));
	assert_int_equal(a->threads, b->threads);
}

static const struct script scripts[] = {
    {.ack = true,
	.verdict = VERDICT_ALLOW,
	.reason = REASON_GRANTED,
	.handle = HANDLE},
    {.verdict = VERDICT_DENY, .reason = REASON_SCOPE_MISSING},
    {.mode = DAEMON_DIES},
    {.mode = DAEMON_SLOW},
    {.mode = DAEMON_STALE},
};

static void
host_is_left_alone(void **state)
{
	static struct host before, after;
	static const struct attempt a = {.arguments = "timeout=1"};

	(void)state;
	(void)signal(SIGPIPE, SIG_DFL);
	(void)signal(SIGALRM, SIG_IGN);
	for (size_t i = 0; i < ELEMENTS(scripts); i++) {
		struct login l;

		login_start(&l, &a, &scripts[i]);
		host_note(&before);
		(void)login_call(&l, CALL_AUTHENTICATE);
		(void)login_call(&l, CALL_ACCOUNT);
		(void)login_call(&l, CALL_SETCRED);
		(void)login_call(&l, CALL_OPEN);
		(void)login_call(&l, CALL_CLOSE);
		host_note(&after);
		host_compare(&before, &after);
		login_end(&l);
	}
}

/* Programs close their standard descriptors; a socket there would be misused
 * by the next printf. */
static void
standard_descriptors_closed(void **state)
{
	static const struct attempt a = {0};
	int kept[3];
	struct login l;
	struct seen seen;
	bool still_closed;
	int code;

	(void)state;
	(void)fflush(stdout);
	login_start(&l, &a, &script_allow);
	for (int fd = 0; fd < 3; fd++) {
		kept[fd] = fcntl(fd, F_DUPFD_CLOEXEC, 100);
		(void)close(fd);
	}
	code = login_call(&l, CALL_AUTHENTICATE);
	still_closed = fcntl(0, F_GETFD) < 0 && fcntl(1, F_GETFD) < 0 &&
		       fcntl(2, F_GETFD) < 0;
	for (int fd = 0; fd < 3; fd++) {
		if (kept[fd] >= 0) {
			(void)dup2(kept[fd], fd);
			(void)close(kept[fd]);
		}
	}
	seen = *l.daemon.seen;
	login_end(&l);
	assert_int_equal(code, PAM_SUCCESS);
	assert_int_equal(seen.requests, 1);
	assert_int_equal(seen.low_sockets, 0);
	assert_true(still_closed);
}

/* libpam never closes a module that it cannot find; so ask the linker. */
static void
exports(void **state)
{
	static const char *const shown[] = {"pam_sm_authenticate",
	    "pam_sm_setcred", "pam_sm_acct_mgmt", "pam_sm_open_session",
	    "pam_sm_close_session"};
	static const char *const hidden[] = {"pam_sm_chauthtok",
	    "options_parse", "sign_in", "converse", "prompt_text", "request_ask", "outcome_refuse",
	    "session_data_keep", "client_call", "message_open", "buf_init",
	    "secret_clear", "reason_row"};
	char path[4096];
	void *module;

	(void)state;
	(void)snprintf(path, sizeof(path),
	    "%s/pam_module/.libs/pam_scopegate.so", getenv("top_builddir"));
	module = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	if (module == NULL)
		fail_msg("%s", dlerror());
	for (size_t i = 0; i < ELEMENTS(shown); i++)
		assert_non_null(dlsym(module, shown[i]));
	for (size_t i = 0; i < ELEMENTS(hidden); i++)
		if (dlsym(module, hidden[i]) != NULL)
			fail_msg("%s is exported", hidden[i]);
	(void)dlclose(module);
}

static bool
file_holds(const char *path, const char *word)
{
	_cleanup_(free_ptr) char *content = NULL;
	struct stat st;
	FILE *f = fopen(path, "r");
	size_t n;
	bool found;

	assert_non_null(f);
	assert_int_equal(fstat(fileno(f), &st), 0);
	content = malloc((size_t)st.st_size);
	assert_non_null(content);
	n = fread(content, 1, (size_t)st.st_size, f);
	(void)fclose(f);
	found = memmem(content, n, word, strlen(word) + 1) != NULL;
	return found;
}

/* The arguments that the tests need would let a pam.d line choose a daemon. */
static void
product_has_no_test_arguments(void **state)
{
	const char *build = getenv("top_builddir");
	char product[4096], test[4096];

	(void)state;
	(void)snprintf(product, sizeof(product),
	    "%s/pam_module/.libs/pam_scopegate.so", build);
	(void)snprintf(test, sizeof(test),
	    "%s/tests/pam/.libs/pam_scopegate_test.so", build);
	assert_true(file_holds(test, "server_uid"));
	assert_true(file_holds(product, "min_uid"));
	assert_false(file_holds(product, "server_uid"));
}

/* libc keeps its log socket open after the first line: open it first. */
static int
setup(void **state)
{
	openlog("test_host", LOG_NDELAY, LOG_AUTHPRIV);
	return harness_setup(state);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(host_is_left_alone),
	    cmocka_unit_test(standard_descriptors_closed),
	    cmocka_unit_test(exports),
	    cmocka_unit_test(product_has_no_test_arguments),
	};

	return harness_run(tests, ELEMENTS(tests), setup, harness_teardown);
}
