/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "client_calls.h"
#include "scopegate/cleanup.h"

/*
 * Whom the caller gives a token to. lstat() and getsockopt() are wrapped, so
 * that owners that need root to make can be had by anybody.
 */

static struct {
	const char *path; /* whose owner or error is faked; NULL: none */
	uid_t uid;
	int error; /* 0: it works */
	bool listener_fails;
	uid_t listener; /* added to the true uid */
} fake;

int __real_lstat(const char *path, struct stat *ret);
int __wrap_lstat(const char *path, struct stat *ret);
int __real_getsockopt(
    int fd, int level, int option, void *value, socklen_t *size);
int __wrap_getsockopt(
    int fd, int level, int option, void *value, socklen_t *size);

int
__wrap_lstat(const char *path, struct stat *ret)
{
	bool faked = fake.path != NULL && strcmp(path, fake.path) == 0;

	if (faked && fake.error != 0) {
		errno = fake.error;
		return -1;
	}
	if (__real_lstat(path, ret) != 0)
		return -1;
	if (faked)
		ret->st_uid = fake.uid;
	return 0;
}

int
__wrap_getsockopt(int fd, int level, int option, void *value, socklen_t *size)
{
	struct ucred *peer = value;

	if (fake.listener_fails) {
		errno = ENOPROTOOPT;
		return -1;
	}
	if (__real_getsockopt(fd, level, option, value, size) != 0)
		return -1;
	if (level == SOL_SOCKET && option == SO_PEERCRED)
		peer->uid += fake.listener;
	return 0;
}

static void
start(void)
{
	assert_int_equal(server_listen(&server, SOCK_SEQPACKET, 8), 0);
	assert_int_equal(server_start(&server, "rv|rv"), 0);
}

static void
nothing(void)
{
}

static void
folder_writable_by_all(void)
{
	assert_int_equal(chmod(server.folder, 0703), 0);
}

static void
folder_writable_by_group(void)
{
	assert_int_equal(chmod(server.folder, 0720), 0);
}

static void
folder_readable_by_all(void)
{
	assert_int_equal(chmod(server.folder, 0755), 0);
}

static void
folder_of_another(void)
{
	fake.path = server.folder;
	fake.uid = getuid() + 1;
}

static void
folder_of_root(void)
{
	fake.path = server.folder;
	fake.uid = 0;
}

static void
folder_hidden(void)
{
	fake.path = server.folder;
	fake.error = EACCES;
}

static void
socket_of_another(void)
{
	fake.path = server.path;
	fake.uid = getuid() + 1;
}

static void
socket_hidden(void)
{
	fake.path = server.path;
	fake.error = EACCES;
}

static void
listener_of_another(void)
{
	fake.listener = 1;
}

static void
listener_unknown(void)
{
	fake.listener_fails = true;
}

static const struct setting {
	const char *name;
	void (*change)(void);
	enum status expected;
	unsigned int connects, received;
} settings[] = {
    {"as it should be", nothing, STATUS_OK, 1, 1},
    {"folder readable by all", folder_readable_by_all, STATUS_OK, 1, 1},
    {"folder of root", folder_of_root, STATUS_OK, 1, 1},
    {"folder writable by all", folder_writable_by_all, STATUS_UNTRUSTED, 0, 0},
    {"folder writable by its group", folder_writable_by_group, STATUS_UNTRUSTED,
	0, 0},
    {"folder of another user", folder_of_another, STATUS_UNTRUSTED, 0, 0},
    {"folder that cannot be looked at", folder_hidden, STATUS_IO, 0, 0},
    {"socket of another user", socket_of_another, STATUS_UNTRUSTED, 0, 0},
    {"socket that cannot be looked at", socket_hidden, STATUS_IO, 0, 0},
    {"another user listens", listener_of_another, STATUS_UNTRUSTED, 1, 0},
    {"nobody knows who listens", listener_unknown, STATUS_IO, 1, 0},
};

static int
open_plain(void **state)
{
	memset(&fake, 0, sizeof(fake));
	return open_server(state);
}

static void
test_setting(void **state)
{
	const struct setting *c = *state;
	struct message reply;

	start();
	c->change();
	assert_int_equal(call(MESSAGE_CHECK, LONG_MS, &reply), c->expected);
	assert_int_equal(watch.connects, c->connects);
	assert_int_equal(server.tally->received, c->received);
}

static void
test_another_owner_is_expected(void **state)
{
	const struct client_server to = {server.path, getuid() + 1};
	struct message reply;

	(void)state;
	start();
	assert_int_equal(
	    call_as(&to, MESSAGE_CHECK, LONG_MS, &reply), STATUS_UNTRUSTED);
	assert_int_equal(server.tally->received, 0);
}

/* As gateway.sock is: its one caller's, while root listens. */
static void
test_a_socket_given_to_its_caller(void **state)
{
	const struct client_server to = {server.path, getuid() + 1};
	struct message reply;

	(void)state;
	start();
	fake.path = server.folder;
	fake.uid = to.owner;
	assert_int_equal(
	    call_as(&to, MESSAGE_CHECK, LONG_MS, &reply), STATUS_UNTRUSTED);
	assert_int_equal(server.tally->received, 0);
	fake.listener = 1;
	assert_int_equal(
	    call_as(&to, MESSAGE_CHECK, LONG_MS, &reply), STATUS_OK);
}

/* A link may be turned elsewhere between the look and the connect. */
static void
test_links_are_not_followed(void **state)
{
	char folder[sizeof(server.folder) + 8], path[sizeof(server.path) + 8];
	struct client_server to = {path, getuid()};
	struct message reply;

	(void)state;
	start();
	(void)snprintf(path, sizeof(path), "%s/link", server.folder);
	assert_int_equal(symlink("login.sock", path), 0);
	assert_int_equal(
	    call_as(&to, MESSAGE_CHECK, LONG_MS, &reply), STATUS_UNTRUSTED);

	(void)snprintf(folder, sizeof(folder), "%s/folder", server.folder);
	assert_int_equal(symlink(server.folder, folder), 0);
	(void)snprintf(
	    path, sizeof(path), "%s/folder/login.sock", server.folder);
	assert_int_equal(
	    call_as(&to, MESSAGE_CHECK, LONG_MS, &reply), STATUS_UNTRUSTED);
	assert_int_equal(watch.connects, 0);
}

static void
test_what_is_no_socket(void **state)
{
	_cleanup_(close_fd) int fd =
	    open(server.path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	struct message reply;

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(
	    call(MESSAGE_CHECK, LONG_MS, &reply), STATUS_UNTRUSTED);
	assert_int_equal(unlink(server.path), 0);
	assert_int_equal(mkdir(server.path, 0700), 0);
	assert_int_equal(
	    call(MESSAGE_CHECK, LONG_MS, &reply), STATUS_UNTRUSTED);
	assert_int_equal(watch.connects, 0);
}

static void
test_a_socket_of_another_kind(void **state)
{
	static const int types[] = {SOCK_STREAM, SOCK_DGRAM};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(types); i++) {
		struct message reply;

		assert_int_equal(server_listen(&server, types[i], 8), 0);
		assert_int_equal(
		    call(MESSAGE_CHECK, LONG_MS, &reply), STATUS_UNTRUSTED);
		server_abandon(&server);
		assert_int_equal(unlink(server.path), 0);
	}
}

static void
test_paths(void **state)
{
	static const struct {
		const char *name, *start;
		size_t length;
		enum status expected;
	} cases[] = {
	    {"relative", "scopegate-none/x", 16, STATUS_INVALID},
	    {"empty", "", 0, STATUS_INVALID},
	    {"in the root folder", "/scopegate-none", 15, STATUS_UNTRUSTED},
	    {"no folder", "/scopegate-none/x", 17, STATUS_ABSENT},
	    {"below a file", "/dev/null/x", 11, STATUS_UNTRUSTED},
	    {"below a file that is root's alone", "/etc/passwd/x", 13,
		STATUS_UNTRUSTED},
	    {"far below a file", "/dev/null/x/y", 13, STATUS_ABSENT},
	    {"the longest", "/scopegate-none/", 107, STATUS_ABSENT},
	    {"one more", "/scopegate-none/", 108, STATUS_INVALID},
	    {"far more", "/scopegate-none/", 299, STATUS_INVALID},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		char path[300];
		struct client_server to = {path, getuid()};
		struct message reply;

		print_message("# %s\n", cases[i].name);
		memset(path, 'x', sizeof(path));
		memcpy(path, cases[i].start, strlen(cases[i].start));
		path[cases[i].length] = '\0';
		assert_int_equal(call_as(&to, MESSAGE_CHECK, LONG_MS, &reply),
		    cases[i].expected);
	}
	assert_int_equal(watch.connects, 0);
}

#define ON_PLAIN(test)                                                         \
	cmocka_unit_test_setup_teardown(test, open_plain, close_server)

int
main(void)
{
	static const struct CMUnitTest fixed[] = {
	    ON_PLAIN(test_another_owner_is_expected),
	    ON_PLAIN(test_a_socket_given_to_its_caller),
	    ON_PLAIN(test_links_are_not_followed),
	    ON_PLAIN(test_what_is_no_socket),
	    ON_PLAIN(test_a_socket_of_another_kind),
	    ON_PLAIN(test_paths),
	};
	struct CMUnitTest tests[ELEMENTS(settings) + ELEMENTS(fixed)];

	for (size_t i = 0; i < ELEMENTS(settings); i++)
		tests[i] = (struct CMUnitTest){.name = settings[i].name,
		    .test_func = test_setting,
		    .setup_func = open_plain,
		    .teardown_func = close_server,
		    .initial_state = (void *)(uintptr_t)&settings[i]};
	memcpy(tests + ELEMENTS(settings), fixed, sizeof(fixed));
	return cmocka_run_group_tests_name("client trust", tests, NULL, NULL);
}
